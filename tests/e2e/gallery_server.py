"""The gallery inside the dashboard's own frame."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from dashboard.security import SecurityHeaders
from dashboard.signin import routes
from dashboard.widgets import show_end

app = st.App(
    Path(__file__).with_name("gallery.py"),
    routes=routes(),
    middleware=[Middleware(SecurityHeaders)],
    on_script_error=show_end,
)
