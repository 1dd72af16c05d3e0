"""One account on the screen: its roles, team and lead are changed, or it ends."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from api.schemas.accounts import AccountChangeIn, AccountOut
from dashboard import kept, session
from dashboard.catalogue import mark, md, t
from dashboard.pages import carry_out
from dashboard.transport import typed
from dashboard.words import ROLES
from recommender.vocabulary import Role

_NOBODY: Final = mark("Nobody")
_CHANGED: Final = mark("{name} was changed.")
_LEFT: Final = mark("{name} has left. What was open is handed over.")


def change(seen: AccountOut, accounts: Sequence[AccountOut]) -> None:
    """Draw the form for an account that was seen."""
    mark_ = f"{seen.name}-{seen.version}"
    st.markdown(md("**{name}**", name=seen.name))
    roles = kept.several(
        t("Roles"), list(Role), seen.roles, named=ROLES.__getitem__, key=f"roles-{mark_}"
    )
    team = kept.line(t("Team or desk"), seen.team or "", key=f"team-{mark_}")
    leads = [None, *(each.name for each in accounts if each.name != seen.name)]
    if seen.lead not in leads:
        leads.append(seen.lead)
    lead = st.selectbox(
        t("Led by"),
        leads,
        index=leads.index(seen.lead),
        format_func=lambda name: t(_NOBODY) if name is None else name,
        key=f"lead-{mark_}",
    )
    st.caption(t("It holds from their next click on; nobody has to sign in anew."))
    if st.button(t("Save"), key="account-save", type="primary"):

        def act() -> AccountOut:
            wish = typed(AccountChangeIn, roles=roles, team=team.strip() or None, lead=lead)
            return session.api().change_account(seen, wish)

        carry_out(t(_CHANGED, name=seen.name), act)
    if seen.active:
        _leave(seen, mark_)


def _leave(seen: AccountOut, mark_: str) -> None:
    with st.expander(t("They leave"), key=f"leave-{mark_}"):
        st.caption(
            t("Their sign-ins end at once; proposals that wait are handed over to their lead.")
        )
        sure = st.checkbox(t("I have the right person."), key=f"leave-sure-{mark_}")
        if st.button(t("Deactivate"), key="account-leave", disabled=not sure):
            carry_out(t(_LEFT, name=seen.name), session.api().deactivate, seen.name)
