"""What holds peers under a clause, in words: badges, limits, and what is left of the budget."""

from datetime import date
from typing import Final

import streamlit as st

from api.schemas.limits import LimitsOut
from dashboard.catalogue import mark, md, t, tn
from dashboard.markup import escape_md
from dashboard.tables import Row, pairs
from dashboard.widgets import empty_state
from dashboard.words import money
from recommender.vocabulary import Role

SIGNERS: Final = {Role.AGENT: mark("colleague"), Role.MANAGER: mark("lead")}
"""Whose signatures can be limited, as peers call them."""


def marks(limits: LimitsOut) -> None:
    """Badges for what stops every approval."""
    if limits.never_bend:
        st.badge(t("Never bent"), color="red", help=t("Nobody can approve an exception to it."))
    if any(pause.clause_key for pause in limits.pauses):
        says = t("Peers approve nothing here until it is lifted.")
        st.badge(t("Paused"), color="orange", help=says)


def spent(limits: LimitsOut) -> None:
    """How much of the month's budget is gone."""
    spent, budget = limits.spent, limits.monthly_budget
    if spent is None or budget is None:
        return
    with st.container(border=True, key="spent", gap="xsmall"):
        told = {
            "gone": money(spent.amount, limits.currency),
            "month": _month(spent.month),
            "left": money(spent.left, limits.currency),
        }
        st.markdown(md("{gone} approved in {month}, {left} left", **told))
        st.progress(min(1.0, spent.amount / budget) if budget else 1.0)
        if spent.uncounted:
            said = tn(
                "{n} approval names no amount in {currency} and is not counted.",
                "{n} approvals name no amount in {currency} and are not counted.",
                spent.uncounted,
                currency=limits.currency or "",
            )
            st.caption(escape_md(said))


def _month(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def held(limits: LimitsOut) -> list[Row]:
    """What holds peers, but for the never-bend list and pauses."""
    currency = limits.currency
    rows = []
    if limits.ceiling is not None:
        rows.append(Row(t("For one case"), _up_to(limits.ceiling, currency)))
    if limits.monthly_budget is not None:
        rows.append(Row(t("In a month"), _budget(limits, limits.monthly_budget)))
    if limits.repeat_cases is not None and limits.repeat_days is not None:
        cases = tn("{n} case", "{n} cases", limits.repeat_cases)
        days = tn("{n} day", "{n} days", limits.repeat_days)
        within = t("{cases} within {days}", cases=cases, days=days)
        rows.append(Row(t("For one customer"), within))
    rows += [
        Row(
            t("With one {signer}'s signature", signer=t(SIGNERS[one.role])),
            _up_to(one.amount, currency),
        )
        for one in limits.roles
    ]
    return rows


def _up_to(amount: float, currency: str | None) -> str:
    return t("up to {most}", most=money(amount, currency))


def _budget(limits: LimitsOut, budget: float) -> str:
    most = money(budget, limits.currency)
    if limits.spent is None:
        return t("up to {most}", most=most)
    return t("up to {most}, {left} left", most=most, left=money(limits.spent.left, limits.currency))


def summary(limits: LimitsOut) -> None:
    """What holds, for those who cannot change it."""
    rows = held(limits)
    if rows:
        pairs(rows, key="limits-summary")
    else:
        empty_state(t("No limits here"), t("One colleague's signature approves any amount."))
    st.caption(t("The clause's desk sets these."))
