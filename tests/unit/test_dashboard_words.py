"""How screens write values: money, days, shares, facts, and that every state has its word."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import words
from dashboard.tables import grid_html
from recommender.vocabulary import (
    CandidateState,
    CaseState,
    DecisionVerdict,
    EvidenceMode,
    FactValue,
    Grade,
    KindState,
    OutcomeReading,
    Role,
    Verdict,
)


@pytest.mark.parametrize(
    ("catalogue", "states"),
    [
        (words.KIND_STATES, KindState),
        (words.CASE_STATES, CaseState),
        (words.CANDIDATE_STATES, CandidateState),
        (words.GRADES, Grade),
        (words.OUTCOMES, OutcomeReading),
        (words.VERDICTS, Verdict),
        (words.DECISIONS, DecisionVerdict),
        (words.MODES, EvidenceMode),
        (words.ROLES, Role),
    ],
)
def test_every_state_has_its_word(
    catalogue: Mapping[StrEnum, object], states: type[StrEnum]
) -> None:
    assert set(catalogue) == set(states)


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (1857.0, "EUR", "1,857 EUR"),
        (9.9, "EUR", "9.90 EUR"),
        (0.0, None, "0"),
        (None, "EUR", "–"),
    ],
)
def test_money(amount: float | None, currency: str | None, written: str) -> None:
    assert words.money(amount, currency) == written


@given(st.lists(st.none() | st.decimals(0, 9999, places=2).map(float), min_size=1))
def test_a_column_of_amounts_has_one_number_of_decimals(amounts: list[float | None]) -> None:
    cents = words.has_cents(amounts)
    written = [words.money(each, None, cents=cents) for each in amounts if each is not None]
    assert {each.partition(".")[2] != "" for each in written} <= {cents}


def test_figures_end_alike_and_words_begin_alike() -> None:
    head = ("", "Cases", "Cost", "Share", "Reads")
    rows = [
        ("before", "1,200", "258.95 EUR", "56–100 %", "inside"),
        ("after", "–", "9 EUR", "", ""),
    ]
    table = grid_html(head, rows)
    for cell in ("<td class='figures'>1,200<", "<td class='figures'>–<", "<td class='figures'>56"):
        assert cell in table
    assert "<th scope='col' class='figures'>Cost<" in table
    assert "<td>inside<" in table
    assert "<th scope='row'>before<" in table
    assert "<td>" in grid_html(("", "None"), [("a", "–")]), "dashes alone are no figures"


@pytest.mark.parametrize(
    ("value", "written"),
    [(30, "30"), (5.5, "5.5"), (1200.25, "1,200.25"), (100, "100"), (5.001, "5"), (0.0, "0")],
)
def test_a_number_has_no_needless_decimals(value: float, written: str) -> None:
    assert words.number(value) == written


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (30, "day", "30 days"),
        (1, "day", "1 day"),
        (5.5, "hour", "5.5 hours"),
        (60, "EUR", "60 EUR"),
        (4, None, "4"),
        (2, "points", "2 points"),
    ],
)
def test_quantities(value: float, unit: str | None, written: str) -> None:
    assert words.quantity(value, unit) == written


@pytest.mark.parametrize(
    ("value", "written"), [(True, "yes"), (False, "no"), ("web", "web"), (5.5, "5.5"), (34, "34")]
)
def test_facts(value: FactValue, written: str) -> None:
    assert words.facts_line({"days_late": value}) == f"Days late: {written}"


def test_days_and_bounds() -> None:
    assert words.day(date(2026, 11, 4)) == "4 Nov 2026"
    assert words.bound("min", 24, "hour") == "at least 24 hours"


@given(st.floats(0, 1), st.floats(0, 1))
def test_an_interval_is_rounded_outward(one: float, other: float) -> None:
    low, high = sorted((one, other))
    first, last = words.percents(low, high).removesuffix(" %").split("–")
    assert int(first) <= 100 * low + 1e-6
    assert int(last) >= 100 * high - 1e-6
    assert int(first) > 100 * low - 1 - 1e-6
    assert int(last) < 100 * high + 1 + 1e-6


def test_five_of_five_is_an_interval_and_a_missing_end_is_a_dash() -> None:
    assert words.percents(0.5655, 1.0) == "56–100 %"
    assert words.percents(0.29, 0.57) == "29–57 %"
    assert words.percents(None, 1.0) == "–"
    assert words.percent(None) == "–"
    assert words.percent(0.779) == "77 %"


@given(st.text(max_size=200), st.integers(5, 90))
def test_a_shortened_text_is_a_beginning_of_it(text: str, most: int) -> None:
    line = " ".join(text.split())
    shown = words.short(text, most)
    assert len(shown) <= most + 2
    assert line.startswith(shown.removesuffix(" …"))
