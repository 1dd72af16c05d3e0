"""The numbers of a kind: who, how often, how it ended, what it cost; each opens its cases."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import streamlit as st

from api.schemas.drafts import DraftOut
from api.schemas.evidence import EvidenceOut, FactSpreadOut, IntervalOut
from api.schemas.policies import ClauseOut
from dashboard import marks
from dashboard.catalogue import md, t, tn
from dashboard.markup import escape_md
from dashboard.pages import link
from dashboard.tables import Row, pairs
from dashboard.words import (
    DASH,
    MASKED,
    NOT_CARRIED,
    costs,
    day,
    fact_name,
    money,
    number,
    percent,
    percents,
)

Here = Mapping[str, str]
"""The kind's id and the list it was opened from: what a link to its cases carries along."""
_MOST_FACTS: Final = 5


def evidence_panel(evidence: EvidenceOut, *, key: str) -> None:
    """All numbers of a kind, each with what limits it."""
    groups = (_who, _often, _ended, _cost)
    pairs([row for group in groups for row in group(evidence)], key=key)


def four_groups(evidence: EvidenceOut, here: Here) -> None:
    """The same numbers by what they answer, each with the way to its cases."""
    groups: tuple[tuple[str, str, Callable[[EvidenceOut], list[Row]]], ...] = (
        ("who", t("Who"), _who),
        ("often", t("How often"), _often),
        ("ended", t("How it ended"), _ended),
        ("cost", t("What it cost"), _cost),
    )
    places = [*st.columns(2), *st.columns(2)]
    for place, (name, title, rows) in zip(places, groups, strict=True):
        with place, st.container(border=True, key=f"group-{name}", height="stretch"):
            st.markdown(md("**{title}**", title=title))
            if name == "ended" and evidence.outcomes is not None:
                st.html(marks.outcomes_html(evidence.outcomes))
            _openings(name, evidence, here)
            pairs(rows(evidence), key=f"rows-{name}")
            if name == "often":
                _events(evidence, here)


def fact_spread(fact: FactSpreadOut, lines: Mapping[str, float], here: Here, *, key: str) -> None:
    """How one fact spreads, beside the limit of today and the one that is suggested."""
    with st.container(gap="xsmall", key=f"spread-{key}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(md("**{fact}**", fact=fact_name(fact.fact)), width="content")
            words = tn("{n} case", "{n} cases", fact.n)
            link(words, "cases", key=f"open-fact-{key}", **here, of="fact", fact=fact.fact)
            if fact.missing:
                words = tn("{n} does not say", "{n} do not say", fact.missing)
                st.caption(escape_md(words), width="content")
        marks.spread(fact, lines, key=f"spread-mark-{key}")


def limited_first(evidence: EvidenceOut, draft: DraftOut | None) -> list[FactSpreadOut]:
    """The facts to show: those that the draft limits, then the commonest."""
    limited = [] if draft is None else [each.fact for each in draft.parameters]
    ranked = sorted(evidence.facts, key=lambda one: one.fact not in limited)
    return ranked[:_MOST_FACTS]


def limit_lines(fact: str, clause: ClauseOut | None, draft: DraftOut | None) -> dict[str, float]:
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


def against(evidence: EvidenceOut) -> str:
    """What speaks against a kind, or is not known of it, in one line; nothing where all is well."""
    told = []
    if evidence.outcomes is not None:
        bad, missing = evidence.outcomes.bad, evidence.outcomes.missing
        if bad:
            told.append(tn("{n} went badly", "{n} went badly", bad))
        if missing:
            told.append(tn("{n} with an unknown outcome", "{n} with an unknown outcome", missing))
    if evidence.look_alikes is not None and evidence.look_alikes.cases:
        cases = evidence.look_alikes.cases
        told.append(tn("{n} like them was declined", "{n} like them were declined", cases))
    return t("Against it: {reasons}.", reasons=", ".join(told)) if told else ""


def shortfalls(evidence: EvidenceOut) -> None:
    """What is missing, and what would carry more."""
    for title, missing in (
        (t("What is missing to surface"), evidence.shortfalls),
        (t("What would raise the grade"), evidence.would_raise),
    ):
        if missing:
            st.markdown(md("**{title}**", title=title))
            st.markdown("\n".join(f"- {escape_md(each.words)}" for each in missing))


def _openings(name: str, evidence: EvidenceOut, here: Here) -> None:
    """The numbers of cases as links; of few people none opens, and none is said to be 0."""
    found = {"often": _all, "ended": _by_outcome, "cost": _without_amount}.get(name)
    if found is None or "cases" in evidence.masked:
        return
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"open-{name}"
    ):
        for of, words, cases in found(evidence):
            if cases:
                link(words, "cases", key=f"open-{of}", **here, of=of)
            else:
                st.caption(escape_md(words), width="content")


Openings = Iterable[tuple[str, str, bool]]


def _all(evidence: EvidenceOut) -> Openings:
    cases = evidence.cases or 0
    yield "all", tn("Open the {n} case", "Open the {n} cases", cases), bool(cases)


def _by_outcome(evidence: EvidenceOut) -> Openings:
    found = evidence.outcomes
    if found is not None:
        yield "good", tn("{n} went well", "{n} went well", found.good), bool(found.good)
        yield "neutral", tn("{n} mixed", "{n} mixed", found.neutral), bool(found.neutral)
        yield "bad", tn("{n} went badly", "{n} went badly", found.bad), bool(found.bad)
        yield "missing", tn("{n} not known", "{n} not known", found.missing), bool(found.missing)
    alike = evidence.look_alikes
    declined = 0 if alike is None else alike.cases
    words = tn("{n} like them was declined", "{n} like them were declined", declined)
    yield "declined", words, bool(declined)


