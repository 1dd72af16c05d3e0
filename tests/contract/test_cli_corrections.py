"""The words after `kinds` that correct kinds; the listing without a word stays as it was."""

import json
from typing import Any

import pytest

from recommender.access import Actor
from recommender.storage.house import House
from tests.conftest import NewCase, RunCli
from tests.contract.kinds_world import fill, found, kind_of, stories_of


@pytest.fixture(autouse=True)
def _discovered(house: House, new_case: NewCase) -> None:
    fill(house, new_case)
    found(house)


def answered(cli: RunCli, *words: object) -> Any:  # noqa: ANN401 - JSON
    result = cli("kinds", *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_every_word_is_tried_done_listed_and_undone(house: House, cli: RunCli) -> None:
    storm, puppy = kind_of(house, "storm"), kind_of(house, "puppy")
    before = stories_of(house)
    for words in (
        ("merge", puppy, "--into", storm),
        ("split", storm, "--cases", "storm-1, storm-2,storm-3", "--name", "Fallen trees"),
        ("move", "storm-1", "--to", puppy),
        ("move", "storm-1", "--to", "unsorted"),
        ("confirm", storm),
        ("not-a-kind", storm, "--reason", "Only the weather is alike."),
    ):
        tried = answered(cli, *words, "--dry-run")
        assert tried["correction"] is None
        assert stories_of(house) == before
        done = answered(cli, *words)
        known = {"correction", "verb", "cases", "kinds", "masked", "suggested_name"}
        assert set(done) == known
        assert set(done["kinds"][0]) == {"id", "name", "before", "after"}
        assert done["verb"] == words[0].replace("-", "_")
        assert (tried["cases"], tried["masked"]) == (done["cases"], done["masked"])
        newest = answered(cli, "corrections", "--limit", 1)[0]
        assert (newest["id"], newest["undone_on"]) == (done["correction"], None)
        answered(cli, "undo", done["correction"], "--dry-run")
        answered(cli, "undo", done["correction"])
        assert stories_of(house) == before
    rows = answered(cli, "corrections")
    assert len(rows) == 6
    assert answered(cli, "corrections", "--before", rows[0]["id"]) == rows[1:]
    assert rows[0]["note"] == "Only the weather is alike."


def test_people_read_what_changed_and_how_to_take_it_back(house: House, cli: RunCli) -> None:
    storm, puppy = kind_of(house, "storm"), kind_of(house, "puppy")
    tried = cli("kinds", "merge", puppy, "--into", storm, "--dry-run")
    assert tried.stdout.endswith("Only tried: nothing has changed.\n")
    done = cli("kinds", "merge", puppy, "--into", storm)
    assert [line.split()[-2:] for line in done.stdout.splitlines()[2:4]] == [
        ["10", "0"],
        ["10", "20"],
    ]
    assert "takes it back" in done.stdout
    named = cli("kinds", "split", storm, "--cases", "storm-1")
    assert [line.split()[-2:] for line in named.stdout.splitlines()[2:4]] == [
        ["20", "19"],
        ["0", "1"],
    ], "who names a case knows it"
    assert "few" in cli("kinds", "corrections").stdout


def test_the_account_named_before_the_word_acts(house: House, cli: RunCli, ines: Actor) -> None:
    storm = kind_of(house, "storm")
    for words in (
        ("--as", "maya", "kinds", "confirm", storm),
        ("kinds", "--as", "maya", "confirm", storm),
        ("kinds", "confirm", storm, "--as", "maya"),
    ):
        refused = cli(*words)
        assert (refused.exit_code, "may not" in refused.stderr) == (1, True)
    assert cli("kinds", "--as", ines.name, "confirm", storm).exit_code == 0


def test_options_of_the_listing_are_no_options_of_a_word(cli: RunCli) -> None:
    for option in ("--all", "--json"):
        assert cli("kinds", option, "corrections").exit_code == 2
    assert len(answered(cli, "--all")) == 4
    assert cli("kinds", "nobody-knows").exit_code == 2
