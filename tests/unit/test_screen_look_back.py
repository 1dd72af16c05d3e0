"""The screen that looks back: a ledger is confirmed, a report comes out."""

import json
from base64 import b64decode
from typing import Any

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from recommender.vocabulary import Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, refused, screen, words

FOUND: dict[str, Any] = {
    "rows": 500,
    "refused": 3,
    "approved": 492,
    "sorted_cases": 118,
    "kinds": [
        {
            "name": "*Exit* charge",
            "line": "Given: released <b>free</b> Why: no ports",
            "cases": 8,
            "a_year": 2253.4,
            "currency": "GBP",
            "rule": None,
        },
        {
            "name": "Late box",
            "line": "Why: shop shut",
            "cases": 7,
            "a_year": None,
            "currency": None,
            "rule": "EQP-2",
        },
    ],
    "unread": ["Agent"],
}
REPORT = {"file_name": "waivers.csv", "html": "<!DOCTYPE html><title>Report</title>"}
START, FETCH, DROP = "POST look-backs/l1/start", "POST look-backs/l1/report", "DELETE look-backs/l1"
NOT_FOUND = refused(404, title="Not found")


def stub(**job: object) -> Stub:
    """An API in which somebody looks back already."""
    own = made.look_back_job(**job)
    return Stub(
        {
            "GET look-backs": [own],
            "GET look-backs/l1": own,
            "GET look-backs/l1/columns": made.ledger(),
            START: made.look_back_job(state="running"),
            FETCH: REPORT,
            DROP: httpx.Response(204),
        }
    )


def drawn(api: Stub, monkeypatch: pytest.MonkeyPatch, **params: str) -> AppTest:
    return screen("look_back", api, monkeypatch, Role.MANAGER, **params)


def wish(api: Stub) -> dict[str, Any]:
    (body,) = [body for act, body in api.acts if act == START]
    given: dict[str, Any] = json.loads(body)
    return given


def test_a_ledger_is_laid_down_and_its_address_leads_back_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    api = stub()
    own = api.answers["GET look-backs"]

    def laid_down(_: httpx.Request) -> httpx.Response:
        api.answers["GET look-backs"] = own
        return httpx.Response(202, json=made.look_back_job().model_dump())

    api.answers |= {"GET look-backs": [], "POST look-backs": laid_down}
    app = drawn(api, monkeypatch)
    assert "Columns about staff and customers are never read" in words(app)
    ledger = ("waivers.csv", b"date,note\n", "text/csv")
    app.file_uploader(key="look-back-file").set_value(ledger).run()
    sent = next(each for each in api.asked if each.method == "POST")
    assert dict(sent.url.params) == {"file_name": "waivers.csv"}
    assert sent.content == b"date,note\n"
    assert app.query_params["ledger"] == "l1"
    assert "waivers.csv: 500 rows, 5 columns" in words(app)


def test_what_the_columns_seem_to_be_is_confirmed_before_it_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    api = stub()
    app = drawn(api, monkeypatch, ledger="l1")
    said = words(app)
    assert "Handled by" in said
    assert "Not read: Till." in said
    assert app.selectbox(key="field-situation-l1").value == "Note"
    assert made.MARKED in said
    assert "Handled by" not in app.selectbox(key="field-situation-l1").options
    app.button(key="look-back").click().run()
    fields = {"occurred_at": "Date", "situation": "Note", "amount": "Waived"}
    assert wish(api) == {
        "mapping": {"fields": fields, "ignore": [], "conversions": ""},
        "rules": True,
    }


def test_a_guess_is_corrected_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub()
    app = drawn(api, monkeypatch, ledger="l1")
    app.selectbox(key="field-amount-l1").select("Till").run()
    app.checkbox(key="rules-l1").uncheck().run()
    assert "Not read: Waived." in words(app)
    app.button(key="look-back").click().run()
    assert wish(api)["mapping"]["fields"]["amount"] == "Till"
    assert wish(api)["rules"] is False


def test_without_a_date_or_a_note_it_does_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = [
        {"name": "Of", "samples": [], "field": None},
        {"name": "Why", "samples": [], "field": "reason"},
    ]
    api = stub()
    api.answers["GET look-backs/l1/columns"] = made.ledger(columns=unknown)
    app = drawn(api, monkeypatch, ledger="l1")
    assert "Say below which column is: When it happened." in words(app)
    assert app.button(key="look-back").disabled
    app.selectbox(key="field-occurred_at-l1").select("Of").run()
    assert not app.button(key="look-back").disabled, "its only note may be a reason"
    app.selectbox(key="field-reason-l1").select_index(0).run()
    assert "Say below which column is: What happened." in words(app)


