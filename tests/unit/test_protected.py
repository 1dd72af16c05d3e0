"""Protected facts: which names are told as such, and that none is ever drafted on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.changes.protected import PROTECTED, is_protected

PLAIN = ["order", "total", "days", "customer", "first", "left", "2"]


@pytest.mark.parametrize(
    "fact",
    [
        "age",
        "customer_age",
        "age_years",
        "customerAge",
        "Gender",
        "marital-status",
        "date of birth",
        "preferred_language",
        "home.postcode",
        "zip_code",
        "ZIPCode",
        "first_name",
        "sexual_orientation",
        "civilStatus",
    ],
)
def test_what_somebody_is_is_protected(fact: str) -> None:
    assert is_protected(fact)


@pytest.mark.parametrize(
    "fact",
    [
        "order_age_days",
        "days_since_delivery",
        "package",
        "storage",
        "mileage",
        "essex_branch_visits",
        "civil_claims",
        "amount",
        "names",
        "",
    ],
)
def test_what_a_thing_is_is_not(fact: str) -> None:
    assert not is_protected(fact)


def test_a_house_adds_words_of_its_own() -> None:
    assert not is_protected("caste_code")
    assert is_protected("caste_code", ["caste"])
    assert is_protected("trade.guild_years", ["guild years"])
    assert not is_protected("years", [""])


@given(
    st.sampled_from([word for word in PROTECTED if word != "age"]),
    st.lists(st.sampled_from(PLAIN), max_size=3),
    st.lists(st.sampled_from(PLAIN), max_size=3),
    st.sampled_from(["_", "-", ".", " "]),
    st.sampled_from([str.lower, str.upper, str.title]),
)
def test_a_protected_word_counts_wherever_it_stands(
    word: str, before: list[str], after: list[str], joint: str, case: type[str]
) -> None:
    name = joint.join(case(part) for part in [*before, *word.split(), *after])
    assert is_protected(name)
