"""What holds peers under a clause, in words: badges, limits, and what is left of the budget."""

from datetime import date
from typing import Final

import streamlit as st

from api.schemas.limits import LimitsOut
from dashboard.markup import escape_md
from dashboard.tables import Row, pairs
from dashboard.widgets import empty_state
from dashboard.words import count, money
from recommender.vocabulary import Role

SIGNERS: Final = {Role.AGENT: "colleague", Role.MANAGER: "lead"}
"""Whose signatures can be limited, as peers call them."""


def marks(limits: LimitsOut) -> None:
    """Badges for what stops every approval."""
    if limits.never_bend:
        st.badge("Never bent", color="red", help="Nobody can approve an exception to it.")
    if any(pause.clause_key for pause in limits.pauses):
        st.badge("Paused", color="orange", help="Peers approve nothing here until it is lifted.")


def spent(limits: LimitsOut) -> None:
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


def held(limits: LimitsOut) -> list[Row]:
    """What holds peers, but for the never-bend list and pauses."""
    currency = limits.currency
    rows = []
    if limits.ceiling is not None:
        rows.append(Row("For one case", f"up to {money(limits.ceiling, currency)}"))
    if limits.monthly_budget is not None:
        left = "" if limits.spent is None else f", {money(limits.spent.left, currency)} left"
        rows.append(Row("In a month", f"up to {money(limits.monthly_budget, currency)}{left}"))
    if limits.repeat_cases is not None and limits.repeat_days is not None:
        within = f"within {count(limits.repeat_days, 'day')}"
        rows.append(Row("For one customer", f"{count(limits.repeat_cases, 'case')} {within}"))
    rows += [
        Row(f"With one {SIGNERS[one.role]}'s signature", f"up to {money(one.amount, currency)}")
        for one in limits.roles
    ]
    return rows


def summary(limits: LimitsOut) -> None:
    """What holds, for those who cannot change it."""
    rows = held(limits)
    if rows:
        pairs(rows, key="limits-summary")
    else:
        empty_state("No limits here", "One colleague's signature approves any amount.")
    st.caption("The clause's desk sets these.")
