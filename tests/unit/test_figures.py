"""Numbers as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.policies.figures import about, figure, money


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "0"),
        (40, "40"),
        (40.5, "40.50"),
        (1234567.0, "1,234,567"),
        (1234567.891, "1,234,567.891"),
        (0.1 + 0.2, "0.30"),
        (-12.5, "-12.50"),
        (1e15, "1,000,000,000,000,000"),
    ],
)
def test_money_has_no_exponent_and_the_decimals_that_were_given(amount: float, words: str) -> None:
    assert money(amount) == words
    assert money(amount, "EUR") == f"{words} EUR"


def test_an_estimate_says_no_cents_from_a_hundred_on() -> None:
    assert [about(one) for one in (12345.678, 99.994, 7.1)] == ["12,346", "99.99", "7.10"]
    assert about(100.4, "EUR") == "100 EUR"


@given(st.floats(-1e12, 1e12))
def test_a_figure_is_its_number_to_three_decimals(value: float) -> None:
    told = figure(value)
    assert "e" not in told
    assert float(told.replace(",", "")) == pytest.approx(value, abs=5.1e-4)
