"""Which number of a text is which fact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.learning.fact_reader import SURE, FactReader, Facts, Texts

OBJECTS = ["kettle", "lamp", "chair", "rug", "toaster", "mirror", "desk", "clock"]
WORDS = ["three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def cases() -> tuple[list[Texts], list[Facts]]:
    """Lateness in days, price in pounds; the third number is no fact of theirs."""
    texts: list[Texts] = []
    facts: list[Facts] = []
    for place, (thing, word) in enumerate(zip(OBJECTS * 2, WORDS * 2, strict=True)):
        late, price = 3 + place % 8, 40 + 3 * place
        said = word if place < 8 else str(late)
        texts.append(
            {
                "situation": f"Her {thing} came {said} days late, she rang {2 + place % 3} times.",
                "resolution": f"Took £{price} off the bill.",
            }
        )
        facts.append({"days_late": late, "price": price, "gift": True, "colour": "red"})
    return texts, facts


@pytest.fixture(scope="module")
def reader() -> FactReader:
    texts, facts = cases()
    return FactReader().fit(texts, facts, [["days_late", "price", "calls"]] * len(texts))


def read(
    reader: FactReader, situation: str, *wanted: str, resolution: str = ""
) -> dict[str, float]:
    found = reader.read({"situation": situation, "resolution": resolution}, wanted)
    return {one.name: one.value for one in found}


def test_numbers_go_to_the_facts_that_cases_taught(reader: FactReader) -> None:
    situation = "The sofa came eleven days late and he rang 4 times."
    told = read(reader, situation, "days_late", "price", resolution="Took £77 off the bill.")
    assert told == {"days_late": 11, "price": 77}


def test_another_unit_is_converted(reader: FactReader) -> None:
    assert read(reader, "The sofa came a week late.", "days_late") == {"days_late": 7}


def test_only_wanted_facts_are_read(reader: FactReader) -> None:
    assert read(reader, "The sofa came eleven days late.", "price") == {}
    assert read(reader, "The sofa came eleven days late.") == {}


def test_a_number_of_another_kind_is_none_of_them(reader: FactReader) -> None:
    assert read(reader, "He rang 4 times.", "days_late", "price") == {}


def test_a_guess_says_where_it_stands_and_how_likely_it_is(reader: FactReader) -> None:
    texts = {"situation": "The sofa came eleven days late."}
    (guess,) = reader.read(texts, ["days_late"])
    assert texts[guess.view][guess.quantity.start : guess.quantity.end] == "eleven"
    assert SURE <= guess.likely <= 1


def test_without_cases_a_fact_is_known_by_its_name_and_unit() -> None:
    fresh = FactReader()
    said = "It came back 22 days after delivery, in 2 boxes."
    assert read(fresh, said, "days_since_delivery") == {"days_since_delivery": 22}
    assert read(fresh, "It came back after 22 days.", "days_since_delivery") == {}
    assert read(fresh, said, "boxes") == {"boxes": 2}


def test_a_fact_that_no_case_carries_is_known_by_its_name(reader: FactReader) -> None:
    assert read(reader, "Delivery was 22 days ago.", "days_since_delivery") == {
        "days_since_delivery": 22
    }


def test_cases_without_numbers_teach_nothing() -> None:
    idle = FactReader().fit([{"situation": "No number here."}], [{"days_late": 3}], [[]])
    assert read(idle, "The sofa came eleven days late.", "days_late") == {"days_late": 11}


@given(st.text(max_size=80))
def test_a_number_states_one_fact_and_a_fact_is_stated_once(text: str) -> None:
    found = FactReader().read({"situation": f"{text} 12 days 3 days late"}, ["days", "days_late"])
    assert len({one.name for one in found}) == len(found)
    assert len({one.quantity.start for one in found}) == len(found)
