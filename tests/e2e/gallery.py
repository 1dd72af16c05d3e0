"""A page with every shared widget, fed with what a hostile customer might have written."""

import os

import streamlit as st

from dashboard import look
from dashboard.markup import escape_md
from dashboard.transport import SignedOut
from dashboard.widgets import (
    as_text,
    changes_between,
    empty_state,
    problem_banner,
    redline,
    refusals_shown,
)
from recommender.errors import Conflict, Invalid, NotAllowed
from tests.e2e import marks_gallery

IMAGE = os.environ["GALLERY_IMAGE"]
TYPED = f"""![x]({IMAGE}) [l](javascript:alert(1)) <img src={IMAGE} onerror="window.hit=1">
<script>window.hit=1</script> [d](data:text/html,hi) **bold** _it_ $x^2$ :red[red] :smile:
    :material/home: 3 -> 4 www.example.org https://example.org a@example.org
# one"""

look.apply()
as_text(TYPED, key="typed")
with st.container(key="line"):
    st.markdown(f"Said: {escape_md(TYPED)}", help=escape_md(TYPED))
    st.caption(escape_md(TYPED))
    st.button(escape_md(TYPED))
    st.expander(escape_md(TYPED))
    st.metric(escape_md(TYPED), 1)
    empty_state(TYPED, TYPED)
    problem_banner(Invalid(TYPED, remedy=TYPED, title=TYPED))
redline(changes_between("Within 30 days.", f"Within 35 days. {TYPED}"))


def moved_on() -> None:
    """Refuse, as the API would after a click."""
    raise Conflict("From a callback.")


@st.fragment
def acts() -> None:
    """Refuse in every way that a screen may meet."""
    if st.button("Shown"):
        with refusals_shown():
            raise Conflict("From an act.")
    if st.button("Refused"):
        raise NotAllowed("From a fragment.")
    if st.button("Lost"):
        raise SignedOut("Gone.")


marks_gallery.show()
acts()
st.button("Callback", on_click=moved_on)
if st.button("Broken"):
    raise ZeroDivisionError(TYPED)
st.text("the end")
