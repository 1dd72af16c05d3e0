"""Asking the API: a wish, filing and signing it, and what a refusal looks like."""

from http import HTTPStatus
from typing import Any

import httpx2

from api.problems import MEDIA_TYPE
from tests.contract.conftest import Api

WISH = {
    "situation": "The boots came sixteen days after delivery, unworn.",
    "resolution": "Take them back.",
    "reason": "The parcel was late.",
    "clause_key": "RET-2.1",
    "facts": {"days_since_delivery": 16},
    "amount": 80.0,
    "currency": "EUR",
}


def filed(api: Api, **changed: object) -> dict[str, Any]:
    answer = api.by("maya").post("/v1/proposals", json=WISH | changed)
    assert answer.status_code == HTTPStatus.CREATED, answer.text
    case: dict[str, Any] = answer.json()
    return case


def signed(api: Api, case: dict[str, Any], by: str = "tom") -> httpx2.Response:
    return api.by(by).post(
        f"/v1/proposals/{case['id']}/cosign", json={"content_hash": case["content_hash"]}
    )


def assert_refused(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """Require a problem document with this status and code, and give it."""
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"], problem["status"]) == (status, code, status)
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert problem["detail"].endswith((".", "!", "?"))
    return problem
