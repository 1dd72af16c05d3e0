"""A change may hold only in places that the house knows; a misspelt one is named with near ones."""

from collections.abc import Callable
from typing import Any

import pytest

from recommender.changes import accepting
from recommender.changes.editing import BadScope
from recommender.changes.scopes import require_known_scope
from recommender.models.cases import Case
from recommender.policies.conditions import Scope
from recommender.storage.house import House
from recommender.vocabulary import CandidateState
from tests.contract.changing import Shop, open_shop

PLACES: dict[str, Any] = {
    "brand": "Northwind",
    "market": "Austria",
    "channel": "chat",
    "product": "boots",
}


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    opened = open_shop(house, add_policy, new_case)
    opened.kind(**PLACES)
    opened.kind(values=(15.0,), market="Australia")
    return opened


def refused(shop: Shop, scope: Scope) -> BadScope:
    with pytest.raises(BadScope) as raised, shop.house.reading(shop.owner) as tx:
        require_known_scope(tx, scope)
    return raised.value


def test_what_cases_or_accounts_name_is_known(shop: Shop) -> None:
    with shop.house.reading(shop.owner) as tx:
        require_known_scope(tx, Scope())
        require_known_scope(tx, Scope.from_json({**PLACES, "team": "north"}))
        require_known_scope(tx, Scope(market=" austria", channel="CHAT", team="returns-desk"))


@pytest.mark.parametrize(
    ("name", "value", "near"),
    [
        ("brand", "Nortwind", "Northwind"),
        ("channel", "chats", "chat"),
        ("product", "boot", "boots"),
        ("team", "nort", "north"),
    ],
)
def test_a_misspelt_place_is_refused_with_near_names(
    shop: Shop, name: str, value: str, near: str
) -> None:
    error = refused(shop, Scope.from_json({name: value}))
    assert error.field == f"scope.{name}"
    assert error.remedy == f"Did you mean {near}?"


def test_a_name_of_few_people_is_known_and_told_to_nobody(shop: Shop) -> None:
    with shop.house.reading(shop.owner) as tx:
        require_known_scope(tx, Scope(market="Australia"))
    assert refused(shop, Scope(market="Austri")).remedy == "Did you mean Austria?"
    assert refused(shop, Scope(market="nowhere")).remedy == (
        "Write the market as cases name it, or leave it out."
    )


def test_where_nothing_is_known_yet_any_name_will_do(
    house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]
) -> None:
    empty = open_shop(house, add_policy, new_case)
    with house.reading(empty.owner) as tx:
        require_known_scope(tx, Scope(market="AT", brand="Northwind"))


def test_an_acceptance_in_an_unknown_place_changes_nothing(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    with pytest.raises(BadScope), shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="There.", scope=Scope(market="Austira"))
    assert shop.state(candidate_id) is CandidateState.CLAIMED
