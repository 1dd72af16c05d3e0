"""Workarounds nearby: kinds under the changed rule that grew since, where they may be shown."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from recommender.accounts.directory import operator
from recommender.changes.effects import effect, effects
from recommender.changes.nearby import Neighbour
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership
from recommender.storage.house import House
from tests.contract.changing import FILERS, Shop, open_shop
from tests.contract.conftest import Api
from tests.contract.test_effects import YEAR

FEW_BEFORE = (-65.0, -75.0, -90.0, -105.0, -120.0, -140.0)
"""In the weeks that the change is compared with."""
AFTER = tuple(float(day) for week in (7, 14, 21, 28) for day in range(week + 1, week + 6))
AS_BEFORE = tuple(range(-180, 0, 6))
LATER = date(2026, 7, 6)


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


@pytest.fixture
def changed(shop: Shop) -> str:
    """A kind's change, in force from today on."""
    return shop.accepted(shop.kind(values=YEAR, csat=5))


def beside(shop: Shop, days: tuple[float, ...], clause: str = "RET-2.1") -> str:
    """Add a kind with a case on each of some days, counted from today."""
    kind_id = shop.kind(clause=clause, values=())
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = tx.session.get_one(Kind, kind_id)
        for place, day in enumerate(days):
            people = FILERS[place % len(FILERS)], FILERS[(place + 1) % len(FILERS)]
            shop.add_cases(
                tx.session,
                kind,
                clause,
                "days_since_delivery",
                (40.0,),
                age=-day,
                agent_id=people[0],
                cosigner_id=people[1],
            )
    return kind_id


def nearby(shop: Shop, candidate_id: str) -> list[Neighbour]:
    with shop.house.reading(shop.owner) as tx:
        found = list(effect(tx, candidate_id).nearby)
        for one in found:
            _ = one.kind.name
        return found


def test_a_kind_that_surely_grew_under_the_changed_rule_is_named(shop: Shop, changed: str) -> None:
    grown = beside(shop, FEW_BEFORE + AFTER)
    beside(shop, (*map(float, AS_BEFORE), 8.0, 15.0))
    shop.at(LATER)
    [found] = nearby(shop, changed)
    assert found.kind.id == grown
    assert (found.after, found.before) == (5.0, 6 / 13)
    assert found.least is not None
    assert found.least > 1
    with shop.house.reading(shop.owner) as tx:
        assert [list(one.nearby) for one in effects(tx)] == [[]], "only where one is read"


def test_what_grew_under_another_rule_or_before_a_week_is_over_is_no_neighbour(
    shop: Shop, changed: str
) -> None:
    beside(shop, FEW_BEFORE + AFTER, clause=shop.add_clause())
    shop.at(LATER)
    assert nearby(shop, changed) == []
    shop.at(date(2026, 6, 2))
    beside(shop, FEW_BEFORE + AFTER)
    assert nearby(shop, changed) == []


def test_of_too_few_people_before_only_what_came_since_is_told(shop: Shop, changed: str) -> None:
    beside(shop, (*FEW_BEFORE[:1], *AFTER))
    shop.at(LATER)
    [found] = nearby(shop, changed)
    assert (found.before, found.least, found.after) == (None, None, 5.0)


def test_of_too_few_people_no_neighbour_is_told(shop: Shop, changed: str) -> None:
    grown = beside(shop, FEW_BEFORE + AFTER)
    with shop.house.transaction(operator(shop.house)) as tx:
        for case in tx.session.scalars(
            select(Case)
            .join(Membership, Membership.case_id == Case.id)
            .where(Membership.kind_id == grown)
        ):
            case.agent_id, case.cosigner_id = "maya", "tom"
    shop.at(LATER)
    assert nearby(shop, changed) == []


def test_the_api_names_neighbours_and_the_currency_of_costs(
    shop: Shop, changed: str, api: Api
) -> None:
    grown = beside(shop, FEW_BEFORE + AFTER)
    shop.at(LATER)
    found = api.by("ruth").get(f"/v1/candidates/{changed}/effect").json()
    assert [(one["id"], one["after"]) for one in found["nearby"]] == [(grown, 5.0)]
    assert found["currency"] == "EUR"
