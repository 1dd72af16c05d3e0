"""Facts told as conditions."""

from collections.abc import Sequence

import pytest

from recommender.learning.factwords import fact_words, told, valued

CLAUSE = "Taken back within 30 days of delivery; 5 percent off, or 10 percent for members."


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("photo_supplied", [True, True, 3], "photo supplied"),
        ("days_late", [31, 40, 12.5], "over 30 days"),
        ("days_since_delivery", [1, 2, 30], "under 30 days"),
        ("days_late", [29, 31], ""),
        ("days_late", [31, "many"], ""),
        ("hours_late", [31, 40], ""),
        ("discount_percent", [31, 40], ""),
        ("symptom", ["flu", "gout"], ""),
        ("age_group_3", [True, True], ""),
    ],
)
def test_a_fact_is_told_by_what_most_of_its_values_have_in_common(
    name: str, values: Sequence[object], words: str
) -> None:
    assert " ".join(told(name, values, CLAUSE)) == words


def test_a_value_that_is_no_thing_needs_the_name_of_its_fact() -> None:
    assert valued("proof", "bank_letter") == ("bank", "letter")
    assert valued("priority", "urgent") == ("urgent", "priority")
    assert valued("coverage", "None") == ("no", "coverage")


def test_units_are_left_out_and_codes_are_no_words() -> None:
    assert fact_words("weight_kg") == ("weight",)
    assert fact_words("RMA-7b") == ()
