"""Checks of a change: what nobody asked for, and the other rules that it touches."""

from datetime import date

import numpy as np
import pytest

from recommender.changes.checks import Clash, Footing, Grant, Neighbour, clashes_of, grants_of
from recommender.changes.population import PastCase, Population
from recommender.changes.reach import YES, Reach, judge
from recommender.policies.conditions import Condition
from recommender.policies.syntax.handbook import Bound, Parameter
from recommender.vocabulary import CaseState, FactValue


def past(number: int, state: CaseState, **facts: FactValue) -> PastCase:
    return PastCase(
        id=f"c{number}", state=state, day=date(2026, 1, 1), facts=facts, cost=10.0, meant=True
    )


SIGNED = [
    past(number, CaseState.APPROVED, days=number, fee=5.0, proof="letter")
    for number in range(15, 31)
]
DECLINED = [past(100 + number, CaseState.DECLINED, days=40 + number) for number in range(5)]
CASES = Population((*SIGNED, *DECLINED))


def limit(number: float, fact: str = "days", bound: Bound = "max") -> Parameter:
    return Parameter(fact, bound, number, "day", f"{number} days", 0, 7)


OLD = Reach(limits=(limit(14),))


def granted(new: Reach, cases: Population = CASES) -> list[str]:
    return [one.words for one in grants_of(cases, OLD, new)]


def clashing(new: Reach, **given: object) -> list[Clash]:
    ground = Footing(cases=CASES, currency="EUR", clause="B-1", **given)  # type: ignore[arg-type]
    return clashes_of(ground, OLD, new, inside=judge(CASES, new) == YES)


@pytest.mark.parametrize("most", [10, 14, 20, 30])
def test_what_was_signed_is_no_new_grant(most: float) -> None:
    assert granted(Reach(limits=(limit(most),))) == []


def test_a_limit_beyond_the_largest_signed_is_told() -> None:
    [words] = granted(Reach(limits=(limit(31),)))
    assert words == "The largest days that was signed is 30, and the limit is 31."


def test_a_limit_where_peers_decline_is_told() -> None:
    signed = [*SIGNED, past(50, CaseState.APPROVED, days=60)]  # one honest exception
    [words] = granted(Reach(limits=(limit(50),)), Population((*signed, *DECLINED)))
    assert words.startswith("Peers decline from days 40 on")


def test_a_dropped_limit_and_a_retired_rule_are_told() -> None:
    for new in (Reach(), Reach(everything=True)):
        assert granted(new) == ["No limit on days is left; the largest that was signed is 30."]


def test_facts_that_an_exception_leaves_open_are_told() -> None:
    new = Reach(limits=OLD.limits, special=True, conditions=(Condition("days", "max", 20.0),))
    assert grants_of(CASES, OLD, new) == [
        Grant("fee", "fee is left open; the largest that was signed is 5.")
    ]


def test_words_and_facts_that_nobody_signed_are_told() -> None:
    conditions = (
        Condition("fee", "max", 5.0),
        Condition("proof", "one_of", ("Letter", "rumour")),
        Condition("age", "min", 3.0),
    )
    told = granted(Reach(limits=OLD.limits, special=True, conditions=conditions))
    assert told == ["No signed case has proof rumour.", "No signed case says its age."]


def test_ceiling_never_bend_and_budget_block() -> None:
    amount = Reach(
        limits=OLD.limits, special=True, conditions=(Condition("amount", "max", 60.0, "EUR"),)
    )
    [ceiling] = clashing(amount, ceiling=50.0)
    assert (ceiling.blocks, ceiling.what) == (True, "60 is above the ceiling of B-1, 50.")
    assert clashing(amount, ceiling=60.0) == []
    wider = Reach(limits=(limit(30),))
    [bent] = clashing(wider, never_bend=True)
    assert (bent.clause, bent.blocks) == ("B-1", True)
    [dear] = clashing(wider, budget=100.0, budget_currency="EUR")
    assert dear.what == ("Cases like these cost 160 EUR a month, and the budget of B-1 is 100 EUR.")
    assert clashing(wider, budget=100.0, budget_currency="EUR", months=2.0) == []
    [other] = clashing(wider, budget=999.0, budget_currency="GBP")
    assert "cannot be compared" in other.what
    assert clashing(OLD, never_bend=True, budget=0.0, budget_currency="EUR") == []


@pytest.mark.parametrize(
    ("number", "bound", "said"),
    [
        (20.0, "max", "B-2 says days is at most 20; this goes past it."),
        (30.0, "max", None),
        (14.0, "max", "B-2 says days is at most 14; this goes past it."),
        (10.0, "max", None),  # the old wording went past it already
        (30.0, "min", "B-2 says days is at least 30; this reaches into it, so both apply."),
        (31.0, "min", None),
        (14.0, "min", None),
    ],
)
def test_another_clause_that_is_passed_is_told(
    number: float, bound: Bound, said: str | None
) -> None:
    other = Neighbour("B-2", never_bend=False, limits=(limit(number, bound=bound),))
    found = clashing(Reach(limits=(limit(30),)), others=(other,))
    assert [one.what for one in found] == ([] if said is None else [said])
    assert not any(one.blocks for one in found)


def test_a_passed_clause_that_is_never_bent_blocks() -> None:
    hours = Parameter("days", "max", 20.0, "hour", "20 hours", 0, 8)
    others = (Neighbour("B-2", True, (limit(20),)), Neighbour("B-3", True, (hours,)))  # noqa: FBT003
    assert [one.clause for one in clashing(Reach(limits=(limit(30),)), others=others)] == ["B-2"]


def test_an_empty_population_is_judged() -> None:
    nobody = Population(())
    assert judge(nobody, OLD).shape == (0,)
    assert np.array_equal(nobody.costs, [])
    assert grants_of(nobody, OLD, Reach(limits=(limit(31),))) == [
        Grant("days", "No signed case says its days.")
    ]
