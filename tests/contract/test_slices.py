"""A quarter is kept once and divided so that no cell, and no difference of cells, shows a few."""

from collections.abc import Collection
from datetime import date
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.accounts.directory import operator
from recommender.kinds.floors import People, held, last_rest
from recommender.kinds.slices import (
    Counted,
    Quarter,
    counted,
    keep_quarters,
    parted,
    quarters,
)
from recommender.models.cases import Case
from recommender.models.kinds import Release
from recommender.storage.house import House
from recommender.vocabulary import CaseState
from tests.conftest import AddPolicy, NewCase
from tests.contract.changing import FILERS, TODAY, open_shop

LEAST = 3
FIRST, SECOND = Quarter(2026, 1), Quarter(2026, 2)


def at_least_three(cases: Collection[str]) -> bool:
    """One case a person here."""
    return len(cases) >= LEAST


VALUES = st.lists(
    st.tuples(*(st.none() | st.sampled_from("abcd"),) * 3), min_size=LEAST, max_size=25
)


@given(VALUES)
def test_every_cell_and_every_difference_of_nested_cells_is_of_enough(
    values: list[tuple[str | None, ...]],
) -> None:
    cases = [
        Counted(
            id=str(number),
            declined=False,
            people=People(None, None),
            by_owner=False,
            values=dict(zip("xyz", one, strict=True)),
        )
        for number, one in enumerate(values)
    ]
    everything = {one.id for one in cases}
    told = parted(cases, "xyz", at_least_three)
    for cells in told.values():
        assert sorted(chain.from_iterable(one.cases for one in cells)) == sorted(everything)
        assert all(len(one.cases) >= LEAST for one in cells)
    for some, others in combinations(told.values(), 2):
        for cell, apart in ((cell, others) for cell in some):
            inside = frozenset[str]().union(*(o.cases for o in apart if o.cases <= cell.cases))
            assert len(cell.cases - inside) not in range(1, LEAST)
        for cell, apart in ((cell, some) for cell in others):
            inside = frozenset[str]().union(*(o.cases for o in apart if o.cases <= cell.cases))
            assert len(cell.cases - inside) not in range(1, LEAST)


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
