"""A kind as one row of a list: what is waived, how often, how sure, how it ended, what it costs."""

import html
import math
from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from api.schemas.evidence import OutcomesOut
from api.schemas.kinds import KindOut
from dashboard import marks
from dashboard.catalogue import t, tn
from dashboard.markup import escape_md
from dashboard.pages import link
from dashboard.putting_off import put_off, put_off_until
from dashboard.session import judges
from dashboard.triage import ASIDE, Triage
from dashboard.words import DASH, GRADES, KIND_SHAPES, KIND_STATES, money, number, short
from recommender.vocabulary import KindState

_WIDTHS: Final = (5, 6.4, 1)
_RULE_LETTERS: Final = 120
_LEAD_LETTERS: Final = 180
_WEIGHTY: Final = 2
"""Parts of a score that are named as what puts a kind first."""


def fullest_week(kinds: Sequence[KindOut]) -> int:
    """The cases of the fullest week of any: what all rows are drawn by, so that they compare."""
    return max((max(kind.per_week, default=0) for kind in kinds), default=0)


def clause_of(kind: KindOut, most: int = _LEAD_LETTERS) -> str:
    """The rule that is bent, in its own words; or that there is none."""
    if kind.clause is None:
        return t("(no clause fits)") if kind.gap else ""
    if not kind.clause_text:
        return f"({kind.clause})"
    return f"({kind.clause}: “{short(kind.clause_text, most)}”)"


def lead(kind: KindOut) -> str:
    """Why to look at this kind first, in words alone."""
    told = [_people(kind), KIND_STATES[kind.state].word.lower()]
    if kind.grade is not None:
        told.append(t("{grade} evidence", grade=GRADES[kind.grade].word.lower()))
    if kind.year is not None:
        told.append(t("{cost} a year", cost=_year(kind)))
    if kind.outcomes is not None:
        told.append(ended(kind.outcomes))
    if kind.declined_like:
        told.append(_declined(kind.declined_like))
    return f"{', '.join(filter(None, told))}. {kind.why}"


def first_for(kind: KindOut) -> str:
    """What puts it first: that its rule did not help, or what has most points in its score."""
    if kind.state is KindState.REGRESSED:
        return t("First because it goes on although its rule was changed.")
    if kind.score is None:
        return ""
    most = sorted(kind.score.parts, key=lambda part: -part.points)[:_WEIGHTY]
    told = [
        t(
            "{part} ({points} of {most})",
            part=one.name,
            points=number(one.points),
            most=number(one.most),
        )
        for one in most
        if one.points
    ]
    return t("First by points, most of all for {parts}.", parts=", ".join(told)) if told else ""


def ended(outcomes: OutcomesOut) -> str:
    """How the cases ended, as a clause of a sentence; what is not known is said with it."""
    known = outcomes.good + outcomes.neutral + outcomes.bad
    if not known:
        return t("how they ended is not known")
    said = (
        tn(
            "{bad} of {n} known went badly",
            "{bad} of {n} known went badly",
            known,
            bad=outcomes.bad,
        )
        if outcomes.bad
        else tn("the {n} known did not go badly", "none of {n} known went badly", known)
    )
    if not outcomes.missing:
        return said
    return tn("{said} ({n} not known)", "{said} ({n} not known)", outcomes.missing, said=said)


def head(top: int) -> None:
    """What the columns of a list hold, and by what its weeks are drawn."""
    with st.container(key="head-kinds"):
        names, facts, _ = st.columns(_WIDTHS)
        names.caption(t("Kind, the rule it bends, and why now"))
        weeks = t("12 weeks")
        if top:
            weeks = tn(
                "12 weeks, full height: {n} a week", "12 weeks, full height: {n} a week", top
            )
        titles = (weeks, t("State, evidence"), t("How they ended"), t("Cost a year"))
        cells = "".join(f"<div>{html.escape(each)}</div>" for each in titles)
        facts.html(f"<div class='cells head'>{cells}</div>")


