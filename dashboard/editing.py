"""A suggested wording as its owner edits it: numbers, scope and words, and what comes of them."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from api.schemas.candidates import CandidatePage
from api.schemas.drafts import BacktestOut, ScopeIn, TriedOut, TryIn
from dashboard import addressed, kept, marks, session
from dashboard.backtests import backtest, warnings
from dashboard.cards import part
from dashboard.catalogue import md, t
from dashboard.markup import escape_md
from dashboard.places import Places
from dashboard.scoping import scope_fields, scope_mark
from dashboard.sentence import limits_in, plain
from dashboard.suggested import cost_of_authority
from dashboard.transport import typed
from dashboard.trying import Chosen, fields
from dashboard.widgets import changes_between, redline
from dashboard.words import VERDICTS, number
from recommender.vocabulary import TEXT_CHANGING_VERDICTS, Verdict

_EDITABLE: Final = TEXT_CHANGING_VERDICTS - {Verdict.RETIRE_RULE}


@dataclass(frozen=True)
class Edited:
    """What the owner would accept, and what it would do; `ready` once both belong together."""

    given: dict[str, object]
    """What to send beside reason and days; nothing where all stays as drafted."""
    old: str
    new: str
    """The wording before and after, as people read it."""
    backtest: BacktestOut | None
    markup: str | None = None
    """The new wording with its limits; None where it stays as drafted."""
    scope: ScopeIn | None = None
    ready: bool = True


def proposed(page: CandidatePage) -> None:
    """The verdict, its reason, and the wording as it was drafted."""
    verdict(page)
    drafted_wording(page)


def verdict(page: CandidatePage) -> None:
    """What is suggested, and why."""
    st.subheader(VERDICTS[page.verdict].word, anchor=False)
    st.caption(escape_md(page.reason))


def drafted_wording(page: CandidatePage) -> None:
    """The wording as it was drafted, or accepted with edits; or the clause that stays."""
    if not page.changes:
        part(t("The clause stays as it is"), page.clause_text)
        return
    with st.container(border=True, key="candidate-redline"):
        if not page.accepted_changes:
            st.caption(escape_md(_base(page)))
            redline(page.changes, key="redline")
            return
        st.caption(md("{base}, as it was accepted", base=_base(page)))
        redline(page.accepted_changes, key="accepted-redline")
        with st.expander(t("As it was suggested"), key="as-suggested"):
            redline(page.changes, key="redline")


def edited_wording(page: CandidatePage, edited: Edited) -> None:
    """The wording as it was edited, in the place of the drafted one."""
    with st.container(border=True, key="edited-redline"):
        st.caption(md("{base}, as you edited it", base=_base(page)))
        redline(changes_between(edited.old, edited.new), key="tried-redline")


def _base(page: CandidatePage) -> str:
    base = page.base_revision
    if base is None:
        return t("A new clause")
    return t("{clause}, wording {n}", clause=page.clause or "", n=base)


def on_past_cases(
    page: CandidatePage, result: BacktestOut, *, drafted: BacktestOut | None = None
) -> None:
    """What the wording would have done, with what speaks against it first.

    With what was `drafted` it is what its owner made of it.
    """
    st.subheader(t("On past cases"), anchor=False)
    st.caption(
        t("All that was approved or declined under the clause, this kind and others.")
        if drafted is None
        else t("As you edited it.")
    )
    warnings(result, key="warnings")
    backtest(result, key="backtest", drafted=drafted, cost=cost_of_authority(page))


def edit(page: CandidatePage, places: Places) -> Edited:
    """Let numbers, scope and words be changed, and replay what comes of them."""
    name = f"{page.id}-{page.version}"
    drafted = page.new_markup
    if drafted is None or page.verdict not in _EDITABLE:
        scope = scope_fields(page, name, places)
        return _as_drafted(page, {} if scope is None else {"scope": scope}, scope)
    chosen = fields(page.draft, name, drafted, page.narrower)
    _look_back(page)
    addressed.keep_limits(chosen.conditions, moved=chosen.moved)
    places.under("conditions")
    _spreads(page, chosen)
    scope = scope_fields(page, name, places)
    given = chosen.given | ({} if scope is None else {"scope": scope})
    tried = _try(page, given, places) if given else None
    if given and tried is None:
        return _as_drafted(page, given, scope, ready=False)
    offered = drafted if tried is None else tried.new_markup or drafted
    markup = _words(offered, f"{name}-{chosen.mark}{scope_mark(scope)}")
    places.under("markup")
    if markup != offered:
        given |= {"markup": markup}
        if page.kind is not None:
            tried = _try(page, given, places)
            if tried is None:
                return _as_drafted(page, given, scope, ready=False)
    if not given:
        return _as_drafted(page, given, scope)
    result = None if tried is None else tried.backtest
    old, new = _texts(page) if tried is None else (tried.redline.old, tried.redline.new)
    return Edited(given, old, plain(markup) if tried is None else new, result, markup, scope)


def _look_back(page: CandidatePage) -> None:
    """Where the number comes from that stands in the sentence instead of the drafted one."""
    limited = {(one.fact, one.bound) for one in page.draft.conditions}
    if page.narrower is not None and (page.narrower.fact, page.narrower.direction) in limited:
        now, limit = number(page.narrower.stated), number(page.narrower.limit)
        st.caption(
            t(
                "{now} holds today, and did not do what was predicted; the look at it suggests "
                "{limit}, which stands in the sentence at first.",
                now=now,
                limit=limit,
            )
        )


def _spreads(page: CandidatePage, chosen: Chosen) -> None:
    """How the asked numbers spread, with the limit of today, the drafted and the chosen one."""
    facts = {} if page.evidence is None else {each.fact: each for each in page.evidence.facts}
    today = limits_in(page.old_markup or "")
    for place, (one, drafted) in enumerate(
        zip(chosen.conditions, page.draft.conditions, strict=True)
    ):
        spread = facts.get(one.fact)
        if spread is None or spread.low is None or isinstance(one.limit, list):
            continue
        lines = {"today": today.get((one.fact, one.bound)), "suggested": drafted.limit}
        if one.limit != drafted.limit:
            lines["yours"] = one.limit
        known = {name: at for name, at in lines.items() if isinstance(at, int | float)}
        marks.spread(spread, known, key=f"moving-{page.id}-{place}")


def _try(page: CandidatePage, given: dict[str, object], places: Places) -> TriedOut | None:
    with places.shown():
        return session.api().try_candidate(page.id, typed(TryIn, **given))
    return None


def _as_drafted(
    page: CandidatePage, given: dict[str, object], scope: ScopeIn | None, *, ready: bool = True
) -> Edited:
    old, new = _texts(page)
    return Edited(given, old, new, page.backtest, scope=scope, ready=ready)


def _texts(page: CandidatePage) -> tuple[str, str]:
    """The wording before and as drafted, as people read it."""
    old = "".join(one.text for one in page.changes if one.op != "added")
    new = "".join(one.text for one in page.changes if one.op != "removed")
    return old, new


def _words(offered: str, name: str) -> str:
    """The wording as the owner types it, for what the numbers cannot say."""
    with st.expander(t("Edit the words"), key=f"edit-{name}"):
        st.caption(
            t(
                "Numbers in square brackets are the clause's limits; keep what is in braces. Set "
                "numbers and scope first: they write these words anew."
            )
        )
        text = kept.area(t("Wording"), offered, height=140, key=f"wording-{name}")
    return text.strip() if text.strip() != offered.strip() else offered
