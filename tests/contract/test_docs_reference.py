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


def test_no_number_beyond_those_that_the_page_names_is_taken() -> None:
    rows = [(row[0], row[2]) for row in table("settings.md", "Name | Default | Takes")]
    ranges = {name: found for name, takes in rows if (found := re.findall(r"[\d.]+", takes))}
    assert ranges
    for name, ends in ranges.items():
        field = name.strip("`").removeprefix("RECOMMENDER_").lower()
        steps = zip(ends, (-1, 1), strict=False)
        for end, beyond in steps:
            Settings.model_validate({field: end})
            with pytest.raises(ValidationError):
                Settings.model_validate({field: float(end) + beyond})


def test_every_word_that_the_page_names_is_taken() -> None:
    rows = [(row[0], row[2]) for row in table("settings.md", "Name | Default | Takes")]
    words = {name: re.findall(r"`(\w+)`", takes) for name, takes in rows}
    assert any(words.values())
    for name, each in words.items():
        field = name.strip("`").removeprefix("RECOMMENDER_").lower()
        for word in each:
            Settings.model_validate({field: word})
