import json
from pathlib import Path

import pytest
from sqlalchemy import select

from recommender.accounts.directory import actor_named, operator
from recommender.cases.cosigning import queue
from recommender.config import Settings
from recommender.demo.seeding import SIGN_INS, WORLD, seed
from recommender.kinds.catalogue import kinds, memberships
from recommender.models.cases import Case
from recommender.storage.house import House
from recommender.vocabulary import CaseState, Role

TRUTH = Path(__file__).parents[1] / "data" / "demo_truth.jsonl"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("demo")
    house = House(
        Settings(
            database_url=f"sqlite:///{folder / 'demo.sqlite'}",
            key_file=folder / "demo.keys",
            encoder="builtin",
            demo=True,
        )
    )
    seed(house)
    return house


@pytest.mark.slow
def test_every_sign_in_that_the_demo_prints_has_its_role(demo: House) -> None:
    roles = {account.name: actor_named(demo, account.name).roles for account in SIGN_INS}
    assert roles == {
        "maya": {Role.AGENT},
        "tom": {Role.AGENT},
        "ines": {Role.MANAGER},
        "ruth": {Role.POLICY_OWNER},
        "admin": {Role.ADMIN},
        "olga": {Role.AUDITOR},
    }


@pytest.mark.slow
def test_the_demo_opens_with_kinds_of_several_clauses_and_work_for_a_peer(demo: House) -> None:
    with demo.reading(actor_named(demo, "ines")) as tx:
        surfaced = kinds(tx)
    assert len({row.clause for row in surfaced}) >= 3
    with demo.reading(actor_named(demo, "tom")) as tx:
        assert len(queue(tx)) >= 3


@pytest.mark.slow
def test_one_agents_habit_is_found_and_does_not_surface(demo: House) -> None:
    truth = [json.loads(line) for line in TRUTH.read_text("utf-8").splitlines()]
    habit = {row["id"] for row in truth if row["profile"] == "habit"}
    with demo.reading(operator(demo)) as tx:
        placed = {row.kind_id for row in memberships(tx) if row.id in habit}
        surfaced = {row.id for row in kinds(tx)}
    assert placed
    assert surfaced.isdisjoint(placed)


@pytest.mark.slow
def test_the_demo_takes_in_every_case_of_its_world_and_keeps_no_personal_data_shown(
    demo: House,
) -> None:
    shipped = [json.loads(line) for line in (WORLD / "cases.jsonl").read_text("utf-8").splitlines()]
    with demo.database.reading() as session:
        cases = session.scalars(select(Case).where(Case.batch_id.is_not(None))).all()
        assert len(cases) == len(shipped)
        assert {case.state for case in cases} == {CaseState.APPROVED, CaseState.DECLINED}
        assert not [case.id for case in cases if "@" in case.situation]
