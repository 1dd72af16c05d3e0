"""Promise 3: from any door and in any order, a case moves only as its table allows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from recommender.access import Actor
from recommender.accounts.directory import actor_named, add_account, operator
from recommender.cases.cosigning import cosign, decline
from recommender.cases.filing import Wish, edit, expire_overdue, file, revoke, withdraw
from recommender.cases.outcomes import record_outcome
from recommender.errors import RecommenderError
from recommender.models.base import IllegalMove
from recommender.models.cases import Case, CoSignature
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CASE_MOVES, CaseState, Role, SignatureVerdict
from tests.conftest import NewCase

WISH = Wish(situation="The kettle leaks.", resolution="Send another.")
MOSTLY_IN_TIME = 18
SIGNERS = st.sampled_from(["tom", "lena", "tom", "lena", "maya"])
ANYBODY = st.sampled_from(["maya", "maya", "tom", "admin"])


@pytest.mark.parametrize("old", CaseState)
@pytest.mark.parametrize("new", CaseState)
def test_a_case_obeys_the_table(
    house: House, new_case: NewCase, old: CaseState, new: CaseState
) -> None:
    with house.database.transaction() as session:
        case = new_case(session, state=old)
        if new in CASE_MOVES[old]:
            case.move_to(new, case.occurred_at)
            assert case.state is new
        else:
            with pytest.raises(IllegalMove):
                case.move_to(new, case.occurred_at)
            assert case.state is old


def stands(given: CoSignature, case: Case) -> bool:
    signed = given.verdict is SignatureVerdict.SIGNED and given.voided_at is None
    return signed and given.content_hash == case.content_hash


class Lives(RuleBasedStateMachine):
    """Three proposals of one agent, acted upon by four people in any order."""

    cases = Bundle("cases")

    def __init__(self, house: House, people: dict[str, Actor]) -> None:
        super().__init__()
        self.house = house
        self.people = people
        self.states: dict[str, CaseState] = {}
        self.late = timedelta()
        self.acts = 0

    def attempt(self, who: str, act: Callable[[Transaction], object]) -> None:
        self.acts += 1
        try:
            with self.house.transaction(self.people[who]) as tx:
                act(replace(tx, at=tx.at + self.late))
        except RecommenderError:
            pass

    @initialize(target=cases)
    def file(self) -> MultipleResults[str]:
        for signatures in (1, 1, 2):
            with self.house.transaction(self.people["maya"]) as tx:
                case = file(tx, WISH)
                case.signatures_needed = signatures
                self.states[case.id] = CaseState.PENDING
        return multiple(*self.states)

    @rule(case=cases, who=SIGNERS, fresh=st.sampled_from([True, True, False]))
    def cosign(self, case: str, who: str, *, fresh: bool) -> None:
        self.attempt(who, lambda tx: cosign(tx, case, self.hash_of(tx, case, fresh=fresh)))

    @rule(case=cases, who=ANYBODY)
    def decline(self, case: str, who: str) -> None:
        self.attempt(
            who, lambda tx: decline(tx, case, self.hash_of(tx, case, fresh=True), "Too much.")
        )

    @rule(case=cases, who=ANYBODY, days=st.integers(0, 9))
    def edit(self, case: str, who: str, days: int) -> None:
        self.attempt(who, lambda tx: edit(tx, case, replace(WISH, facts={"days": days})))

    @rule(case=cases, who=ANYBODY)
    def withdraw(self, case: str, who: str) -> None:
        self.attempt(who, lambda tx: withdraw(tx, case))

    @rule(case=cases, who=ANYBODY)
    def revoke(self, case: str, who: str) -> None:
        self.attempt(who, lambda tx: revoke(tx, case, "It was a mistake."))

    @rule(case=cases, who=ANYBODY)
    def record_outcome(self, case: str, who: str) -> None:
        self.attempt(who, lambda tx: record_outcome(tx, case, csat=4))

    @precondition(lambda self: self.acts > MOSTLY_IN_TIME)
    @rule()
    def wait_and_expire(self) -> None:
        self.late += timedelta(hours=25)
        self.attempt("admin", expire_overdue)

    @invariant()
    def every_move_was_in_the_table(self) -> None:
        with self.house.database.reading() as session:
            for case in session.scalars(select(Case).where(Case.id.in_(self.states))):
                before = self.states[case.id]
                assert case.state is before or case.state in CASE_MOVES[before]
                self.states[case.id] = case.state
                self.approvals_were_earned(case)

    @staticmethod
    def approvals_were_earned(case: Case) -> None:
        signers = {given.signer_id for given in case.signatures if stands(given, case)}
        if case.state in {CaseState.APPROVED, CaseState.REVOKED}:
            assert len(signers) == case.signatures_needed
            assert case.agent_id not in signers

    @staticmethod
    def hash_of(tx: Transaction, case: str, *, fresh: bool) -> str:
        return tx.session.get_one(Case, case).content_hash if fresh else "0" * 64


@pytest.mark.slow
def test_no_service_moves_a_case_outside_the_table(
    house: House, maya: Actor, tom: Actor, admin: Actor
) -> None:
    with house.transaction(operator(house)) as tx:
        add_account(tx, name="lena", display_name="Lena", roles=[Role.AGENT])
    people = {"lena": actor_named(house, "lena"), "maya": maya, "tom": tom, "admin": admin}
    run_state_machine_as_test(
        partial(Lives, house, people),  # type: ignore[arg-type]  # any factory will do
        settings=settings(max_examples=30, stateful_step_count=25, deadline=None),
    )
    with house.database.reading() as session:
        assert house.log.verify(session).sequence > 0
