"""The screen that looks back: a ledger goes in, a report comes out."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from recommender.vocabulary import Role
from tests.unit.screen_stubs import Stub, refused, screen, words

FOUND: dict[str, Any] = {
    "rows": 500,
    "refused": 3,
    "approved": 492,
    "sorted_cases": 118,
    "kinds": [
        {"name": "*Exit* charge", "cases": 8, "a_year": 2253.4, "currency": "GBP", "rule": None},
        {"name": "Late box", "cases": 7, "a_year": None, "currency": None, "rule": "EQP-2"},
    ],
    "unread": ["Agent"],
    "html": "<!DOCTYPE html>",
}


def chosen(api: Stub, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    app = screen("look_back", api, monkeypatch, Role.MANAGER)
    assert app.button(key="look-back").disabled
    ledger = ("waivers.csv", b"date,note\n", "text/csv")
    return app.file_uploader(key="look-back-file").set_value(ledger).run()


def test_a_ledger_becomes_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Stub({"POST look-backs": FOUND})
    app = chosen(api, monkeypatch)
    assert not api.acts, "a file that is only chosen is sent nowhere"
    app.checkbox(key="look-back-rules").uncheck().run()
    app.button(key="look-back").click().run()
    (request,) = api.asked
    assert dict(request.url.params) == {"file_name": "waivers.csv", "rules": "false"}
    assert request.content == b"date,note\n"
    said = words(app)
    assert "waivers.csv: 2 kinds recur" in said
    assert "118 of 492 granted exceptions; 3 of 500 rows refused." in said
    table = "".join(each.proto.body for each in app.get("html"))
    assert "*Exit* charge" in table
    assert "2,300 GBP" in table
    assert "Columns about staff and customers are never read" in said


def test_a_ledger_where_nothing_recurs_has_a_report_too(monkeypatch: pytest.MonkeyPatch) -> None:
    app = chosen(Stub({"POST look-backs": FOUND | {"kinds": []}}), monkeypatch)
    app.button(key="look-back").click().run()
    assert "Nothing recurs clearly enough" in words(app)


def test_a_refusal_stands_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = refused(detail="No column of it is known for its date.", remedy="Name it.")
    app = chosen(Stub({"POST look-backs": problem}), monkeypatch)
    app.button(key="look-back").click().run()
    assert "No column of it is known for its date." in words(app)
    assert not app.button(key="look-back").disabled
