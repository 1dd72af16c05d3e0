"""The numbers of a kind as a panel: counts, intervals, and what is missing."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from api.schemas.drafts import DraftOut
from api.schemas.evidence import EvidenceOut, IntervalOut
from api.schemas.policies import ClauseOut
from dashboard import marks
from dashboard.pages import link
from dashboard.tables import Row, pairs
from dashboard.widgets import escape_md
from dashboard.words import (
    DASH,
    MASKED,
    NOT_CARRIED,
    costs,
    count,
    day,
    fact_name,
    money,
    number,
    percent,
    percents,
)

OPENED: Final[Mapping[str, str]] = {
    "all": "all of them",
    "good": "went well",
    "bad": "ended badly",
    "neutral": "mixed",
    "missing": "outcome not known",
    "without_amount": "without an amount",
    "declined": "declined ones like it",
    "event": "of one day",
    "fact": "with a fact",
}
"""What each number of a kind counts, in words."""
_MOST_FACTS: Final = 5
_NONE: Final = 1e-9


def evidence_panel(evidence: EvidenceOut, *, key: str) -> None:
    """All numbers of a kind, each with what limits it."""
    pairs(
        [
            Row("Cases", _counted(evidence, "cases"), _after_copies(evidence)),
            Row("Agents", _counted(evidence, "agents"), _effective(evidence)),
            Row("Teams", _counted(evidence, "teams")),
            Row("Customers", _counted(evidence, "customers")),
            Row("Signer pairs", _counted(evidence, "signer_pairs")),
            Row("Weeks", _counted(evidence, "weeks"), _rate(evidence)),
            _share("Good outcomes", evidence.good),
            _share("Bad outcomes", evidence.bad),
            Row("Trend", _trend(evidence), "recent half against earlier half, 95 % interval"),
            Row("Cost", *_cost(evidence)),
            *_yearly(evidence),
            *_compared(evidence),
        ],
        key=key,
    )


def opened_numbers(evidence: EvidenceOut, kind_id: str) -> None:
    """A link to the cases behind each number; of few people there is none."""
    if "cases" in evidence.masked:
        return
    offered = {
        "all": evidence.cases,
        "good": _any(evidence.good),
        "bad": _any(evidence.bad),
        "missing": evidence.good.missing,
        "without_amount": evidence.share_without_amount,
        "declined": evidence.look_alikes is not None,
    }
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="opened-numbers"
    ):
        st.caption("Open the cases:", width="content")
        for of, any_of in offered.items():
            if any_of:
                link(OPENED[of], "cases", key=f"open-{of}", id=kind_id, of=of)


def spreads(
    evidence: EvidenceOut, clause: ClauseOut | None, draft: DraftOut | None, kind_id: str
) -> None:
    """How the facts spread, beside the limit of today and the one that is suggested."""
    for place, fact in enumerate(evidence.facts[:_MOST_FACTS]):
        lines = _lines(fact.fact, clause, draft)
        with st.container(gap="xsmall", key=f"spread-{place}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{escape_md(fact_name(fact.fact))}**", width="content")
                link(
                    count(fact.n, "case"),
                    "cases",
                    key=f"open-fact-{place}",
                    id=kind_id,
                    of="fact",
                    fact=fact.fact,
                )
                if fact.missing:
                    st.caption(f"{fact.missing} do not say", width="content")
            marks.spread(fact, lines, key=f"spread-mark-{place}")


def events(evidence: EvidenceOut, kind_id: str) -> None:
    """The days that count less than their cases, each with them."""
    for place, event in enumerate(evidence.events):
        with st.container(horizontal=True, gap="small", key=f"event-{place}"):
            link(
                count(event.cases, "case"),
                "cases",
                key=f"open-event-{place}",
                id=kind_id,
                of="event",
                day=event.day.isoformat(),
            )
            st.caption(f"on {day(event.day)} count as {event.counted}: one event, or a pasted text")


def shortfalls(evidence: EvidenceOut) -> None:
    """What is missing, and what would carry more."""
    for title, missing in (
        ("What is missing to surface", evidence.shortfalls),
        ("What would raise the grade", evidence.would_raise),
    ):
        if missing:
            st.markdown(f"**{title}**")
            st.markdown("\n".join(f"- {escape_md(each.words)}" for each in missing))


def _lines(fact: str, clause: ClauseOut | None, draft: DraftOut | None) -> dict[str, float]:
    """The limits to draw for a fact: today's, and the middle one of the draft."""
    lines = {}
    revision = None if clause is None else clause.revision
    for limit in () if revision is None else revision.parameters:
        if limit.fact == fact:
            lines["today"] = limit.limit
    for each in () if draft is None else draft.parameters:
        if each.fact == fact and each.medium is not None:
            lines["suggested"] = each.medium.limit
    return lines


