"""Wordings: plain text, limits changed in place, sentences added, suggestions, differences."""

import itertools
import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recommender.learning.figures import figure_value, write_figure
from recommender.policies.limits import admits
from recommender.policies.syntax.compare import Change, word_diff
from recommender.policies.syntax.handbook import BadParameter, Parameter, UnknownParameter
from recommender.policies.syntax.markup import (
    append_sentence,
    parameter_span,
    plain_text,
    read_parameters,
    set_parameter,
)
from recommender.policies.syntax.read import parse_policy
from recommender.policies.syntax.suggest import (
    confirm_parameter,
    state_parameter,
    suggest_parameters,
)

LIMITS = st.one_of(
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.decimals("0", "9999", places=2).map(float),
)
PROSE = st.text(alphabet="ab 14.,%'’é-\n\t()€", max_size=60)


def limit(bound: str, value: float, words: str = "", fact: str = "days") -> Parameter:
    (found,) = read_parameters(f"[{words}]{{.parameter fact={fact} {bound}={value}}}")
    return found


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Within [14 days]{.parameter fact=d max=14} of it.", "Within 14 days of it."),
        ("a [b]{.small}c [d]{not attributes} [e](f)", "a bc [d]{not attributes} [e](f)"),
        ("wrapped\r\n  lines   join", "wrapped lines join"),
        ("list:\n- one\n  more\n2. two\n\nnext", "list:\n- one more\n2. two\nnext"),
        ("a <!-- not\nshown --> b `[c]{.d}`", "a b `[c]{.d}`"),
        ("hidden []{.parameter fact=d max=1}", "hidden"),
        ("", ""),
    ],
)
def test_plain_text_shows_the_words_without_spans(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    ("span", "new", "expected"),
    [
        ("[14 days]{.parameter fact=f max=14 unit=day}", 21, "[21 days]{.* max=21 unit=day}"),
        ("[14 days]{.parameter fact=f max=14 unit=day}", 1, "[1 day]{.* max=1 unit=day}"),
        ("[one day]{.parameter fact=f max=1 unit=day}", 2, "[two days]{.* max=2 unit=day}"),
        ("[1-day]{.parameter fact=f max=1 unit=day}", 2, "[2-day]{.* max=2 unit=day}"),
        ("[floor 1]{.parameter fact=f max=1 unit=floor}", 2, "[floor 2]{.* max=2 unit=floor}"),
        (
            "[Two full working days]{.parameter fact=f min=2 unit=day}",
            48,
            "[48 full working days]{.* min=48 unit=day}",
        ),
        ("[Two days]{.parameter fact=f min=2 unit=day}", 30, "[Thirty days]{.* min=30 unit=day}"),
        ("[two (2) days]{.parameter fact=f max=2}", 3, "[three (3) days]{.* max=3}"),
        ("[EUR 35.00]{.parameter fact=f max=35 unit=EUR}", 50, "[EUR 50.00]{.* max=50 unit=EUR}"),
        ("[4,95 €]{.parameter fact=f max=4.95}", 1234.5, "[1234,50 €]{.* max=1234.5}"),
        ("[1,000]{.parameter fact=f max=1000}", 25000.125, "[25,000.125]{.* max=25000.125}"),
        ("[1.000,50]{.parameter fact=f max=1000.5}", 2000, "[2.000,00]{.* max=2000}"),
        ("[30 %]{.parameter fact=f max='30'}", 12.5, "[12.5 %]{.* max=12.5}"),
        ("[one month]{.parameter fact=f max=30 unit=day}", 45, "[45 days]{.* max=45 unit=day}"),
        ("[on 12.05.2024]{.parameter fact=f max=12}", 3, "[3]{.* max=3}"),
        ("[]{.parameter fact=f max=3}", 4, "[]{.* max=4}"),
    ],
)
def test_a_limit_changes_in_words_and_attribute(span: str, new: float, expected: str) -> None:
    changed = set_parameter(f"Up to {span}, then not.", "f", new)
    assert changed == f"Up to {expected.replace('.*', '.parameter fact=f')}, then not."


@given(
    words=st.sampled_from(["14 days", "two (14) days", "a fortnight", "", "14,00", "x [no"]),
    new=LIMITS,
    before=PROSE,
    after=PROSE,
)
def test_the_new_limit_is_what_a_reader_of_the_file_finds(
    words: str, new: float, before: str, after: str
) -> None:
    words = words.replace("[", "")
    markup = f"{before}[{words}]{{.parameter fact=f max=14 unit=day}}{after}"
    changed = set_parameter(markup, "f", new)
    assert changed.startswith(before + "[")
    assert changed.endswith("}" + after)
    page = f"# T\n\n[K]{{.clause #K}} x {changed} x"
    assert [one.limit for one in parse_policy(page, "t").clauses[0].parameters] == [new]


