"""What a new wording would have done to the cases decided so far."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

import streamlit as st

from api.schemas.drafts import BacktestOut, FlipOut
from dashboard.catalogue import md, t, tn
from dashboard.drafts import cited, reads_cases
from dashboard.markup import escape_md
from dashboard.pages import link
from dashboard.tables import Link, Row, grid, pairs
from dashboard.words import DASH, MASKED, OUTCOMES, costs, day, money, number, short_id

MOST_SHOWN: Final = 5
"""Newly allowed cases that are put before whoever decides."""


def warnings(result: BacktestOut, *, key: str) -> None:
    """What speaks against the change: other rules that it touches, and what nobody asked for."""
    with st.container(key=key):
        for one in result.conflicts:
            said = {"clause": one.clause, "what": f"{one.what.rstrip('.')}."}
            if one.blocks:
                st.error(
                    md("**{clause}**: {what} It cannot be accepted so: set another limit.", **said)
                )
            else:
                st.warning(
                    md("**{clause}**: {what} Read both together before you say yes.", **said)
                )
        for grant in result.grants:
            st.warning(escape_md(grant.words))


def backtest(
    result: BacktestOut, *, key: str, drafted: BacktestOut | None = None, cost: Row | None = None
) -> None:
    """The counts, the cost, and every case that would be decided otherwise.

    Beside what was `drafted` each number says how far it is from it. `cost` stands in place of what
    the cases say, where the wording names none.
    """
    if result.masked:
        st.caption(
            t(
                "Too few people are behind this kind to show what its cases would become. The "
                "limits and the wording hold all the same."
            )
        )
        return
    before = result if drafted is None else drafted
    told = cost or _cost(result, before)
    pairs([*_counts(result, before), told, *_others(result)], key=key)
    _flips(result, key)
    _more(result, key)


def _counts(result: BacktestOut, before: BacktestOut) -> list[Row]:
    """What would be decided otherwise than today."""
    told = (
        ("covered", t("Would be allowed"), t("no signature needed any more")),
        ("newly_allowed", t("Newly allowed"), t("peers had declined them")),
        ("newly_refused", t("Newly refused"), t("allowed until now")),
    )
    rows = []
    for name, label, says in told:
        now, then = getattr(result, name), getattr(before, name)
        if name == "newly_refused":
            now, then = now or 0, then or 0
        notes = (says if now else "", _further(now, then))
        rows.append(Row(label, _cases(now), "; ".join(filter(None, notes))))
    return rows


def _further(now: int | None, then: int | None) -> str:
    """How far a number is from the draft's."""
    if now is None or then is None or now == then:
        return ""
    if now > then:
        return t("{n} more than drafted", n=number(now - then))
    return t("{n} fewer than drafted", n=number(then - now))


def _others(result: BacktestOut) -> list[Row]:
    """What stays as it is, where there is any."""
    told = (
        (t("Still exceptions"), result.still_exceptions, t("a peer still signs")),
        (t("Still declined"), result.still_declined, t("peers had said no")),
        (t("Allowed already"), result.already_allowed, t("the wording of today covers them")),
        (t("Cannot be told"), result.cannot_tell, t("the fact was not recorded")),
    )
    return [Row(label, _cases(many), says) for label, many, says in told if many]


def _cases(many: int | None) -> str:
    if many is None:
        return t(MASKED)
    return tn("{n} case", "{n} cases", many) if many else t("none")


def _cost(result: BacktestOut, before: BacktestOut) -> Row:
    label = t("Cost of what it allows")
    if result.cost is None:
        return Row(label, t("not known"))
    so_far = t("{cost} in the cases above", cost=money(result.cost, result.currency))
    if result.year is None:
        return Row(label, so_far)
    year = costs(result.year.low, result.year.mid, result.year.high, result.currency)
    apart = 0 if before.year is None else round(result.year.mid - before.year.mid)
    if apart:
        by = money(abs(apart), result.currency)
        more = t("{cost} more than drafted", cost=by)
        less = t("{cost} less than drafted", cost=by)
        so_far += f"; {more if apart > 0 else less}"
    return Row(label, t("{cost} a year", cost=year), so_far)


def _flips(result: BacktestOut, key: str) -> None:
    """The newest cases decided otherwise; those that peers had declined, or that lose, first."""
    _agreed(
        [each for each in result.flips if (each.was, each.now) == ("declined", "allowed")],
        result.currency,
        key,
    )
    lost = [each.case for each in result.flips if each.now == "refused"]
    if lost:
        st.markdown(t("**Who loses by it?** Allowed until now, and no more."))
        cited(lost, key=f"{key}-flips-lost")
    if result.flips:
        many = len(result.flips)
        words = tn(
            "The {n} newest case decided otherwise", "The {n} newest cases decided otherwise", many
        )
        with st.expander(words, key=f"{key}-flips"):
            opens = reads_cases()
            if opens:
                st.caption(t("Each case opens in a tab of its own."))
            rows = [
                (
                    _named(each, opens=opens),
                    f"{each.was} → {each.now} · {OUTCOMES[each.outcome].word}",
                    money(each.cost, result.currency),
                )
                for each in result.flips
            ]
            head = (t("Case"), t("Turns, and how it ended"), t("Cost"))
            grid(head, rows, key=f"{key}-flip-list")


def _named(flip: FlipOut, *, opens: bool) -> str | Link:
    """A case by its day and short id; a link for those who may read single ones."""
    words = f"{day(flip.day)} {short_id(flip.case)}"
    return Link(words, f"cases?case={quote(flip.case)}") if opens else words


def _agreed(declined: Sequence[FlipOut], currency: str | None, key: str) -> None:
    """Some cases that peers had declined and the new wording allows, to be looked at one by one."""
    if not declined:
        return
    st.markdown(t("**Would you have agreed?** Peers declined these; it would allow them."))
    opens = reads_cases()
    with st.container(key=f"{key}-agreed", gap=None):
        for each in declined[:MOST_SHOWN]:
            told = [day(each.day), money(each.cost, currency), OUTCOMES[each.outcome].word]
            words = " · ".join([short_id(each.case), *(one for one in told if one != DASH)])
            if opens:
                link(words, "cases", key=f"{key}-agreed-{each.case}", case=each.case)
            else:
                st.caption(escape_md(words))
        if len(declined) > MOST_SHOWN:
            st.caption(t("and {n} more below", n=len(declined) - MOST_SHOWN))


def _more(result: BacktestOut, key: str) -> None:
    """If more come than before, how the cases ended, and whether amounts crowd at the limit."""
    if not (result.uptake or result.by_outcome or result.bunching):
        return
    with st.expander(t("If more people ask, how it ended"), key=f"{key}-more"):
        if result.uptake:
            rows = [
                (
                    t("{n} times as many", n=each.times),
                    costs(each.low, each.mid, each.high, result.currency),
                )
                for each in result.uptake
            ]
            grid((t("If there come"), t("Cost a year")), rows, key=f"{key}-uptake")
        if result.by_outcome:
            ended = [
                (OUTCOMES[each.outcome].word, number(each.covered), _or_dash(each.newly_allowed))
                for each in result.by_outcome
            ]
            head = (t("Outcome"), t("Would be allowed"), t("Newly allowed"))
            grid(head, ended, key=f"{key}-outcomes")
        if result.bunching is not None:
            st.caption(escape_md(result.bunching.words))


def _or_dash(many: int) -> str:
    return number(many) if many else DASH
