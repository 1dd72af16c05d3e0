"""Links that a key opens, and links that lead on by themselves."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard import by_key


@pytest.fixture
def script() -> str:
    answer = TestClient(Starlette(routes=by_key.routes())).get("/by_key.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    return answer.text


@pytest.mark.parametrize(
    "selector", [".st-key-by-key-", ".st-key-leads-home a", ".st-key-leads-on a"]
)
def test_the_script_finds_what_the_pages_mark(script: str, selector: str) -> None:
    assert selector in script


def leads_elsewhere() -> None:
    import streamlit as st

    from dashboard.pages import go

    go("candidate", id="cd1")
    st.text("never drawn")


def test_leading_on_draws_one_link_and_nothing_after_it() -> None:
    app = AppTest.from_function(leads_elsewhere).run()
    assert [one.proto.query_string for one in app.get("page_link")] == ["id=cd1"]
    assert "/by_key.js" in app.get("html")[0].proto.body
    assert not app.text
