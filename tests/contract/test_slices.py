"""A quarter is kept once and divided so that no cell, and no difference of cells, shows a few."""

from collections.abc import Collection
from datetime import date
from itertools import chain, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.accounts.directory import operator
from recommender.kinds.floors import People, held, last_rest, release
from recommender.kinds.slices import (
    Counted,
    Quarter,
    checked,
    counted,
    keep_quarters,
    parted,
    quarters,
)
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership, Release
from recommender.storage.house import House
from recommender.vocabulary import CaseState, MembershipOrigin
from tests.conftest import AddPolicy, NewCase
from tests.contract.changing import FILERS, TODAY, open_shop

LEAST = 3
FIRST, SECOND = Quarter(2026, 1), Quarter(2026, 2)


VALUES = st.lists(
    st.tuples(st.booleans(), *(st.none() | st.sampled_from("abcd"),) * 3),
    min_size=LEAST,
    max_size=25,
)


@given(VALUES)
def test_every_cell_and_every_difference_of_nested_cells_is_of_enough(
    values: list[tuple[bool, str | None, str | None, str | None]],
) -> None:
    cases = [
        Counted(
            id=str(number),
            declined=False,
            people=People(None, None),
            by_owner=False,
            values=dict(zip("xyz", each, strict=True)),
            opened=opened,
        )
        for number, (opened, *each) in enumerate(values)
    ]
    opened = {one.id for one in cases if one.opened}

    def is_enough(some: Collection[str]) -> bool:
        return all(len(group) >= LEAST for group in (set(some), set(some) - opened) if group)

    everything = {one.id for one in cases}
    told = parted(cases, "xyz", is_enough)
    for cells in told.values():
        assert sorted(chain.from_iterable(one.cases for one in cells)) == sorted(everything)
    for some, others in permutations(told.values(), 2):
        for known in (set[str](), opened):
            within = [one.cases - known for one in others]
            for cell in (one.cases - known for one in some):
                assert len(cell) not in range(1, LEAST)
                left = cell.difference(*(one for one in within if one <= cell))
                assert len(left) not in range(1, LEAST)


def filled(
    house: House, new_case: NewCase, days: Collection[int], **given_fields: object
) -> list[str]:
    """Add a case a day before 1 June 2026, each of another customer."""
    with house.transaction(operator(house)) as tx:
        return [
            new_case(
                tx.session,
                age=day,
                agent_id=FILERS[place % len(FILERS)],
                cosigner_id=None,
                **given_fields,
            ).id
            for place, day in enumerate(days)
        ]


def kept_at(house: House, day: date) -> list[Quarter]:
    house.settings = house.settings.model_copy(update={"as_of": day})
    with house.transaction(operator(house)) as tx:
        keep_quarters(tx)
        return quarters(tx)


def test_a_quarter_is_kept_four_weeks_after_its_end(house: House, new_case: NewCase) -> None:
    filled(house, new_case, range(70, 110))
    assert kept_at(house, date(2026, 4, 1)) == []
    assert kept_at(house, date(2026, 4, 28)) == []
    assert kept_at(house, date(2026, 4, 29)) == [FIRST]


def test_what_is_kept_does_not_follow_later_cases_or_revocations(
    house: House, new_case: NewCase
) -> None:
    first = filled(house, new_case, range(70, 110))
    kept_at(house, date(2026, 6, 1))
    filled(house, new_case, [80], channel="chat")
    with house.transaction(operator(house)) as tx:
        revoked = tx.session.get(Case, first[0])
        assert revoked is not None
        revoked.state = CaseState.REVOKED
    assert kept_at(house, date(2026, 6, 2)) == [FIRST]
    with house.reading(operator(house)) as tx:
        assert {one.id for one in counted(tx, FIRST)} == set(first)


def test_a_quarter_of_few_people_is_not_kept(house: House, new_case: NewCase) -> None:
    with house.transaction(operator(house)) as tx:
        for day in range(70, 110):
            new_case(tx.session, age=day, agent_id="maya")
    assert kept_at(house, date(2026, 6, 1)) == []


def test_nor_one_beside_which_a_few_would_be_left(house: House, new_case: NewCase) -> None:
    filled(house, new_case, [*range(70, 110), 20])
    assert kept_at(house, date(2026, 6, 1)) == []
    filled(house, new_case, range(10, 20))
    assert kept_at(house, date(2026, 6, 1)) == [FIRST]


@pytest.mark.parametrize(("closed", "cells"), [(0, 2), (1, 0), (20, 2)])
def test_a_cell_less_what_may_be_opened_leaves_nobody_or_many(
    house: House, new_case: NewCase, closed: int, cells: int
) -> None:
    by_chat = filled(house, new_case, range(70, 110), channel="chat")
    filled(house, new_case, range(70, 100), channel="phone")
    with house.transaction(operator(house)) as tx:
        kind = Kind(name="late boots", born_at=TODAY)
        tx.session.add(kind)
        tx.session.flush()
        for case in by_chat[closed:]:
            tx.session.add(
                Membership(case_id=case, kind_id=kind.id, strength=1.0, origin=MembershipOrigin.RUN)
            )
        release(tx)
    kept_at(house, date(2026, 6, 1))
    with house.reading(operator(house)) as tx:
        cases = counted(tx, FIRST)
        assert sum(one.opened for one in cases) == 40 - closed
        divided = parted(cases, ["channel"], checked(tx, cases))
        assert len(divided.get("channel", ())) == cells


def test_the_floors_of_kinds_do_not_read_slices(
    house: House, add_policy: AddPolicy, new_case: NewCase
) -> None:
    shop = open_shop(house, add_policy, new_case)
    kind = shop.kind()
    with house.transaction(operator(house)) as tx:
        before = held(tx.session, [kind]), last_rest(tx, frozenset())
        tx.session.add(Release(slice="quarter 2025-Q1", cases=["x"], enough=True, at=TODAY))
        tx.session.add(
            Release(kind_id=kind, slice="quarter 2025-Q2", cases=["x"], enough=True, at=TODAY)
        )
        tx.session.flush()
        assert (held(tx.session, [kind]), last_rest(tx, frozenset())) == before


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), FIRST),
        (date(2026, 3, 31), FIRST),
        (date(2026, 4, 1), SECOND),
        (date(2026, 12, 31), Quarter(2026, 4)),
    ],
)
def test_a_quarter_is_three_calendar_months(day: date, quarter: Quarter) -> None:
    assert Quarter.of(day) == quarter
    assert quarter.starts.date() <= day < quarter.ends.date()
    assert Quarter(2026, 4).next == Quarter(2027, 1)
