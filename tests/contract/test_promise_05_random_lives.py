"""Promises 4, 5 and 6: whatever runs find and people do, no human name and no pinned kind is lost.

Random histories through the product: runs that find made-up groups, cases that come and go, people
who name, merge, split and move.
"""

import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from recommender.access import Actor
from recommender.errors import RecommenderError
from recommender.kinds import catalogue, corrections
from recommender.kinds.gathering import pinned
from recommender.kinds.lineage import resolve
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership
from recommender.models.lineage import PendingChange
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CaseState, MembershipOrigin
from tests.conftest import NewCase
from tests.contract.finding import let_runs_find
from tests.contract.kinds_world import found

NUMBER = 24
DEEDS = st.lists(
    st.sampled_from(["run", "run", "run", "rename", "merge", "split", "move", "come and go"]),
    min_size=4,
    max_size=9,
)


@pytest.mark.slow
@given(DEEDS, st.integers(0, 10_000))
@example(["rename", "come and go", "run", "split", "merge", "merge", "merge"], 191)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_history_loses_what_people_did(
    house: House, new_case: NewCase, ines: Actor, deeds: list[str], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a repeatable history
    _start_anew(house, new_case)
    names: dict[str, str] = {}
    with pytest.MonkeyPatch.context() as patch:
        for deed in ["run", *deeds, "run"]:
            if deed == "run":
                let_runs_find(patch, *_groups(chance))
                before = _by_hand(house)
                found(house)
                assert _by_hand(house) == before
            else:
                with house.transaction(ines) as tx:
                    _do(tx, deed, chance, names)
            _check(house, names)


def _groups(chance: random.Random) -> list[set[str]]:
    """Some kinds of five cases or more, often much like each other from run to run."""
    size = chance.choice([6, 8, 12])
    cases = [f"case-{number}" for number in range(NUMBER)]
    groups = [set(cases[start : start + size]) for start in range(0, NUMBER, size)]
    for case in chance.sample(cases, k=chance.randrange(4)):
        for group in groups:
            group.discard(case)
        chance.choice(groups).add(case)
    return [group for group in groups if len(group) >= 5]


def _do(tx: Transaction, deed: str, chance: random.Random, names: dict[str, str]) -> None:
    """Do something to a living kind; what is refused is left."""
    kinds = sorted(
        tx.session.scalars(select(Kind).where(Kind.retired_at.is_(None))), key=lambda k: k.id
    )
    cases = sorted(tx.session.scalars(select(Case.id)))
    kind = chance.choice(kinds) if kinds else None
    if deed == "come and go":
        for case_id in chance.sample(cases, k=3):
            case = tx.session.get_one(Case, case_id)
            gone = case.state is CaseState.REVOKED
            case.state = CaseState.APPROVED if gone else CaseState.REVOKED
    elif kind is not None:
        inside = [one.case_id for one in kind.memberships]
        other = chance.choice(kinds)
        try:
            if deed == "rename":
                name = f"Named {len(names)} by hand"
                catalogue.rename(tx, kind.id, name)
                names[kind.id] = name
            elif deed == "merge":
                corrections.merge(tx, kind.id, other.id)
            elif deed == "split":
                corrections.split(tx, kind.id, inside[: len(inside) // 2])
            else:
                corrections.move(tx, chance.choice(cases), kind.id)
        except RecommenderError:
            tx.session.expire_all()


def _check(house: House, names: dict[str, str]) -> None:
    with house.database.reading() as session:
        kinds = {kind.id: kind for kind in session.scalars(select(Kind))}
        living = {kind.id for kind in kinds.values() if kind.retired_at is None}
        for kind_id in kinds:
            end = resolve(session, kind_id)
            assert end.merged_into_id is None
        for kind_id, name in names.items():
            holder = resolve(session, kind_id)
            assert holder.id in living
            assert name in {holder.name, *holder.aliases}
        touched = pinned(session, list(kinds.values()))
        for kind_id in touched:
            assert resolve(session, kind_id).id in living
        held = session.execute(select(Membership.case_id, Membership.kind_id)).all()
        assert max(Counter(case for case, _ in held).values(), default=1) == 1
        assert {kind for _, kind in held} <= living
        waiting = session.scalars(select(PendingChange)).all()
        assert {change.kind_id for change in waiting} <= living


def _by_hand(house: House) -> dict[str, str]:
    with house.database.reading() as session:
        rows = session.execute(
            select(Membership.case_id, Membership.kind_id)
            .join(Case, Case.id == Membership.case_id)
            .where(Membership.origin == MembershipOrigin.BY_HAND, Case.state == CaseState.APPROVED)
        )
        return dict(iter(rows))


def _start_anew(house: House, new_case: NewCase) -> None:
    """Empty the house of kinds and cases, and fill it again."""
    tables = (
        "pending_changes lineage_steps correction_cases corrections memberships kinds maps runs"
    )
    with house.database.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in (*tables.split(), "embeddings", "raw_texts", "cases"):
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own names
    with house.database.transaction() as session:
        for number in range(NUMBER):
            new_case(session, source_id=f"case-{number}", situation=f"Story number {number}.")
