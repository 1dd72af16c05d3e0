"""Trying out other limits: a box a number, and the backtest at once; nothing is stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from api.schemas.drafts import (
    ConditionIn,
    ConditionOut,
    DraftOut,
    DraftParameterOut,
    TriedOut,
    TryIn,
)
from dashboard.backtests import backtest, warnings
from dashboard.pages import attempt
from dashboard.transport import typed
from dashboard.widgets import changes_between, escape_md, redline
from dashboard.words import fact_name, number

Ask = Callable[[TryIn], TriedOut]


@dataclass(frozen=True)
class Chosen:
    """The limits as they stand in the boxes, and whether any was moved."""

    conditions: tuple[ConditionIn, ...]
    moved: bool

    @property
    def wish(self) -> TryIn:
        """What to ask for."""
        return typed(TryIn, conditions=list(self.conditions)) if self.moved else TryIn()

    @property
    def mark(self) -> str:
        """A short name of these limits, for the keys of what depends on them."""
        return "-".join(str(each.limit) for each in self.conditions) if self.moved else "drafted"


def boxes(draft: DraftOut, name: str) -> Chosen:
    """A box for each limit of a draft; the buttons put its narrow, medium and wide one in."""
    chosen = []
    for place, condition in enumerate(draft.conditions):
        limit = condition.limit
        if isinstance(limit, list):
            st.caption(escape_md(f"{fact_name(condition.fact)}: {' or '.join(limit)}"))
        else:
            limit = _box(condition, limit, _parameter(draft, condition), f"{name}-{place}")
        given = condition.model_dump() | {"limit": limit}
        chosen.append(ConditionIn(**given))
    moved = [each.limit for each in chosen] != [each.limit for each in draft.conditions]
    return Chosen(tuple(chosen), moved)


def what_if(draft: DraftOut, ask: Ask, name: str) -> None:
    """The boxes and what such limits would do, for everybody who reads along; once it is opened."""
    title = "What if the limit were another?"
    with st.expander(title, key=f"what-if-{name}", on_change="rerun") as opened:
        if opened.open:
            _try_out(draft, ask, name)


@st.fragment
def _try_out(draft: DraftOut, ask: Ask, name: str) -> None:
    st.caption("Move a number; nothing is stored.")
    chosen = boxes(draft, f"what-if-{name}")
    tried = attempt(ask, chosen.wish)
    if tried is None:
        return
    with st.container(border=True):
        redline(changes_between(tried.redline.old, tried.redline.new), key="what-if-redline")
    warnings(tried.backtest, key="what-if-warnings")
    backtest(tried.backtest, key="what-if-backtest")


def _box(
    condition: ConditionOut, limit: float, parameter: DraftParameterOut | None, key: str
) -> float:
    side = "at least" if condition.bound == "min" else "at most"
    unit = f" ({condition.unit})" if condition.unit else ""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        value = st.number_input(
            escape_md(f"{fact_name(condition.fact)}{unit}, {side}"),
            value=float(limit),
            step=1.0,
            format="%g",
            key=f"limit-{key}",
            width=280,
        )
        for words, each in _steps(parameter):
            st.button(
                words,
                key=f"{words.split()[0].lower()}-{key}",
                type="tertiary",
                on_click=st.session_state.__setitem__,
                args=(f"limit-{key}", each),
            )
    return limit if value is None else value


def _steps(parameter: DraftParameterOut | None) -> Sequence[tuple[str, float]]:
    """The limits that the cases suggest, each once, with its name."""
    if parameter is None:
        return []
    named: dict[float, str] = {}
    for word in ("Narrow", "Medium", "Wide"):
        step = getattr(parameter, word.lower())
        if step is not None:
            named.setdefault(float(step.limit), f"{word} {number(step.limit)}")
    return [(words, limit) for limit, words in named.items()]


def _parameter(draft: DraftOut, condition: ConditionOut) -> DraftParameterOut | None:
    same = (one for one in draft.parameters if one.fact == condition.fact)
    return next((one for one in same if one.direction == condition.bound), None)