def test_days_that_can_be_read_in_two_ways_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub()
    ways = ["31/12/2026", "12/31/2026"]
    api.answers["GET look-backs/l1/columns"] = made.ledger(ways_of_days=ways)
    app = drawn(api, monkeypatch, ledger="l1")
    assert app.button(key="look-back").disabled
    app.radio(key="way-l1").set_value("12/31/2026").run()
    app.button(key="look-back").click().run()
    assert wish(api)["mapping"]["way_of_days"] == "12/31/2026"


def test_what_failed_stands_above_the_columns_and_can_be_begun_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    why = json.loads(refused(422, detail="No row could be read.", remedy="Map it.").content)
    api = stub(state="failed", failure=why)
    app = drawn(api, monkeypatch, ledger="l1")
    assert "No row could be read. Map it." in words(app)
    app.button(key="look-back").click().run()
    assert wish(api)["rules"] is True


def test_it_is_told_how_far_it_is_wherever_one_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub(state="running", step="comparing", done=120, of=640, share=0.3)
    app = drawn(api, monkeypatch)
    assert app.query_params["ledger"] in ("l1", ["l1"])
    said = words(app)
    assert "✓ Reading the rows" in said
    assert "Comparing what the notes tell …" in said
    assert "You can leave this page" in said
    (progress,) = app.get("progress")
    assert (progress.proto.value, progress.proto.text) == (30, "120 of 640 in this step")
    app.button(key="look-back-give-up").click().run()
    assert (DROP, "") in api.acts


def test_it_waits_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    app = drawn(stub(state="running"), monkeypatch)
    (progress,) = app.get("progress")
    assert progress.proto.text == "Somebody else looks back just now; yours is next."


def test_a_report_is_opened_once_and_can_be_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub(state="done", share=1.0, found=FOUND)
    app = drawn(api, monkeypatch, ledger="l1")
    said = words(app)
    assert "waivers.csv: 2 kinds recur" in said
    assert "118 of 492 granted exceptions; 3 of 500 rows refused." in said
    table = "".join(each.proto.body for each in app.get("html"))
    assert "*Exit* charge" in table
    assert "2,300 GBP" in table
    assert "released &lt;b&gt;free&lt;/b&gt; Why: no ports" in table
    app.button(key="look-back-open").click().run()
    api.answers |= {"GET look-backs": [], "GET look-backs/l1": NOT_FOUND, FETCH: NOT_FOUND}
    app.run()
    assert "waivers.csv: the report" in words(app)
    (frame,) = app.get("iframe")
    head, _, framed = frame.proto.src.partition(",")
    assert (head, b64decode(framed).decode()) == ("data:text/html;base64", REPORT["html"])
    assert [act for act, _ in api.acts] == [FETCH]
    assert "ledger" not in app.query_params
    app.button(key="look-back-another").click().run()
    assert app.get("iframe") == []
    assert len(app.get("file_uploader")) == 1


def test_a_ledger_where_nothing_recurs_has_a_report_too(monkeypatch: pytest.MonkeyPatch) -> None:
    app = drawn(stub(state="done", found=FOUND | {"kinds": []}), monkeypatch)
    assert "Nothing recurs clearly enough" in words(app)
    assert app.button(key="look-back-open").label == "Open the report"


def test_an_address_of_one_that_is_over_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub()
    api.answers["GET look-backs"] = []
    app = drawn(api, monkeypatch, ledger="l0")
    assert "That look back is over" in app.info[0].value
    assert "ledger" not in app.query_params
    assert len(app.get("file_uploader")) == 1


def test_a_ledger_that_cannot_be_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub()
    problem = refused(422, detail="It is no workbook.", remedy="Save it as CSV.")
    api.answers |= {"GET look-backs": [], "POST look-backs": problem}
    app = drawn(api, monkeypatch)
    ledger = ("waivers.xlsx", b"PK", "application/octet-stream")
    app.file_uploader(key="look-back-file").set_value(ledger).run()
    assert "It is no workbook. Save it as CSV." in words(app)
