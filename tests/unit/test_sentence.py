"""The sentence of a rule with its limits as fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.schemas.drafts import ConditionOut
from dashboard.sentence import Field, changed_sentences, plain, with_fields

DAYS = ConditionOut(fact="days_late", bound="max", limit=56, unit="day")
FEE = ConditionOut(fact="fee", bound="max", limit=35, unit="EUR")
TIER = ConditionOut(fact="tier", bound="one_of", limit=["gold"], unit=None)
SPAN = "[56 days]{.parameter fact=days_late max=56 unit=day}"
WORDS = st.text(st.characters(codec="ascii", exclude_characters="[]{}\\<>"), max_size=30)


def test_a_number_stands_between_the_words_of_its_sentence() -> None:
    markup = f"Ask first. Boots come back within {SPAN} of delivery. Worn ones do not."
    assert with_fields(markup, [DAYS]) == [
        "Boots come back within ",
        Field(0, 56, "", "days"),
        " of delivery.",
    ]


def test_several_numbers_keep_their_order_in_the_words_and_words_alone_need_no_place() -> None:
    fee = "[EUR 35]{.parameter fact=fee max=35 unit=EUR}"
    found = with_fields(f"Up to {fee}, within {SPAN}.", [DAYS, TIER, FEE])
    assert found == [
        "Up to ",
        Field(2, 35, "EUR", ""),
        ", within ",
        Field(0, 56, "", "days"),
        ".",
    ]


def test_the_limit_of_everybody_is_no_field_beside_that_of_an_exception() -> None:
    everybody = "[30 days]{.parameter fact=days_late max=30 unit=day}"
    found = with_fields(f"Within {everybody}. As an exception, within {SPAN}.", [DAYS])
    assert found == ["As an exception, within ", Field(0, 56, "", "days"), "."]


@pytest.mark.parametrize(
    "markup",
    [
        "Within 56 days.",
        "Within [56 days]{.parameter fact=days_late min=56 unit=day}.",
        "Within [56 days]{.term fact=days_late max=56}.",
        f"<!-- {SPAN} --> Soon.",
        f"Within {SPAN}, at most {SPAN}.",
    ],
)
def test_a_number_without_one_place_of_its_own_is_not_in_a_sentence(markup: str) -> None:
    assert with_fields(markup, [DAYS]) is None


def test_words_alone_are_in_no_sentence() -> None:
    assert with_fields("For gold.", [TIER]) is None


def test_a_number_in_words_becomes_a_field_alone() -> None:
    found = with_fields("[Two months]{.parameter fact=days_late max=56.0} long.", [DAYS])
    assert found == [Field(0, 56, "", ""), " long."]


@given(before=WORDS, after=WORDS)
def test_nothing_around_a_field_is_made_up(before: str, after: str) -> None:
    found = with_fields(f"{before}{SPAN}{after}", [DAYS])
    assert found is not None
    texts = " ".join(one for one in found if isinstance(one, str))
    told = set(texts.split())
    assert told <= set(f"{before} {after} {before}{after}".split())
    assert sum(isinstance(one, Field) for one in found) == 1


def test_where_a_line_was_wrapped_is_nothing_to_read() -> None:
    found = with_fields(f"Unworn shoes come back within\n  {SPAN} of\ndelivery.", [DAYS])
    assert found == ["Unworn shoes come back within ", Field(0, 56, "", "days"), " of delivery."]
    assert plain("One\ntwo.\n\nThree:\n- four\n- five\n  six") == (
        "One two.\n\nThree:\n- four\n- five six"
    )


def test_plain_words_are_what_people_read() -> None:
    assert plain(f"Within {SPAN}<!-- why --> of [it]{{.term}}.") == "Within 56 days of it."


def test_only_the_sentences_that_change_are_told() -> None:
    old = "Ask first. Within 30 days. Worn ones do not."
    new = "Ask first. Within 56 days. Worn ones do not. As an exception, gold may."
    assert changed_sentences(old, new) == (
        "Within 30 days.",
        "Within 56 days. As an exception, gold may.",
    )
