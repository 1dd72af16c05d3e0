"""A suggested change: redline, numbers from narrow to wide, reasons that cite cases, backtest."""

from collections.abc import Iterable

import streamlit as st

from api.schemas.drafts import BacktestOut, DraftParameterOut, LimitOut, RationaleOut
from dashboard.tables import Row, grid, pairs
from dashboard.widgets import escape_md
from dashboard.words import (
    DASH,
    MASKED,
    bound,
    count,
    fact_name,
    money,
    percent,
    quantity,
    short_id,
)

MOST_IDS = 6


def limits(parameters: Iterable[DraftParameterOut], currency: str | None, *, key: str) -> None:
    """The limits that the cases suggest, each with what it covers and costs."""
    for place, parameter in enumerate(parameters):
        named = fact_name(parameter.fact)
        rows = _steps(parameter, currency)
        if not rows:
            st.caption(
                escape_md(f"{named}: too few signed cases carry it, so no number is drafted.")
            )
            continue
        grid((named, "Limit", "Covers", "Cost"), rows, key=f"{key}-{place}")
        _boundary(parameter)


def rationale(reasons: Iterable[RationaleOut], *, key: str) -> None:
    """Why, sentence by sentence, each with the cases it rests on."""
    with st.container(key=key):
        st.markdown("\n".join(_cited(reason) for reason in reasons))


def backtest(result: BacktestOut, *, key: str) -> None:
    """What the new wording would have done to the cases decided so far."""
    cost = money(result.cost, result.currency)
    rows = [
        Row("Would be allowed", _cases(result.covered), "no signature needed any more"),
        Row("Still exceptions", _cases(result.still_exceptions), "a peer still signs"),
        Row("Newly allowed", _cases(result.newly_allowed), _newly_allowed(result)),
        Row("Cannot be told", _cases(result.cannot_tell), "the fact was not recorded"),
        Row("Cost of what it allows", cost),
    ]
    pairs(rows, key=key)


def _cases(many: int | None) -> str:
    return MASKED if many is None else count(many, "case")


def _cited(reason: RationaleOut) -> str:
    ids = " ".join(short_id(each) for each in reason.cases[:MOST_IDS])
    more = len(reason.cases) - MOST_IDS
    cited = f"{ids} and {more} more" if more > 0 else ids
    return f"- {escape_md(reason.sentence)} :small[:gray[{escape_md(cited)}]]"


def _newly_allowed(result: BacktestOut) -> str:
    ids = " ".join(short_id(each) for each in result.newly_allowed_cases[:MOST_IDS])
    return f"peers had declined: {ids}" if ids else "none that peers had declined"


def _steps(parameter: DraftParameterOut, currency: str | None) -> list[tuple[str, ...]]:
    """One row a limit; with few cases two names share one, and their row bears both."""
    rows: dict[tuple[str, ...], str] = {}
    for name in ("Narrow", "Medium", "Wide"):
        limit: LimitOut | None = getattr(parameter, name.lower())
        if limit is not None:
            cells = _limit(parameter, limit, currency)
            rows[cells] = f"{rows[cells]}, {name.lower()}" if cells in rows else name
    return [(name, *cells) for cells, name in rows.items()]


def _limit(
    parameter: DraftParameterOut, limit: LimitOut, currency: str | None
) -> tuple[str, str, str]:
    covers = DASH if limit.coverage is None else f"at least {percent(limit.coverage)}"
    return (
        bound(parameter.direction, limit.limit, parameter.unit),
        covers,
        money(limit.cost, currency),
    )


def _boundary(parameter: DraftParameterOut) -> None:
    edge = parameter.boundary
    if edge is None or edge.low is None or edge.high is None:
        return
    low, high = quantity(edge.low, None), quantity(edge.high, parameter.unit)
    st.caption(escape_md(f"Peers begin to decline between {low} and {high}."))
