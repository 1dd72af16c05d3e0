"""Trying out other limits: a field a number, and the backtest at once; nothing is stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from api.schemas.drafts import (
    ConditionIn,
    ConditionOut,
    DraftOut,
    DraftParameterOut,
    TriedOut,
    TryIn,
)
from api.schemas.effects import NarrowerOut
from dashboard import addressed
from dashboard.backtests import backtest, warnings
from dashboard.catalogue import md, t
from dashboard.markup import escape_md
from dashboard.pages import attempt
from dashboard.sentence import Field, with_fields
from dashboard.transport import typed
from dashboard.widgets import changes_between, redline
from dashboard.words import fact_name, number

Ask = Callable[[TryIn], TriedOut]

_HALVES: Final = frozenset({"hour", "kg", "km"})
"""Units of which half a one is a sensible step."""
_CURRENCY_STEP: Final = 5.0
_KEYS: Final = {"Narrow": "1", "Medium": "2", "Wide": "3"}


@dataclass(frozen=True)
class Chosen:
    """The limits as they stand in the fields, and whether any was moved."""

    conditions: tuple[ConditionIn, ...]
    moved: bool

    @property
    def given(self) -> dict[str, object]:
        """What to send of them: nothing where they are as drafted."""
        return {"conditions": list(self.conditions)} if self.moved else {}

    @property
    def mark(self) -> str:
        """A short name of these limits, for the keys of what depends on them."""
        return "-".join(str(each.limit) for each in self.conditions) if self.moved else "drafted"


def fields(
    draft: DraftOut, name: str, markup: str | None = None, narrower: NarrowerOut | None = None
) -> Chosen:
    """A field for each limit of a draft; the buttons put its narrow, medium and wide one in.

    With the markup of the wording they stand in its sentence, where it names them all. A limit that
    a look back suggests stands in its field at first.
    """
    drafted = draft.conditions
    _begin(drafted, narrower, name)
    pieces = None if markup is None else with_fields(markup, drafted)
    limits: dict[int, float | list[str]] = {}
    if pieces is not None:
        limits |= _sentence(pieces, drafted, name)
    for place, condition in enumerate(drafted):
        if isinstance(condition.limit, list):
            limits[place] = _words(condition, condition.limit, f"{name}-{place}")
        elif pieces is None:
            limits[place] = _number(condition, condition.limit, f"{name}-{place}")
        offered = _parameter(draft, condition)
        keys = place == 0 and markup is not None
        _offers(offered, f"{name}-{place}", named=pieces is not None, keys=keys)
    chosen = [
        ConditionIn(**one.model_dump() | {"limit": limits[place]})
        for place, one in enumerate(drafted)
    ]
    moved = [each.limit for each in chosen] != [each.limit for each in drafted]
    return Chosen(tuple(chosen), moved)


def _begin(drafted: Sequence[ConditionOut], narrower: NarrowerOut | None, name: str) -> None:
    """Put into each field what was tried, else what is suggested, else what was drafted."""
    suggested: dict[tuple[str, str], float] = {}
    if narrower is not None:
        suggested[narrower.fact, narrower.direction] = narrower.limit
    for place, one in enumerate(drafted):
        key = f"limit-{name}-{place}"
        if isinstance(one.limit, list) or key in st.session_state:
            continue
        tried = addressed.limit_of(one)
        if tried is None:
            tried = suggested.get((one.fact, one.bound), one.limit)
        st.session_state[key] = float(tried)


def what_if(draft: DraftOut, ask: Ask, name: str) -> None:
    """The fields and what such limits would do, for everybody who reads along; once it is opened.

    The name is the object's; the drafted limits are added to it, for a field outlives its draft.
    """
    title = t("What if the limit were another?")
    drafted = "-".join(str(one.limit) for one in draft.conditions)
    with st.expander(title, key=f"what-if-{name}", on_change="rerun") as opened:
        if opened.open:
            _try_out(draft, ask, f"{name}-{drafted}")


@st.fragment
def _try_out(draft: DraftOut, ask: Ask, name: str) -> None:
    st.caption(t("Move a number; nothing is stored."))
    chosen = fields(draft, f"what-if-{name}")
    tried = attempt(lambda: ask(typed(TryIn, **chosen.given)))
    if tried is None:
        return
    with st.container(border=True):
        redline(changes_between(tried.redline.old, tried.redline.new), key="what-if-redline")
    warnings(tried.backtest, key="what-if-warnings")
    backtest(tried.backtest, key="what-if-backtest")


def _sentence(
    pieces: Sequence[str | Field], conditions: Sequence[ConditionOut], name: str
) -> dict[int, float | list[str]]:
    limits: dict[int, float | list[str]] = {}
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key=f"sentence-{name}"
    ):
        words = ""
        for piece in pieces:
            if isinstance(piece, str):
                words += piece
                continue
            _said(f"{words}{piece.before}")
            key = f"{name}-{piece.condition}"
            limits[piece.condition] = _number(
                conditions[piece.condition], piece.limit, key, in_line=True
            )
            words = piece.after
        _said(words)
    return limits


def _said(words: str) -> None:
    if words.strip():
        st.markdown(escape_md(words), width="content")


def _number(condition: ConditionOut, limit: float, key: str, *, in_line: bool = False) -> float:
    unit = f" ({condition.unit})" if condition.unit else ""
    named = f"{fact_name(condition.fact)}{unit}"
    label = md("{named}, at least", named=named)
    if condition.bound == "max":
        label = md("{named}, at most", named=named)
    value = st.number_input(
        label,
        step=_step(condition.unit),
        format="%g",
        key=f"limit-{key}",
        width=130 if in_line else 280,
        label_visibility="collapsed" if in_line else "visible",
    )
    return limit if value is None else value


def _words(condition: ConditionOut, drafted: list[str], key: str) -> list[str]:
    return st.multiselect(
        md("{fact}: one of", fact=fact_name(condition.fact)),
        drafted,
        default=drafted,
        accept_new_options=True,
        key=f"limit-{key}",
    )


def _offers(parameter: DraftParameterOut | None, key: str, *, named: bool, keys: bool) -> None:
    """The limits that the cases suggest, to be put in by a button, or by the keys 1 to 3."""
    steps = _steps(parameter)
    if parameter is None or not steps:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if named:
            st.caption(escape_md(fact_name(parameter.fact)), width="content")
        for words, each in steps:
            st.button(
                words,
                key=f"{words.split()[0].lower()}-{key}",
                type="tertiary",
                shortcut=_KEYS[words.split()[0]] if keys else None,
                on_click=st.session_state.__setitem__,
                args=(f"limit-{key}", each),
            )


def _step(unit: str | None) -> float:
    """How far one press of plus or minus goes, in the fact's unit."""
    if unit is not None and unit.isupper():
        return _CURRENCY_STEP
    return 0.5 if unit in _HALVES else 1.0


def _steps(parameter: DraftParameterOut | None) -> Sequence[tuple[str, float]]:
    """The limits that the cases suggest, each once, with its name."""
    if parameter is None:
        return []
    named: dict[float, str] = {}
    for word in _KEYS:
        step = getattr(parameter, word.lower())
        if step is not None:
            named.setdefault(float(step.limit), f"{word} {number(step.limit)}")
    return [(words, limit) for limit, words in named.items()]


def _parameter(draft: DraftOut, condition: ConditionOut) -> DraftParameterOut | None:
    same = (one for one in draft.parameters if one.fact == condition.fact)
    return next((one for one in same if one.direction == condition.bound), None)
