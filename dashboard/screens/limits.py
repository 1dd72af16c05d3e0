"""Limits: what peers may approve under a clause, and pauses; kept by its policy owner."""

from collections.abc import Mapping, Sequence

import streamlit as st

from api.schemas.limits import LimitsOut, PauseIn, PauseOut
from api.schemas.policies import ClauseOut
from dashboard import kept, session
from dashboard.catalogue import md, t
from dashboard.clause_names import by_section, named
from dashboard.held import held, marks, spent, summary
from dashboard.limiting import SHOWN, edition_of, limits_form
from dashboard.markup import escape_md
from dashboard.pages import carry_out, heading, link, read
from dashboard.transport import typed
from dashboard.widgets import as_text, empty_state
from dashboard.words import day
from recommender.vocabulary import Role

_KEEPERS = frozenset({Role.ADMIN, Role.POLICY_OWNER})


def show() -> None:
    """Draw the screen: one clause if the address names it, else the pauses that last."""
    key = st.query_params.get("clause")
    limits = read(t("Limits"), session.api().limits, key) if key else None
    living = _living()
    heading(
        t("Limits")
        if limits is None
        else t("Limits of {clause}", clause=by_section(limits.clause_key, living)),
        "clause",
        caption=t(
            "What colleagues may approve with one signature. What lies beyond is asked of the "
            "rule's desk."
        ),
    )
    _choose(key, living)
    with st.container(width=760):
        if limits is None:
            if _keeps():
                _own(living)
            _pauses(living)
        else:
            _clause(limits, living)


# All clauses


def _living() -> dict[str, ClauseOut]:
    """The clauses in force, those of the reader's desk first."""
    desk = session.me().team
    return {
        each.key: each
        for policy in session.api().library().policies
        for each in sorted(policy.clauses, key=lambda each: each.owner != desk)
        if not each.retired
    }


def _choose(key: str | None, living: Mapping[str, ClauseOut]) -> None:
    options = list(living)
    st.selectbox(
        t("Clause"),
        options,
        index=options.index(key) if key and key in living else None,
        format_func=lambda each: named(each, living),
        placeholder=t("Choose a clause to see or set its limits"),
        key=f"limits-clause-{key}",
        on_change=_open,
        args=(f"limits-clause-{key}",),
        width=760,
    )


def _open(widget: str) -> None:
    st.query_params["clause"] = st.session_state[widget]


def _own(living: Mapping[str, ClauseOut]) -> None:
    """What the reader has limited, then the names of what is not."""
    own = [each for each in session.api().own_limits() if each.clause_key in living]
    limited = [each for each in own if held(each) or each.never_bend]
    st.subheader(t("Yours to limit"), anchor=False)
    if not own:
        empty_state(
            t("No rule is yours") if living else t("There are no rules yet"),
            t(
                "What a desk owns stands in the rule book, which `recommender policies import` "
                "takes in. Its limits are then set here."
            ),
        )
    for each in limited:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            _open_clause(each, living)
            marks(each)
            said = [f"{row.label} {row.value}" for row in held(each)]
            if said:
                st.caption(escape_md(" · ".join(said)), width="content")
    free = [each for each in own if each not in limited]
    if free:
        st.caption(
            t("Nothing is limited under these; one colleague's signature approves any amount:")
        )
        for each in free:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                _open_clause(each, living)
                marks(each)


def _open_clause(limits: LimitsOut, living: Mapping[str, ClauseOut]) -> None:
    key = limits.clause_key
    link(named(key, living), "limits", key=f"own-{key}", clause=key)


def _pauses(living: Mapping[str, ClauseOut]) -> None:
    pauses = session.api().pauses()
    st.subheader(t("Paused now"), anchor=False)
    if not pauses:
        empty_state(
            t("Nothing is paused"),
            t(
                "Where something goes wrong, a pause stops colleagues' approvals at once, under "
                "one clause or under all. What was approved stays approved."
            ),
        )
    _paused(pauses, living, mine=_keeps())
    if _keeps() and all(each.clause_key for each in pauses):
        _pause(None)


# One clause


def _clause(limits: LimitsOut, living: Mapping[str, ClauseOut]) -> None:
    clause = living.get(limits.clause_key)
    if clause is not None and clause.revision is not None:
        as_text(clause.revision.text, key="limits-wording")
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        marks(limits)
        link(t("Its wording"), "library", key="to-wording", clause=limits.clause_key)
        link(t("All limits and pauses"), "limits", key="to-pauses")
    _paused(limits.pauses, living, mine=_keeps(), own=limits.yours)
    spent(limits)
    if not limits.yours:
        summary(limits)
        return
    _tell_of_change(limits)
    limits_form(limits)
    with st.container(horizontal=True):
        _never_bend(limits)
        if not any(each.clause_key for each in limits.pauses):
            _pause(limits.clause_key)


def _tell_of_change(limits: LimitsOut) -> None:
    """Say so when somebody else changed them under the reader's hands."""
    before = st.session_state.get(SHOWN)
    st.session_state[SHOWN] = now = (limits.clause_key, edition_of(limits))
    if before is not None and before[0] == now[0] and before != now:
        st.info(t("Somebody else has just changed these limits. You see what holds now."))


def _never_bend(limits: LimitsOut) -> None:
    put = not limits.never_bend
    label = t("Never bend it") if put else t("Let it be bent again")
    with st.popover(label, key=f"never-bend-{put}"):
        st.caption(
            t("Nobody can then approve an exception to this clause, not even its desk.")
            if put
            else t("Colleagues can then approve exceptions again, within the limits.")
        )
        if st.button(
            t("Put it on the list") if put else t("Take it off the list"), key="bend-save"
        ):
            carry_out(
                t("It is never bent from now on.") if put else t("It can be bent again."),
                session.api().set_never_bend,
                limits.clause_key,
                never_bend=put,
            )


# Pauses


def _paused(
    pauses: Sequence[PauseOut],
    living: Mapping[str, ClauseOut],
    *,
    mine: bool,
    own: bool = True,
) -> None:
    for each in pauses:
        with st.container(border=True, key=f"pause-{each.id}", gap="xsmall"):
            where = named(each.clause_key, living) if each.clause_key else t("All clauses")
            st.markdown(md("**{where}** · paused since {day}", where=where, day=day(each.since)))
            as_text(each.reason)
            if (
                mine
                and (own or each.clause_key is None)
                and st.button(t("Lift the pause"), key=f"lift-{each.id}")
            ):
                words = t("Lifted. Colleagues can approve again.")
                carry_out(words, session.api().lift, each.id)


def _pause(key: str | None) -> None:
    with st.popover(t("Pause this clause") if key else t("Pause all clauses"), key="pause"):
        st.caption(
            t("Colleagues then approve nothing here until it is lifted. They read the reason.")
        )
        reason = kept.area(t("Why?"), key=_pause_field(key), height=80)
        if st.button(t("Pause"), key="pause-save"):
            carry_out(t("Paused. Proposals wait until it is lifted."), _stop, key, reason)


def _stop(key: str | None, reason: str) -> None:
    session.api().pause(typed(PauseIn, clause_key=key, reason=reason))
    kept.sent(_pause_field(key))


def _pause_field(key: str | None) -> str:
    return f"pause-reason-{key or 'all'}"


def _keeps() -> bool:
    return not _KEEPERS.isdisjoint(session.me().roles)
