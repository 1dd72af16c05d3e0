"""Cases ticked in a list: kept by id over its pages, and while other kinds are looked at.

A box stands for its case, never for its place: whatever order a list comes in, a tick stays with
the case that it was set for.
"""

from collections.abc import Sequence

import streamlit as st

from api.schemas.kinds import KindCaseOut
from dashboard import kept
from dashboard.catalogue import tn
from dashboard.markup import escape_md
from dashboard.session import judges
from dashboard.words import day, money, short


def box(case: KindCaseOut, kind: str) -> None:
    """A box to tick beside a case of a kind, or of the unsorted ones."""
    key, ticked = f"tick-{case.id}", case.id in _ticks(kind)
    if st.session_state.get(key) is not ticked:
        st.session_state[key] = ticked
    amount = "" if case.amount is None else f" · {money(case.amount, case.currency)}"
    words = f"{day(case.day)}{amount} · {short(case.situation, 160)}"
    st.checkbox(
        escape_md(words),
        key=key,
        disabled=not judges(),
        on_change=_keep,
        args=(kind, case.id, key),
    )


def chosen(kind: str, ids: Sequence[str]) -> list[str]:
    """The ticked cases, in the order of the kind's `ids`; those that have left it are let go."""
    ticks = _ticks(kind)
    here = set(ticks).intersection(ids)
    if len(here) < len(ticks):
        kept.note(_name(kind), [case for case in ticks if case in here])
        st.info(
            tn(
                "{n} ticked case is no longer in this kind, and no longer chosen.",
                "{n} ticked cases are no longer in this kind, and no longer chosen.",
                len(ticks) - len(here),
            )
        )
    return [case for case in ids if case in here]


def clear(kind: str) -> None:
    """Untick all cases of a kind, those on other pages too."""
    kept.note(_name(kind), None)


def _keep(kind: str, case: str, key: str) -> None:
    others = [each for each in _ticks(kind) if each != case]
    kept.note(_name(kind), [*others, case] if st.session_state[key] else others)


def _ticks(kind: str) -> list[str]:
    found = kept.noted(_name(kind))
    return found if isinstance(found, list) else []


def _name(kind: str) -> str:
    return f"ticked-{kind}"
