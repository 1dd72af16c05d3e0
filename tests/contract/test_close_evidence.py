"""What a kind's page tells beside its list: rate, year, events, facts, declined look-alikes."""

import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from recommender.accounts.directory import operator
from recommender.changes.gathering import find_ground
from recommender.changes.ground import main_currency
from recommender.kinds import catalogue
from recommender.kinds.costs import cost_of
from recommender.kinds.lookalikes import NOT_CAUSAL
from recommender.kinds.masking import EvidenceView
from recommender.kinds.weeks import WEEK, monday
from recommender.models.cases import Case
from recommender.models.contacts import ContactVolume
from recommender.models.outcomes import Outcome
from recommender.storage.house import House
from recommender.vocabulary import CaseState, KindState, OutcomeSource
from tests.contract.changing import TODAY, Shop, open_shop


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def page(shop: Shop, kind_id: str) -> EvidenceView:
    with shop.house.reading(shop.manager) as tx:
        return catalogue.kind(tx, kind_id).evidence


def decline(shop: Shop, values: tuple[float, ...], **given: Any) -> None:  # noqa: ANN401 - columns
    """Add declined cases of enough people under the kind's clause."""
    with shop.house.transaction(operator(shop.house)) as tx:
        for place, value in enumerate(values):
            fields = {"agent_id": f"agent-{place}", "facts": {"days_since_delivery": value}} | given
            shop.new_case(
                tx.session, clause="RET-2.1", state=CaseState.DECLINED, age=2 + place, **fields
            )


def reported(*, csat: int | None = None, cost: float | None = None) -> Outcome:
    return Outcome(csat=csat, actual_cost=cost, source=OutcomeSource.IMPORT, recorded_at=TODAY)


def test_the_page_tells_how_the_facts_spread_beside_what_was_declined(shop: Shop) -> None:
    kind_id = shop.kind()
    decline(shop, (44.0, 39.0, 60.0, 41.0, 52.0))
    amount, days = page(shop, kind_id).facts
    assert (amount.fact, amount.unit, amount.low, amount.high) == ("amount", "EUR", 20, 20)
    assert (days.fact, days.unit, days.n, days.missing) == ("days_since_delivery", "day", 16, 0)
    assert (days.low, days.q1, days.median, days.q3, days.high) == (15, 18.75, 22.5, 26.25, 30)
    assert (days.declined_low, days.declined_high) == (39, 60)


def test_declined_look_alikes_are_compared_without_a_cause(shop: Shop) -> None:
    kind_id = shop.kind(csat=5)
    decline(shop, (44.0, 39.0, 60.0, 41.0, 52.0))
    with shop.house.transaction(shop.manager) as tx:
        for case in find_ground(tx, kind_id).declined[:3]:
            case.outcomes.append(reported(csat=1))
    found = page(shop, kind_id).look_alikes
    assert found is not None
    assert (found.cases, found.good.known, found.good.missing) == (5, 3, 2)
    assert found.good.share_low == 0
    assert found.words.endswith(NOT_CAUSAL)


def test_declined_cases_of_too_few_people_are_not_told(shop: Shop) -> None:
    kind_id = shop.kind()
    decline(shop, (44.0, 39.0, 60.0, 41.0, 52.0), agent_id="felix")
    shown = page(shop, kind_id)
    assert shown.look_alikes is None
    assert {one.declined_high for one in shown.facts} == {None}


def test_cost_is_the_actual_one_where_known_on_the_page_as_in_the_draft(shop: Shop) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(operator(shop.house)) as tx:
        ground = find_ground(tx, kind_id)
        for case in ground.signed[:4]:
            case.outcomes.append(reported(cost=100.0))
        ground.signed[4].amount = None
    shown = page(shop, kind_id)
    assert shown.cost_sum == 4 * 100 + 11 * 20
    assert shown.share_without_amount == 1 / 16
    assert shown.costs[0].actual_share == 4 / 15
    with shop.house.reading(shop.manager) as tx:
        signed = find_ground(tx, kind_id).signed
        costs = [cost_of(case, main_currency(signed)) for case in signed]
        assert math.fsum(each for each in costs if each is not None) == shown.cost_sum


