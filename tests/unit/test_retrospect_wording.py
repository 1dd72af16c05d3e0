"""Whether two wordings of a ledger say the same, and whether a value stands in one."""

import pytest

from recommender.retrospect.wording import says_the_same, stands_in

LONG = "Allowed if it is stored unmodified in a folder of its own"


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (f"{LONG}.", True),
        (LONG.replace("stored", "kept"), True),
        ("Allowed", False),
        (f"{LONG}, and only for a year by whoever asked first", False),
    ],
)
def test_wordings_are_one_where_nearly_all_words_are(other: str, *, same: bool) -> None:
    assert says_the_same(LONG, other) is same
    assert says_the_same(other, LONG) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Credited 20 EUR to the account", "Credited 30 EUR to the account", False),
        ("Credited 20 EUR to the account", "Credited 20 EUR to the account.", True),
        ("Credited 20.50 EUR to the account", "Credited 20.75 EUR to the account", False),
        ("Credited EUR to the account", "Credited 20 EUR to the account", False),
    ],
)
def test_another_number_is_another_thing(one: str, other: str, *, same: bool) -> None:
    assert says_the_same(one, other) is same


@pytest.mark.parametrize(
    ("text", "stands"),
    [("MIT", True), ("(MIT OR ISC)", True), ("permitted", False), ("MIT0", False), ("mit", True)],
)
def test_a_value_stands_in_a_text_by_itself(text: str, *, stands: bool) -> None:
    assert stands_in("MIT", text) is stands
