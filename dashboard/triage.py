"""The list that a manager goes through: its views, its order, and who stands beside whom."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

import streamlit as st

from api.schemas.kinds import InboxPage, KindOut
from dashboard import session
from dashboard.catalogue import mark
from recommender.vocabulary import KindState

Named = TypeVar("Named", bound=StrEnum)

PARAMS: Final = ("show", "sort")
"""What in an address says which list is meant, on the inbox and on the pages of its kinds."""
ASIDE: Final = frozenset({KindState.EMERGING, KindState.DISMISSED})


class View(StrEnum):
    """Which kinds are listed, as an address says it."""

    FIRST = "first"
    NEW = "new"
    GROWING = "growing"
    RETURNED = "returned"
    REGRESSED = "regressed"
    SNOOZED = "snoozed"
    EMERGING = "emerging"
    ALL = "all"


class Order(StrEnum):
    """By what they are ordered, the most first."""

    SCORE = "score"
    CASES = "cases"
    COST = "cost"
    NEWEST = "newest"


VIEWS: Final[Mapping[View, tuple[str, str]]] = {
    View.FIRST: (
        mark("Look first"),
        mark("Nothing waits for you: what recurs has been decided, or was put off."),
    ),
    View.NEW: (mark("New"), mark("No kind surfaced within the last four weeks.")),
    View.GROWING: (mark("Growing"), mark("No kind grows more than chance would explain.")),
    View.RETURNED: (
        mark("Returned"),
        mark("No change came back with a question, and none that was rejected may come back."),
    ),
    View.REGRESSED: (
        mark("Regressed"),
        mark("No kind goes on although its rule was changed."),
    ),
    View.SNOOZED: (mark("Snoozed"), mark("No kind is put off.")),
    View.EMERGING: (mark("Emerging"), mark("No kind is emerging, and none was put aside.")),
    View.ALL: (mark("All"), mark("No kind has surfaced.")),
}
"""What each view is called, and what is true where it is empty."""
ORDERS: Final[Mapping[Order, str]] = {
    Order.SCORE: mark("Score"),
    Order.CASES: mark("Cases"),
    Order.COST: mark("Cost a year"),
    Order.NEWEST: mark("Newest case"),
}
_HOLDS: Final[Mapping[View, Callable[[KindOut], bool]]] = {
    View.NEW: lambda kind: kind.state is KindState.NEW,
    View.GROWING: lambda kind: kind.state is KindState.GROWING,
    View.RETURNED: lambda kind: kind.returned,
    View.REGRESSED: lambda kind: kind.state is KindState.REGRESSED,
    View.SNOOZED: lambda kind: kind.snoozed is not None,
    View.EMERGING: lambda kind: kind.state in ASIDE,
    View.ALL: lambda _: True,
}


@dataclass(frozen=True)
class Triage:
    """A list of kinds in its order."""

    view: View
    order: Order
    kinds: Sequence[KindOut]

    @property
    def query(self) -> dict[str, str]:
        """What leads to this list again."""
        return query(self.view, self.order)

    def place(self, kind_id: str | None) -> int | None:
        """Where a kind stands; None where it does not."""
        return next((at for at, kind in enumerate(self.kinds) if kind.id == kind_id), None)

    def beside(self, kind_id: str | None, step: int) -> KindOut | None:
        """The kind so many places on; from a kind that is not here, the first one."""
        at = self.place(kind_id)
        there = 0 if at is None else at + step
        return self.kinds[there] if 0 <= there < len(self.kinds) else None


def query(view: View, order: Order) -> dict[str, str]:
    """The address of a list; the order in which kinds come anyway is left out."""
    return {"show": view.value} | ({} if order is Order.SCORE else {"sort": order.value})


def triage(page: InboxPage) -> Triage:
    """The list that the address asks for; what nobody can read there is the first view."""
    view = _named(View, "show", View.FIRST)
    order = _named(Order, "sort", Order.SCORE)
    if view is View.FIRST:
        by_id = {kind.id: kind for kind in page.kinds}
        return Triage(view, order, [by_id[each] for each in page.first if each in by_id])
    found = session.api().kinds() if view is View.EMERGING else page.kinds
    held = [kind for kind in found if _HOLDS[view](kind)]
    return Triage(view, order, sorted(held, key=lambda kind: _rank(kind, order)))


def counts(page: InboxPage) -> dict[View, int]:
    """How many kinds each view lists; of the emerging ones the API gives the number alone."""
    found = {view: sum(holds(kind) for kind in page.kinds) for view, holds in _HOLDS.items()}
    return found | {View.FIRST: len(page.first), View.EMERGING: page.emerging}


def _named(names: type[Named], param: str, otherwise: Named) -> Named:
    asked = st.query_params.get(param)
    return next((one for one in names if one.value == asked), otherwise)


def _rank(kind: KindOut, order: Order) -> tuple[bool, float]:
    """A kind without the number comes last."""
    value = _value(kind, order)
    return (value is None, -(value or 0))


def _value(kind: KindOut, order: Order) -> float | None:
    if order is Order.SCORE:
        return None if kind.score is None else kind.score.total
    if order is Order.COST:
        return None if kind.year is None else kind.year.mid
    if order is Order.CASES:
        return kind.cases
    return None if kind.last is None else kind.last.toordinal()
