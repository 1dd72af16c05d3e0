"""What api.md, cli.md, protection.md and settings.md take from the source is as it says today."""

import re

import pytest
from pydantic import ValidationError

from recommender.config import Settings
from tests.contract.paging import table
from tests.reference import DOCS, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_the_source_says(name: str) -> None:
    page = (DOCS / name).read_text("utf-8")
    assert page == PAGES[name](page), f"run `make reference`, and keep what it writes in {name}"


@pytest.mark.parametrize("name", PAGES)
def test_what_is_no_longer_so_is_written_anew(name: str) -> None:
    page = (DOCS / name).read_text("utf-8")
    stale = re.sub(r"(?m)^(\| `RECOMMENDER_.*|\| `GET .*|  Make .*)\n", "", page)
    assert stale != page
    assert PAGES[name](stale) == page


def taken() -> list[tuple[str, str]]:
    """Give settings with what the page says that they take."""
    rows = [(name, said.partition(" Takes ")[2]) for name, _, said in table("settings.md", "Name")]
    return [(name.strip("`").removeprefix("RECOMMENDER_").lower(), said) for name, said in rows]


def test_no_number_beyond_those_that_the_page_names_is_taken() -> None:
    ranges = {name: ends for name, said in taken() if (ends := re.findall(r"\d+", said))}
    assert ranges
    for field, ends in ranges.items():
        steps = zip(ends, (-1, 1), strict=False)
        for end, beyond in steps:
            Settings.model_validate({field: end})
            with pytest.raises(ValidationError):
                Settings.model_validate({field: float(end) + beyond})


def test_every_word_that_the_page_names_is_taken() -> None:
    words = {name: re.findall(r"`(\w+)`", said) for name, said in taken()}
    assert any(words.values())
    for field, each in words.items():
        for word in each:
            Settings.model_validate({field: word})
