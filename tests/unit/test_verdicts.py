"""Verdicts: which one is proposed, and every other one with what it does or why it is barred."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from recommender.changes.drafting import compose
from recommender.changes.ground import Ground
from recommender.models.cases import Case
from recommender.models.outcomes import Outcome
from recommender.policies.conditions import Scope
from recommender.vocabulary import CaseState, Grade, KindState, OutcomeSource, Verdict
from tests.unit.grounds import SMALL, UNTYPED, case, cases, ground

START = date(2026, 1, 1)


def proposed(on: Ground) -> Verdict:
    return compose(on).draft.verdict


def days_apart(days: int, number: int = 16) -> list[Case]:
    first = datetime(START.year, START.month, START.day, tzinfo=UTC)
    return [
        case(facts={"days_over": 20.0 + place}, occurred_at=first + timedelta(days=days * place))
        for place in range(number)
    ]


def test_every_verdict_is_offered_once_the_proposed_one_first() -> None:
    draft = compose(ground(cases("days_over", SMALL))).draft
    assert {one.verdict for one in draft.verdicts} == set(Verdict)
    assert len(draft.verdicts) == len(Verdict)
    first = draft.verdicts[0]
    assert (first.verdict, first.allowed, first.why) == (draft.verdict, True, draft.reason)
    assert all(one.allowed and one.why for one in draft.verdicts)


@pytest.mark.parametrize(
    ("on", "barred", "why"),
    [
        (ground(cases("days_over", SMALL), never_bend=True), Verdict.ADD_EXCEPTION, "never bent"),
        (ground(cases("days_over", SMALL), bad_low=0.6), Verdict.WIDEN_LIMIT, "end badly"),
        (ground(cases("days_over", SMALL), markup=UNTYPED), Verdict.WIDEN_LIMIT, "no limit"),
        (ground(cases("days_over", SMALL), markup=None), Verdict.RETIRE_RULE, "No clause"),
        (
            ground(cases("days_over", SMALL), markup=UNTYPED, hides_people=True),
            Verdict.WIDEN_LIMIT,
            "so few people",
        ),
    ],
)
def test_what_is_barred_says_why_and_cannot_be_chosen(
    on: Ground, barred: Verdict, why: str
) -> None:
    offered = {one.verdict: one for one in compose(on).draft.verdicts}
    assert not offered[barred].allowed
    assert why in offered[barred].why
    assert offered[Verdict.COACH].allowed


def test_what_one_team_does_is_no_rule_for_everybody() -> None:
    on = ground(cases("days_over", SMALL), state=KindState.LOCAL_PRACTICE)
    assert proposed(on) is Verdict.COACH
    assert compose(on, Verdict.WIDEN_LIMIT).draft.redline.new.endswith("30 days of delivery.")


def test_what_fades_is_tolerated_until_a_day() -> None:
    on = ground(cases("days_over", SMALL), state=KindState.FADING, as_of=START)
    draft = compose(on).draft
    assert draft.verdict is Verdict.TOLERATE_UNTIL
    assert draft.redline.new == draft.redline.old
    assert draft.scope.until == START + timedelta(days=90)
    chosen = compose(on, Verdict.TOLERATE_UNTIL, Scope(until=date(2026, 12, 24)))
    assert chosen.draft.scope.until == date(2026, 12, 24)
    assert compose(on, Verdict.COACH).draft.scope == Scope()


@pytest.mark.parametrize(
    ("apart", "after", "tolerated"),
    [(3, 60, True), (3, 40, False), (7, 60, False)],
)
def test_a_peak_that_is_long_over_is_tolerated(*, apart: int, after: int, tolerated: bool) -> None:
    signed = days_apart(apart)
    last = signed[-1].occurred_at.date()
    on = ground(signed, as_of=last + timedelta(days=after))
    assert (proposed(on) is Verdict.TOLERATE_UNTIL) is tolerated


def test_a_few_stragglers_leave_a_peak_one() -> None:
    signed = days_apart(2, 12)
    late = [
        case(facts={"days_over": 30.0}, occurred_at=datetime(2026, 9, n, tzinfo=UTC))
        for n in range(1, 6)
    ]
    on = ground([*signed, *late], as_of=date(2026, 9, 30))
    assert proposed(on) is Verdict.TOLERATE_UNTIL
    assert proposed(ground([*signed, *late, *late[:1]], as_of=date(2026, 9, 30))) is not (
        Verdict.TOLERATE_UNTIL
    )


def test_a_rule_that_nearly_nobody_keeps_to_is_retired() -> None:
    signed = cases("days_over", SMALL)
    known: dict[str, Any] = {"grade": Grade.STRONG, "ruled_out": 0.8}
    assert proposed(ground(signed, **known)) is Verdict.RETIRE_RULE
    assert proposed(ground(signed, **known | {"ruled_out": 0.79})) is Verdict.WIDEN_LIMIT
    assert proposed(ground(signed, **known | {"grade": Grade.MODERATE})) is Verdict.WIDEN_LIMIT
    declined = cases("days_over", [60], CaseState.DECLINED)
    assert proposed(ground(signed, declined, **known)) is Verdict.WIDEN_LIMIT
    signed[0].outcomes = [Outcome(source=OutcomeSource.IMPORT, csat=1)]
    assert proposed(ground(signed, **known)) is Verdict.WIDEN_LIMIT


def test_what_is_done_in_many_good_ways_is_left_to_agents() -> None:
    signed = [case(granted_action=f"way {number % 4}") for number in range(16)]
    known: dict[str, Any] = {"markup": UNTYPED, "grade": Grade.STRONG, "good_low": 0.7}
    draft = compose(ground(signed, **known)).draft
    assert draft.verdict is Verdict.GRANT_AUTHORITY
    assert "4 different ways" in draft.reason
    assert draft.redline.new.endswith("agents may depart from this as they judge fair.")
    assert proposed(ground(signed, **known | {"good_low": 0.69})) is Verdict.ADD_EXCEPTION
    assert proposed(ground(signed[:2] * 8, **known)) is Verdict.ADD_EXCEPTION
    decided = [case(granted_action=one.granted_action, facts={"days": 20.0}) for one in signed]
    assert proposed(ground(decided, **known)) is Verdict.ADD_EXCEPTION


def test_few_people_propose_nothing_but_words() -> None:
    on = ground(cases("days_over", SMALL), state=KindState.FADING, hides_people=True)
    assert proposed(on) is Verdict.CLARIFY_WORDING
