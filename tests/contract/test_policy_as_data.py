"""A rule book as data has every wording, with the days on which each held."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.accounts.directory import operator
from recommender.models.policies import Clause, Revision
from recommender.policies.exporting import PolicyExport, WordingExport, _clause, policy_as_data
from recommender.policies.library import clause_by_key, revise
from recommender.storage.house import House
from tests.conftest import AddPolicy, NewCase, RunCli
from tests.contract.changing import TODAY, open_shop
from tests.contract.conftest import Api

DAY = timedelta(days=1)


def exported(house: House) -> PolicyExport:
    with house.reading(operator(house)) as tx:
        return policy_as_data(tx, "RET", TODAY)


def reworded(house: House, days: int, words: str) -> None:
    with house.transaction(operator(house)) as tx:
        clause = clause_by_key(tx, "RET-2.1")
        revise(tx, clause, markup=words, effective_from=TODAY + days * DAY, candidate_id=None)


def wordings(house: House) -> list[WordingExport]:
    [clause] = [one for one in exported(house).clauses if one.key == "RET-2.1"]
    return clause.revisions


def test_each_wording_ends_where_the_next_begins(house: House, add_policy: AddPolicy) -> None:
    add_policy()
    reworded(house, -30, "Within three weeks.")
    reworded(house, 30, "Within four weeks.")
    first, second, third = wordings(house)
    assert (first.effective_from, first.effective_to) == (None, TODAY - 30 * DAY)
    assert (second.effective_from, second.effective_to) == (TODAY - 30 * DAY, TODAY + 30 * DAY)
    assert (third.effective_from, third.effective_to) == (TODAY + 30 * DAY, None)
    [clause] = [one for one in exported(house).clauses if one.key == "RET-2.1"]
    assert clause.in_force == second.number
    assert second.sha256 == hashlib.sha256(b"Within three weeks.").hexdigest()


def test_a_wording_that_never_came_into_force_says_so(house: House, add_policy: AddPolicy) -> None:
    add_policy()
    reworded(house, 30, "Within four weeks.")
    reworded(house, 10, "Within five weeks.")
    assert [one.overtaken for one in wordings(house)] == [False, True, False]


@given(st.lists(st.none() | st.integers(-5, 5), min_size=1, max_size=6), st.integers(-6, 6))
def test_its_days_are_those_on_which_it_is_the_wording_in_force(
    starts: list[int | None], day: int
) -> None:
    clause = Clause(key="A-1", section_key="A", section_title="A", never_bend=False, owner="desk")
    clause.revisions = [
        Revision(
            id=str(number),
            number=number,
            markup=f"Wording {number}.",
            text=f"Wording {number}.",
            parameters=[],
            exceptions=[],
            effective_from=None if start is None else TODAY + start * DAY,
            retires=False,
        )
        for number, start in enumerate(starts, start=1)
    ]
    moment = TODAY + day * DAY
    holding = [
        one.number
        for one in _clause(clause, moment).revisions
        if not one.overtaken
        and (one.effective_from is None or one.effective_from <= moment)
        and (one.effective_to is None or moment < one.effective_to)
    ]
    live = clause.revision_at(moment)
    assert holding == ([] if live is None else [live.number])


def test_an_accepted_change_is_in_it_with_its_candidate(
    house: House, add_policy: AddPolicy, new_case: NewCase
) -> None:
    shop = open_shop(house, add_policy, new_case)
    candidate = shop.accepted(shop.kind(), effective_from=date(2026, 7, 1))
    newest = wordings(house)[-1]
    assert newest.candidate_id == candidate
    assert newest.effective_from == datetime(2026, 7, 1, tzinfo=UTC)
    assert newest.parameters


def test_api_and_command_line_give_the_same(ruled: Api, cli: RunCli) -> None:
    answer = ruled.by("maya").get("/v1/policies/RET/json").json()
    printed = json.loads(cli("policies", "export", "RET", "--json").stdout)
    for one in (answer, printed):
        one.pop("as_of")
    assert answer == printed
    assert [one["key"] for one in answer["clauses"]] == ["RET-2.1", "RET-2.2", "RET-3.1"]


def test_a_file_takes_the_json_too(add_policy: AddPolicy, cli: RunCli, tmp_path: Path) -> None:
    add_policy()
    out = tmp_path / "ret.json"
    assert cli("policies", "export", "RET", "--json", "--output", out).exit_code == 0
    assert json.loads(out.read_text(encoding="utf-8"))["key"] == "RET"


@pytest.mark.parametrize("key", ["RET-2.1", "nothing"])
def test_an_unknown_book_is_refused(ruled: Api, key: str) -> None:
    assert ruled.by("maya").get(f"/v1/policies/{key}/json").json()["code"] == "UnknownPolicy"
