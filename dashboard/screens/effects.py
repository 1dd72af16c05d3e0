"""Effects: every change of a wording, and what it did."""

from typing import Final

import streamlit as st

from api.schemas.effects import EffectOut, EffectReadingOut, EffectRowOut
from dashboard import session
from dashboard.afterwards import effect_card, reading_name, span, value
from dashboard.before_after import before_after
from dashboard.cards import badge
from dashboard.catalogue import mark, t, tn
from dashboard.markup import escape_md
from dashboard.pages import attempt, go, heading, link, say
from dashboard.session import judges
from dashboard.tables import grid
from dashboard.widgets import empty_state
from dashboard.words import DASH, EFFECTS, REGRESSED, UNUSED, VERDICTS, Label, day
from recommender.vocabulary import EffectVerdict

_WIDTHS: Final = (3, 3.4, 3.6)
_RANKS: Final = (
    EffectVerdict.NO_VISIBLE_CHANGE,
    EffectVerdict.LESS_THAN_PREDICTED,
    EffectVerdict.TOO_FEW,
    EffectVerdict.TOO_EARLY,
    EffectVerdict.AS_PREDICTED,
)
_OVERDUE: Final = Label(
    mark("Review overdue"), "red", mark("Its review day has come, and nobody has confirmed it.")
)


def show() -> None:
    """Draw the screen."""
    heading(
        t("Effects"),
        "id",
        caption=t("What each changed rule did, beside what was predicted before."),
    )
    rows = sorted(session.api().effects().effects, key=lambda row: _urgency(row.effect))
    if not rows:
        empty_state(
            t("No wording has been changed yet"),
            t("Once a change is accepted, its effect is read here beside what was predicted."),
        )
        return
    if wanted := st.query_params.get("id"):
        _one(wanted, rows)
        return
    waiting = sum(_needs_somebody(row.effect) for row in rows)
    told = [
        tn("{n} changed rule", "{n} changed rules", len(rows)),
        tn("{n} waits for its owner", "{n} wait for their owners", waiting)
        if waiting
        else t("none waits for its owner"),
    ]
    st.caption(" · ".join(told))
    reopened = next((row for row in rows if row.effect.regressed_on), None)
    for row in rows:
        _row(row, first=row is reopened)


def _needs_somebody(told: EffectOut) -> bool:
    return told.overdue or told.regressed_on is not None or bool(told.remedies)


def _urgency(told: EffectOut) -> tuple[bool, bool, bool, int]:
    """A review that is overdue comes first, then what recurs, then what missed its prediction."""
    rank = _RANKS.index(told.verdict)
    return not told.overdue, told.regressed_on is None, not told.remedies, rank


def _one(wanted: str, rows: list[EffectRowOut]) -> None:
    link(t("All changed rules"), "effects", key="all-effects")
    row = next((each for each in rows if each.candidate.id == wanted), None)
    if row is None:
        st.info(t("No change with this address has an effect to look at."))
        return
    with st.container(width=960):
        _row(row, first=row.effect.regressed_on is not None)
        effect_card(session.api().candidate(wanted), session.api().effect(wanted))


def _row(row: EffectRowOut, *, first: bool) -> None:
    told = row.effect
    with st.container(border=True, key=f"effect-row-{row.candidate.id}"):
        name, drawing, figures = st.columns(_WIDTHS, gap="medium")
        with name, st.container(gap="xsmall"):
            _named(row)
            if told.regressed_on is not None and row.candidate.kind is not None and judges():
                _reopen(row, row.candidate.kind.id, first=first)
        with drawing:
            before_after(told, key=f"effect-weeks-{row.candidate.id}")
        with figures:
            if told.readings:
                _figures(told, key=f"effect-figures-{row.candidate.id}")
            else:
                st.caption(t("No number can be told yet, or too few people are behind it."))


def _named(row: EffectRowOut) -> None:
    told, found = row.effect, row.candidate
    label = row.kind_name or row.clause or VERDICTS[found.verdict].word
    link(label, "candidate", key=f"open-effect-{found.id}", id=found.id)
    since = DASH if told.since is None else day(told.since)
    clause = row.clause or t("a new clause")
    st.caption(escape_md(t("{clause} · reads so since {day}", clause=clause, day=since)))
    with st.container(horizontal=True, gap="xsmall"):
        if told.overdue:
            badge(_OVERDUE)
        if told.regressed_on is not None:
            badge(REGRESSED)
        badge(EFFECTS[told.verdict])
        if _unused(told):
            badge(UNUSED)
    if _unused(told) and told.verdict is EffectVerdict.AS_PREDICTED:
        st.caption(t("Fewer ask, and yet nobody uses the new rule: it may not be the reason."))
    st.caption(escape_md(" · ".join(_days(told))))
    if st.query_params.get("id") != found.id:
        link(t("Look closer"), "effects", key=f"closer-{found.id}", id=found.id)


def _unused(told: EffectOut) -> bool:
    uses = next((each for each in told.readings if each.name == "uses"), None)
    return uses is not None and uses.after == 0 and bool(uses.predicted_low)


def _days(told: EffectOut) -> list[str]:
    """What its reader has to know of days: when it was read or will be, and when it is reviewed."""
    lines = []
    if told.read_on is not None:
        lines.append(t("Read on {day}", day=day(told.read_on)))
    elif told.look_on is not None:
        lines.append(t("Look on {day}", day=day(told.look_on)))
    else:
        lines.append(told.words)
    if told.overdue and told.review_on is not None:
        lines.append(t("Its review was due on {day}", day=day(told.review_on)))
    if told.remedies:
        lines.append(tn("{n} remedy offered", "{n} remedies offered", len(told.remedies)))
    return lines


def _figures(told: EffectOut, *, key: str) -> None:
    rows = [
        (
            _name(each, told.currency),
            value(each.before, shares=each.name == "good"),
            value(each.after, shares=each.name == "good"),
            span(each.predicted_low, each.predicted_high, shares=each.name == "good"),
        )
        for each in told.readings
    ]
    grid(("", t("Before"), t("After"), t("Predicted")), rows, key=key)


def _name(reading: EffectReadingOut, currency: str | None) -> str:
    """What was counted; of outcomes with how many are known since, for nothing is told of none."""
    name = reading_name(reading, currency)
    return name if reading.n is None else t("{name}, {n} known since", name=name, n=reading.n)


def _reopen(row: EffectRowOut, kind_id: str, *, first: bool) -> None:
    """Promote the kind again: the desk gets a new draft, with what came since as evidence."""
    if st.button(
        t("Reopen"),
        key=f"reopen-{row.candidate.id}",
        type="primary" if first else "secondary",
        help=t("The desk gets a new draft, with what came since as its evidence."),
    ):
        again = attempt(session.api().promote, kind_id, row.candidate.verdict)
        if again is not None:
            say(t("Reopened. The desk decides on this new draft."))
            go("candidate", id=again.id)