def _without_amount(evidence: EvidenceOut) -> Openings:
    share = evidence.share_without_amount
    if share:
        without = round(share * (evidence.cases or 0))
        words = tn("{n} case names no amount", "{n} cases name no amount", without)
        yield "without_amount", words, True


def _events(evidence: EvidenceOut, here: Here) -> None:
    """The days that count less than their cases, each with them."""
    for place, event in enumerate(evidence.events):
        with st.container(horizontal=True, gap="small", key=f"event-{place}"):
            words = tn("{n} case", "{n} cases", event.cases)
            on = event.day.isoformat()
            link(words, "cases", key=f"open-event-{place}", **here, of="event", day=on)
            words = t(
                "on {day} count as {counted}: one event, or a pasted text",
                day=day(event.day),
                counted=event.counted,
            )
            st.caption(escape_md(words), width="content")


def _who(evidence: EvidenceOut) -> list[Row]:
    return [
        Row(t("Agents"), _counted(evidence, "agents"), _effective(evidence)),
        Row(t("Teams"), _counted(evidence, "teams")),
        Row(t("Customers"), _counted(evidence, "customers")),
        Row(t("Signer pairs"), _counted(evidence, "signer_pairs")),
    ]


def _often(evidence: EvidenceOut) -> list[Row]:
    return [
        Row(t("Cases"), _counted(evidence, "cases"), _after_copies(evidence)),
        Row(t("Weeks"), _counted(evidence, "weeks"), _rate(evidence)),
        Row(t("Trend"), _trend(evidence), t("recent half against earlier half, 95 % interval")),
    ]


def _ended(evidence: EvidenceOut) -> list[Row]:
    rows = [_share(t("Good outcomes"), evidence.good), _share(t("Bad outcomes"), evidence.bad)]
    alike = evidence.look_alikes
    if alike is not None:
        cases = tn("{n} case", "{n} cases", alike.cases)
        rows.append(Row(t("Declined ones like it"), cases, alike.words))
    elif not evidence.masked:
        rows.append(Row(t("Declined ones like it"), t("none"), t("as far as they may be read")))
    return rows


def _cost(evidence: EvidenceOut) -> list[Row]:
    rows = []
    year = evidence.year
    if year is not None:
        note = t(
            "at today's pace; {share} of it is what was really paid",
            share=percent(year.actual_share),
        )
        amount = costs(year.low, year.mid, year.high, year.currency)
        rows.append(Row(t("A year"), amount, note))
    return [*rows, Row(t("So far"), *_so_far(evidence))]


def _counted(evidence: EvidenceOut, name: str) -> str:
    value = getattr(evidence, name)
    if value is not None:
        return number(value)
    return t(MASKED) if name in evidence.masked else t(NOT_CARRIED)


def _after_copies(evidence: EvidenceOut) -> str:
    counted, cases = evidence.counted_cases, evidence.cases
    if counted is None or cases is None or counted == cases:
        return ""
    return t("{counted} count: copies and busy days count less", counted=number(counted))


def _effective(evidence: EvidenceOut) -> str:
    effective = evidence.effective_agents
    if effective is None or f"{effective:.1f}" == f"{evidence.agents or 0:.1f}":
        return ""
    return t("some file more than others: they count as {agents}", agents=f"{effective:.1f}")


def _rate(evidence: EvidenceOut) -> str:
    rate = evidence.rate
    if rate is None:
        return ""
    said = f"{rate.low:.1f}{DASH}{rate.high:.1f}"
    if rate.of == "contacts":
        return t("{low_to_high} cases per 100 contacts", low_to_high=said)
    return t("{low_to_high} cases per week", low_to_high=said)


def _share(label: str, share: IntervalOut) -> Row:
    low, high = share.share_low, share.share_high
    if not share.known or low is None or high is None:
        silent = tn("{n} case without an outcome", "{n} cases without an outcome", share.missing)
        return Row(label, t("not known yet"), silent if share.missing else t(MASKED))
    note = tn("of {n} known, 95 % interval", "of {n} known, 95 % interval", share.known)
    widest = _either_way(share) if share.missing else None
    if widest is not None:
        note = t(
            "{note}; {shares} whatever the {missing} unknown were",
            note=note,
            shares=percents(*widest),
            missing=number(share.missing),
        )
    return Row(label, percents(low, high), note, marks.interval_html(low, high, widest))


def _either_way(share: IntervalOut) -> tuple[float, float] | None:
    """The share if every unknown outcome were bad or good, the lower one first."""
    bad, good = share.all_missing_bad, share.all_missing_good
    return None if bad is None or good is None else (min(bad, good), max(bad, good))


def _trend(evidence: EvidenceOut) -> str:
    low, high = evidence.trend_low, evidence.trend_high
    if low is None:
        return t("too early to tell")
    if high is None:
        return t("at least {low} times as frequent", low=f"{low:.1f}")
    return t("{low} to {high} times as frequent", low=f"{low:.1f}", high=f"{high:.1f}")


def _so_far(evidence: EvidenceOut) -> tuple[str, str]:
    if evidence.cost_sum is None:
        return t("no amounts"), ""
    note = t(
        "half below {median}, nine of ten below {most}",
        median=money(evidence.cost_median, evidence.currency),
        most=money(evidence.cost_p90, evidence.currency),
    )
    if evidence.share_without_amount:
        silent = percent(evidence.share_without_amount)
        note = t("{note}; {share} name no amount", note=note, share=silent)
    return money(evidence.cost_sum, evidence.currency), note
