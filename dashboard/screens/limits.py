"""Limits: what peers may approve under a clause, and pauses; kept by its policy owner."""

import re
from collections.abc import Sequence
from datetime import date

import streamlit as st

from api.schemas.limits import LimitsIn, LimitsOut, PauseIn, PauseOut, RoleLimit
from api.schemas.policies import CeilingIn, ClauseOut
from dashboard import session
from dashboard.client import typed
from dashboard.pages import carry_out, heading, link, read
from dashboard.tables import Row, pairs
from dashboard.widgets import as_text, empty_state, escape_md
from dashboard.words import ROLES, count, day, money, short
from recommender.errors import Invalid
from recommender.vocabulary import Role

_KEEPERS = frozenset({Role.ADMIN, Role.POLICY_OWNER})
_SIGNERS = {Role.AGENT: "colleague", Role.MANAGER: "lead"}
_CURRENCY = re.compile(r"[A-Z]{3}")
_SHOWN = "limits-shown"


def show() -> None:
    """Draw the screen: one clause if the address names it, else the pauses that last."""
    key = st.query_params.get("clause")
    limits = read("Limits", session.api().limits, key) if key else None
    heading(
        "Limits" if limits is None else f"Limits of {limits.clause_key}",
        "clause",
        caption="What colleagues may approve with one signature. What lies beyond is asked of the "
        "rule's desk.",
    )
    _choose(key)
    with st.container(width=760):
        if limits is None:
            _pauses()
        else:
            _clause(limits)


# All clauses


def _choose(key: str | None) -> None:
    """The clauses, those of the reader's desk first."""
    desk = session.me().team
    living = {
        each.key: each
        for policy in session.api().library().policies
        for each in sorted(policy.clauses, key=lambda each: each.owner != desk)
        if not each.retired
    }
    options = list(living)
    st.selectbox(
        "Clause",
        options,
        index=options.index(key) if key in living else None,
        format_func=lambda each: _headline(living[each]),
        placeholder="Choose a clause to see or set its limits",
        key=f"limits-clause-{key}",
        on_change=_open,
        args=(f"limits-clause-{key}",),
        width=760,
    )


def _headline(clause: ClauseOut) -> str:
    return f"{clause.key} · {short(clause.revision.text, 70)}" if clause.revision else clause.key


def _open(widget: str) -> None:
    st.query_params["clause"] = st.session_state[widget]


def _pauses() -> None:
    pauses = session.api().pauses()
    st.subheader("Paused now", anchor=False)
    if not pauses:
        empty_state(
            "Nothing is paused",
            "Where something goes wrong, a pause stops colleagues' approvals at once, under one "
            "clause or under all. What was approved stays approved.",
        )
    _paused(pauses, mine=_keeps())
    if _keeps():
        _pause(None)


# One clause


def _clause(limits: LimitsOut) -> None:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        if limits.never_bend:
            st.badge("Never bent", color="red", help="Nobody can approve an exception to it.")
        if limits.pauses:
            st.badge("Paused", color="orange", help="Peers approve nothing here until lifted.")
        link("Its wording", "library", key="to-wording", clause=limits.clause_key)
        link("All pauses", "limits", key="to-pauses")
    _paused(limits.pauses, mine=_keeps(), own=limits.yours)
    _spent(limits)
    if not limits.yours:
        _summary(limits)
        return
    _tell_of_change(limits)
    _form(limits)
    with st.container(horizontal=True):
        _never_bend(limits)
        _pause(limits.clause_key)


def _spent(limits: LimitsOut) -> None:
    """How much of the month's budget is gone."""
    spent, budget = limits.spent, limits.monthly_budget
    if spent is None or budget is None:
        return
    with st.container(border=True, key="spent", gap="xsmall"):
        gone = money(spent.amount, limits.currency)
        left = money(spent.left, limits.currency)
        st.markdown(escape_md(f"{gone} approved in {_month(spent.month)}, {left} left"))
        st.progress(min(1.0, spent.amount / budget) if budget else 1.0)
        if spent.uncounted:
            said = count(spent.uncounted, "approval names", "approvals name")
            st.caption(escape_md(f"{said} no amount in {limits.currency} and is not counted."))


