"""Promise 14 at the API: what a person typed comes back as the text that it is, in JSON."""

from http import HTTPStatus

import httpx2
import pytest

from tests.contract.asking import WISH, filed, signed
from tests.contract.conftest import PASSWORD, Api

MARKUP = (
    "<script>alert('x')</script> & <b>bold</b>",
    '<img src=x onerror="alert(1)"> </textarea></script>',
    "![seen](https://tracker.example/p.png) [click](javascript:alert(1)) **bold** `code`",
    ":red[warm] $\\frac{1}{2}$ {{ 7*7 }} ${7*7} #{7*7}",
    '=HYPERLINK("https://evil.example","refund")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "&lt;b&gt; \u202eright to left\u202c \u2028 line",
)
NAME = "<i>Late</i> **parcels** & =1+1"


def assert_json(answer: httpx2.Response) -> None:
    assert answer.status_code < HTTPStatus.BAD_REQUEST
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("typed", MARKUP)
def test_what_is_filed_comes_back_as_typed(ruled: Api, typed: str) -> None:
    given = {
        "situation": typed,
        "resolution": typed,
        "reason": typed,
        "granted_action": typed[:100],
        "product": typed[:100],
        "channel": typed[:100],
        "facts": {"what": typed[:100]},
    }
    case = filed(ruled, **given)
    assert {name: case[name] for name in given} == given
    for answer in (ruled.by("tom").get("/v1/queue"), ruled.by("maya").get("/v1/mine")):
        assert_json(answer)
        (seen, *_) = answer.json().get("proposals") or answer.json()["filed"]
        assert {name: seen[name] for name in given} == given
    form = ruled.by("tom").get("/v1/filing").json()
    assert (form["actions"], form["products"]) == ([typed[:100]], [typed[:100]])


@pytest.mark.parametrize("typed", MARKUP)
def test_a_reason_reaches_its_reader_as_typed(ruled: Api, typed: str) -> None:
    case = filed(ruled)
    said = {"content_hash": case["content_hash"], "reason": typed}
    answer = ruled.by("tom").post(f"/v1/proposals/{case['id']}/decline", json=said)
    assert answer.json()["decline_reason"] == typed
    notices = ruled.by("maya").get("/v1/notices")
    assert_json(notices)
    assert typed in notices.json()["notices"][0]["body"]


def test_a_kinds_name_and_an_owners_reason_are_text_everywhere(shop_api: Api) -> None:
    ines, ruth = shop_api.by("ines"), shop_api.person("ruth")
    kinds = ines.get("/v1/kinds").json()
    kind = next(one["id"] for one in kinds if one["clause"] == "RET-2.1")
    assert ines.patch(f"/v1/kinds/{kind}", json={"name": NAME}).json()["name"] == NAME
    candidate = ines.post(f"/v1/kinds/{kind}/promote", json={}).json()["id"]
    ruth.post(f"/v1/candidates/{candidate}/claim")
    reason = MARKUP[0]
    page = ruth.post(
        f"/v1/candidates/{candidate}/accept", json={"reason": reason, "password": PASSWORD}
    )
    assert_json(page)
    assert page.json()["kind"]["name"] == NAME
    assert page.json()["decisions"][0]["reason"] == reason
    told = shop_api.by("maya").get("/v1/notices").json()["notices"][0]
    assert reason in told["body"]
    for path in ("/v1/inbox", f"/v1/kinds/{kind}", "/v1/candidates", "/v1/memberships"):
        assert_json(ines.get(path))


def test_a_policy_keeps_its_words_and_is_never_html(ruled: Api) -> None:
    words = "Be kind <script>alert(1)</script> & <b>fair</b>."
    sent = {"file_name": "b.md", "markdown": f"# Book {{#B}}\n\n[B-1]{{.clause #B-1}} {words}\n"}
    assert_json(ruled.by("ruth").post("/v1/policies", json=sent))
    assert ruled.by("tom").get("/v1/clauses/B-1").json()["revision"]["text"] == words
    text = ruled.by("tom").get("/v1/policies/B/markdown")
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert text.text == sent["markdown"]


def test_a_refusal_repeats_what_was_typed_as_text(ruled: Api) -> None:
    answer = ruled.by("maya").post("/v1/proposals", json=WISH | {"clause_key": MARKUP[0]})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert MARKUP[0] in answer.json()["detail"]
    assert signed(ruled, {"id": "<b>", "content_hash": "0" * 64}).json()["code"] == "UnknownCase"
