"""Promise 2 for drafts: none goes past a ceiling or a budget, or changes what is never bent."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.accounts.directory import operator
from recommender.cases.guardrails import CeilingExceeded, NeverBend
from recommender.changes import accepting, candidates
from recommender.changes.budgets import BudgetExceeded
from recommender.changes.drafting import draft
from recommender.changes.verdicts import OutcomesBad
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.policies.library import clause_by_key, set_ceiling
from recommender.policies.limiting import Limits, set_limits
from recommender.policies.syntax.markup import read_parameters
from recommender.storage.house import House
from recommender.vocabulary import TEXT_CHANGING_VERDICTS, CandidateState, Verdict
from tests.contract.changing import BOOTS, Shop, open_shop

AMOUNT = "A goodwill credit is at most [{0} EUR]{{.parameter fact=amount max={0} unit=EUR}}."


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def set_limit(shop: Shop, key: str, ceiling: float | None) -> None:
    with shop.house.transaction(shop.owner) as tx:
        set_ceiling(tx, key, ceiling)


def paid(shop: Shop, key: str) -> str:
    """Add a kind whose amounts run from 20 to 35 euros."""
    with shop.house.transaction(operator(shop.house)) as tx:
        kind_id = shop.add_kind(tx.session, clause=key, values=())
        kind = tx.session.get_one(Kind, kind_id)
        for place, amount in enumerate(range(20, 36)):
            shop.add_cases(
                tx.session, kind, key, "points", (1.0,), amount=float(amount), age=3 * place
            )
    return kind_id


@pytest.mark.slow
@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.floats(1, 50).map(lambda value: round(value, 2)))
def test_no_drafted_number_or_wording_passes_the_ceiling(shop: Shop, ceiling: float) -> None:
    key = shop.add_clause(AMOUNT.format(15))
    kind_id = paid(shop, key)
    set_limit(shop, key, ceiling)
    with shop.house.reading(shop.manager) as tx:
        found = draft(tx, kind_id)
    for parameter in found.parameters:
        for one in (parameter.narrow, parameter.medium, parameter.wide):
            if parameter.fact == "amount" and one is not None:
                assert one.limit <= ceiling
    drafted = [one.limit for one in read_parameters(candidate_markup(shop, kind_id))]
    assert all(limit <= max(ceiling, 15) for limit in drafted)


def candidate_markup(shop: Shop, kind_id: str) -> str:
    return shop.read(shop.promoted(kind_id)).new_markup or ""


def test_an_exception_under_a_ceiling_states_it(shop: Shop) -> None:
    key = shop.add_clause("Late fees are charged as listed.")
    kind_id = shop.kind(clause=key)
    set_limit(shop, key, 40)
    with shop.house.reading(shop.manager) as tx:
        found = draft(tx, kind_id)
    assert found.verdict is Verdict.ADD_EXCEPTION
    assert found.redline.new.endswith("and amount is at most 40 EUR.")


@pytest.mark.parametrize("verdict", sorted(TEXT_CHANGING_VERDICTS))
def test_nothing_that_changes_text_is_promoted_for_what_is_never_bent(
    shop: Shop, verdict: Verdict
) -> None:
    kind_id = shop.kind(clause="RET-2.2")
    with shop.house.reading(shop.manager) as tx:
        found = draft(tx, kind_id)
    assert found.verdict is Verdict.HARD_LIMIT
    assert found.redline.new == found.redline.old
    with pytest.raises(NeverBend), shop.house.transaction(shop.manager) as tx:
        candidates.promote(tx, kind_id, verdict)


def test_a_hard_limit_is_confirmed_without_a_new_wording(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind(clause="RET-2.2"))
    assert shop.state(candidate_id) is CandidateState.CONFIRMED
    with shop.house.reading(shop.owner) as tx:
        assert clause_by_key(tx, "RET-2.2").newest.number == 1


def test_a_clause_that_became_never_bent_is_not_changed_by_what_was_claimed(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    with shop.house.transaction(operator(shop.house)) as tx:
        clause_by_key(tx, "RET-2.1").never_bend = True
    with pytest.raises(NeverBend), shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="It helps.")
    assert shop.state(candidate_id) is CandidateState.CLAIMED


def test_edits_cannot_pass_the_ceiling(shop: Shop) -> None:
    key = shop.add_clause(AMOUNT.format(15))
    candidate_id = shop.claimed(paid(shop, key))
    set_limit(shop, key, 30)
    with pytest.raises(CeilingExceeded) as refused, shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="It helps.", markup=AMOUNT.format(31))
    assert refused.value.facts["ceiling"] == 30
    with shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="It helps.", markup=AMOUNT.format(30))
    assert shop.state(candidate_id) is CandidateState.IN_FORCE


@pytest.mark.parametrize("most", ["is at most 31 EUR", "is at most 300 EUR", "goes up to 31 EUR"])
def test_edits_of_an_exception_cannot_pass_the_ceiling(shop: Shop, most: str) -> None:
    key = shop.add_clause("Gifts are wrapped.")
    kind_id = paid(shop, key)
    set_limit(shop, key, 30)
    with shop.house.transaction(shop.manager) as tx:
        candidate_id = candidates.promote(tx, kind_id, Verdict.ADD_EXCEPTION).id
    with shop.house.transaction(shop.owner) as tx:
        candidates.claim(tx, candidate_id)
    drafted = shop.read(candidate_id).new_markup or ""
    assert "amount is at most 30 EUR" in drafted
    edited = drafted.replace("is at most 30 EUR", most)
    with pytest.raises(CeilingExceeded), shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="It helps.", markup=edited)
    lower = drafted.replace("at most 30 EUR", "at most 3 EUR")
    with shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="It helps.", markup=lower)
    assert shop.read(candidate_id).backtest["covered"] == 0, "they are of 20 EUR and more"


def test_a_ceiling_lowered_after_the_claim_holds(shop: Shop) -> None:
    key = shop.add_clause(AMOUNT.format(15))
    candidate_id = shop.claimed(paid(shop, key))
    set_limit(shop, key, 25)
    with pytest.raises(CeilingExceeded), shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="It helps.")


def test_a_limit_above_a_later_ceiling_may_stay_as_it_is(shop: Shop) -> None:
    key = shop.add_clause(AMOUNT.format(15))
    kind_id = paid(shop, key)
    set_limit(shop, key, 10)
    candidate_id = shop.accepted(kind_id)
    assert shop.state(candidate_id) is CandidateState.IN_FORCE
    with shop.house.reading(shop.owner) as tx:
        assert clause_by_key(tx, key).newest.parameters[0]["limit"] == 15


def test_bad_outcomes_never_widen_whatever_their_number(shop: Shop) -> None:
    kind_id = shop.kind(csat=1)
    with shop.house.reading(shop.manager) as tx:
        assert draft(tx, kind_id).verdict is Verdict.COACH
    with pytest.raises(OutcomesBad), shop.house.transaction(shop.manager) as tx:
        candidates.promote(tx, kind_id, Verdict.WIDEN_LIMIT)


# Budgets


def set_budget(shop: Shop, key: str, budget: float | None, currency: str | None = "EUR") -> None:
    with shop.house.transaction(shop.owner) as tx:
        set_limits(tx, key, Limits(monthly_budget=budget, currency=currency))


def test_a_draft_is_narrowed_to_what_the_budget_carries(shop: Shop) -> None:
    """Sixteen cases of 20 euros within 45 days: 216 euros a month."""
    key = shop.add_clause()
    kind_id = shop.kind(clause=key)
    with shop.house.reading(shop.manager) as tx:
        free = draft(tx, kind_id)
    set_budget(shop, key, 150)
    with shop.house.reading(shop.manager) as tx:
        held = draft(tx, kind_id)
    assert (free.verdict, held.verdict) == (Verdict.WIDEN_LIMIT, Verdict.WIDEN_LIMIT)
    before, after = free.parameters[0].medium, held.parameters[0].medium
    assert before is not None
    assert after is not None
    assert after.limit < before.limit
    assert after.cost == 220, "eleven cases; a twelfth would cost 162 euros a month"


def test_what_no_limit_makes_affordable_is_only_clarified(shop: Shop) -> None:
    key = shop.add_clause()
    kind_id = shop.kind(clause=key)
    set_budget(shop, key, 10)
    with shop.house.reading(shop.manager) as tx:
        found = draft(tx, kind_id)
    assert found.verdict is Verdict.CLARIFY_WORDING
    assert found.reason == (
        f"Cases like these cost 216.44 EUR a month, and the budget of {key} is 10 EUR."
    )
    assert found.parameters[0].medium is None
    assert any("carries no limit on it" in one.sentence for one in found.rationale)


@pytest.mark.parametrize(
    "verdict", [Verdict.ADD_EXCEPTION, Verdict.GRANT_AUTHORITY, Verdict.RETIRE_RULE]
)
def test_nothing_past_the_budget_is_promoted(shop: Shop, verdict: Verdict) -> None:
    key = shop.add_clause()
    kind_id = shop.kind(clause=key)
    set_budget(shop, key, 10)
    with pytest.raises(BudgetExceeded) as refused, shop.house.transaction(shop.manager) as tx:
        candidates.promote(tx, kind_id, verdict)
    assert refused.value.facts == {"cost": 216.44, "budget": 10, "currency": "EUR"}
    assert "216.44 EUR a month" in refused.value.detail
    assert "10 EUR" in refused.value.detail


def test_costs_in_another_currency_are_not_compared(shop: Shop) -> None:
    key = shop.add_clause()
    kind_id = shop.kind(clause=key)
    set_budget(shop, key, 1_000_000, "USD")
    with shop.house.reading(shop.manager) as tx:
        found = draft(tx, kind_id)
    assert found.verdict is Verdict.CLARIFY_WORDING
    assert found.reason.endswith("so it cannot be compared.")


def test_a_budget_says_nothing_of_cases_without_a_cost(shop: Shop) -> None:
    key = shop.add_clause()
    kind_id = shop.kind(clause=key, amount=None, currency=None)
    set_budget(shop, key, 1)
    with shop.house.reading(shop.manager) as tx:
        assert draft(tx, kind_id).verdict is Verdict.WIDEN_LIMIT


def test_a_budget_set_after_the_claim_holds(shop: Shop) -> None:
    key = shop.add_clause()
    candidate_id = shop.claimed(shop.kind(clause=key))
    set_budget(shop, key, 150)
    with pytest.raises(BudgetExceeded) as refused, shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="It helps.")
    assert refused.value.facts["budget"] == 150
    narrower = BOOTS.replace("14", "20")
    with shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="It helps.", markup=narrower)
    assert shop.state(candidate_id) is CandidateState.IN_FORCE


def test_edits_cannot_pass_the_budget(shop: Shop) -> None:
    key = shop.add_clause()
    set_budget(shop, key, 150)
    candidate_id = shop.claimed(shop.kind(clause=key))
    with pytest.raises(BudgetExceeded), shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="It helps.", markup=BOOTS.replace("14", "40"))
    assert shop.state(candidate_id) is CandidateState.CLAIMED


def test_a_released_candidate_past_a_new_budget_keeps_its_content(shop: Shop) -> None:
    key = shop.add_clause()
    candidate_id = shop.claimed(shop.kind(clause=key))
    before = shop.read(candidate_id).new_markup
    set_budget(shop, key, 10)
    with shop.house.transaction(shop.owner) as tx:
        candidates.release(tx, candidate_id)
    assert shop.read(candidate_id).new_markup == before