def test_a_fact_with_both_bounds_needs_its_bound_named() -> None:
    markup = "[2]{.parameter fact=f min=2} to [5]{.parameter fact=f max=5} items"
    assert set_parameter(markup, "f", 6, bound="max").endswith("[6]{.parameter fact=f max=6} items")
    with pytest.raises(UnknownParameter, match=r"f \(min\), f \(max\)") as refused:
        set_parameter(markup, "f", 6)
    assert refused.value.facts["known"] == ("f (min)", "f (max)")
    with pytest.raises(UnknownParameter, match="none"):
        set_parameter("no limit", "f", 6)


@pytest.mark.parametrize("wrong", [math.nan, math.inf, True])
def test_a_limit_is_a_finite_number(wrong: float) -> None:
    with pytest.raises(BadParameter, match="finite number"):
        parameter_span("x", "f", "max", wrong, None)


def test_a_parameter_without_attributes_of_its_own_is_refused() -> None:
    with pytest.raises(BadParameter, match="no other and no key"):
        read_parameters("[2]{.parameter #k fact=f max=2}")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("Late is late.\n\n", "Late is late. Not so.\n\n"),
        ("Late is late", "Late is late. Not so."),
        ("At most [2 days]{.parameter fact=f max=2}\r\n", None),
        ("Either:\n- one\n- two\n", "Either:\n- one\n- two\n- Not so.\n"),
        ("Either:\r\n1. one\r\n2. two", "Either:\r\n1. one\r\n2. two\r\n3. Not so."),
        ("- a dash begins it.", "- a dash begins it. Not so."),
        ("", "Not so."),
        (" \n", "Not so. \n"),
    ],
)
def test_a_sentence_is_added_before_the_white_space(markup: str, expected: str | None) -> None:
    if expected is None:
        expected = markup.rstrip() + ". Not so.\r\n"
    assert append_sentence(markup, " Not so. ") == expected


@given(markup=PROSE, sentence=PROSE.filter(str.strip))
def test_adding_a_sentence_keeps_what_was_there(markup: str, sentence: str) -> None:
    added = append_sentence(markup, sentence)
    assert added.startswith(markup.rstrip())
    tail = markup[len(markup.rstrip()) :]
    assert added.endswith(sentence.strip() + tail)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("within 14 days of delivery", [("days_since_delivery", "max", 14, "day", "14 days")]),
        (
            "after two full working days.",
            [("working_days", "max", 2, "working_day", "two full working days")],
        ),
        ("a fee of EUR 35 is due", [("amount", "max", 35, "EUR", "EUR 35")]),
        ("at most 4,95 euros", [("amount", "max", 4.95, "EUR", "4,95 euros")]),
        ("£1,250.50 or less", [("amount", "max", 1250.5, "GBP", "£1,250.50")]),
        (
            "24 months after the date of purchase",
            [("months_since_purchase", "max", 24, "month", "24 months")],
        ),
        ("a 30 % discount", [("discount_percent", "max", 30, "percent", "30 %")]),
        ("5 per cent of the price", [("price_percent", "max", 5, "percent", "5 per cent")]),
        ("20 percent", [("percent", "max", 20, "percent", "20 percent")]),
        ("at least a total of 3 items", [("items", "min", 3, "item", "3 items")]),
        ("no less than 2.5 kg", [("kg", "min", 2.5, "kg", "2.5 kg")]),
        (
            "48 hours before departure or more",
            [("hours_before_departure", "max", 48, "hour", "48 hours")],
        ),
        ("2 weeks or longer", [("weeks", "min", 2, "week", "2 weeks")]),
        ("not more than 3 times", [("times", "max", 3, "time", "3 times")]),
        (
            "Items older than 24 months are not mended",
            [("months", "max", 24, "month", "24 months")],
        ),
        ("Stays over 7 nights are free.", [("nights", "min", 7, "night", "7 nights")]),
        ("in 3-5 days", [("days", "max", 5, "day", "5 days")]),
        (
            "within 2 days; else 5 days. Then 9 minutes",
            [
                ("days", "max", 2, "day", "2 days"),
                ("days_2", "max", 5, "day", "5 days"),
                ("minutes", "max", 9, "minute", "9 minutes"),
            ],
        ),
        ("[2 days]{.parameter fact=days max=2 unit=day} or 4 days", [("days_2", "max", 4)]),
        ("no number of days, on 12.05.2024 items or A-3 days, `5 days`", []),
    ],
)
def test_numbers_with_units_are_suggested(text: str, expected: list[tuple[object, ...]]) -> None:
    found = suggest_parameters(text)
    shown = [(one.fact, one.bound, one.limit, one.unit, one.words) for one in found]
    assert [row[: len(want)] for row, want in zip(shown, expected, strict=True)] == expected
    assert all(text[one.start : one.end] == one.words for one in found)


