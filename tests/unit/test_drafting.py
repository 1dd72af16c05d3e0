"""Drafts on known ground: verdict, fact, direction, ceiling, reasons."""

import pytest

from recommender.cases.guardrails import NeverBend
from recommender.changes.drafting import Draft, compose
from recommender.changes.ground import Ground, main_currency, number_of
from recommender.changes.redline import NothingToChange
from recommender.changes.rules import read_rule
from recommender.changes.verdicts import OutcomesBad
from recommender.models.outcomes import Outcome
from recommender.policies.phrases import PLAINLY
from recommender.vocabulary import CaseState, OutcomeSource, Verdict
from tests.unit.grounds import SMALL, TYPED, UNTYPED, case, cases, ground


def drafted(on: Ground, chosen: Verdict | None = None) -> Draft:
    return compose(on, chosen).draft


def test_a_limit_that_peers_pass_is_widened_in_place() -> None:
    draft = drafted(ground(cases("days_over", SMALL)))
    assert draft.verdict is Verdict.WIDEN_LIMIT
    assert draft.redline.new == "Shoes come back within 30 days of delivery."
    assert (draft.clause, draft.base_revision, draft.kind) == ("RET-1", 3, "kind")
    assert draft.reason == "Peers regularly sign while days over is at most 30, and RET-1 says 14."


@pytest.mark.parametrize(
    ("share", "verdict"), [(0.8, Verdict.WIDEN_LIMIT), (0.79, Verdict.ADD_EXCEPTION)]
)
def test_what_others_ask_for_as_well_is_given_to_one_kind_only(
    share: float, verdict: Verdict
) -> None:
    on = ground(cases("days_over", SMALL), shares_past={("days_over", "max"): share})
    draft = drafted(on)
    assert draft.verdict is verdict
    if verdict is Verdict.ADD_EXCEPTION:
        assert "others ask past it too" in draft.reason
        assert draft.redline.new.startswith(draft.redline.old)
        assert draft.redline.new.endswith("on their own where days over is at most 30.")
        assert drafted(on, Verdict.WIDEN_LIMIT).redline.new.endswith("30 days of delivery.")


def test_a_minimum_on_the_clause_is_lowered() -> None:
    markup = "Only from [24 hours]{.parameter fact=hours_late min=24 unit=hour} on it is free."
    draft = drafted(ground(cases("hours_late", [float(v) for v in range(8, 24)]), markup=markup))
    assert draft.parameters[0].direction == "min"
    assert draft.redline.new == "Only from 8 hours on it is free."


def test_cases_within_the_limit_ask_for_clearer_words() -> None:
    draft = drafted(ground(cases("days_over", [float(v) for v in range(1, 13)])))
    assert draft.verdict is Verdict.CLARIFY_WORDING
    assert "within 14" in draft.reason
    assert draft.redline.new == f"{draft.redline.old} {PLAINLY}"


def test_a_gap_gets_a_new_clause_and_few_cases_keep_the_signature() -> None:
    many = drafted(ground(cases("hens", SMALL), markup=None))
    few = drafted(ground(cases("hens", SMALL[:5]), markup=None))
    assert many.verdict is few.verdict is Verdict.WRITE_NEW_CLAUSE
    assert (many.clause, many.base_revision, many.redline.old) == (None, None, "")
    assert "on their own where hens is at most 30" in many.redline.new
    assert "once a colleague has signed" in few.redline.new
    assert few.parameters[0].medium is None


def test_a_clause_that_is_never_bent_gets_a_hard_limit_and_keeps_its_words() -> None:
    on = ground(cases("days_over", SMALL), never_bend=True)
    draft = drafted(on)
    assert draft.verdict is Verdict.HARD_LIMIT
    assert draft.redline.new == draft.redline.old
    with pytest.raises(NeverBend):
        compose(on, Verdict.ADD_EXCEPTION)
    assert drafted(on, Verdict.COACH).redline.new == draft.redline.old


@pytest.mark.parametrize("markup", [TYPED, UNTYPED, None])
def test_bad_outcomes_are_never_widened(markup: str | None) -> None:
    on = ground(cases("days_over", SMALL), markup=markup, bad_low=0.51)
    draft = drafted(on)
    assert draft.verdict is Verdict.COACH
    assert draft.redline.new == draft.redline.old
    with pytest.raises(OutcomesBad):
        compose(on, Verdict.WIDEN_LIMIT)
    half = ground(cases("days_over", SMALL), markup=markup, bad_low=0.5)
    assert drafted(half).verdict is not Verdict.COACH


