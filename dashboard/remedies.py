"""What to think of where a change did not do what was said: a narrower limit, or the way back."""

from typing import Final

import streamlit as st

from api.schemas.candidates import CandidatePage
from api.schemas.effects import RemedyOut
from dashboard import session
from dashboard.catalogue import t
from dashboard.markup import escape_md
from dashboard.pages import attempt, go, say
from dashboard.session import judges
from dashboard.taking_back import take_back
from dashboard.widgets import changes_between, redline

_NARROW: Final = "narrow"


def remedies(page: CandidatePage, offered: list[RemedyOut]) -> None:
    """Draw what is offered, each with the wording that it would leave and its one act."""
    if not offered:
        return
    st.markdown(t("**What may help**"))
    for remedy in offered:
        with st.container(border=True, key=f"remedy-{remedy.what}"):
            st.markdown(escape_md(remedy.reason))
            _wording(remedy)
            if remedy.what == _NARROW:
                _narrow(page)
            elif page.may_roll_back:
                take_back(page, reason=remedy.reason)
            else:
                st.caption(t("The clause's desk takes it back."))


def offers_way_back(offered: list[RemedyOut]) -> bool:
    """Tell whether one of these is to take the change back."""
    return any(each.what != _NARROW for each in offered)


def _wording(remedy: RemedyOut) -> None:
    old, new = remedy.redline.old, remedy.redline.new
    if not new:
        st.caption(t("The clause would apply no more."))
        return
    redline(changes_between(old, new), key=f"remedy-redline-{remedy.what}")


def _narrow(page: CandidatePage) -> None:
    """A manager suggests it; the new draft begins with the number."""
    if page.kind is None or not judges():
        st.caption(t("A manager promotes the kind again; the new draft begins with this number."))
        return
    if st.button(t("Suggest it to the desk"), key=f"narrow-{page.id}"):
        again = attempt(session.api().promote, page.kind.id, page.verdict)
        if again is not None:
            say(t("Promoted. The desk decides on this new draft, which begins with this number."))
            go("candidate", id=again.id)