def _any(share: IntervalOut) -> bool:
    """Tell whether there is one at all: of none the interval begins at exactly nothing."""
    return share.share_low is not None and share.share_low > _NONE


def _rate(evidence: EvidenceOut) -> str:
    rate = evidence.rate
    if rate is None:
        return ""
    of = "100 contacts" if rate.of == "contacts" else "week"
    return f"{rate.low:.1f}{DASH}{rate.high:.1f} cases per {of}"


def _yearly(evidence: EvidenceOut) -> list[Row]:
    year = evidence.year
    if year is None:
        return []
    note = f"at today's pace; {percent(year.actual_share)} of it is what was really paid"
    return [Row("Cost a year", costs(year.low, year.mid, year.high, year.currency), note)]


def _compared(evidence: EvidenceOut) -> list[Row]:
    alike = evidence.look_alikes
    if alike is None:
        return []
    return [Row("Declined ones like it", count(alike.cases, "case"), alike.words)]


def _counted(evidence: EvidenceOut, name: str) -> str:
    value = getattr(evidence, name)
    if value is not None:
        return number(value)
    return MASKED if name in evidence.masked else NOT_CARRIED


def _after_copies(evidence: EvidenceOut) -> str:
    counted, cases = evidence.counted_cases, evidence.cases
    if counted is None or cases is None or counted == cases:
        return ""
    return f"{counted} count: copies and busy days count less"


def _effective(evidence: EvidenceOut) -> str:
    effective = evidence.effective_agents
    if effective is None:
        return ""
    return f"as good as {effective:.1f} with equally many cases each"


def _share(label: str, share: IntervalOut) -> Row:
    low, high = share.share_low, share.share_high
    if not share.known or low is None or high is None:
        silent = f"{count(share.missing, 'case')} without an outcome"
        return Row(label, "not known yet", silent if share.missing else "too few people to show it")
    note = f"of {share.known} known, 95 % interval"
    widest = _either_way(share) if share.missing else None
    if widest is not None:
        note += f"; {percents(*widest)} whatever the {share.missing} unknown were"
    return Row(label, percents(low, high), note, marks.interval_html(low, high, widest))


def _either_way(share: IntervalOut) -> tuple[float, float] | None:
    """The share if every unknown outcome were bad or good, the lower one first."""
    bad, good = share.all_missing_bad, share.all_missing_good
    return None if bad is None or good is None else (min(bad, good), max(bad, good))


def _trend(evidence: EvidenceOut) -> str:
    low, high = evidence.trend_low, evidence.trend_high
    if low is None:
        return "too early to tell"
    return f"at least {low:.1f} times" if high is None else f"{low:.1f}{DASH}{high:.1f} times"


def _cost(evidence: EvidenceOut) -> tuple[str, str]:
    if evidence.cost_sum is None:
        return "no amounts", ""
    middle = money(evidence.cost_median, evidence.currency)
    most = money(evidence.cost_p90, evidence.currency)
    note = f"half below {middle}, nine of ten below {most}"
    if evidence.share_without_amount:
        note += f"; {percent(evidence.share_without_amount)} name no amount"
    return money(evidence.cost_sum, evidence.currency), note
