"""The owner's answer to a claimed candidate: accept, reject, defer or return, with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import streamlit as st

from api.schemas.candidates import AcceptIn, CandidatePage, DeferIn
from api.schemas.drafts import BacktestOut, ScopeIn, TriedOut, TryIn
from dashboard import addressed, kept, marks, oneself, session
from dashboard.backtests import backtest, warnings
from dashboard.cards import part
from dashboard.places import Places
from dashboard.recap import Signed, recap
from dashboard.releasing import release
from dashboard.scoping import scope_fields, scope_mark
from dashboard.sentence import limits_in, plain
from dashboard.transport import typed
from dashboard.trying import Chosen, fields
from dashboard.widgets import changes_between, escape_md, redline
from dashboard.words import VERDICTS
from recommender.errors import Invalid
from recommender.vocabulary import TEXT_CHANGING_VERDICTS, Verdict

ACCEPT: Final = "Accept"
REJECT: Final = "Reject"
DEFER: Final = "Defer"
RETURN: Final = "Return"

_SAYS: Final = {
    ACCEPT: "It holds from its day on, and everybody who contributed hears why.",
    REJECT: "The rule stays. It is not suggested again until its evidence has really changed.",
    DEFER: "Nothing changes until a date; then it waits here again.",
    RETURN: "Back to the manager who promoted it, with your question.",
}
_EDITABLE: Final = TEXT_CHANGING_VERDICTS - {Verdict.RETIRE_RULE}


@dataclass(frozen=True)
class _Edited:
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


@st.fragment
def decide(page: CandidatePage, evidence: Callable[[], None]) -> None:
    """The wording with its numbers to move, what it would do, and the answer; drawn as one.

    `evidence` draws what the wording rests on, beside them.
    """
    places = Places()
    left, right = st.columns((3, 2), gap="large")
    with left:
        _verdict(page)
        wording = st.container()
        edited = _edit(page, places)
        with wording:
            if edited.markup is None:
                _drafted(page)
            else:
                _edited(page, edited)
        _answer(page, edited, places)
    with right:
        if edited.backtest is not None:
            moved = edited.backtest is not page.backtest
            on_past_cases(edited.backtest, drafted=page.backtest if moved else None)
        evidence()


def proposed(page: CandidatePage) -> None:
    """The verdict, its reason, and the wording as it was drafted."""
    _verdict(page)
    _drafted(page)


def _verdict(page: CandidatePage) -> None:
    st.subheader(VERDICTS[page.verdict].word, anchor=False)
    st.caption(escape_md(page.reason))


def _drafted(page: CandidatePage) -> None:
    if not page.changes:
        part("The clause stays as it is", page.clause_text)
        return
    with st.container(border=True, key="candidate-redline"):
        st.caption(escape_md(_base(page)))
        redline(page.changes, key="redline")


def _edited(page: CandidatePage, edited: _Edited) -> None:
    """The wording as it was edited, in the place of the drafted one."""
    with st.container(border=True, key="edited-redline"):
        st.caption(escape_md(f"{_base(page)}, as you edited it"))
        redline(changes_between(edited.old, edited.new), key="tried-redline")


def _base(page: CandidatePage) -> str:
    base = page.base_revision
    return "A new clause" if base is None else f"{page.clause}, wording {base}"


def on_past_cases(result: BacktestOut, *, drafted: BacktestOut | None = None) -> None:
    """What the wording would have done, with what speaks against it first.

    With what was `drafted` it is what its owner made of it.
    """
    st.subheader("On past cases", anchor=False)
    st.caption(
        "All that was approved or declined under the clause, this kind and others."
        if drafted is None
        else "As you edited it."
    )
    warnings(result, key="warnings")
    backtest(result, key="backtest", drafted=drafted)


def _edit(page: CandidatePage, places: Places) -> _Edited:
    """Let numbers, scope and words be changed, and replay what comes of them."""
    name = f"{page.id}-{page.version}"
    drafted = page.new_markup
    if drafted is None or page.verdict not in _EDITABLE:
        scope = scope_fields(page, name, places)
        return _as_drafted(page, {} if scope is None else {"scope": scope}, scope)
    chosen = fields(page.draft, name, drafted)
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
    return _Edited(given, old, plain(markup) if tried is None else new, result, markup, scope)


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
) -> _Edited:
    old, new = _texts(page)
    return _Edited(given, old, new, page.backtest, scope=scope, ready=ready)


def _texts(page: CandidatePage) -> tuple[str, str]:
    """The wording before and as drafted, as people read it."""
    old = "".join(one.text for one in page.changes if one.op != "added")
    new = "".join(one.text for one in page.changes if one.op != "removed")
    return old, new


def _words(offered: str, name: str) -> str:
    """The wording as the owner types it, for what the numbers cannot say."""
    with st.expander("Edit the words", key=f"edit-{name}"):
        st.caption(
            "Numbers in square brackets are the clause's limits; keep what is in braces. Set "
            "numbers and scope first: they write these words anew."
        )
        text = kept.area("Wording", offered, height=140, key=f"wording-{name}")
    return text.strip() if text.strip() != offered.strip() else offered


def _answer(page: CandidatePage, edited: _Edited, places: Places) -> None:
    with st.container(border=True, key="decision"):
        st.markdown("**Your decision**")
        choice = st.segmented_control(
            "Answer",
            list(_SAYS),
            default=ACCEPT,
            required=True,
            key=f"answer-{page.id}",
            label_visibility="collapsed",
        )
        st.caption(_SAYS[choice])
        if choice == ACCEPT:
            _accept(page, edited, places)
        else:
            _FORMS[choice](page, places)
        release(page, edited=bool(edited.given), markup=edited.markup, words=edited.new)


def _accept(page: CandidatePage, edited: _Edited, places: Places) -> None:
    start, review = _days(page, places)
    reason = _reason(page, "Why is this right? Contributors read it.", places)
    recap(
        page,
        Signed(
            old=edited.old,
            new=edited.new,
            backtest=edited.backtest,
            scope=edited.scope,
            effective_from=start,
            review_on=review,
        ),
    )
    given = oneself.proof(f"accept-password-{page.id}", "candidate", places)
    label = "Accept with edits" if edited.given else "Accept"
    closed = page.stale or not edited.ready or oneself.awaited()
    if st.button(label, key="accept", type="primary", disabled=closed, shortcut="A"):

        def act() -> None:
            days = {"effective_from": start, "review_on": review, "password": given}
            known = {name: value for name, value in days.items() if value is not None}
            session.api().accept(page, typed(AcceptIn, reason=reason, **edited.given, **known))
            kept.sent(_reason_key(page))

        places.carry_out("Decided. Everybody who contributed has been told why.", act)


def _days(page: CandidatePage, places: Places) -> tuple[date | None, date | None]:
    """Ask for the first day and the day of review; nothing is reviewed where no words change."""
    starts, ends = st.columns(2)
    with starts:
        start = addressed.day_field(
            "from", "In force from (empty: at once)", key=f"effective-from-{page.id}"
        )
        places.under("effective_from")
    if page.verdict not in TEXT_CHANGING_VERDICTS:
        return start, None
    with ends:
        review = addressed.day_field(
            "review", "Look at it again on (empty: as set)", key=f"review-on-{page.id}"
        )
        places.under("review_on")
    return start, review


def _reject(page: CandidatePage, places: Places) -> None:
    reason = _reason(page, "Why does the rule stay? Contributors read it.", places)
    if st.button("Reject", key="reject", type="primary"):

        def act() -> None:
            session.api().reject(page, reason)
            kept.sent(_reason_key(page))

        places.carry_out("Rejected. Everybody who contributed has been told why.", act)


def _defer(page: CandidatePage, places: Places) -> None:
    until = st.date_input(
        "Look again on", value=None, format="YYYY-MM-DD", key=f"defer-until-{page.id}"
    )
    places.under("until")
    reason = _reason(page, "Why not now?", places)
    if st.button("Defer", key="defer", type="primary"):

        def act() -> None:
            if until is None:
                raise Invalid("Choose the day to look again.", field="until", title="Not yet")
            session.api().defer(page, typed(DeferIn, reason=reason, until=until))
            kept.sent(_reason_key(page))

        places.carry_out("Deferred. It comes back on its date.", act)


def _return(page: CandidatePage, places: Places) -> None:
    question = _reason(page, "What do you need to know?", places)
    if st.button("Return with this question", key="return", type="primary"):

        def act() -> None:
            session.api().return_to_manager(page, question)
            kept.sent(_reason_key(page))

        places.carry_out("Returned. The manager has been told.", act)


def _reason(page: CandidatePage, label: str, places: Places) -> str:
    text = kept.area(label, key=_reason_key(page))
    places.under("reason")
    return text


def _reason_key(page: CandidatePage) -> str:
    return f"reason-{page.id}"


_FORMS: Final[dict[str, Callable[[CandidatePage, Places], None]]] = {
    REJECT: _reject,
    DEFER: _defer,
    RETURN: _return,
}
