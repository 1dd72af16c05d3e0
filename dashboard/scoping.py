"""Where a change is to hold, and until when: a market, a channel, one team for a trial."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import streamlit as st

from api.schemas.candidates import CandidatePage
from api.schemas.drafts import ScopeIn, ScopeOut
from dashboard import addressed, kept
from dashboard.catalogue import mark, t
from dashboard.places import Places
from dashboard.transport import typed
from dashboard.words import day, fact_name
from recommender.vocabulary import Verdict

_SCOPED: Final = frozenset({Verdict.ADD_EXCEPTION, Verdict.GRANT_AUTHORITY, Verdict.WIDEN_LIMIT})
"""The verdicts that may hold somewhere only."""
_NAMES: Final[Mapping[str, str]] = {
    "market": mark("as your cases name it"),
    "channel": mark("chat, phone, ..."),
    "product": "",
    "brand": "",
    "team": mark("for a trial in one team"),
}


def scope_fields(page: CandidatePage, name: str, places: Places) -> ScopeIn | None:
    """Ask where and until when; None where it is as drafted, or the verdict knows no such thing."""
    drafted = _drafted(page)
    if page.verdict is Verdict.TOLERATE_UNTIL:
        chosen = typed(ScopeIn, until=_last_day(t("Tolerated until"), drafted.until, name))
        places.under("scope")
    elif page.verdict in _SCOPED and page.base_revision is not None and page.kind is not None:
        chosen = _somewhere(drafted, name, places)
    else:
        return None
    return None if chosen == drafted else chosen


def scope_in_words(scope: ScopeIn | ScopeOut | None) -> str:
    """Where and until when something holds, in one line."""
    if scope is None:
        return t("everywhere, for good")
    named = scope.model_dump(exclude={"until"}, exclude_none=True)
    where = ", ".join(f"{fact_name(name).lower()} {value}" for name, value in named.items())
    until = t("for good") if scope.until is None else t("until {day}", day=day(scope.until))
    return f"{where}, {until}" if where else t("everywhere, {until}", until=until)


def scope_mark(scope: ScopeIn | None) -> str:
    """A short name of a scope, for the keys of what depends on it."""
    if scope is None:
        return ""
    return "-".join(["", *map(str, scope.model_dump(exclude_none=True).values())]) or "-everywhere"


def _drafted(page: CandidatePage) -> ScopeIn:
    scope = page.draft.scope
    return ScopeIn() if scope is None else ScopeIn(**scope.model_dump())


def _somewhere(drafted: ScopeIn, name: str, places: Places) -> ScopeIn:
    with st.expander(t("Only in part, or for a while"), key=f"scope-{name}"):
        st.caption(
            t(
                "Left empty it holds everywhere, for good. For a trial: one team, and a last day. "
                "A limit that moves only in part becomes an exception."
            )
        )
        given: dict[str, object] = {}
        rows = (*st.columns(3), *st.columns(3))
        for place, (field, hint) in zip(rows, _NAMES.items(), strict=False):
            with place:
                given[field] = _name(field, getattr(drafted, field), hint, name)
                places.under(f"scope.{field}")
        with rows[-1]:
            given["until"] = _last_day(t("Last day"), drafted.until, name)
            places.under("scope.until")
        places.under("scope")
    return typed(ScopeIn, **given)


def _name(field: str, drafted: str | None, hint: str, name: str) -> str | None:
    key = f"scope-{field}-{name}"
    shown = t(hint) if hint else None
    said = kept.line(fact_name(field), drafted or "", placeholder=shown, key=key)
    return said.strip() or None


def _last_day(label: str, drafted: date | None, name: str) -> date | None:
    return addressed.day_field("until", label, key=f"scope-until-{name}", drafted=drafted)
