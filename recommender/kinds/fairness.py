"""The fairness slice: how a kept quarter's exceptions and declines divide by allowed attributes.

Cells are those of `slices`: of enough people each, whatever they are compared with. Who filed and
who signed are no attributes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor

from recommender.access import Act
from recommender.errors import NotFound
from recommender.kinds.slices import (
    ATTRIBUTES,
    Cell,
    Counted,
    Enough,
    Quarter,
    apart,
    checked,
    counted,
    parted,
    quarters,
)
from recommender.kinds.statistics import wilson
from recommender.kinds.weeks import WEEK, Contacts, whole_weeks
from recommender.storage.house import Transaction


class NoQuarter(NotFound):
    """No such quarter was kept."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """The cases with one value, `value` None: all others.

    Exceptions and declines are None where too few people are behind either in some cell. Low and
    high bound the share of declines; the rates that of contacts with an exception, where the
    contacts of the value are on record for every week.
    """

    value: str | None
    cases: int
    exceptions: int | None = None
    declined: int | None = None
    low: float | None = None
    high: float | None = None
    rate_low: float | None = None
    rate_high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Slice:
    """A quarter by one attribute; without parts where it cannot be divided."""

    attribute: str
    parts: list[Part]


@dataclass(frozen=True, kw_only=True)
class Fairness:
    """The slices of a quarter; None: none was kept yet."""

    quarter: str | None
    quarters: list[str]
    slices: list[Slice]


def fairness(tx: Transaction, name: str | None = None) -> Fairness:
    """Divide a quarter (`2026-Q1`), by default the newest that was kept; raises NoQuarter."""
    tx.actor.require(Act.READ_KINDS)
    found = find_quarter(tx, name)
    kept = [str(one) for one in quarters(tx)]
    if found is None:
        return Fairness(quarter=None, quarters=kept, slices=[])
    cases = counted(tx, found)
    return Fairness(
        quarter=str(found),
        quarters=kept,
        slices=divided(cases, checked(tx, cases), found, Contacts.read(tx.session)),
    )


def find_quarter(tx: Transaction, name: str | None) -> Quarter | None:
    """Find a kept quarter by its name, or the newest; None where none is named or kept."""
    kept = quarters(tx)
    found = next((one for one in kept if name in {None, str(one)}), None)
    if found is None and name is not None:
        raise NoQuarter(
            "No such quarter was kept.",
            field="quarter",
            remedy=f"There are: {', '.join(map(str, kept)) or 'none yet'}. One is kept four weeks "
            "after its end, where enough people are behind it.",
        )
    return found


def divided(
    cases: Sequence[Counted], is_enough: Enough, quarter: Quarter, contacts: Contacts
) -> list[Slice]:
    """Divide a quarter's cases by every attribute that they can be divided by."""
    cells = parted(cases, ATTRIBUTES, is_enough)
    declined = {one.id for one in cases if one.declined}
    opened = {one.id for one in cases if one.opened}
    told = list[tuple[list[Cell], list[Cell]]]()
    slices = []
    for name in ATTRIBUTES:
        some = cells.get(name, [])
        states = (
            [Cell(one.value, one.cases & declined) for one in some],
            [Cell(one.value, one.cases - declined) for one in some],
        )
        shown = may_part([one.cases for one in some], declined, is_enough) and all(
            apart(ours, theirs, is_enough, opened)
            for other in told
            for ours, theirs in zip(states, other, strict=True)
        )
        told += [states] if shown else []
        parts = [
            _part(one, len(one.cases & declined), _contacts(contacts, quarter, name, one.value))
            if shown
            else Part(value=one.value, cases=len(one.cases))
            for one in some
        ]
        slices.append(Slice(attribute=name, parts=parts))
    return slices


def may_part(
    cells: Collection[frozenset[str]], declined: Collection[str], is_enough: Enough
) -> bool:
    """Tell whether both states of every cell are of enough people, or of nobody."""
    no = set(declined)
    return all(not group or is_enough(group) for cell in cells for group in (cell & no, cell - no))


def rounded(number: int, of: int, places: int) -> tuple[float, float]:
    """Give the 95 % interval of a share, rounded away from its middle."""
    low, high = wilson(number, of)
    return floor(low * 10**places) / 10**places, ceil(high * 10**places) / 10**places


def weeks_of(quarter: Quarter) -> list[date]:
    """Give the Mondays of the weeks that begin in a quarter."""
    end = quarter.ends.date()
    return [one for one in whole_weeks(quarter.starts.date(), end + WEEK) if one < end]


def _part(cell: Cell, declined: int, contacts: int | None) -> Part:
    exceptions = len(cell.cases) - declined
    low, high = rounded(declined, len(cell.cases), 2)
    known = contacts is not None and contacts >= exceptions
    rate = rounded(exceptions, contacts or 0, 3) if known else (None, None)
    return Part(
        value=cell.value,
        cases=len(cell.cases),
        exceptions=exceptions,
        declined=declined,
        low=low,
        high=high,
        rate_low=rate[0],
        rate_high=rate[1],
    )


def _contacts(
    contacts: Contacts, quarter: Quarter, attribute: str, value: str | None
) -> int | None:
    """Give the contacts of a channel or product; None unless every week has some on record."""
    if value is None or attribute not in {"channel", "product"}:
        return None
    key = ("", value) if attribute == "channel" else (value, "")
    weeks = [contacts.cells.get(week, {}).get(key, 0) for week in weeks_of(quarter)]
    return sum(weeks) if all(weeks) else None
