"""That it is the reader who decides: their password once more, or the provider's word."""

import html
from typing import Final
from urllib.parse import quote, urlencode

import streamlit as st

from dashboard import kept, session
from dashboard.catalogue import t
from dashboard.places import Places
from dashboard.signin import PROVIDER_PATH

FIELD: Final = "password"
"""The field that a refusal names."""


def password(label: str, *, key: str, hint: str | None = None) -> str:
    """A field for a password, told with every key, and without drawing anything anew.

    Streamlit would tell it when the field is left; but whoever leaves it by Tab comes to the button
    in it that shows the password, which does not count, and on from there nothing is told.
    Nothing of it is kept beyond the session; `kept.sent` empties it.
    """
    kept.begin(key, "")
    given: str = st.text_input(
        label, type="password", key=key, help=hint, live="0ms", on_change="ignore"
    )
    return given


def proof(key: str, screen: str, places: Places) -> str | None:
    """Ask for the password, or lead to the provider and back to `screen` as it stands now.

    Gives the password; None where none is asked for. The API alone decides whether it is enough.
    """
    asked = session.me().decisions_ask
    given = None
    if asked == "provider":
        _lead_there(screen)
    elif asked == "password":
        given = password(t("Your password, once more"), key=key)
    places.under(FIELD)
    return given or None


def awaited() -> bool:
    """Tell whether the reader has to be at the provider first."""
    return session.me().decisions_ask == "provider"


def _lead_there(screen: str) -> None:
    """A link in this same tab: what was typed is kept, what was tried stands in the address."""
    then = f"/{screen}?{urlencode(st.query_params.to_dict(), quote_via=quote)}"
    address = f"{PROVIDER_PATH}?again=1&next={quote(then, safe='/')}"
    st.caption(
        t("This asks that it is you. Sign in once more; you come back here, and nothing is lost.")
    )
    label = html.escape(t("Sign in once more"))
    st.html(f'<a class="act" href="{html.escape(address)}">{label}</a>')
