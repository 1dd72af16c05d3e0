"""Promise 3: no service moves a candidate anywhere but where its table allows.

One house for all examples; each starts with a fresh clause and a fresh kind in it.
"""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.accounts.directory import actor_named
from recommender.changes import accepting, candidates, decisions, rolling_back
from recommender.errors import RecommenderError
from recommender.models.base import IllegalMove
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CANDIDATE_MOVES, CandidateState, Verdict
from tests.contract.changing import TODAY, Shop, open_shop


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


Act = Callable[[Transaction, str, str], object]
ACTS: dict[str, Act] = {
    "promote": lambda tx, kind, _: candidates.promote(tx, kind),
    "claim": lambda tx, _, one: candidates.claim(tx, one),
    "release": lambda tx, _, one: candidates.release(tx, one),
    "accept": lambda tx, _, one: accepting.accept(tx, one, reason="Yes."),
    "accept later": lambda tx, _, one: accepting.accept(
        tx, one, reason="Yes.", effective_from=date(2026, 9, 1)
    ),
    "accept with edits": lambda tx, _, one: accepting.accept(
        tx, one, reason="Yes.", markup="Boots come back."
    ),
    "reject": lambda tx, _, one: decisions.reject(tx, one, reason="No."),
    "defer": lambda tx, _, one: decisions.defer(tx, one, until=date(2026, 8, 1), reason="Later."),
    "return": lambda tx, _, one: decisions.return_to_manager(tx, one, reason="Why?"),
    "confirm": lambda tx, _, one: rolling_back.confirm(tx, one, reason="It stays."),
    "take back": lambda tx, _, one: rolling_back.roll_back(tx, one, reason="It cost too much."),
    "bring into force": lambda tx, _kind, _one: accepting.bring_into_force(tx),
    "reopen due": lambda tx, _kind, _one: candidates.reopen_due(tx),
}


def reachable(state: CandidateState, steps: int) -> set[CandidateState]:
    found = {state}
    for _ in range(steps):
        found |= {further for one in found for further in CANDIDATE_MOVES[one]}
    return found


@pytest.mark.slow
@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    st.sampled_from([None, Verdict.COACH, Verdict.RETIRE_RULE]),
    st.lists(
        st.tuples(
            st.sampled_from(sorted(ACTS)),
            st.sampled_from(["ruth", "ruth", "ruth", "rhea", "ines", "admin", "maya"]),
        ),
        min_size=2,
        max_size=8,
    ),
)
def test_services_move_only_where_the_table_allows(
    shop: Shop, verdict: Verdict | None, steps: list[tuple[str, str]]
) -> None:
    kind_id = shop.kind(clause=shop.add_clause())
    with shop.house.transaction(shop.manager) as tx:
        candidate_id = candidates.promote(tx, kind_id, verdict).id
    for verb, who in steps:
        before = shop.read(candidate_id)
        refused = None
        try:
            with shop.house.transaction(actor_named(shop.house, who)) as tx:
                ACTS[verb](tx, kind_id, candidate_id)
        except RecommenderError as error:
            refused = error
        after = shop.read(candidate_id)
        if refused is not None:
            assert (after.state, after.version) == (before.state, before.version)
        # A decision and its coming into force are two moves of one act.
        assert after.state in reachable(before.state, 2)
        if after.state is CandidateState.IN_FORCE:
            assert after.revision_id is not None
        if before.state in {CandidateState.IN_FORCE, CandidateState.CONFIRMED}:
            assert after.state is before.state or verb in {"confirm", "take back"}
        if before.state is CandidateState.ROLLED_BACK:
            assert after.state is CandidateState.ROLLED_BACK


@given(st.sampled_from(CandidateState), st.sampled_from(CandidateState))
def test_the_one_method_that_moves_obeys_the_table(
    state: CandidateState, wanted: CandidateState
) -> None:
    candidate = Candidate(state=state)
    if wanted in CANDIDATE_MOVES[state]:
        candidate.move_to(wanted)
        assert candidate.state is wanted
        return
    with pytest.raises(IllegalMove):
        candidate.move_to(wanted)
    assert candidate.state is state


def test_a_walk_through_every_waiting_state(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    with shop.house.transaction(shop.owner) as tx:
        decisions.return_to_manager(tx, candidate_id, reason="Why 30?")
    kind_id = shop.read(candidate_id).kind_id
    assert kind_id is not None
    assert shop.promoted(kind_id) == candidate_id
    assert shop.state(candidate_id) is CandidateState.OPEN
    with shop.house.transaction(shop.owner) as tx:
        candidates.claim(tx, candidate_id)
        decisions.defer(tx, candidate_id, until=date(2026, 7, 1), reason="After the sale.")
        assert candidates.reopen_due(tx) == 0
    with pytest.raises(candidates.StillDeferred), shop.house.transaction(shop.owner) as tx:
        candidates.claim(tx, candidate_id)
    assert date(2026, 7, 1) > TODAY.date()
    with shop.house.transaction(shop.owner) as tx:
        shop.new_case(tx.session, age=-40, agent_id="tom", cosigner_id="maya")
        assert candidates.reopen_due(tx) == 1
        candidates.claim(tx, candidate_id)
        accepting.accept(tx, candidate_id, reason="Fine now.")
    assert shop.state(candidate_id) is CandidateState.IN_FORCE


def test_a_deferred_candidate_may_be_claimed_on_its_day(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    with shop.house.transaction(shop.owner) as tx:
        decisions.defer(tx, candidate_id, until=date(2026, 7, 1), reason="After the sale.")
        shop.new_case(tx.session, age=-40, agent_id="tom", cosigner_id="maya")
        candidates.claim(tx, candidate_id)
    assert shop.state(candidate_id) is CandidateState.CLAIMED
