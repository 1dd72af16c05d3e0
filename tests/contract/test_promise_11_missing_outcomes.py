"""Promise 11: a missing outcome is never good, and no share stands without its interval."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.kinds.evidence import Window, gather
from recommender.kinds.rows import CaseFacts
from recommender.kinds.statistics import share_of_good
from recommender.kinds.surfacing import grade
from recommender.vocabulary import Grade, OutcomeReading

END = datetime(2026, 6, 1, tzinfo=UTC)
READINGS = st.lists(st.sampled_from(OutcomeReading), min_size=1, max_size=60)


def rows(readings: Sequence[OutcomeReading]) -> list[CaseFacts]:
    return [
        CaseFacts(
            id=f"{number}",
            occurred_at=END - timedelta(days=3 * number),
            agent=f"agent-{number % 9}",
            cosigner=f"peer-{number % 7}",
            team=f"team-{number % 3}",
            customer=f"customer-{number}",
            situation=f"story {number} of its own {number * number}",
            outcome=reading,
        )
        for number, reading in enumerate(readings)
    ]


@pytest.mark.parametrize(("good", "known", "printed"), [(5, 5, "56–100 %"), (18, 20, "69–98 %")])
def test_few_good_outcomes_print_an_interval(good: int, known: int, printed: str) -> None:
    assert str(share_of_good(good, known, 0)) == printed


def test_nothing_known_prints_nothing_good() -> None:
    nothing = share_of_good(0, 0, 12)
    assert str(nothing) == "unknown"
    assert (nothing.all_missing_bad, nothing.all_missing_good) == (0.0, 1.0)


@given(READINGS)
def test_missing_outcomes_are_counted_apart(readings: list[OutcomeReading]) -> None:
    found = gather(rows(readings), Window(end=END))
    missing = readings.count(OutcomeReading.MISSING)
    assert found.good.missing == found.bad.missing == missing
    assert found.good.known == found.bad.known == len(readings) - missing


@given(READINGS)
def test_a_missing_outcome_never_helps(readings: list[OutcomeReading]) -> None:
    """Against the same case known to be good, a missing one never raises the least share."""
    known = [OutcomeReading.GOOD if one is OutcomeReading.MISSING else one for one in readings]
    one = gather(rows(readings), Window(end=END)).good
    other = gather(rows(known), Window(end=END)).good
    assert (one.share_low or 0) <= (other.share_low or 0)
    assert one.all_missing_bad is not None
    assert other.all_missing_bad is not None
    assert one.all_missing_bad <= other.all_missing_bad


def test_outcomes_nobody_knows_leave_the_grade_weak() -> None:
    assert grade(gather(rows([OutcomeReading.MISSING] * 40), Window(end=END))) is Grade.WEAK
    assert grade(gather(rows([OutcomeReading.GOOD] * 40), Window(end=END))) is Grade.STRONG
