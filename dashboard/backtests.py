"""What a new wording would have done to the cases decided so far."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from api.schemas.drafts import BacktestOut, FlipOut
from dashboard.drafts import cited
from dashboard.tables import Row, grid, pairs
from dashboard.widgets import escape_md
from dashboard.words import DASH, MASKED, OUTCOMES, costs, count, day, money, number, short_id
from recommender.vocabulary import OutcomeReading

_FLIPPED: Final[Mapping[str, str]] = {"allowed": "Newly allowed", "refused": "Newly refused"}


def warnings(result: BacktestOut, *, key: str) -> None:
    """What speaks against the change: other rules that it touches, and what nobody asked for."""
    with st.container(key=key):
        for one in result.conflicts:
            words = f"{one.clause}: {one.what}"
            (st.error if one.blocks else st.warning)(escape_md(words))
        for grant in result.grants:
            st.warning(escape_md(grant.words))


def backtest(result: BacktestOut, *, key: str) -> None:
    """The counts, the cost, and every case that would be decided otherwise."""
    if result.masked:
        st.caption("Too few people are behind this kind to show what its cases would become.")
        return
    rows = [
        Row("Would be allowed", _cases(result.covered), "no signature needed any more"),
        Row("Still exceptions", _cases(result.still_exceptions), "a peer still signs"),
        Row("Newly allowed", _cases(result.newly_allowed), "peers had declined them"),
        *_if_any("Newly refused", result.newly_refused, "allowed until now"),
        *_if_any("Still declined", result.still_declined, "peers had said no"),
        *_if_any("Allowed already", result.already_allowed, "the wording of today covers them"),
        *_if_any("Cannot be told", result.cannot_tell, "the fact was not recorded"),
        Row("Cost of what it allows", *_cost(result)),
    ]
    pairs(rows, key=key)
    _flips(result, key)
    _more(result, key)


def _cases(many: int | None) -> str:
    return MASKED if many is None else count(many, "case")


def _if_any(label: str, many: int | None, note: str) -> list[Row]:
    return [Row(label, _cases(many), note)] if many else []


def _cost(result: BacktestOut) -> tuple[str, str]:
    if result.cost is None:
        return "not known", ""
    so_far = f"{money(result.cost, result.currency)} in the cases above"
    if result.year is None:
        return so_far, ""
    year = costs(result.year.low, result.year.mid, result.year.high, result.currency)
    return f"{year} a year", so_far


def _flips(result: BacktestOut, key: str) -> None:
    """The newest cases decided otherwise; those that peers had declined, or that lose, as links."""
    groups: dict[tuple[str, str], list[FlipOut]] = {}
    for flip in result.flips:
        if flip.now == "refused" or flip.was == "declined":
            groups.setdefault((flip.was, flip.now), []).append(flip)
    for place, ((was, now), flips) in enumerate(groups.items()):
        bad = sum(each.outcome is OutcomeReading.BAD for each in flips)
        ended = f", {bad} of them ended badly" if bad else ""
        st.caption(escape_md(f"{_FLIPPED[now]}, before: {was}{ended}"))
        cited([each.case for each in flips], key=f"{key}-flips-{place}")
    if result.flips:
        words = f"The {count(len(result.flips), 'newest case', 'newest cases')} decided otherwise"
        with st.expander(words, key=f"{key}-flips"):
            rows = [
                (
                    short_id(each.case),
                    day(each.day),
                    f"{each.was} → {each.now}",
                    OUTCOMES[each.outcome].word,
                    money(each.cost, result.currency),
                )
                for each in result.flips
            ]
            grid(("Case", "Day", "Turns", "Outcome", "Cost"), rows, key=f"{key}-flip-list")


def _more(result: BacktestOut, key: str) -> None:
    """If more come than before, how the cases ended, and whether amounts crowd at the limit."""
    if not (result.uptake or result.by_outcome or result.bunching):
        return
    with st.expander("If more people ask, how it ended", key=f"{key}-more"):
        if result.uptake:
            rows = [
                (
                    f"{each.times} times as many",
                    costs(each.low, each.mid, each.high, result.currency),
                )
                for each in result.uptake
            ]
            grid(("If there come", "Cost a year"), rows, key=f"{key}-uptake")
        if result.by_outcome:
            ended = [
                (OUTCOMES[each.outcome].word, number(each.covered), _or_dash(each.newly_allowed))
                for each in result.by_outcome
            ]
            grid(("Outcome", "Would be allowed", "Newly allowed"), ended, key=f"{key}-outcomes")
        if result.bunching is not None:
            st.caption(escape_md(result.bunching.words))


def _or_dash(many: int) -> str:
    return number(many) if many else DASH
