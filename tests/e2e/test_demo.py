"""The demo as it opens: a year of exceptions and decisions, and work on every screen."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from recommender.accounts.directory import actor_named, operator
from recommender.cases.cosigning import queue
from recommender.cases.identities import identity_requests
from recommender.cases.routing import routed_to_me
from recommender.changes.candidates import candidates
from recommender.changes.effects import looks
from recommender.changes.leaving import left_open
from recommender.changes.records import record
from recommender.config import Settings, now
from recommender.demo.history import DEEDS, PROVEN
from recommender.demo.past import Past
from recommender.demo.seeding import SIGN_INS, WORLD
from recommender.kinds.catalogue import kinds, memberships
from recommender.models.cases import Case
from recommender.models.events import Event
from recommender.models.notices import Notice
from recommender.models.reviewing import Review
from recommender.storage.house import House
from recommender.vocabulary import CandidateState, CaseState, Look, Role

pytestmark = pytest.mark.slow

TRUTH = Path(__file__).parents[1] / "data" / "demo_truth.jsonl"
ANSWERED = {
    "PAY-7.1": CandidateState.IN_FORCE,
    "PAY-7.3": CandidateState.REJECTED,
    "DEL-3.3": CandidateState.RETURNED,
    "DEL-3.2": CandidateState.DEFERRED,
    "WAR-4.1": CandidateState.OPEN,
}


@pytest.fixture(scope="module")
def demo(filled_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("opened")
    shutil.copytree(filled_world / ".demo", folder, dirs_exist_ok=True)
    settings = Settings(
        database_url=f"sqlite:///{folder / 'demo.sqlite'}",
        key_file=folder / "demo.keys",
        encoder="builtin",
        demo=True,
    )
    house = House(settings)
    yield house
    house.database.close()


def test_every_sign_in_that_the_demo_prints_has_its_role(demo: House) -> None:
    roles = {account.name: actor_named(demo, account.name).roles for account in SIGN_INS}
    assert roles == {
        "maya": {Role.AGENT},
        "tom": {Role.AGENT},
        "ines": {Role.MANAGER},
        "ruth": {Role.POLICY_OWNER},
        "anton": {Role.POLICY_OWNER},
        "rosa": {Role.EMPLOYEE_REPRESENTATIVE},
        "admin": {Role.ADMIN},
        "olga": {Role.AUDITOR},
    }


def test_the_demo_opens_with_kinds_of_several_clauses_and_work_for_a_peer(demo: House) -> None:
    with demo.reading(actor_named(demo, "ines")) as tx:
        surfaced, living = kinds(tx), kinds(tx, include_all=True)
    assert len({row.clause for row in surfaced}) >= 8
    assert len(living) > len(surfaced)
    with demo.reading(actor_named(demo, "tom")) as tx:
        assert len(queue(tx)) >= 3


def test_each_act_of_its_history_was_done_on_its_day(demo: House) -> None:
    with demo.reading(actor_named(demo, "ines")) as tx:
        found = {one.clause.key: one for one in candidates(tx) if one.clause is not None}
        assert {key: one.state for key, one in found.items()} == ANSWERED
        promoted = {key: one.promoted_by for key, one in found.items()}
        assert promoted == {
            "PAY-7.1": "ines",
            "PAY-7.3": "viktor",
            "DEL-3.3": "viktor",
            "DEL-3.2": "nadia",
            "WAR-4.1": "ines",
        }
        done = {one.promoted_at for one in found.values()} | {
            decision.decided_at for one in found.values() for decision in one.decisions
        }
    past = Past(demo)
    acts = {past.moment(deed.days_ago, deed.at) for deed in DEEDS}
    past.close()
    assert done <= acts
    assert len(acts - done) == 3, "a name was asked for, granted and read"


def test_a_change_of_last_summer_is_in_force_and_was_looked_at_on_its_day(demo: House) -> None:
    with demo.reading(actor_named(demo, "ruth")) as tx:
        [changed] = [one for one in candidates(tx) if one.state is CandidateState.IN_FORCE]
        assert changed.clause is not None
        assert changed.clause.newest.markup == PROVEN
        assert Look.PLANNED in {one.look for one in looks(tx, changed)}
        used = select(func.count()).where(Case.state == CaseState.IN_POLICY)
        assert tx.session.scalar(used.where(Case.clause_id == changed.clause.id))


def test_every_candidate_has_a_record(demo: House) -> None:
    with demo.reading(actor_named(demo, "olga")) as tx:
        for one in candidates(tx):
            assert record(tx, one.id).candidate_id == one.id


def test_no_screen_opens_empty(demo: House) -> None:
    with demo.reading(actor_named(demo, "anton")) as tx:
        assert routed_to_me(tx)
    with demo.reading(actor_named(demo, "viktor")) as tx:
        assert left_open(tx)
        assert [one.opened_at is not None for one in identity_requests(tx)] == [True]
    with demo.reading(operator(demo)) as tx:
        assert tx.session.scalar(select(func.count()).select_from(Review)) == 2
        unread = set(
            tx.session.scalars(select(Notice.account_name).where(Notice.read_at.is_(None)))
        )
    assert {"viktor", "nadia", "mei", "anton", "maya"} <= unread, "who is asked to sign is drawn"


def test_its_log_runs_forward_and_holds_together(demo: House) -> None:
    with demo.database.reading() as session:
        demo.log.verify(session)
        moments = session.scalars(select(Event.at).order_by(Event.sequence)).all()
    assert moments == sorted(moments)
    assert moments[-1] <= now()


def test_one_agents_habit_is_found_and_does_not_surface(demo: House) -> None:
    truth = [json.loads(line) for line in TRUTH.read_text("utf-8").splitlines()]
    habit = {row["id"] for row in truth if row["profile"] == "habit"}
    with demo.reading(operator(demo)) as tx:
        placed = {row.kind_id for row in memberships(tx) if row.id in habit and row.kind_id}
        surfaced = {row.id for row in kinds(tx)}
    assert placed
    assert surfaced.isdisjoint(placed)


def test_the_demo_takes_in_every_case_of_its_world_and_keeps_no_personal_data_shown(
    demo: House,
) -> None:
    shipped = [json.loads(line) for line in (WORLD / "cases.jsonl").read_text("utf-8").splitlines()]
    with demo.database.reading() as session:
        cases = session.scalars(select(Case).where(Case.batch_id.is_not(None))).all()
        assert Counter(case.state for case in cases) == Counter(
            CaseState(row["status"]) for row in shipped
        )
        assert not [case.id for case in cases if "@" in case.situation]
