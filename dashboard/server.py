"""The dashboard's process: Streamlit with our sign-in pages and headers around it.

Started with `streamlit run dashboard/server.py`, which finds `app` by reading this file; the
settings beside it (.streamlit/config.toml) apply from whatever folder it is started.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from dashboard import as_typed, by_key, map_points, provider, signin
from dashboard.home import LeadsOn
from dashboard.security import SecurityHeaders
from dashboard.signin import SignInFirst
from dashboard.widgets import show_end

app = st.App(
    Path(__file__).with_name("app.py"),
    routes=[
        *signin.routes(),
        *provider.routes(),
        *as_typed.routes(),
        *by_key.routes(),
        *map_points.routes(),
    ],
    middleware=[Middleware(SecurityHeaders), Middleware(SignInFirst), Middleware(LeadsOn)],
    on_script_error=show_end,
)