def _month(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def _summary(limits: LimitsOut) -> None:
    """What holds, for those who cannot change it."""
    currency = limits.currency
    rows = []
    if limits.ceiling is not None:
        rows.append(Row("For one case", f"up to {money(limits.ceiling, currency)}"))
    if limits.monthly_budget is not None:
        rows.append(Row("In a month", f"up to {money(limits.monthly_budget, currency)}"))
    if limits.repeat_cases is not None and limits.repeat_days is not None:
        within = f"within {count(limits.repeat_days, 'day')}"
        rows.append(Row("For one customer", f"{count(limits.repeat_cases, 'case')} {within}"))
    rows += [
        Row(f"Signed by: {ROLES[one.role]}", f"up to {money(one.amount, currency)}")
        for one in limits.roles
    ]
    if rows:
        pairs(rows, key="limits-summary")
    else:
        empty_state("No limits here", "One colleague's signature approves any amount.")
    st.caption("The clause's desk sets these.")


def _tell_of_change(limits: LimitsOut) -> None:
    """Say so when somebody else changed them under the reader's hands."""
    before = st.session_state.get(_SHOWN)
    st.session_state[_SHOWN] = now = (limits.clause_key, _edition(limits))
    if before is not None and before[0] == now[0] and before != now:
        st.info("Somebody else has just changed these limits. You see what holds now.")


def _edition(limits: LimitsOut) -> str:
    """What the form starts from: with another edition it starts anew, and saves nothing stale."""
    return f"{limits.clause_key}-{limits.version}-{limits.ceiling}"


def _form(limits: LimitsOut) -> None:
    edition = _edition(limits)
    by_role = {one.role: one.amount for one in limits.roles}
    with st.form(f"form-{edition}", enter_to_submit=False):
        st.caption("Leave empty what is not limited.")
        left, right = st.columns(2)
        with left:
            ceiling = _amount("Most for one case", limits.ceiling, f"ceiling-{edition}")
            budget = _amount("Budget a month", limits.monthly_budget, f"budget-{edition}")
            currency = st.text_input(
                "Currency of all amounts here",
                limits.currency or "",
                max_chars=3,
                placeholder="EUR",
                key=f"currency-{edition}",
            )
        with right:
            roles = {
                role: _amount(f"Most that one {name} signs", by_role.get(role), f"{role}-{edition}")
                for role, name in _SIGNERS.items()
            }
            cases, days = st.columns(2)
            with cases:
                repeats = _whole(
                    "Cases of one customer", limits.repeat_cases, f"cases-{edition}", 0
                )
            with days:
                period = _whole("within days", limits.repeat_days, f"days-{edition}", 1)
        if st.form_submit_button("Save limits", key=f"save-{edition}", type="primary"):
            wish: dict[str, object] = {
                "monthly_budget": budget,
                "currency": currency.strip().upper() or None,
                "repeat_cases": repeats,
                "repeat_days": period,
                "roles": [
                    RoleLimit(role=role, amount=most)
                    for role, most in roles.items()
                    if most is not None
                ],
            }
            carry_out("Saved. It holds from the next signature on.", _save, limits, wish, ceiling)


def _amount(label: str, value: float | None, key: str) -> float | None:
    st.session_state.setdefault(key, value)
    return st.number_input(label, min_value=0.0, value=None, step=5.0, key=key)


def _whole(label: str, value: int | None, key: str, least: int) -> int | None:
    st.session_state.setdefault(key, value)
    return st.number_input(label, min_value=least, value=None, step=1, key=key)


def _save(seen: LimitsOut, wish: dict[str, object], ceiling: float | None) -> None:
    if wish["currency"] and not _CURRENCY.fullmatch(str(wish["currency"])):
        raise Invalid("A currency has three letters, such as EUR.", title="Not yet")
    api = session.api()
    saved = api.set_limits(seen, typed(LimitsIn, **wish))
    if ceiling != seen.ceiling:
        api.set_ceiling(seen.clause_key, CeilingIn(amount=ceiling, currency=saved.currency))
    st.session_state.pop(_SHOWN, None)


def _never_bend(limits: LimitsOut) -> None:
    put = not limits.never_bend
    with st.popover("Never bend it" if put else "Let it be bent again", key="never-bend"):
        st.caption(
            "Nobody can then approve an exception to this clause, not even its desk."
            if put
            else "Colleagues can then approve exceptions again, within the limits."
        )
        if st.button("Put it on the list" if put else "Take it off the list", key="bend-save"):
            carry_out(
                "It is never bent from now on." if put else "It can be bent again.",
                session.api().set_never_bend,
                limits.clause_key,
                never_bend=put,
            )


# Pauses


def _paused(pauses: Sequence[PauseOut], *, mine: bool, own: bool = True) -> None:
    for each in pauses:
        with st.container(border=True, key=f"pause-{each.id}", gap="xsmall"):
            where = each.clause_key or "All clauses"
            st.markdown(f"**{escape_md(where)}** · paused since {day(each.since)}")
            as_text(each.reason)
            if (
                mine
                and (own or each.clause_key is None)
                and st.button("Lift the pause", key=f"lift-{each.id}")
            ):
                words = "Lifted. Colleagues can approve again."
                carry_out(words, session.api().lift, each.id)


def _pause(key: str | None) -> None:
    with st.popover("Pause this clause" if key else "Pause all clauses", key="pause"):
        st.caption("Colleagues then approve nothing here until it is lifted. They read the reason.")
        st.text_area("Why?", key="pause-reason", height=80)
        if st.button("Pause", key="pause-save"):
            reason = st.session_state["pause-reason"]
            carry_out("Paused. Proposals wait until it is lifted.", _stop, key, reason)


def _stop(key: str | None, reason: str) -> None:
    session.api().pause(typed(PauseIn, clause_key=key, reason=reason))


def _keeps() -> bool:
    return not _KEEPERS.isdisjoint(session.me().roles)
