"""Who is looking, and how this run speaks for them."""

from datetime import UTC, datetime
from typing import Final, NoReturn

import streamlit as st

from api.schemas.accounts import MeOut
from dashboard.client import Api
from dashboard.signin import COOKIE
from recommender.vocabulary import Role

_ME: Final = "me"
_HEARD: Final = "heard"
_JUDGES: Final = frozenset({Role.ADMIN, Role.MANAGER})


def api() -> Api:
    """The API as the signed-in person may use it; without a cookie the run ends at the form."""
    token = st.context.cookies.get(COOKIE)
    if not token:
        leave()
    return Api(token)


def enter() -> MeOut:
    """Ask the API who is there, at the start of each full run.

    One browser tab may change hands: what the last person left in it is dropped.
    """
    person = api().me()
    before = known()
    if before is not None and before.name != person.name:
        st.session_state.clear()
    st.session_state[_ME] = person
    st.session_state[_HEARD] = datetime.now(UTC)
    return person


def known() -> MeOut | None:
    """Who was there when the API last answered in this tab, if it ever did."""
    person: MeOut | None = st.session_state.get(_ME)
    return person


def heard() -> datetime | None:
    """When the API last answered in this tab."""
    moment: datetime | None = st.session_state.get(_HEARD)
    return moment


def me() -> MeOut:
    """Who is signed in, as this run found them."""
    person: MeOut = st.session_state[_ME]
    return person


def judges() -> bool:
    """Tell whether the reader judges kinds."""
    return not _JUDGES.isdisjoint(me().roles)


def leave() -> NoReturn:
    """Lead to the sign-in page, and after it back to this address."""
    st.logout()
    st.stop()
