"""A clause that people ask for though it allows it already is suggested to its desk, once."""

from http import HTTPStatus
from itertools import count
from typing import Any

import pytest

from api import background
from recommender.access import RoleMissing
from recommender.accounts.directory import actor_named, operator
from recommender.cases.findability import count_hit
from recommender.cases.wishes import Wish
from recommender.changes.clarifying import LEAST_DRAFTS, suggest_clarifications
from recommender.notices import my_notices
from recommender.policies.library import clause_by_key, revise
from recommender.policies.phrases import PLAINLY
from recommender.storage.house import House
from recommender.vocabulary import NoticeTopic
from tests.conftest import RunCli
from tests.contract.conftest import PASSWORD, Api

LIMIT = "[14 days]{.parameter fact=days_since_delivery max=14 unit=day}"
NUMBERS = count(10_000_000)


def ask(
    house: House, drafts: int, clause: str = "RET-2.1", fact: str = "days_since_delivery"
) -> None:
    """Let so many drafts ask for what the clause allows already."""
    wish = Wish(situation="", resolution="", clause_key=clause, facts={fact: 3})
    with house.transaction(actor_named(house, "maya")) as tx:
        for _ in range(drafts):
            assert count_hit(tx, str(next(NUMBERS)), wish)


def suggested(house: House) -> list[str]:
    """Do the upkeep, and give the candidates that it raised."""
    with house.transaction(operator(house)) as tx:
        return [found.id for found in suggest_clarifications(tx)]


def reword(house: House, markup: str, *, retires: bool = False) -> None:
    with house.transaction(actor_named(house, "ruth")) as tx:
        clause = clause_by_key(tx, "RET-2.1")
        revise(tx, clause, markup=markup, effective_from=None, retires=retires)


def act(api: Api, candidate_id: str, verb: str, **body: str) -> dict[str, Any]:
    ruth = api.by("ruth")
    if verb == "accept":
        ruth, body = api.person("ruth"), body | {"password": PASSWORD}
    answer = ruth.post(f"/v1/candidates/{candidate_id}/{verb}", json=body)
    assert answer.status_code == HTTPStatus.OK, answer.text
    page: dict[str, Any] = answer.json()
    return page


def test_the_third_draft_raises_one_candidate_and_its_desk_is_told(ruled: Api) -> None:
    ask(ruled.house, LEAST_DRAFTS - 1)
    assert suggested(ruled.house) == []
    ask(ruled.house, 1)
    [candidate_id] = suggested(ruled.house)
    ask(ruled.house, 10)
    assert suggested(ruled.house) == [], "one waits already"
    with ruled.house.reading(actor_named(ruled.house, "ruth")) as tx:
        [notice] = my_notices(tx)
    assert (notice.topic, notice.candidate_id) == (NoticeTopic.CANDIDATE_WAITS, candidate_id)
    assert notice.title.endswith(": RET-2.1")
    page = ruled.by("ruth").get(f"/v1/candidates/{candidate_id}").json()
    assert (page["kind"], page["clause"], page["verdict"]) == (None, "RET-2.1", "clarify_wording")
    assert page["reason"].startswith("3 drafts asked for what this clause allows already")
    assert page["new_markup"].endswith(f"of delivery. {PLAINLY}")
    assert (page["evidence"], page["backtest"], page["yours"]) == (None, None, True)


def test_each_clause_has_its_own(ruled: Api) -> None:
    ask(ruled.house, 3)
    ask(ruled.house, 4, "RET-3.1", "months_owned")
    assert len(suggested(ruled.house)) == 2
    clauses = ruled.by("ruth").get("/v1/candidates").json()["candidates"]
    assert {row["clause"] for row in clauses} == {"RET-2.1", "RET-3.1"}


def test_once_accepted_drafts_are_counted_anew(ruled: Api) -> None:
    ask(ruled.house, 3)
    [candidate_id] = suggested(ruled.house)
    act(ruled, candidate_id, "claim")
    assert act(ruled, candidate_id, "accept", reason="Clear now.")["state"] == "in_force"
    wordings = ruled.by("maya").get("/v1/clauses/RET-2.1").json()["revisions"]
    assert wordings[-1]["text"].endswith(PLAINLY)
    assert suggested(ruled.house) == []
    ask(ruled.house, 2)
    assert suggested(ruled.house) == []
    ask(ruled.house, 1)
    [again] = suggested(ruled.house)
    assert again != candidate_id
    page = ruled.by("ruth").get(f"/v1/candidates/{again}").json()
    assert page["new_markup"] == page["old_markup"], "it says so already: the desk finds words"


