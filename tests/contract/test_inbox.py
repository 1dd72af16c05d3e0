"""The inbox: a score of visible parts, the first seven, what was put off, why nothing surfaced."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import actor_named, operator
from recommender.kinds import catalogue
from recommender.kinds.catalogue import Inbox, UnknownKind
from recommender.kinds.inbox_score import FIRST, Score, first, urgency
from recommender.kinds.inbox_score import score as scored
from recommender.kinds.listing import KindOrder, KindRow
from recommender.kinds.opening import Asked, NumberOf
from recommender.kinds.snoozing import BadSnooze, NotSnoozed
from recommender.models.kinds import Kind
from recommender.storage.house import House
from tests.conftest import NewCase
from tests.contract.conftest import Api
from tests.contract.small_shop import LAST_DAY
from tests.contract.test_catalogue import one_agents_habit


def inbox(house: House) -> Inbox:
    with house.reading(operator(house)) as tx:
        return catalogue.inbox(tx)


def rows(house: House, by: KindOrder = KindOrder.STATE) -> list[KindRow]:
    with house.reading(operator(house)) as tx:
        return catalogue.kinds(tx, include_all=True, by=by)


def score(row: KindRow) -> Score:
    assert row.score is not None
    return row.score


def test_a_score_is_the_sum_of_its_parts(shop: House) -> None:
    for row in rows(shop):
        parts = score(row).parts
        assert [one.name for one in parts] == ["people", "evidence", "trend", "outcome", "cost"]
        assert score(row).total == pytest.approx(sum(one.points for one in parts))
        assert all(0 <= one.points <= one.most and one.words for one in parts)
        assert sum(one.most for one in parts) == 100


def test_points_for_cost_go_by_the_year_and_not_by_how_long_a_kind_was_watched(
    shop: House,
) -> None:
    with shop.reading(operator(shop)) as tx:
        for kind in tx.session.scalars(select(Kind)):
            one = catalogue.standing_of(tx, kind)
            shown = catalogue.kind(tx, kind.id).evidence
            assert shown.year is not None
            assert one.evidence.cost_a_year == shown.year.mid
            usual = {shown.currency: shown.year.mid}
            (cost,) = [part for part in scored(one, usual).parts if part.name == "cost"]
            assert (cost.points, cost.words[:19]) == (7.5, "It costs 1.0 times ")
            short = replace(one, evidence=replace(one.evidence, cost_a_year=None))
            assert scored(short, usual).parts[-1].points == 0


def test_a_row_tells_its_clause_its_outcomes_and_its_year(shop: House) -> None:
    with shop.reading(operator(shop)) as tx:
        for row in rows(shop):
            shown = catalogue.kind(tx, row.id)
            assert row.clause_text == (shown.clause and shown.clause.newest.text)
            assert row.year == shown.evidence.year
            assert row.outcomes == shown.evidence.outcomes
            assert row.outcomes is not None
            assert sum(asdict(row.outcomes).values()) == row.cases
            for of in (NumberOf.GOOD, NumberOf.BAD, NumberOf.NEUTRAL, NumberOf.MISSING):
                opened = catalogue.cases_behind(tx, row.id, Asked(of=of))
                assert opened.total == getattr(row.outcomes, of.value)
            assert not row.returned


def test_the_first_are_those_of_the_highest_scores(shop: House) -> None:
    by_score = sorted(inbox(shop).kinds, key=lambda row: -score(row).total)
    assert inbox(shop).first == [row.id for row in by_score]
    assert [row.id for row in rows(shop, KindOrder.SCORE)] == inbox(shop).first


@pytest.mark.parametrize("by", KindOrder)
def test_every_order_is_of_the_same_kinds(shop: House, by: KindOrder) -> None:
    assert {row.id for row in rows(shop, by)} == {row.id for row in rows(shop)}


def test_orders_go_by_what_they_name(shop: House) -> None:
    costs = [row.cost or 0 for row in rows(shop, KindOrder.COST)]
    assert costs == sorted(costs, reverse=True)
    cases = [row.cases or 0 for row in rows(shop, KindOrder.CASES)]
    assert cases == sorted(cases, reverse=True) == [18, 14]
    days = [row.last for row in rows(shop, KindOrder.NEWEST)]
    assert days == sorted(days, key=lambda day: day.toordinal() if day else 0, reverse=True)


@pytest.mark.parametrize("by", [by for by in KindOrder if by is not KindOrder.STATE])
def test_a_masked_kind_has_no_score_and_stands_last(
    house: House, new_case: NewCase, by: KindOrder
) -> None:
    habit = one_agents_habit(house, new_case)
    listed = rows(house, by)
    assert listed[-1].id == habit
    assert listed[-1].score is None
    assert (listed[-1].year, listed[-1].outcomes) == (None, None)
    assert habit not in inbox(house).first


def test_no_more_than_seven_are_first(shop: House) -> None:
    with shop.reading(operator(shop)) as tx:
        found = [catalogue.standing_of(tx, tx.session.query(Kind).first() or Kind())] * 9
        assert len(first(found, {}, lambda _: False)) == FIRST
        assert urgency(found[0], {})[1], "without a score it comes after those that have one"


def test_what_is_put_off_until_a_day_comes_back_on_it(shop: House) -> None:
    ines = actor_named(shop, "ines")
    kind = inbox(shop).first[0]
    day = LAST_DAY.date() + timedelta(days=10)
    with shop.transaction(ines) as tx:
        catalogue.snooze(tx, kind, until=day, more_cases=None, reason="After the season.")
    assert kind not in inbox(shop).first
    [row] = [row for row in inbox(shop).kinds if row.id == kind]
    assert row.snoozed is not None
    assert (row.snoozed.until, row.snoozed.reason) == (day, "After the season.")
    assert row.state == rows(shop)[0].state, "it is no state"
    for as_of, back in ((day - timedelta(days=1), False), (day, True)):
        then = House(shop.settings.model_copy(update={"as_of": as_of}))
        assert (kind in inbox(then).first) is back


def test_what_is_put_off_until_more_cases_comes_back_with_them(shop: House) -> None:
    kind = inbox(shop).first[0]
    with shop.transaction(actor_named(shop, "ines")) as tx:
        catalogue.snooze(tx, kind, until=None, more_cases=2, reason="Too few.")
    assert kind not in inbox(shop).first
    with shop.transaction(operator(shop)) as tx:
        found = tx.session.get_one(Kind, kind)
        found.snoozed_with_cases = (found.snoozed_with_cases or 0) - 2
    assert kind in inbox(shop).first


def test_waking_takes_it_back_at_once(shop: House) -> None:
    ines = actor_named(shop, "ines")
    kind = inbox(shop).first[0]
    with shop.transaction(ines) as tx:
        catalogue.snooze(tx, kind, until=None, more_cases=2, reason="Too few.")
        catalogue.wake(tx, kind)
    assert inbox(shop).first[0] == kind
    with shop.transaction(ines) as tx, pytest.raises(NotSnoozed):
        catalogue.wake(tx, kind)


@pytest.mark.parametrize(
    ("days", "more"), [(None, None), (10, 3), (0, None), (-10_000, None), (None, 0)]
)
def test_a_snooze_needs_one_end_to_come(shop: House, days: int | None, more: int | None) -> None:
    kind = inbox(shop).first[0]
    until = None if days is None else LAST_DAY.date() + timedelta(days=days - 2)
    with shop.transaction(actor_named(shop, "ines")) as tx, pytest.raises(BadSnooze):
        catalogue.snooze(tx, kind, until=until, more_cases=more, reason="So.")


def test_only_who_judges_kinds_puts_them_off(shop: House) -> None:
    kind = inbox(shop).first[0]
    with shop.transaction(actor_named(shop, "ruth")) as tx, pytest.raises(RoleMissing):
        catalogue.snooze(tx, kind, until=None, more_cases=2, reason="So.")
    with shop.transaction(actor_named(shop, "ines")) as tx, pytest.raises(UnknownKind):
        catalogue.snooze(tx, "000000000000", until=None, more_cases=2, reason="So.")


def test_an_empty_inbox_says_what_is_missing(house: House, new_case: NewCase, ines: Actor) -> None:
    assert "No run has looked" in inbox(house).why_none[-1]
    one_agents_habit(house, new_case)
    with house.transaction(ines) as tx:
        for row in catalogue.kinds(tx):
            catalogue.dismiss(tx, row.id, "Known.")
    told = inbox(house).why_none
    assert "Kinds put aside: 2." in told
    [habit] = [words for words in told if words.startswith("“")]
    assert "It has" not in habit, "so few people are behind it that no number is told"


def test_a_full_inbox_says_nothing_of_it(shop_api: Api) -> None:
    manager = shop_api.by("ines")
    assert manager.get("/v1/runs/why-none").json() == []
    page = manager.get("/v1/inbox").json()
    assert page["why_none"] == []
    assert page["kinds"][0]["score"]["parts"][0]["words"]
    assert len(manager.get("/v1/kinds", params={"sort": "cost"}).json()) == 2


def test_the_doors_put_off_and_wake(shop_api: Api) -> None:
    manager = shop_api.by("ines")
    kind = manager.get("/v1/inbox").json()["first"][0]
    body = {"more_cases": 3, "reason": "Not this week."}
    assert manager.post(f"/v1/kinds/{kind}/snooze", json=body).status_code == 200
    assert kind not in manager.get("/v1/inbox").json()["first"]
    assert manager.post(f"/v1/kinds/{kind}/wake").status_code == 200
    assert kind in manager.get("/v1/inbox").json()["first"]