def test_a_year_is_told_in_the_commonest_currency_with_its_ends(shop: Shop) -> None:
    kind_id = shop.kind()
    year = page(shop, kind_id).year
    assert year is not None
    assert (year.currency, year.actual_share) == ("EUR", 0)
    assert pytest.approx(year.mid, rel=0.15) == 20 * 365.25 / 3
    assert 0 < year.low < year.mid < year.high
    assert page(shop, kind_id).year == year


def test_a_short_history_tells_no_year(shop: Shop) -> None:
    shown = page(shop, shop.kind(values=tuple(range(15, 24))))
    assert shown.rate is not None
    assert shown.rate.weeks == 3
    assert shown.year is None


def test_a_kind_whose_cases_are_all_gone_has_a_page_without_numbers(shop: Shop) -> None:
    shown = page(shop, shop.kind(values=()))
    assert (shown.cases, shown.events, shown.facts) == (0, [], [])
    assert (shown.rate, shown.year, shown.look_alikes) == (None, None, None)


def test_a_busy_day_is_shown_as_one_event(shop: Shop) -> None:
    kind_id = shop.kind()
    assert page(shop, kind_id).events == []
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = catalogue.living_kind(tx, kind_id)
        for number in range(5):
            shop.add_cases(
                tx.session,
                kind,
                "RET-2.1",
                "days_since_delivery",
                (20.0,),
                age=4 + number / 100,
                situation=f"story {number} of a storm that closed road {number * 13} for us",
            )
    shown = page(shop, kind_id)
    (event,) = shown.events
    assert (event.day, event.cases, event.counted) == (
        (TODAY - timedelta(days=4)).date(),
        5,
        3,
    )
    assert (shown.cases, shown.counted_cases) == (21, 19)


def import_contacts(shop: Shop, first: datetime, sizes: Callable[[date], int]) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        week = monday(first.date())
        while week <= TODAY.date():
            tx.session.add(ContactVolume(week=week, contacts=sizes(week)))
            week += WEEK
        tx.record("import", "contacts", "all")


def test_rates_and_trends_are_by_contacts_where_they_are_on_record(shop: Shop) -> None:
    ages = [*range(1, 61, 2), *range(61, 121, 8)]
    kind_id = shop.kind(values=(20.0,))
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = catalogue.living_kind(tx, kind_id)
        for age in ages:
            shop.add_cases(tx.session, kind, "RET-2.1", "days_since_delivery", (20.0,), age=age)
    plain = page(shop, kind_id)
    assert plain.rate is not None
    assert plain.rate.of == "weeks"
    assert state(shop, kind_id) is KindState.GROWING
    late = (TODAY - timedelta(days=60)).date()
    import_contacts(shop, TODAY - timedelta(days=130), lambda week: 400 if week > late else 100)
    shown = page(shop, kind_id)
    assert shown.rate is not None
    assert (shown.rate.of, shown.rate.weeks) == ("contacts", plain.rate.weeks)
    assert shown.trend_low is not None
    assert shown.trend_low < 1
    assert state(shop, kind_id) is KindState.STABLE


def state(shop: Shop, kind_id: str) -> KindState:
    with shop.house.reading(shop.manager) as tx:
        return catalogue.kind(tx, kind_id).kind.state


def test_behind_too_few_people_nothing_of_it_is_told(shop: Shop) -> None:
    kind_id = shop.kind(agent_id="felix", csat=4)
    decline(shop, (44.0, 39.0, 60.0, 41.0, 52.0))
    shown = page(shop, kind_id)
    assert "cases" in shown.masked
    assert (shown.events, shown.facts, shown.costs) == ([], [], [])
    assert (shown.rate, shown.year, shown.look_alikes) == (None, None, None)
