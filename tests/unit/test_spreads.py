"""How facts spread over cases, and what declined look-alikes came to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.kinds.lookalikes import NOT_CAUSAL, look_alikes
from recommender.kinds.spreads import (
    LEAST_CARRIED,
    MOST_FACTS,
    MOST_NUMBERS,
    MOST_VALUES,
    Counted,
    Value,
    spread_of_facts,
)
from recommender.vocabulary import Facts, OutcomeReading


def of(name: str, *values: object) -> list[Facts]:
    return [{name: value} if value is not None else {} for value in values]  # type: ignore[dict-item]


def test_a_number_is_five_numbers_beside_those_declined() -> None:
    (days,) = spread_of_facts(
        of("days", 20, 14, 30, None, 26.5), of("days", 45, None, 38), {"days": "day"}
    )
    assert (days.fact, days.unit, days.n, days.missing) == ("days", "day", 4, 1)
    assert (days.low, days.median, days.high) == (14, 23.25, 30)
    assert (days.declined_low, days.declined_high) == (38, 45)
    assert days.values == []
    assert days.counts == [Counted(14, 1), Counted(20, 1), Counted(26.5, 1), Counted(30, 1)]
    assert days.declined == [Counted(38, 1), Counted(45, 1)]


@given(st.lists(st.floats(0, 1e6), min_size=MOST_NUMBERS + 1, max_size=90, unique=True))
def test_very_many_numbers_are_counted_by_steps(numbers: list[float]) -> None:
    (fact,) = spread_of_facts(of("amount", *numbers), [], {})
    assert len(fact.counts) <= MOST_NUMBERS
    assert sum(one.cases for one in fact.counts) == fact.n == len(numbers)
    assert all(min(numbers) <= one.value <= max(numbers) for one in fact.counts)


def test_a_word_is_counted_the_commonest_first() -> None:
    told = ("photo", True, "photo", False, "bill", None)
    (proof,) = spread_of_facts(of("proof", *told), [], {})
    assert (proof.n, proof.missing, proof.low, proof.declined_low) == (5, 1, None, None)
    assert proof.values == [Value("photo", 2), Value("bill", 1), Value("no", 1), Value("yes", 1)]


def test_a_fact_told_both_ways_is_taken_as_most_tell_it() -> None:
    (more,) = spread_of_facts(of("days", 3, 4, 5, "many"), of("days", "few"), {})
    assert (more.n, more.missing, more.high, more.declined_low) == (3, 1, 5, None)
    (words,) = spread_of_facts(of("days", 3, "few", "many", "few"), of("days", 9), {})
    assert (words.n, words.missing, words.high, words.declined_high) == (3, 1, None, None)


def test_rare_facts_and_the_commonest_alone() -> None:
    assert spread_of_facts(of("days", *range(LEAST_CARRIED - 1)), of("days", *range(9)), {}) == []
    assert spread_of_facts([], [], {}) == []
    many: list[Facts] = [{f"fact_{n:02}": 1 for n in range(20)} for _ in range(4)]
    many[0]["late"] = 2
    found = spread_of_facts([*many, *of("late", 1, 2, 3, 4, 5)], [], {})
    assert len(found) == MOST_FACTS
    assert found[0].fact == "late"
    (words,) = spread_of_facts(of("word", *(f"w{n}" for n in range(20))), [], {})
    assert len(words.values) == MOST_VALUES


@given(st.lists(st.floats(-1e6, 1e6), min_size=LEAST_CARRIED, max_size=50))
def test_quartiles_are_numpys(values: list[float]) -> None:
    (found,) = spread_of_facts(of("x", *values), [], {})
    numbers = (found.low, found.q1, found.median, found.q3, found.high)
    assert numbers == pytest.approx(np.percentile(values, [0, 25, 50, 75, 100]), abs=1e-6)


@given(st.lists(st.none() | st.booleans() | st.text(max_size=3) | st.floats(), max_size=30))
def test_who_carries_a_fact_and_who_does_not_are_all(values: list[object]) -> None:
    for found in spread_of_facts(of("x", *values), [], {}):
        assert found.n + found.missing == len(values)
        assert sum(one.cases for one in found.values) <= found.n


# Look-alikes


@given(st.lists(st.sampled_from(OutcomeReading), min_size=1, max_size=60))
def test_declined_look_alikes_are_compared_and_called_no_cause(
    readings: list[OutcomeReading],
) -> None:
    found = look_alikes(readings)
    assert found is not None
    assert found.cases == len(readings) == found.good.known + found.good.missing
    assert found.good.missing == readings.count(OutcomeReading.MISSING)
    assert found.words.endswith(NOT_CAUSAL)


def test_what_is_not_known_of_them_is_said() -> None:
    assert look_alikes([]) is None
    unknown = look_alikes([OutcomeReading.MISSING] * 3)
    assert unknown is not None
    assert "not known" in unknown.words
    good = look_alikes([OutcomeReading.GOOD] * 5)
    assert good is not None
    assert "56–100 %" in good.words
