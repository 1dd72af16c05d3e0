"""A suggested change: numbers from narrow to wide, conditions, reasons that cite cases."""

from collections.abc import Iterable, Sequence
from typing import Final

import streamlit as st

from api.schemas.drafts import (
    ConditionOut,
    DraftOut,
    DraftParameterOut,
    LimitOut,
    RationaleOut,
    ScopeOut,
)
from dashboard import session
from dashboard.catalogue import mark, md, t, tn
from dashboard.markup import escape_md
from dashboard.pages import link
from dashboard.tables import grid
from dashboard.words import (
    DASH,
    bound,
    condition,
    day,
    fact_name,
    has_cents,
    money,
    percent,
    quantity,
    short_id,
)
from recommender.vocabulary import Role

MOST_IDS: Final = 4
_STEPS: Final = {"narrow": mark("narrow"), "medium": mark("medium"), "wide": mark("wide")}
_CASE_READERS: Final = frozenset({Role.ADMIN, Role.AGENT, Role.MANAGER, Role.POLICY_OWNER})


def limits(parameters: Iterable[DraftParameterOut], currency: str | None, *, key: str) -> None:
    """The limits that the cases suggest, each with what it covers and costs."""
    for place, parameter in enumerate(parameters):
        named = fact_name(parameter.fact)
        rows = _steps(parameter, currency)
        if not rows:
            st.caption(
                md("{fact}: too few signed cases carry it, so no number is drafted.", fact=named)
            )
            continue
        grid((named, t("Limit"), t("Covers"), t("Cost so far")), rows, key=f"{key}-{place}")
        _boundary(parameter)


def rationale(reasons: Iterable[RationaleOut], *, key: str) -> None:
    """Why, sentence by sentence, each with the cases it rests on."""
    with st.container(key=key, gap="xsmall"):
        for place, reason in enumerate(reasons):
            st.markdown(escape_md(reason.sentence))
            cited(reason.cases, key=f"{key}-{place}")


def also(draft: DraftOut) -> None:
    """What a change leaves open, and what it leaves out because it ended badly."""
    told = [
        t(
            "No limit on {fact}: peers went to {largest}.",
            fact=fact_name(one.fact).lower(),
            largest=quantity(one.largest, one.unit),
        )
        for one in draft.unlimited
    ]
    told += [one.words for one in draft.ended_badly]
    if draft.scope is not None:
        told += _scope(draft.scope)
    for one in told:
        st.caption(escape_md(one))


def conditions_in_words(conditions: Iterable[ConditionOut]) -> str:
    """Conditions in one line."""
    return t(" and ").join(
        condition(one.fact, one.bound, one.limit, one.unit) for one in conditions
    )


def cited(ids: Sequence[str], *, key: str) -> None:
    """The first of some cases as links, for those who may read single ones."""
    if not reads_cases():
        st.caption(escape_md(_named(ids)))
        return
    with st.container(horizontal=True, gap="small", key=key):
        for case in ids[:MOST_IDS]:
            link(short_id(case), "cases", key=f"{key}-{case}", case=case)
        if len(ids) > MOST_IDS:
            st.caption(t("and {n} more", n=len(ids) - MOST_IDS), width="content")


def _scope(scope: ScopeOut) -> list[str]:
    known = scope.model_dump(exclude={"until"}, exclude_none=True)
    told = [f"{fact_name(name)}: {value}" for name, value in known.items()]
    if scope.until is not None:
        told.append(t("until {day}", day=day(scope.until)))
    return [t("Only {places}.", places=", ".join(told))] if told else []


def reads_cases() -> bool:
    """Tell whether the reader may read single cases."""
    return not _CASE_READERS.isdisjoint(session.me().roles)


def _named(ids: Sequence[str]) -> str:
    named = " ".join(short_id(each) for each in ids[:MOST_IDS])
    more = len(ids) - MOST_IDS
    return t("{named} and {n} more", named=named, n=more) if more > 0 else named


def _steps(parameter: DraftParameterOut, currency: str | None) -> list[tuple[str, ...]]:
    """One row a limit; with few cases two names share one, and their row bears both."""
    steps = (parameter.narrow, parameter.medium, parameter.wide)
    cents = has_cents(one.cost for one in steps if one is not None)
    rows: dict[tuple[str, ...], str] = {}
    names = (t("Narrow"), t("Medium"), t("Wide"))
    for name, limit in zip(names, steps, strict=True):
        if limit is not None:
            cells = _limit(parameter, limit, money(limit.cost, currency, cents=cents))
            rows[cells] = f"{rows[cells]}, {name.lower()}" if cells in rows else name
    return [(name, *cells) for cells, name in rows.items()]


def _limit(parameter: DraftParameterOut, limit: LimitOut, cost: str) -> tuple[str, str, str]:
    covers = (
        DASH if limit.coverage is None else t("at least {share}", share=percent(limit.coverage))
    )
    return (
        bound(parameter.direction, limit.limit, parameter.unit),
        covers,
        cost,
    )


def _from(cases: int) -> str:
    return tn("From {n} signed case.", "From {n} signed cases.", cases)


def _boundary(parameter: DraftParameterOut) -> None:
    """How far the numbers carry: how many cases, and where peers begin to say no."""
    told = [] if parameter.n is None else [_from(parameter.n)]
    edge = parameter.boundary
    if edge is not None and edge.low is not None and edge.high is not None:
        low, high = quantity(edge.low, None), quantity(edge.high, parameter.unit)
        told.append(t("Peers begin to decline between {low} and {high}.", low=low, high=high))
    if parameter.separates is False:
        told.append(t("Signed and declined cases overlap: this number alone does not decide."))
    if parameter.beyond_boundary:
        beyond = t(" and ").join(t(_STEPS[step]) for step in parameter.beyond_boundary)
        told.append(t("At the {beyond} limit peers decline already.", beyond=beyond))
    if parameter.set_aside:
        far = len(parameter.set_aside)
        told.append(
            tn(
                "{n} case far beyond the rest not counted.",
                "{n} cases far beyond the rest not counted.",
                far,
            )
        )
    if told:
        st.caption(escape_md(" ".join(told)))
