"""A rejected kind that may come back is looked at first, says why, and is not settled."""

from collections.abc import Callable

import pytest

from recommender.accounts.directory import actor_named, operator
from recommender.changes import candidates, decisions
from recommender.changes.coming_back import watch_rejected
from recommender.kinds import catalogue
from recommender.kinds.listing import KindRow
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.notices import my_notices
from recommender.storage.house import House
from recommender.vocabulary import KindState, NoticeTopic
from tests.contract.changing import Shop, open_shop


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def rejected(shop: Shop) -> str:
    kind_id = shop.kind()
    candidate_id = shop.claimed(kind_id)
    with shop.house.transaction(shop.owner) as tx:
        decisions.reject(tx, candidate_id, reason="Not now.")
    return kind_id


def later(shop: Shop, kind_id: str, *values: float) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = tx.session.get_one(Kind, kind_id)
        shop.add_cases(tx.session, kind, "RET-2.1", "days_since_delivery", values)


def watch(shop: Shop) -> int:
    with shop.house.transaction(operator(shop.house)) as tx:
        return watch_rejected(tx)


def row(shop: Shop, kind_id: str) -> tuple[KindRow, bool]:
    """Give a kind as the inbox lists it, and whether it is among the first."""
    with shop.house.reading(shop.manager) as tx:
        inbox = catalogue.inbox(tx)
    [found] = [one for one in inbox.kinds if one.id == kind_id]
    return found, kind_id in inbox.first


def told(shop: Shop) -> list[str]:
    with shop.house.reading(actor_named(shop.house, "ines")) as tx:
        news = [one for one in my_notices(tx) if one.topic is NoticeTopic.CANDIDATE_RETURNED]
        return [one.body for one in news]


def test_a_limit_that_moved_brings_it_back_with_its_reason(shop: Shop) -> None:
    kind_id = rejected(shop)
    assert watch(shop) == 0
    assert (row(shop, kind_id)[0].state, row(shop, kind_id)[1]) == (KindState.SETTLED, False)
    later(shop, kind_id, *[45.0] * 5)
    assert watch(shop) == 1
    found, among_first = row(shop, kind_id)
    assert among_first
    assert found.state is not KindState.SETTLED
    why = "its medium limit on days since delivery moved from 30 to 45"
    assert found.why == f"May come back because {why}."
    [news] = told(shop)
    assert why in news
    assert watch(shop) == 0, "told once"
    candidate_id = shop.promoted(kind_id)
    assert row(shop, kind_id)[0].why != found.why
    assert "moved" not in shop.read(candidate_id).draft


def test_twice_the_cases_bring_it_back_with_its_reason(shop: Shop) -> None:
    kind_id = rejected(shop)
    later(shop, kind_id, *range(15, 31))
    found, among_first = row(shop, kind_id)
    assert among_first
    assert found.why == "May come back because its cases have doubled since it was rejected."
    shop.promoted(kind_id)


def test_what_moved_back_is_settled_again(shop: Shop) -> None:
    kind_id = rejected(shop)
    with shop.house.transaction(operator(shop.house)) as tx:
        found = candidates.candidate_of_kind(tx, kind_id)
        assert found is not None
        found.draft = found.draft | {"moved": "the clause reads otherwise"}
    assert row(shop, kind_id)[0].state is not KindState.SETTLED
    assert watch(shop) == 0
    assert (row(shop, kind_id)[0].state, row(shop, kind_id)[1]) == (KindState.SETTLED, False)


def test_of_few_people_nothing_moves(shop: Shop) -> None:
    kind_id = rejected(shop)
    later(shop, kind_id, *[45.0] * 5)
    shop.house.settings = shop.house.settings.model_copy(update={"people_floor_agents": 40})
    assert watch(shop) == 0
    assert told(shop) == []
