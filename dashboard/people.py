"""The admin's part about accounts: who there is, and a form for roles, team and lead."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import streamlit as st

from api.schemas.accounts import AccountChangeIn, AccountOut
from dashboard import session
from dashboard.pages import carry_out
from dashboard.transport import typed
from dashboard.widgets import empty_state
from dashboard.words import DASH, ROLES, count
from recommender.vocabulary import Role

if TYPE_CHECKING:
    import pandas as pd

_NOBODY: Final = "Nobody"


def people() -> None:
    """Draw the accounts, and the form for one of them."""
    accounts = session.api().accounts()
    if not accounts:
        empty_state("No accounts", "`recommender accounts add` makes the first one.")
        return
    active = sum(each.active for each in accounts)
    how_many = "all" if active == len(accounts) else f"{active} of them"
    st.caption(
        f"{count(len(accounts), 'account')}, {how_many} active. New ones come from the command "
        "line: `recommender accounts`."
    )
    with st.container(key="accounts"):
        st.dataframe(_rows(accounts), hide_index=True, alt="Accounts", height="content")
    with st.container(border=True, width=760, key="change-account"):
        _change(accounts)


def _change(accounts: Sequence[AccountOut]) -> None:
    by_name = {each.name: each for each in accounts}
    chosen = st.selectbox(
        "Change", list(by_name), index=None, placeholder="An account", key="account"
    )
    if chosen is None:
        return
    seen = by_name[chosen]
    mark = f"{seen.name}-{seen.version}"
    roles = st.multiselect(
        "Roles", list(Role), default=seen.roles, format_func=ROLES.__getitem__, key=f"roles-{mark}"
    )
    team = st.text_input("Team or desk", value=seen.team or "", key=f"team-{mark}")
    leads = [_NOBODY, *(name for name in by_name if name != seen.name)]
    if seen.lead is not None and seen.lead not in leads:
        leads.append(seen.lead)
    led_by = leads.index(seen.lead or _NOBODY)
    lead = st.selectbox("Led by", leads, index=led_by, key=f"lead-{mark}")
    st.caption("It holds from their next click on; nobody has to sign in anew.")
    if st.button("Save", key="account-save", type="primary"):

        def act() -> AccountOut:
            wish = typed(
                AccountChangeIn,
                roles=roles,
                team=team.strip() or None,
                lead=None if lead == _NOBODY else lead,
            )
            return session.api().change_account(seen, wish)

        carry_out(f"{seen.name} was changed.", act)


def _rows(accounts: Sequence[AccountOut]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(
        {
            "Name": [each.name for each in accounts],
            "Shown as": [each.display_name for each in accounts],
            "Roles": [", ".join(ROLES[role] for role in each.roles) for each in accounts],
            "Team or desk": [each.team or DASH for each in accounts],
            "Led by": [each.lead or DASH for each in accounts],
            "Active": [each.active for each in accounts],
        }
    )
