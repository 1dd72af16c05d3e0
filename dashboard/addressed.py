"""What is tried out on a page stands in its address, so that a link restores it."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import Final

import streamlit as st

from api.schemas.drafts import ConditionIn, ConditionOut

LIMITS: Final = "limits"
TRIED: Final = frozenset({LIMITS, "from", "review", "until"})
"""The parameters of an address that hold what is tried out."""


def limits() -> dict[str, float]:
    """The limits in the address, by fact and side: `days_since_delivery.max:43`."""
    found: dict[str, float] = {}
    for one in st.query_params.get(LIMITS, "").split(","):
        name, _, value = one.rpartition(":")
        with suppress(ValueError):
            found[name] = float(value)
    return found


def limit_of(condition: ConditionOut) -> float | None:
    """The limit that the address gives a condition."""
    return limits().get(f"{condition.fact}.{condition.bound}")


def keep_limits(chosen: Iterable[ConditionIn], *, moved: bool) -> None:
    """Put the limits into the address; as drafted they need none."""
    written = [
        f"{one.fact}.{one.bound}:{one.limit:g}"
        for one in chosen
        if moved and not isinstance(one.limit, list)
    ]
    _keep(LIMITS, ",".join(written))


def day_field(param: str, label: str, *, key: str, drafted: date | None = None) -> date | None:
    """Ask for a day; another than the drafted one stands in the address."""
    asked = day_of(param)
    value = drafted if asked is None else asked
    chosen = st.date_input(label, value=value, format="YYYY-MM-DD", key=key)
    _keep(param, "" if chosen in {None, drafted} else chosen.isoformat())
    return chosen


def day_of(param: str) -> date | None:
    """The day in the address; None where there is none, or no such day."""
    with suppress(ValueError):
        return date.fromisoformat(st.query_params.get(param, ""))
    return None


def _keep(param: str, value: str) -> None:
    if st.query_params.get(param, "") == value:
        return
    if value:
        st.query_params[param] = value
    else:
        st.query_params.pop(param, None)
