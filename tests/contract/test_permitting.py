"""What nobody can accept, however it was drafted: looked at again on the day of the answer."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from recommender.accounts.directory import operator
from recommender.cases.guardrails import CeilingExceeded, NeverBend
from recommender.changes.accepting import accept
from recommender.changes.candidates import NotSurfaced, claim, promote
from recommender.changes.verdicts import OutcomesBad
from recommender.models.cases import Case
from recommender.models.kinds import Membership
from recommender.models.outcomes import Outcome
from recommender.policies.library import clause_by_key
from recommender.storage.house import House
from recommender.vocabulary import CandidateState, OutcomeSource, Verdict
from tests.contract.changing import TODAY, Shop, open_shop

BOOTS = "Boots come back [20 days]{.parameter fact=days_since_delivery max=20 unit=day} at most."


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def accepted(shop: Shop, candidate_id: str, markup: str | None = None) -> CandidateState:
    with shop.house.transaction(shop.owner) as tx:
        return accept(tx, candidate_id, reason="It helps.", markup=markup).state


def test_cases_that_came_to_end_badly_since_the_promotion_are_not_accepted(shop: Shop) -> None:
    kind_id = shop.kind()
    candidate_id = shop.claimed(kind_id)
    with shop.house.transaction(operator(shop.house)) as tx:
        cases = select(Case).join(Membership).where(Membership.kind_id == kind_id)
        for case in tx.session.scalars(cases):
            bad = Outcome(csat=1, source=OutcomeSource.CUSTOMER, recorded_at=TODAY)
            case.outcomes.append(bad)
        tx.record("report", "outcome", kind_id)
    with pytest.raises(OutcomesBad):
        accepted(shop, candidate_id)
    assert shop.state(candidate_id) is CandidateState.CLAIMED


def test_a_limit_past_a_neighbour_that_is_never_bent_is_not_accepted(shop: Shop) -> None:
    key = shop.add_clause(BOOTS)
    candidate_id = shop.claimed(shop.kind())
    with shop.house.transaction(operator(shop.house)) as tx:
        clause_by_key(tx, key).never_bend = True
    with pytest.raises(NeverBend, match=key):
        accepted(shop, candidate_id)
    assert shop.state(candidate_id) is CandidateState.CLAIMED


def test_authority_reaches_up_to_the_ceiling_and_says_so(shop: Shop) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        clause_by_key(tx, "RET-2.1").ceiling = 25
    kind_id = shop.kind()
    with shop.house.transaction(shop.manager) as tx:
        candidate_id = promote(tx, kind_id, Verdict.GRANT_AUTHORITY).id
    markup = shop.read(candidate_id).new_markup or ""
    assert "where days since delivery is at most 30 and amount is at most 25 EUR." in markup
    with shop.house.transaction(shop.owner) as tx:
        claim(tx, candidate_id)
    for words in ("", " and amount is at most 30 EUR"):
        edited = markup.replace(" and amount is at most 25 EUR", words)
        with pytest.raises(CeilingExceeded):
            accepted(shop, candidate_id, edited)
    assert accepted(shop, candidate_id) is CandidateState.IN_FORCE


def test_what_hides_its_people_is_not_promoted(shop: Shop) -> None:
    kind_id = shop.kind()
    shop.house.settings = shop.house.settings.model_copy(update={"people_floor_agents": 9})
    with (
        pytest.raises(NotSurfaced, match="Too few people"),
        shop.house.transaction(shop.manager) as tx,
    ):
        promote(tx, kind_id)
