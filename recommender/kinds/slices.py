"""Slices: how a quarter's cases divide by an attribute, in cells of enough people each.

A quarter is kept once: the cases that are counted for it stay the same for good, so that no two
readings of it differ by somebody. Later corrections and imports are not in it. Nor may a cell, less
its cases that anybody who reads kinds may open, leave a few: which these are is kept with it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import select

from recommender.cases.clock import today
from recommender.kinds.drilling import open_cases
from recommender.kinds.floors import People, enough, enough_mixed
from recommender.models.cases import Case
from recommender.models.kinds import Release
from recommender.models.policies import Clause
from recommender.models.pseudonyms import one_person
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState

ATTRIBUTES: Final = (
    "clause",
    "channel",
    "product",
    "brand",
    "market",
    "customer_tier",
    "dimension",
)
"""The last one is what of a rule was bent."""
MOST_CELLS: Final = 12
SETTLES: Final = timedelta(days=28)
"""So long after its end a quarter is kept: by then its cases are answered and imported."""
COUNTED: Final = (CaseState.APPROVED, CaseState.DECLINED, CaseState.REVOKED)
"""What was revoked since was approved then; so a quarter's counts stay."""
_PREFIX: Final = "quarter "
_OPENED: Final = "opened in "

Enough = Callable[[Collection[str]], bool]