def test_complaints_above_the_clause_coach() -> None:
    draft = drafted(ground(cases("days_over", SMALL), complaints_stand_out=True))
    assert draft.verdict is Verdict.COACH
    assert "complaints" in draft.reason


def test_few_cases_without_a_number_ask_for_clearer_words_and_many_for_an_exception() -> None:
    few = drafted(ground([case() for _ in range(6)], markup=UNTYPED))
    many = drafted(ground([case() for _ in range(12)], markup=UNTYPED))
    assert few.verdict is Verdict.CLARIFY_WORDING
    assert few.redline.new.endswith("agents ask a colleague to sign first.")
    assert many.verdict is Verdict.ADD_EXCEPTION
    assert many.parameters == few.parameters == []
    assert many.redline.new.endswith("cases of “late boots” on their own.")


def test_what_was_answered_is_not_drafted_again() -> None:
    draft = drafted(ground([]))
    assert draft.verdict is Verdict.COACH
    assert draft.redline.new == draft.redline.old
    assert draft.rationale == []


def test_so_few_people_show_no_number_and_no_case() -> None:
    draft = drafted(ground(cases("days_over", SMALL), hides_people=True))
    assert draft.verdict is Verdict.CLARIFY_WORDING
    assert draft.parameters == []
    assert draft.rationale == []
    assert "30" not in draft.redline.new


def test_another_verdict_may_be_chosen_and_says_so() -> None:
    draft = drafted(ground(cases("days_over", SMALL)), Verdict.ADD_EXCEPTION)
    assert draft.verdict is Verdict.ADD_EXCEPTION
    assert draft.reason.startswith("Chosen instead of widen limit: ")
    assert "As an exception" in draft.redline.new
    with pytest.raises(NothingToChange):
        compose(ground([case()] * 12, markup=UNTYPED), Verdict.WIDEN_LIMIT)


def test_the_fact_that_parts_signed_from_declined_comes_first_and_others_follow() -> None:
    signed = [case(facts={"prior": 0, "days": day, "note": "x", "vip": True}) for day in SMALL]
    declined = [
        case(CaseState.DECLINED, facts={"prior": 2, "days": day}) for day in (4, 20, 25, 29)
    ]
    parameters = drafted(ground(signed, declined, markup=UNTYPED)).parameters
    assert [one.fact for one in parameters] == ["prior", "days"]
    prior, days = parameters
    assert prior.boundary
    assert (prior.boundary.low, prior.boundary.high) == (0, 2)
    assert days.boundary is None
    assert days.direction == "max"


def test_the_direction_follows_what_is_declined() -> None:
    signed = cases("years_customer", [float(v) for v in range(5, 20)])
    declined = cases("years_customer", [0, 1, 1.5], CaseState.DECLINED)
    draft = drafted(ground(signed, declined, markup=UNTYPED))
    assert draft.parameters[0].direction == "min"
    assert "years customer is at least 5" in draft.redline.new


def test_the_amount_is_read_only_where_no_other_fact_has_enough_cases() -> None:
    paid = [case(amount=v, currency="EUR", facts={"days": v}) for v in SMALL]
    assert [one.fact for one in read_rule(ground(paid, markup=UNTYPED)).numbers] == ["days"]
    bare = [case(amount=v, currency="EUR") for v in SMALL]
    [amount] = drafted(ground(bare, markup=UNTYPED)).parameters
    assert (amount.fact, amount.unit) == ("amount", "EUR")
    assert amount.medium
    assert amount.medium.cost == sum(SMALL)


def test_a_number_in_plain_words_is_a_limit_only_for_a_fact_of_that_name() -> None:
    plain = "Shoes are mended within 24 months of delivery."
    values = [float(v) for v in range(25, 36)]
    same = drafted(ground(cases("months_since_delivery", values), markup=plain))
    other = drafted(ground(cases("months_over", values), markup=plain))
    assert same.verdict is Verdict.WIDEN_LIMIT
    assert same.redline.new == "Shoes are mended within 35 months of delivery."
    assert other.verdict is Verdict.ADD_EXCEPTION
    fee = "A missed visit costs EUR 35."
    priced = ground([case(amount=v, currency="EUR") for v in SMALL], markup=fee)
    assert drafted(priced).verdict is Verdict.ADD_EXCEPTION


