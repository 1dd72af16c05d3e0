"""Whole weeks and what they are measured by."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.accounts.directory import operator
from recommender.changes.weeks import Exposure, exposures
from recommender.kinds.weeks import WEEK, monday, per_week, whole_weeks
from recommender.models.contacts import ContactVolume
from recommender.storage.house import House
from recommender.vocabulary import CaseState
from tests.conftest import AddPolicy, NewCase

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
FIRST = date(2026, 1, 5)


@given(DAYS, st.integers(-20, 100))
def test_whole_weeks_lie_inside_and_none_is_left_out(first: date, length: int) -> None:
    end = first + timedelta(days=length)
    weeks = whole_weeks(first, end)
    assert all(week.weekday() == 0 and week >= first and week + WEEK <= end for week in weeks)
    days = [first + timedelta(days=day) for day in range(max(length, 0))]
    full = {monday(day) for day in days if {monday(day), monday(day) + 6 * WEEK / 7} <= set(days)}
    assert set(weeks) == full


@given(st.lists(DAYS, max_size=20))
def test_each_day_counts_in_its_week(days: list[date]) -> None:
    weeks = whole_weeks(date(2019, 12, 1), date(2030, 2, 1))
    assert sum(per_week(days, weeks)) == len(days)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("", "", 90)], [90.0]),
        ([("", "", 90), ("shoes", "chat", 5)], [90.0]),
        ([("shoes", "chat", 5), ("boots", "mail", 6)], [11.0]),
        ([("shoes", "", 5)], None),
        ([("", "", 0)], None),
        ([], None),
    ],
)
def test_contacts_are_those_of_all_else_the_sum_of_the_parts(
    house: House, rows: list[tuple[str, str, int]], expected: list[float] | None
) -> None:
    with house.transaction(operator(house)) as tx:
        for product, channel, contacts in rows:
            tx.session.add(
                ContactVolume(week=FIRST, product=product, channel=channel, contacts=contacts)
            )
        tx.session.flush()
        assert exposures(tx.session, "contacts", [FIRST], (None, ())) == expected


def test_no_weeks_are_measured_by_nothing(house: House) -> None:
    with house.reading(operator(house)) as tx:
        assert exposures(tx.session, "other exceptions", [], (None, ())) is None
        assert exposures(tx.session, "contacts", [], (None, ())) is None
        assert exposures(tx.session, "weeks", [], (None, ())) == []


def test_other_exceptions_are_neither_the_kinds_nor_the_clauses(
    house: House, add_policy: AddPolicy, new_case: NewCase
) -> None:
    add_policy()
    with house.transaction(operator(house)) as tx:
        week = monday(date(2026, 5, 27))
        own = new_case(tx.session, age=5)
        under = new_case(tx.session, age=5, clause="RET-2.1")
        new_case(tx.session, age=5, clause="RET-3.1")
        new_case(tx.session, age=5, state=CaseState.DECLINED)
        by: Exposure = "other exceptions"
        assert exposures(tx.session, by, [week], (under.clause_id, {own.id})) == [1.0]
        assert exposures(tx.session, by, [week], (None, ())) == [3.0]
