"""The form of one clause's limits, saved as they were seen."""

import re
from typing import Final

import streamlit as st

from api.schemas.limits import LimitsIn, LimitsOut, RoleLimit
from api.schemas.policies import CeilingIn
from dashboard import kept, session
from dashboard.catalogue import t
from dashboard.held import SIGNERS
from dashboard.pages import carry_out
from dashboard.transport import typed
from recommender.errors import Invalid

SHOWN: Final = "limits-shown"
"""Where it is kept which limits the reader last saw."""
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


def edition_of(limits: LimitsOut) -> str:
    """What the form starts from: with another edition it starts anew, and saves nothing stale."""
    return f"{limits.clause_key}-{limits.version}-{limits.ceiling}"


def limits_form(limits: LimitsOut) -> None:
    """Draw the fields with what holds now, and the button that saves them."""
    edition = edition_of(limits)
    with st.container(border=True, key=f"form-{edition}"):
        st.caption(t("Leave empty what is not limited."))
        left, right = st.columns(2)
        with left:
            ceiling, money = _of_money(limits, edition)
        with right:
            wish = money | _of_roles(limits, edition) | _of_customers(limits, edition)
        if st.button(t("Save limits"), key=f"save-{edition}", type="primary"):
            carry_out(
                t("Saved. It holds from the next signature on."), _save, limits, wish, ceiling
            )


def _of_money(limits: LimitsOut, edition: str) -> tuple[float | None, dict[str, object]]:
    """Ask the ceiling, and what else is said of money."""
    unit = _unit(limits)
    ceiling = _amount(t("Most for one case{unit}", unit=unit), limits.ceiling, f"ceiling-{edition}")
    budget = _amount(
        t("Budget for a month{unit}", unit=unit), limits.monthly_budget, f"budget-{edition}"
    )
    currency = kept.line(
        t("Currency of all amounts here"),
        limits.currency or "",
        max_chars=3,
        placeholder=t("such as EUR"),
        key=f"currency-{edition}",
    )
    return ceiling, {"monthly_budget": budget, "currency": currency.strip().upper() or None}


def _of_roles(limits: LimitsOut, edition: str) -> dict[str, object]:
    """Ask how much people of each role sign."""
    by_role = {one.role: one.amount for one in limits.roles}
    asked = {
        role: _amount(
            t("Most that one {name} signs{unit}", name=t(name), unit=_unit(limits)),
            by_role.get(role),
            f"{role}-{edition}",
        )
        for role, name in SIGNERS.items()
    }
    return {
        "roles": [
            RoleLimit(role=role, amount=most) for role, most in asked.items() if most is not None
        ]
    }


def _of_customers(limits: LimitsOut, edition: str) -> dict[str, object]:
    """Ask how many cases of one customer, and in which time."""
    cases, days = st.columns(2)
    with cases:
        most = t("Most cases of one customer")
        repeats = _whole(most, limits.repeat_cases, f"cases-{edition}", 0)
    with days:
        period = _whole(t("within how many days"), limits.repeat_days, f"days-{edition}", 1)
    return {"repeat_cases": repeats, "repeat_days": period}


def _unit(limits: LimitsOut) -> str:
    return f" ({limits.currency})" if limits.currency else ""


def _amount(label: str, value: float | None, key: str) -> float | None:
    return kept.figure(label, value, key=key, least=0.0, step=5.0)


def _whole(label: str, value: int | None, key: str, least: int) -> int | None:
    given = kept.figure(label, value, key=key, least=least, step=1)
    return None if given is None else int(given)


def _save(seen: LimitsOut, wish: dict[str, object], ceiling: float | None) -> None:
    if wish["currency"] and not _CURRENCY.fullmatch(str(wish["currency"])):
        raise Invalid(t("A currency has three letters, such as EUR."), title=t("Not yet"))
    api = session.api()
    saved = api.set_limits(seen, typed(LimitsIn, **wish))
    if ceiling != seen.ceiling:
        api.set_ceiling(seen.clause_key, CeilingIn(amount=ceiling, currency=saved.currency))
    st.session_state.pop(SHOWN, None)
