"""Harm in a kind: the part that a fact holds stays out, what none holds keeps the signature."""

from typing import Any

import pytest

from recommender.changes.drafting import compose
from recommender.changes.ground import Ground, facts_of
from recommender.changes.harm import Doubt, doubt_of
from recommender.changes.rules import read_rule
from recommender.changes.verdicts import OutcomesBad
from recommender.models.cases import Case
from recommender.models.outcomes import Outcome
from recommender.vocabulary import CaseState, Grade, OutcomeSource, Verdict
from tests.unit.grounds import SMALL, UNTYPED, case, cases, ground

GOOD, BAD = 5, 1


def ending(group: list[Case], csat: int) -> list[Case]:
    for one in group:
        one.outcomes = [Outcome(source=OutcomeSource.IMPORT, csat=csat)]
    return group


def mixed(bad: int, good: int, **given: Any) -> Ground:  # noqa: ANN401 - any field of Ground
    """Lay ground of 20 late boots of known and unknown end, whom no fact tells apart."""
    group = cases("days_over", [15.0 + place % 16 for place in range(20)])
    ending(group[:bad], BAD)
    ending(group[bad : bad + good], GOOD)
    return ground(group, **given)


def parted(fact: str = "code", **given: Any) -> Ground:  # noqa: ANN401 - any field of Ground
    """Lay ground whose bad part says another word than the rest."""
    fine = ending([case(facts={"days_over": late, fact: "a"}) for late in SMALL], GOOD)
    bad = ending([case(facts={"days_over": late, fact: "z"}) for late in SMALL[:6]], BAD)
    return ground([*fine, *bad], **given)


@pytest.mark.parametrize(
    ("bad", "good", "usual", "doubt"),
    [
        (0, 9, 0.1, None),
        (1, 9, None, None),
        (1, 9, 0.1, Doubt(bad=1, known=10, worse=False)),
        (1, 9, 0.5, None),
        (2, 18, None, Doubt(bad=2, known=20, worse=False)),
        (5, 5, None, Doubt(bad=5, known=10, worse=False)),
        (5, 5, 0.24, Doubt(bad=5, known=10, worse=False)),
        (5, 5, 0.23, Doubt(bad=5, known=10, worse=True)),
        (4, 4, 0.1, Doubt(bad=4, known=8, worse=False)),
        (0, 0, 0.1, None),
    ],
)
def test_bad_outcomes_are_doubted_if_several_or_maybe_more_than_usual(
    bad: int, good: int, usual: float | None, doubt: Doubt | None
) -> None:
    """Wilson's interval of 5 in 10 begins at 23.7 %, that of 1 in 10 ends at 40.4 %."""
    assert doubt_of(mixed(bad, good, usual_bad=usual)) == doubt


def test_what_is_surely_worse_than_usual_keeps_the_signature() -> None:
    on = mixed(5, 5, usual_bad=0.1)
    draft = compose(on).draft
    assert draft.verdict is Verdict.CLARIFY_WORDING
    assert draft.reason.startswith(
        "5 of 10 known outcomes went badly, surely more than of other signed cases"
    )
    assert draft.redline.new.endswith("agents ask a colleague to sign first.")
    chosen = compose(on, Verdict.ADD_EXCEPTION).draft
    assert "once a colleague has signed where days over is at most 30" in chosen.redline.new
    [told] = [one for one in draft.rationale if "went badly" in one.sentence]
    assert told.sentence.endswith("If they are of another sort, split the kind.")
    assert told.cases == [one.id for one in on.counted[:5]]


def test_a_clause_that_allows_them_already_is_not_said_plainer_where_they_end_badly() -> None:
    on = mixed(5, 5, usual_bad=0.1, markup=(
        "Shoes come back within [90 days]{.parameter fact=days_over max=90 unit=day}."
    ))  # fmt: skip
    draft = compose(on).draft
    assert draft.verdict is Verdict.CLARIFY_WORDING
    assert draft.redline.new.endswith("agents ask a colleague to sign first.")


def test_what_is_not_surely_few_goes_no_further_than_medium_and_says_so() -> None:
    draft = compose(mixed(2, 8)).draft
    assert draft.verdict is Verdict.WIDEN_LIMIT
    assert draft.reason.endswith(
        " 2 of 10 known outcomes went badly, so nothing beyond this is suggested."
    )
    unmeasured = ending([case() for _ in range(3)], BAD) + [case() for _ in range(12)]
    alone = compose(ground(unmeasured[3:], markup=UNTYPED)).draft.redline.new
    doubted = compose(ground(unmeasured, markup=UNTYPED)).draft
    assert alone.endswith("on their own.")
    assert doubted.redline.new.endswith("once a colleague has signed."), "no limit holds it"


def test_authority_is_not_suggested_where_bad_outcomes_are_not_surely_few() -> None:
    group = [case(granted_action=f"way {number % 4}") for number in range(40)]
    ending(group[:38], GOOD)
    known: dict[str, Any] = {"markup": UNTYPED, "grade": Grade.STRONG, "good_low": 0.8}
    assert compose(ground(group, **known)).draft.verdict is Verdict.GRANT_AUTHORITY
    ending(group[38:], BAD)
    assert compose(ground(group, **known)).draft.verdict is Verdict.ADD_EXCEPTION


@pytest.mark.parametrize("markup", [UNTYPED, None])
@pytest.mark.parametrize("declined", [(), (16, 20, 25, 29)])
@pytest.mark.parametrize(
    "verdict", [Verdict.ADD_EXCEPTION, Verdict.WRITE_NEW_CLAUSE, Verdict.GRANT_AUTHORITY]
)
def test_what_was_left_out_meets_no_drafted_condition(
    verdict: Verdict, declined: tuple[float, ...], markup: str | None
) -> None:
    """Also where nothing parts signed from declined cases, and a colleague keeps signing."""
    others = [case(CaseState.DECLINED, facts={"days_over": late, "code": "a"}) for late in declined]
    on = parted(markup=markup)
    on = ground(on.signed, others, markup=markup)
    assert read_rule(on).undecided is bool(declined)
    draft = compose(on, verdict).draft
    [part] = draft.ended_badly
    assert part.words == "6 of 6 with code other than a ended badly."
    assert "code is a" in draft.redline.new
    bad = [one for one in on.signed if (one.facts or {})["code"] == "z"]
    for one in bad:
        facts = facts_of(one, None)
        assert False in {each.admits(facts.get(each.fact)) for each in draft.conditions}


@pytest.mark.parametrize("verdict", [Verdict.WIDEN_LIMIT, Verdict.RETIRE_RULE])
def test_no_rule_for_everybody_lets_the_bad_part_in(verdict: Verdict) -> None:
    on = parted()
    assert compose(on).draft.verdict is Verdict.ADD_EXCEPTION
    with pytest.raises(OutcomesBad, match="6 of 6 with code other than a ended badly"):
        compose(on, verdict)
    offered = {one.verdict: one for one in compose(on).draft.verdicts}
    assert not offered[verdict].allowed


def test_authority_states_the_conditions_and_the_ceiling() -> None:
    draft = compose(ground(cases("days_over", SMALL), ceiling=50), Verdict.GRANT_AUTHORITY).draft
    assert draft.redline.new.endswith(
        "agents may depart from this as they judge fair where days over is at most 30 and amount "
        "is at most 50."
    )