def test_other_currencies_are_left_out_and_never_converted() -> None:
    euros = [case(amount=float(v), currency="EUR") for v in range(10, 22)]
    pounds = [case(amount=900.0, currency="GBP")]
    on = ground([*euros, *pounds], markup=UNTYPED)
    assert on.currency == "EUR"
    reading = read_rule(on).numbers[0]
    assert reading.numbers.n == len(euros)
    assert main_currency([case()]) is None
    assert number_of(case(facts={"x": float("nan")}), "x", None) is None


def test_a_ceiling_bounds_amounts_and_leaves_out_what_passed_it() -> None:
    paid = [case(amount=float(v), currency="EUR") for v in range(10, 40)]
    draft = drafted(ground(paid, markup=UNTYPED, ceiling=25))
    limits = [draft.parameters[0].narrow, draft.parameters[0].medium, draft.parameters[0].wide]
    assert all(one and one.limit <= 25 for one in limits)
    both = [case(facts={"days": v}, amount=v, currency="EUR") for v in SMALL]
    draft = drafted(ground(both, markup=UNTYPED, ceiling=25))
    assert draft.redline.new.endswith("where days is at most 25 and amount is at most 25 EUR.")


def test_every_sentence_of_the_rationale_cites_cases() -> None:
    signed = cases("days_over", [*SMALL, 400])
    for one in signed[:5]:
        one.outcomes = [Outcome(source=OutcomeSource.IMPORT, csat=5 if one.facts else 1)]
    declined = cases("days_over", [60, 61, 75], CaseState.DECLINED)
    on = ground(signed, declined, counted=signed[1:], effective_agents=4.2)
    draft = drafted(on)
    known = {one.id for one in [*signed, *declined]}
    assert all(one.cases and known.issuperset(one.cases) for one in draft.rationale)
    told = " ".join(one.sentence for one in draft.rationale)
    for words in (
        "17 cases were approved outside RET-1",
        "One case was filed together with others",
        "The outcome is known for 5 of 17: 5 good, 0 bad",
        "16 signed cases carry days over",
        "4.2 independent agents",
        "One case was set aside",
        "Between days over 30 and 60",
    ):
        assert words in told


def test_values_taken_over_from_a_precedent_are_no_values_of_their_own() -> None:
    own = cases("days_over", SMALL)
    copies = [
        case(facts={"days_over": 300.0}, provenance={"facts.days_over": "reused"})
        for _ in range(20)
    ]
    alone, beside = drafted(ground(own)), drafted(ground([*own, *copies]))
    assert beside.parameters == alone.parameters
    assert beside.redline == alone.redline
    typed = [case(facts={"days_over": 300.0}, provenance={"facts.days_over": "typed"})] * 3
    assert drafted(ground([*own, *typed])).parameters != alone.parameters
    amounts = [
        case(amount=amount, currency="EUR", facts=facts, provenance={field: "reused"})
        for amount, facts, field in (
            (50.0, {}, "amount"),
            (None, {"amount": 50.0}, "facts.amount"),
            (50.0, {}, "facts.amount"),
        )
    ]
    assert ground(amounts).own("amount") == amounts[2:]


def test_the_rationale_says_when_a_number_is_weak_or_does_not_separate() -> None:
    declined = cases("days_over", [5, 9, 3], CaseState.DECLINED)
    on = ground(cases("days_over", SMALL[:10]), declined, effective_agents=1.0)
    told = " ".join(one.sentence for one in drafted(on).rationale)
    assert "Weak: a number from nine to thirteen" in told
    assert "cannot be told apart" in told
    lone = " ".join(one.sentence for one in drafted(ground(cases("days_over", [20]))).rationale)
    assert "One case was approved" in lone
    assert "One signed case carries days over; under nine there is no number." in lone


def test_medium_and_wide_are_told_apart_where_they_differ() -> None:
    on = ground(cases("days_over", [float(v) for v in range(15, 90)]))
    told = " ".join(one.sentence for one in drafted(on).rationale)
    assert told.count("covers no less than") == 2


def test_the_same_ground_gives_the_same_draft() -> None:
    signed = cases("days_over", SMALL)
    declined = cases("days_over", [60, 61, 75], CaseState.DECLINED)
    assert drafted(ground(signed, declined)) == drafted(ground(signed, declined))