@given(text=st.lists(st.sampled_from(["within ", "3 ", "two ", "days", "€", "5", ", ", "% "])))
def test_confirmed_suggestions_are_parameters_and_leave_the_words_alone(text: list[str]) -> None:
    markup = before = "".join(text)
    while suggested := suggest_parameters(markup):
        markup = confirm_parameter(markup, suggested[-1])
        assert plain_text(markup) == plain_text(before)
    found = read_parameters(markup)
    assert len(found) == len(suggest_parameters(before))


def test_a_known_limit_is_written_around_its_words_or_unseen_at_the_end() -> None:
    markup = state_parameter("Within 14 days or 3 weeks. ", "days_late", "max", 14, "day")
    assert markup == "Within [14 days]{.parameter fact=days_late max=14 unit=day} or 3 weeks. "
    markup = state_parameter(markup, "days_open", "max", 3, "day")
    assert markup.endswith("or 3 weeks. []{.parameter fact=days_open max=3 unit=day} ")
    assert plain_text(markup) == "Within 14 days or 3 weeks."
    assert state_parameter("At 2 km", "far", "min", 2) == (
        "At [2 km]{.parameter fact=far min=2 unit=km}"
    )
    quoted = state_parameter("x", "f", "max", 1, "full day")
    assert read_parameters(quoted)[0].unit == "full day"


@given(old=PROSE, new=PROSE)
def test_a_difference_joins_back_to_both_texts(old: str, new: str) -> None:
    changes = word_diff(old, new)
    assert "".join(one.text for one in changes if one.op != "added") == old
    assert "".join(one.text for one in changes if one.op != "removed") == new
    assert all(one.text for one in changes)
    assert all(a.op != b.op for a, b in itertools.pairwise(changes))
    assert changes == word_diff(old, new)


def test_a_difference_is_made_of_whole_words() -> None:
    assert word_diff("within 14 full days, at 4.95", "within 21 long days, at 4.95 only") == [
        Change("same", "within "),
        Change("removed", "14 full"),
        Change("added", "21 long"),
        Change("same", " days, at 4.95"),
        Change("added", " only"),
    ]
    assert word_diff("  a", "  b") == [
        Change("same", "  "),
        Change("removed", "a"),
        Change("added", "b"),
    ]
    assert word_diff("same", "same") == [Change("same", "same")]


@given(value=st.decimals("0", "10000000", places=2), like=st.sampled_from(["1", "two", "4.95"]))
def test_a_number_written_like_another_keeps_its_value(value: Decimal, like: str) -> None:
    assume(like != "two" or value >= 100)
    assert figure_value(write_figure(value, like)) == value


def test_figures_and_words_have_values() -> None:
    texts = ["forty-eight", "Ninety", "1,234,567.5", "1.234.567,5", "3,5", "12.05.2024", "1,2,3"]
    assert [figure_value(text) for text in texts] == [
        48, 90, Decimal("1234567.5"), Decimal("1234567.5"), Decimal("3.5"), None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"days": 14, "amount": 20}, True),
        ({"days": 14.0, "amount": Decimal("20.1")}, True),
        ({"days": 15, "amount": 20}, False),
        ({"days": 15}, False),
        ({"days": 3}, None),
        ({"days": 3, "amount": None}, None),
        ({"days": 3, "amount": "20"}, None),
        ({"days": 3, "amount": True}, None),
        ({"days": 3, "amount": math.nan}, None),
        ({"days": 3, "amount": Fraction(20)}, None),
        ({"days": 3, "amount": 9.99}, False),
        ({}, None),
    ],
)
def test_limits_admit_refuse_or_do_not_know(facts: dict[str, object], verdict: object) -> None:
    assert admits([limit("max", 14), limit("min", 10, fact="amount")], facts) is verdict


def test_a_clause_without_limits_admits_nothing_by_itself() -> None:
    assert admits([], {"days": 1}) is None


def test_a_limit_is_compared_as_it_is_written() -> None:
    assert admits([limit("max", 0.3)], {"days": Decimal("0.3")}) is True
