"""Learnt conditions: exact chances, few false alarms, nothing where nothing decides."""

from collections.abc import Sequence
from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from recommender.changes.learnt import (
    CHANCE,
    LEAST_OUT,
    LEAST_TOLD,
    MOST_CONDITIONS,
    MOST_WORDS,
    Learnt,
    Sides,
    Told,
    admits,
    chance_beyond,
    chance_of_words,
    learn,
)
from recommender.changes.parameters import CONFIDENCE, blocks, confidence
from recommender.policies.conditions import Condition
from recommender.policies.syntax.handbook import Bound

BOTH: tuple[Bound, ...] = ("max", "min")


def told(fact: str, values: Sequence[float | str]) -> list[Told]:
    return [{fact: value} for value in values]


def numbers(first: int, last: int) -> list[float]:
    return [float(value) for value in range(first, last + 1)]


def learnt(own: list[Told], others: list[Told], facts: Sides | None = None) -> list[Condition]:
    every = {fact: BOTH for one in [*own, *others] for fact in one}
    return [one.condition for one in learn(own, others, facts or every)]


@given(st.integers(1, 8), st.integers(1, 4), st.data())
def test_the_chance_beyond_a_cut_is_counted_over_all_orders(
    own: int, others: int, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, own))
    beyond = data.draw(st.integers(0, others))
    orders = list(combinations(range(own + others), others))
    hits = 0
    for places in orders:
        ours = [place for place in range(own + others) if place not in places]
        limit = sorted(ours, reverse=True)[cut - 1]
        hits += sum(place > limit for place in places) >= beyond
    assert chance_beyond(beyond, cut, own, others) == pytest.approx(hits / len(orders))


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=4).filter(
        lambda counts: 1 <= sum(theirs for _, theirs in counts) <= 4
    )
)
def test_the_chance_of_words_is_counted_over_all_draws(counts: list[tuple[int, int]]) -> None:
    words = [word for word, (ours, theirs) in enumerate(counts) for _ in range(ours + theirs)]
    others = sum(theirs for _, theirs in counts)
    out = sum(theirs for ours, theirs in counts if ours < LEAST_TOLD)
    hits = 0
    for drawn in combinations(range(len(words)), others):
        theirs = [words[place] for place in drawn]
        hits += out <= sum(words.count(word) - theirs.count(word) < LEAST_TOLD for word in theirs)
    pooled = [sum(count) for count in counts if sum(count)]
    assert chance_of_words(pooled, others, out) == pytest.approx(hits / comb(len(words), others))


def test_two_words_said_by_one_side_each_are_fishers_exact_test() -> None:
    exact = fisher_exact(np.array([[20, 0], [0, 4]]), alternative="greater").pvalue
    assert chance_of_words([20, 4], 4, 4) == pytest.approx(exact)


def test_a_cut_leaves_as_much_within_as_the_limit_promises() -> None:
    for n in range(1, 120):
        cut = blocks(n, 0.8)
        assert cut == 1 or confidence(n - cut + 1, n, 0.8) >= CONFIDENCE
        assert confidence(n - cut, n, 0.8) < CONFIDENCE


def test_a_fact_that_parts_all_is_learnt_with_the_side_it_parts_on() -> None:
    signed = told("days", numbers(1, 20))
    assert learnt(signed, told("days", [30, 31, 40])) == [Condition("days", "max", 20.0)]
    assert learnt(signed, told("days", [0, 0.2, 0.5])) == [Condition("days", "min", 1.0)]
    one_side: Sides = {"days": ("max",)}
    assert learnt(signed, told("days", [0, 0.2, 0.5]), one_side) == []


def test_a_word_that_parts_all_is_learnt_and_one_said_once_is_not_allowed() -> None:
    signed = told("proof", ["p45"] * 9 + ["letter"] * 6 + ["none"])
    assert learnt(signed, told("proof", ["none"] * 5)) == [
        Condition("proof", "one_of", ("letter", "p45"))
    ]


def test_words_without_end_are_no_condition() -> None:
    signed = told("town", [f"town {place}" for place in range(MOST_WORDS + 1)] * 3)
    assert learnt(signed, told("town", ["elsewhere"] * 9)) == []


def test_a_second_condition_is_judged_by_what_the_first_lets_in() -> None:
    signed = [{"prior": 0.0, "bill": 100.0 + place} for place in range(30)]
    declined = [{"prior": 2.0, "bill": 100.0}] * 5 + [{"prior": 0.0, "bill": 400.0}] * 3
    found = learn(signed, declined, {"prior": BOTH, "bill": BOTH})
    assert [one.condition.words for one in found] == [
        "prior is at most 0",
        "bill is at most 129",
    ]
    assert [(one.out, one.of) for one in found] == [(5, 8), (3, 3)]


def test_one_case_out_or_few_carriers_show_no_rule() -> None:
    signed = told("days", numbers(1, 60))
    assert learnt(signed, told("days", [90])) == []
    assert learnt(told("days", numbers(1, 8)), told("days", [90] * 9)) == []
    assert learnt(signed, []) == []
    assert learnt([], told("days", [90] * 9)) == []
    assert learnt(signed, told("other", [90] * 9)) == []


def test_equal_values_part_nothing() -> None:
    assert learnt(told("fee", [35.0] * 40), told("fee", [35.0] * 20)) == []
    assert learnt(told("plan", ["s"] * 40), told("plan", ["s"] * 20)) == []


def test_a_condition_that_misjudges_as_many_as_none_does_not_pay() -> None:
    condition = Condition("days", "max", 9.0)
    assert Learnt(condition, out=3, of=4, chance=0.01, refused=2).pays
    assert not Learnt(condition, out=3, of=4, chance=0.01, refused=3).pays
    assert not Learnt(condition, out=LEAST_OUT - 1, of=4, chance=0.01, refused=0).pays


def test_a_case_without_the_fact_is_not_judged() -> None:
    assert admits(Condition("days", "max", 9.0), {}) is None


def test_at_most_three_conditions() -> None:
    signed: list[Told] = [dict.fromkeys("abcd", float(place)) for place in range(40)]
    declined: list[Told] = [
        dict.fromkeys("abcd", 5.0) | {fact: 90.0} for fact in "abcd" for _ in range(8)
    ]
    assert len(learn(signed, declined, dict.fromkeys("abcd", BOTH))) == MOST_CONDITIONS


@pytest.mark.parametrize(("own", "others"), [(14, 2), (14, 5), (25, 6), (40, 10)])
def test_where_nothing_decides_a_condition_is_rare(own: int, others: int) -> None:
    """Eight facts of noise; with 150 draws at 5 % more than 14 would come in one of 100 runs."""
    draws = np.random.default_rng(own * 100 + others)
    facts = ["n0", "n1", "n2", "n3", "n4", "w0", "w1", "w2"]

    def case() -> Told:
        return {
            **{f"n{place}": float(draws.random()) for place in range(3)},
            **{f"n{place}": float(draws.integers(0, 8)) for place in (3, 4)},
            "w0": str(draws.choice(["yes", "no"])),
            "w1": str(draws.choice(["a", "b", "c"], p=[0.6, 0.3, 0.1])),
            "w2": str(draws.integers(0, 12)),
        }

    false = sum(
        bool(
            learn(
                [case() for _ in range(own)],
                [case() for _ in range(others)],
                dict.fromkeys(facts, BOTH),
            )
        )
        for _ in range(150)
    )
    assert false <= 14
    assert CHANCE.value == 0.05
