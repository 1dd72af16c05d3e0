"""People hear what their cases changed; names only where wanted, and nothing is counted."""

from collections.abc import Callable
from dataclasses import fields

import pytest

from recommender.access import RoleMissing
from recommender.accounts.directory import actor_named, operator
from recommender.changes import candidates
from recommender.changes.recognition import Became, set_credit, thanked, what_came_of
from recommender.models.accounts import Account
from recommender.models.cases import Case
from recommender.notices import my_notices
from recommender.storage.house import House
from recommender.vocabulary import CandidateId, NoticeTopic
from tests.contract.changing import Shop, open_shop
from tests.contract.conftest import Api


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def became(shop: Shop, name: str) -> list[Became]:
    with shop.house.reading(actor_named(shop.house, name)) as tx:
        return what_came_of(tx)


def names(shop: Shop, candidate_id: CandidateId) -> list[str]:
    with shop.house.reading(shop.owner) as tx:
        return thanked(tx, candidates.candidate(tx, candidate_id))


def told(shop: Shop, name: str) -> list[str]:
    with shop.house.reading(actor_named(shop.house, name)) as tx:
        return [one.title for one in my_notices(tx) if one.topic is NoticeTopic.RECOGNITION]


def test_filers_and_signers_see_what_their_cases_changed(shop: Shop) -> None:
    assert became(shop, "maya") == []
    shop.accepted(shop.kind())
    found = became(shop, "maya")
    assert found
    assert {one.clause_key for one in found} == {"RET-2.1"}
    assert all(one.since is not None for one in found)


def test_only_what_was_accepted_is_told_as_a_change(shop: Shop) -> None:
    shop.claimed(shop.kind())
    assert became(shop, "maya") == []


def test_managers_have_no_such_list(shop: Shop) -> None:
    with shop.house.reading(shop.manager) as tx, pytest.raises(RoleMissing):
        what_came_of(tx)


def test_nobody_is_named_who_did_not_ask_for_it(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind())
    assert names(shop, candidate_id) == []
    for on, wanted in ((True, ["Maya"]), (False, [])):
        with shop.house.transaction(actor_named(shop.house, "maya")) as tx:
            set_credit(tx, on=on)
        assert names(shop, candidate_id) == wanted


def test_credit_is_for_accepted_changes_alone(shop: Shop) -> None:
    with shop.house.transaction(actor_named(shop.house, "maya")) as tx:
        set_credit(tx, on=True)
    assert names(shop, shop.claimed(shop.kind())) == []


def test_nothing_told_holds_a_count() -> None:
    assert {field.name for field in fields(Became)} == {
        "case_id",
        "kind",
        "clause_key",
        "since",
        "decided_at",
    }


@pytest.mark.parametrize(("together", "heard"), [(5, True), (2, False)])
def test_a_team_hears_of_it_unless_few_of_it_contributed(
    shop: Shop, together: int, *, heard: bool
) -> None:
    team = ["maya", "tom", "uma", "vic", "wes"][:together]
    with shop.house.transaction(operator(shop.house)) as tx:
        for name in team:
            tx.session.get_one(Account, name).team = "harbour"
        tx.session.get_one(Account, "ines").team = "harbour"
    shop.accepted(shop.kind())
    assert told(shop, "ines") == (["Your team helped to change RET-2.1"] if heard else [])
    assert told(shop, "maya") == []


def test_it_is_read_and_chosen_through_the_web(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind())
    maya = Api(shop.house).by("maya")
    assert {one["clause_key"] for one in maya.get("/v1/became").json()} == {"RET-2.1"}
    assert maya.put("/v1/me/credit", json={"on": True}).json() == {"on": True}
    page = Api(shop.house).by("ines").get(f"/v1/candidates/{candidate_id}").json()
    assert page["thanks"] == ["Maya"]