@pytest.mark.parametrize("answer", ["reject", "return"])
def test_an_answer_sticks_until_the_drafts_have_doubled(ruled: Api, answer: str) -> None:
    ask(ruled.house, 3)
    [candidate_id] = suggested(ruled.house)
    ask(ruled.house, 1)
    page = act(ruled, candidate_id, "claim")
    assert page["reason"].startswith("4 drafts"), "it follows what is known until it is claimed"
    act(ruled, candidate_id, answer, reason="It is clear enough.")
    ask(ruled.house, 3)
    assert suggested(ruled.house) == []
    ask(ruled.house, 1)
    assert suggested(ruled.house) == [candidate_id]
    page = ruled.by("ruth").get(f"/v1/candidates/{candidate_id}").json()
    assert (page["state"], page["claimed_by_you"]) == ("open", False)
    assert page["reason"].startswith("8 drafts")
    assert [one["reason"] for one in page["decisions"]] == ["It is clear enough."]


def test_an_answer_does_not_stick_to_another_wording(ruled: Api) -> None:
    ask(ruled.house, 3)
    [candidate_id] = suggested(ruled.house)
    act(ruled, candidate_id, "claim")
    act(ruled, candidate_id, "reject", reason="It is clear enough.")
    reword(ruled.house, f"Shoes come back within {LIMIT}.")
    ask(ruled.house, 3)
    assert suggested(ruled.house) == [candidate_id]


def test_drafts_of_an_earlier_wording_say_nothing_of_the_new_one(ruled: Api) -> None:
    ask(ruled.house, 3)
    reword(ruled.house, f"Shoes come back within {LIMIT}.")
    assert suggested(ruled.house) == []


def test_what_waits_is_drafted_anew_on_the_newest_wording(ruled: Api) -> None:
    ask(ruled.house, 3)
    [candidate_id] = suggested(ruled.house)
    reword(ruled.house, f"Shoes come back within {LIMIT}.")
    page = act(ruled, candidate_id, "claim")
    assert page["new_markup"] == f"Shoes come back within {LIMIT}. {PLAINLY}"
    assert (page["stale"], page["base_revision"]) == (False, 2)


def test_what_has_gone_is_not_drafted_anew(ruled: Api) -> None:
    ask(ruled.house, 3)
    [candidate_id] = suggested(ruled.house)
    before = ruled.by("ruth").get(f"/v1/candidates/{candidate_id}").json()
    reword(ruled.house, before["old_markup"], retires=True)
    page = act(ruled, candidate_id, "claim")
    assert (page["new_markup"], page["stale"]) == (before["new_markup"], True)


def test_retired_clauses_and_those_never_bent_raise_none(ruled: Api) -> None:
    ask(ruled.house, 3)
    ask(ruled.house, 3, "RET-3.1", "months_owned")
    with ruled.house.transaction(actor_named(ruled.house, "ruth")) as tx:
        clause_by_key(tx, "RET-3.1").never_bend = True
        late = clause_by_key(tx, "RET-2.1")
        revise(tx, late, markup=late.newest.markup, effective_from=None, retires=True)
    assert suggested(ruled.house) == []


def test_agents_raise_nothing_and_upkeep_does(ruled: Api) -> None:
    with (
        ruled.house.transaction(actor_named(ruled.house, "maya")) as tx,
        pytest.raises(RoleMissing),
    ):
        suggest_clarifications(tx)
    assert suggest_clarifications in background.UPKEEP


@pytest.mark.usefixtures("add_policy")
def test_the_command_line_lists_it(ruled: Api, cli: RunCli) -> None:
    assert "No change has been suggested yet." in cli("candidates").stdout
    ask(ruled.house, 3)
    suggested(ruled.house)
    told = cli("candidates").stdout
    assert "RET-2.1" in told
    assert "(asked for, allowed already)" in told
