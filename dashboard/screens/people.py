"""People: who may sign in, as what; somebody is added, changed, or leaves."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import streamlit as st

from api.schemas.accounts import AccountIn, AccountOut
from dashboard import kept, oneself, session
from dashboard.catalogue import mark, t, tn
from dashboard.pages import carry_out, heading, link
from dashboard.people import change
from dashboard.transport import typed
from dashboard.widgets import empty_state
from dashboard.words import DASH, ROLES
from recommender.vocabulary import Role

if TYPE_CHECKING:
    import pandas as pd

_ADDED: Final = mark("{name} was added.")
_AT_ONCE: Final = 12
"""Rows of a table that are shown without scrolling."""
_FORM: Final = ("add-account", "new-name", "new-shown", "new-roles", "new-team", "new-password")


def show() -> None:
    """Draw the screen."""
    heading(t("People"), bound={"find", "who"})
    accounts = session.api().accounts()
    kept.begin("add-account", value=False)
    with st.expander(
        t("Add somebody"),
        key="add-account",
        on_change="rerun",
        icon=":material/person_add:",
        width=760,
    ):
        _add()
        link(t("Take in a whole list"), "import", key="to-list", what="people")
    if not accounts:
        empty_state(t("No accounts"), t("`recommender accounts add` makes the first one."))
    else:
        _list(accounts)


def _list(accounts: Sequence[AccountOut]) -> None:
    finding, changing = st.columns(2, gap="medium")
    with finding:
        wanted = st.text_input(t("Find by name, role or team"), key="find", bind="query-params")
    found = [each for each in accounts if wanted.strip().casefold() in _haystack(each)]
    if found:
        with changing:
            picked = _choose(found)
        if picked is not None:
            with st.container(border=True, width=760, key="change-account"):
                change(picked, accounts)
    _table(accounts, found, searched=bool(wanted.strip()))


def _table(accounts: Sequence[AccountOut], found: Sequence[AccountOut], *, searched: bool) -> None:
    active = sum(each.active for each in accounts)
    of = tn("{n} person", "{n} people", len(accounts))
    shown = t("{found} of {of}", found=len(found), of=of) if searched else of
    st.caption(t("{shown} · {active} active", shown=shown, active=active))
    if not found:
        empty_state(t("Nobody of that name, role or team"), t("Empty the field to see everybody."))
        return
    with st.container(key="accounts"):
        st.dataframe(
            _rows(found),
            hide_index=True,
            column_config={t("Roles"): st.column_config.ListColumn()},
            height="content" if len(found) <= _AT_ONCE else 420,
            alt=t("People"),
        )


def _choose(found: Sequence[AccountOut]) -> AccountOut | None:
    """Who is to be changed, of those that were found."""
    picked = st.selectbox(
        t("Change"),
        [each.name for each in found],
        index=None,
        placeholder=t("Choose who gets another role, team or lead, or leaves"),
        key="who",
        bind="query-params",
    )
    return next((each for each in found if each.name == picked), None)


def _haystack(account: AccountOut) -> str:
    roles = (ROLES[role] for role in account.roles)
    return " ".join([account.name, account.display_name, account.team or "", *roles]).casefold()


def _rows(accounts: Sequence[AccountOut]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(
        {
            t("Name"): [each.name for each in accounts],
            t("Shown as"): [each.display_name for each in accounts],
            t("Roles"): [[ROLES[role] for role in each.roles] for each in accounts],
            t("Team or desk"): [each.team or DASH for each in accounts],
            t("Led by"): [each.lead or DASH for each in accounts],
            t("Active"): [t("yes") if each.active else t("left") for each in accounts],
        }
    )


def _add() -> None:
    name = kept.line(t("Name to sign in with"), key="new-name")
    shown = kept.line(t("Shown as"), key="new-shown", placeholder=name or None)
    roles = kept.several(
        t("Roles"), list(Role), [Role.AGENT], named=ROLES.__getitem__, key="new-roles"
    )
    team = kept.line(t("Team or desk"), key="new-team")
    password = oneself.password(
        t("First password"),
        key="new-password",
        hint=t("Without one they sign in at your provider, if there is one, or not at all."),
    )
    if st.button(t("Add"), key="account-add", type="primary"):

        def act() -> None:
            wish = typed(
                AccountIn,
                name=name,
                display_name=shown.strip() or name,
                roles=roles,
                team=team.strip() or None,
                password=password or None,
            )
            session.api().add_account(wish)
            kept.sent(*_FORM)

        carry_out(t(_ADDED, name=name.strip()), act)
