"""What an accepted change is said to do, and the look that is planned: frozen at acceptance."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from typing import Any

import pytest

from recommender.accounts.directory import operator
from recommender.changes.candidates import candidate
from recommender.changes.predicting import Design, Prediction, plan, read_design, read_prediction
from recommender.learning.ratios import between
from recommender.models.cases import Case
from recommender.models.contacts import ContactVolume
from recommender.models.kinds import Kind
from recommender.policies.conditions import Scope
from recommender.storage.house import House
from tests.contract.changing import TODAY, Shop, open_shop

ENDED = 14 / 16
"""The draft's medium limit is 28: it ends so many of them."""
YEAR = tuple(islice(cycle(map(float, range(15, 31))), 122))
"""A case each third day of a year."""


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def planned(shop: Shop, kind_id: str, **given: Any) -> tuple[Prediction, Design]:  # noqa: ANN401 - columns of a candidate
    """Accept a kind's change, plan its look as acceptance does, and read what was frozen."""
    candidate_id = shop.accepted(kind_id)
    with shop.house.transaction(operator(shop.house)) as tx:
        found = candidate(tx, candidate_id)
        for name, value in given.items():
            setattr(found, name, value)
        found.prediction, found.design = plan(tx, found, found.backtest)
        tx.session.flush()
        tx.session.expire(found)
        prediction, design = read_prediction(found), read_design(found)
    assert prediction is not None
    assert design is not None
    return prediction, design


def test_the_baseline_leaves_out_what_made_the_kind_noticed(shop: Shop) -> None:
    _, design = planned(shop, shop.kind(values=YEAR))
    assert len(design.weeks) == 13
    assert all(week.weekday() == 0 for week in design.weeks)
    assert design.weeks[-1] + timedelta(weeks=1) <= TODAY.date() - timedelta(weeks=8)
    assert design.rate == pytest.approx(7 / 3, abs=0.2)


def test_weeks_between_promotion_and_acceptance_are_a_baseline_again(shop: Shop) -> None:
    promoted = datetime(2026, 2, 25, tzinfo=UTC)
    _, design = planned(shop, shop.kind(values=YEAR), promoted_at=promoted)
    assert design.weeks[-1] == date(2026, 5, 25)
    assert not {week for week in design.weeks if week + timedelta(weeks=1) > date(2025, 12, 31)} & {
        week for week in design.weeks if week < date(2026, 2, 23)
    }


def test_the_first_look_is_the_power_of_the_test_the_second_the_review(shop: Shop) -> None:
    prediction, design = planned(shop, shop.kind(values=YEAR))
    assert prediction.drop == pytest.approx(ENDED, abs=0.01)
    assert prediction.drop_low == prediction.drop_high == prediction.drop
    assert design.starts == date(2026, 6, 8), "the Monday on which it came into force was half over"
    assert design.look_on is not None
    assert design.starts < design.look_on < design.starts + timedelta(weeks=13)
    assert design.second_on == (TODAY + timedelta(days=90)).date()
    assert (design.alpha, design.lacking, design.exposure) == (0.025, None, "weeks")


def test_where_the_review_comes_first_there_is_one_look(shop: Shop) -> None:
    review = TODAY + timedelta(days=10)
    _, design = planned(shop, shop.kind(values=YEAR), review_at=review)
    assert (design.alpha, design.second_on) == (0.05, None)
    assert design.look_on is not None
    assert design.look_on > review.date()


def test_a_young_kind_has_no_baseline_and_says_so(shop: Shop) -> None:
    prediction, design = planned(shop, shop.kind())
    assert design.look_on is None
    assert design.lacking == (
        "fewer than 6 weeks before it are left without those that made the kind noticed"
    )
    assert prediction.drop == 1.0
    assert prediction.exceptions is None


def test_ranges_follow_from_the_share_that_ends(shop: Shop) -> None:
    prediction, design = planned(shop, shop.kind(values=YEAR, csat=5))
    drop, rate = prediction.drop, design.rate
    assert drop is not None
    left = rate * (1 - drop)
    assert prediction.exceptions == pytest.approx((left, left))
    weeks = len(design.weeks)
    low, high = (float(end) / weeks for end in between(rate * weeks, phi=design.phi))
    assert low < rate < high < 2 * rate
    assert prediction.uses == pytest.approx((low * drop, high * drop))
    assert prediction.cost == pytest.approx((20 * rate, 20 * rate)), "as much as before"
    assert prediction.currency == "EUR"
    assert prediction.good is not None
    assert 0.9 < prediction.good[0] < prediction.good[1] == 1.0


def test_cases_that_cannot_be_told_widen_the_prediction(shop: Shop) -> None:
    kind_id = shop.kind(values=YEAR)
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = tx.session.get_one(Kind, kind_id)
        shop.add_cases(tx.session, kind, "RET-2.1", "colour", tuple([1.0] * 20))
    prediction, _ = planned(shop, kind_id)
    assert prediction.cases > 100
    assert prediction.drop == pytest.approx(ENDED, abs=0.01)
    assert prediction.drop_low == pytest.approx(ENDED * 121 / 140, abs=0.01)
    assert prediction.drop_high == pytest.approx(1 - (1 - ENDED) * 121 / 140, abs=0.01)


def test_a_change_for_nobody_ends_nothing(shop: Shop) -> None:
    prediction, design = planned(
        shop, shop.kind(values=YEAR), scope=Scope(market="nowhere").to_json()
    )
    assert (prediction.cases, prediction.drop) == (0, None)
    assert design.look_on is None


def test_contacts_measure_the_weeks_where_all_have_them(shop: Shop) -> None:
    kind_id = shop.kind(values=YEAR)
    with shop.house.transaction(operator(shop.house)) as tx:
        for number in range(60):
            week = date(2025, 4, 28) + timedelta(weeks=number)
            tx.session.add(ContactVolume(week=week, contacts=100 + number))
    assert planned(shop, kind_id)[1].exposure == "contacts"


@pytest.mark.slow
def test_many_other_exceptions_measure_them_else(shop: Shop) -> None:
    kind_id = shop.kind(values=YEAR)
    with shop.house.transaction(operator(shop.house)) as tx:
        for number in range(22 * 60):
            shop.new_case(tx.session, flush=False, age=60 + number * 360 / (22 * 60), facts={})
    assert planned(shop, kind_id)[1].exposure == "other exceptions"


def test_what_changes_no_wording_is_not_predicted(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    with shop.house.transaction(operator(shop.house)) as tx:
        found = candidate(tx, candidate_id)
        assert plan(tx, found, found.backtest) == ({}, {})
        assert (read_prediction(found), read_design(found)) == (None, None)


def test_of_too_few_people_nothing_is_kept(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind())
    with shop.house.transaction(operator(shop.house)) as tx:
        assert plan(tx, candidate(tx, candidate_id), {"masked": ["covered"]}) == ({}, {})
