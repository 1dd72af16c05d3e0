"""The numbers of a kind as a panel: counts, intervals, and what is missing."""

import streamlit as st

from api.schemas.evidence import EvidenceOut, IntervalOut
from dashboard.tables import Row, pairs
from dashboard.widgets import escape_md
from dashboard.words import (
    DASH,
    MASKED,
    NOT_CARRIED,
    count,
    money,
    number,
    percent,
    percents,
)


def evidence_panel(evidence: EvidenceOut, *, key: str) -> None:
    """All numbers of a kind, each with what limits it."""
    pairs(
        [
            Row("Cases", _counted(evidence, "cases"), _after_copies(evidence)),
            Row("Agents", _counted(evidence, "agents"), _effective(evidence)),
            Row("Teams", _counted(evidence, "teams")),
            Row("Customers", _counted(evidence, "customers")),
            Row("Signer pairs", _counted(evidence, "signer_pairs")),
            Row("Weeks", _counted(evidence, "weeks")),
            Row("Good outcomes", *_share(evidence.good)),
            Row("Bad outcomes", *_share(evidence.bad)),
            Row("Trend", _trend(evidence), "recent half against earlier half, 95 % interval"),
            Row("Cost", *_cost(evidence)),
        ],
        key=key,
    )


def shortfalls(evidence: EvidenceOut) -> None:
    """What is missing, and what would carry more."""
    for title, missing in (
        ("What is missing to surface", evidence.shortfalls),
        ("What would raise the grade", evidence.would_raise),
    ):
        if missing:
            st.markdown(f"**{title}**")
            st.markdown("\n".join(f"- {escape_md(each.words)}" for each in missing))


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


def _share(share: IntervalOut) -> tuple[str, str]:
    if not share.known:
        silent = f"{count(share.missing, 'case')} without an outcome"
        return "not known yet", silent if share.missing else "too few people to show it"
    note = f"of {share.known} known, 95 % interval"
    if share.missing:
        between = percents(*_either_way(share))
        note += f"; {between} whatever the {share.missing} unknown were"
    return percents(share.share_low, share.share_high), note


def _either_way(share: IntervalOut) -> tuple[float | None, float | None]:
    """The share if every unknown outcome were bad or good, the lower one first."""
    ends = (share.all_missing_bad, share.all_missing_good)
    low, high = sorted(end for end in ends if end is not None) if None not in ends else (None, None)
    return low, high


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