def row(
    kind: KindOut,
    top: int,
    place: int,
    listed: Triage,
    *,
    chosen: bool,
    on_why: Callable[[str], None],
) -> None:
    """Draw one kind; its name leads to its page."""
    around = st.container(key=f"{'chosen' if chosen else 'other'}-kind-{kind.id}")
    with around, st.container(border=True, key=f"kind-row-{kind.id}"):
        name, facts, why = st.columns(_WIDTHS, vertical_alignment="center")
        with name, st.container(gap=None):
            label = f"{place}. {kind.name}"
            link(label, "kind", key=f"open-kind-{kind.id}", id=kind.id, **listed.query)
            st.caption(escape_md(clause_of(kind, _RULE_LETTERS).strip("()") or DASH))
            st.caption(escape_md(kind.why if kind.snoozed is None else put_off_until(kind.snoozed)))
        facts.html(_cells(kind, top))
        if kind.state not in ASIDE:
            why.button(
                t("Why here?"),
                key=f"score-{kind.id}",
                type="tertiary",
                wrap=True,
                on_click=on_why,
                args=(kind.id,),
            )


def why_here(kind: KindOut, *, snoozing: bool) -> None:
    """Under the chosen row: the parts of its score, and the way to put it off."""
    if kind.state in ASIDE:
        return
    with st.container(key=f"why-here-{kind.id}", border=True):
        parts, later = st.columns((3, 2), gap="large")
        with parts:
            if kind.score is None:
                st.caption(t("Without a score: too few people to show its numbers."))
            else:
                total = number(kind.score.total)
                st.caption(
                    t("{points} of 100 points. They order the list and judge nobody.", points=total)
                )
                marks.score(kind.score.parts, key=f"parts-{kind.id}")
        with later:
            if judges() and (snoozing or kind.snoozed is not None):
                put_off(kind)


def _cells(kind: KindOut, top: int) -> str:
    weeks = marks.spark_html(kind.per_week, top) if kind.per_week else ""
    state = KIND_STATES[kind.state]
    shape = f"<span class='shape' aria-hidden='true'>{KIND_SHAPES[kind.state]}</span>"
    sure = "" if kind.grade is None else marks.grade_html(kind.grade)
    how = ""
    if kind.outcomes is not None:
        said = html.escape(ended(kind.outcomes))
        how = f"{marks.outcomes_html(kind.outcomes)}<small>{said}</small>"
    counts = [_cases(kind)]
    if kind.declined_like is not None:
        counts.append(_declined(kind.declined_like))
    parts = (
        f"{weeks}{''.join(f'<small>{html.escape(each)}</small>' for each in counts)}",
        f"<span title='{html.escape(state.says)}'>{shape} {html.escape(state.word)}</span>{sure}",
        how,
        f"{html.escape(_year(kind))}",
    )
    return f"<div class='cells'>{''.join(f'<div>{each}</div>' for each in parts)}</div>"


def _people(kind: KindOut) -> str:
    if kind.cases is None:
        return t("too few people to show numbers")
    cases = tn("{n} case", "{n} cases", kind.cases)
    if kind.agents is None:
        return cases
    return tn("{cases} of {n} agent", "{cases} of {n} agents", kind.agents, cases=cases)


def _cases(kind: KindOut) -> str:
    if kind.cases is None:
        return t("few people")
    said = tn("{n} case", "{n} cases", kind.cases)
    if kind.agents is None:
        return said
    return tn("{cases}, {n} agent", "{cases}, {n} agents", kind.agents, cases=said)


def _declined(cases: int) -> str:
    if not cases:
        return t("none like them declined")
    return tn("{n} like them declined", "{n} like them declined", cases)


def _year(kind: KindOut) -> str:
    year = kind.year
    if year is None:
        return t("not known yet") if "cases" not in kind.masked else DASH
    low, high = _rounded(year.low, math.floor), _rounded(year.high, math.ceil)
    if round(year.low) == round(year.high):
        return money(round(year.mid), year.currency)
    return f"{number(low)}{DASH}{money(high, year.currency)}"


def _rounded(amount: float, outward: Callable[[float], int]) -> int:
    """An end of a span in two figures, rounded outward: nobody remembers 5,212, it is 5,300."""
    step = int(10 ** max(len(str(round(abs(amount)))) - 2, 0))
    return outward(amount / step) * step