@dataclass(frozen=True, order=True)
class Quarter:
    """Three calendar months."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """Give the one that a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def starts(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, self.number * 3 - 2, 1, tzinfo=UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return self.next.starts

    @property
    def next(self) -> "Quarter":
        """The one after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


@dataclass(frozen=True)
class Cell:
    """Cases with one value; None: all other values, and none, together."""

    value: str | None
    cases: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One case as a quarter counts it."""

    id: str
    declined: bool
    people: People
    by_owner: bool
    values: Mapping[str, str | None]
    opened: bool = False
    """Readers of kinds could open it when the quarter was kept."""


def keep_quarters(tx: Transaction) -> int:
    """Keep every quarter that is over and of enough people, the oldest first; give how many.

    What is in no kept quarter stays of enough people too. Asks for no permission: it is upkeep.
    """
    kept = quarters(tx)
    first = tx.session.scalar(
        select(Case.occurred_at).where(Case.state.in_(COUNTED)).order_by(Case.occurred_at).limit(1)
    )
    if first is None:
        return 0
    over, quarter = [], Quarter.of(first.date())
    while quarter.ends + SETTLES <= today(tx).moment:
        if quarter not in kept:
            over.append(quarter)
        quarter = quarter.next
    return _keep(tx, over) if over else 0


def quarters(tx: Transaction) -> list[Quarter]:
    """Give the quarters that were kept, the newest first."""
    names = tx.session.scalars(select(Release.slice).where(Release.slice.startswith(_PREFIX)))
    found = (str(name).removeprefix(_PREFIX).split("-Q") for name in names)
    return sorted((Quarter(int(year), int(number)) for year, number in found), reverse=True)


def counted(tx: Transaction, quarter: Quarter) -> list[Counted]:
    """Give the cases that a kept quarter counts; none of one that was not kept."""
    names = (f"{_PREFIX}{quarter}", f"{_OPENED}{quarter}")
    found = tx.session.execute(select(Release.slice, Release.cases).where(Release.slice.in_(names)))
    kept = {str(name): set(cases) for name, cases in found}
    wanted, opened = (kept.get(name, set()) for name in names)
    return [
        replace(one, opened=one.id in opened)
        for one, _ in _rows(tx, quarter.starts, quarter.ends)
        if one.id in wanted
    ]


def checked(tx: Transaction, cases: Collection[Counted]) -> Enough:
    """Give what tells whether some of these cases may be shown as a group.

    So must those of them be, if any, that nobody may open.
    """
    people = {one.id: one.people for one in cases}
    opened = {one.id for one in cases if one.opened}
    among = list(people.values())

    def many(some: Collection[str]) -> bool:
        behind = [people[case] for case in some]
        return enough(behind, tx.settings, among=among) and enough_mixed(behind, tx.settings)

    def told(some: Collection[str]) -> bool:
        closed = set(some) - opened
        return many(some) and (not closed or many(closed))

    return told


def parted(
    cases: Sequence[Counted], attributes: Sequence[str], is_enough: Enough
) -> dict[str, list[Cell]]:
    """Divide cases by each attribute; one that cannot be divided with enough people is left out.

    Nor is one whose cells would betray, by those of another that lie within them, a few cases.
    """
    kept: dict[str, list[Cell]] = {}
    opened = frozenset(one.id for one in cases if one.opened)
    for name in attributes:
        cells = _cells({one.id: one.values[name] for one in cases}, is_enough)
        beside = (apart(cells, other, is_enough, opened) for other in kept.values())
        if len(cells) > 1 and all(beside):
            kept[name] = cells
    return kept


def apart(
    some: Sequence[Cell], others: Sequence[Cell], is_enough: Enough, opened: AbstractSet[str]
) -> bool:
    """Tell whether no cell less those of the other attribute that lie within it leaves a few.

    Nor may what of the cells is not `opened`.
    """
    for known in (frozenset[str](), opened):
        ours, theirs = ([one.cases - known for one in cells] for cells in (some, others))
        for cells, within in ((ours, theirs), (theirs, ours)):
            for cell in cells:
                left = cell.difference(*(one for one in within if one <= cell))
                if left and not is_enough(left):
                    return False
    return True


def _cells(values: Mapping[str, str | None], is_enough: Enough) -> list[Cell]:
    """Part cases by value, the largest first; what is too small is put together with others."""
    groups: defaultdict[str, set[str]] = defaultdict(set)
    rest = set[str]()
    for case, value in values.items():
        (rest if value is None else groups[value]).add(case)
    ordered = sorted(groups.items(), key=lambda one: (-len(one[1]), one[0]))
    cells: list[Cell] = []
    for value, group in ordered:
        if len(cells) < MOST_CELLS and is_enough(group):
            cells.append(Cell(value, frozenset(group)))
        else:
            rest |= group
    while rest and not is_enough(rest) and cells:
        rest |= cells.pop().cases
    return [*cells, Cell(None, frozenset(rest))] if rest else cells


def _keep(tx: Transaction, over: Sequence[Quarter]) -> int:
    rows = list(_rows(tx))
    is_enough = checked(tx, [one for one, _ in rows])
    left = {one.id for one, _ in rows} - _kept_already(tx)
    opened = _opened(tx, over)
    number = 0
    for quarter in over:
        inside = {
            one.id
            for one, moment in rows
            if one.id in left and quarter.starts <= moment < quarter.ends
        }
        if not inside or not is_enough(inside):
            continue
        if left - inside and not is_enough(left - inside):
            continue
        for name, some in ((_PREFIX, inside), (_OPENED, inside & opened)):
            tx.session.add(
                Release(slice=f"{name}{quarter}", cases=sorted(some), enough=True, at=tx.at)
            )
        left -= inside
        number += 1
    tx.session.flush()
    return number


def _kept_already(tx: Transaction) -> set[str]:
    kept = tx.session.scalars(select(Release.cases).where(Release.slice.startswith(_PREFIX)))
    return {case for cases in kept for case in cases}


def _opened(tx: Transaction, over: Sequence[Quarter]) -> set[str]:
    """Give those cases of successive quarters that anybody who reads kinds may open."""
    cases = tx.session.scalars(
        select(Case).where(
            Case.state.in_(COUNTED),
            Case.occurred_at >= over[0].starts,
            Case.occurred_at < over[-1].ends,
        )
    ).all()
    return open_cases(tx, cases)


def _rows(
    tx: Transaction, start: datetime | None = None, end: datetime | None = None
) -> list[tuple[Counted, datetime]]:
    """Give the decided cases, of a time if one is given, with the moment of each."""
    person = one_person(tx.session)
    names = ATTRIBUTES[1:]
    query = (
        select(
            Case.id,
            Case.state,
            Case.occurred_at,
            Case.agent_id,
            Case.customer_id,
            Case.decided_by_owner,
            Clause.key,
            *(getattr(Case, name) for name in names),
        )
        .outerjoin(Clause, Clause.id == Case.clause_id)
        .where(Case.state.in_(COUNTED))
        .order_by(Case.id)
    )
    if start is not None and end is not None:
        query = query.where(Case.occurred_at >= start, Case.occurred_at < end)
    return [
        (
            Counted(
                id=case,
                declined=state is CaseState.DECLINED,
                people=People.of(person, agent, customer),
                by_owner=by_owner,
                values=dict(zip(ATTRIBUTES, values, strict=True)),
            ),
            moment,
        )
        for case, state, moment, agent, customer, by_owner, *values in tx.session.execute(query)
    ]
