"""The page on protection: everybody's own list, what is kept and seen, and the charter."""

from collections.abc import Mapping
from typing import Any

import pytest

from recommender.vocabulary import Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, screen, words

CHARTER = {"version": 1, "text": "# Charter\n\nNobody is ranked.", "accepted_at": made.NOW}
REPORT = "## Protection report\n\n### What is kept\n\n- Cases.\n"
KEPT = {"what": "Cases", "readers": "agent, manager", "stays": "for good"}


def looked(**given: object) -> dict[str, Any]:
    known: dict[str, Any] = {
        "case_id": "0a1b2c3d4e5f",
        "who": "filer",
        "role": "manager",
        "reason": f"Two refunds. {made.MARKED}",
        "at": made.NOW,
    }
    return known | given


def protection(
    *readings: dict[str, Any], report: str = REPORT, days: Mapping[str, int] | None = None
) -> Stub:
    kept = {"kept": [KEPT], "texts_days": None, "people_days": None, "hours": 8} | dict(days or {})
    return Stub(
        {
            "GET charter": CHARTER,
            "GET kept": kept,
            "GET me/looked-at": {"looked": list(readings)},
            "GET protection-report": {"markdown": report},
        }
    )


@pytest.mark.parametrize("role", Role)
def test_everybody_reads_what_protects_them(monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    app = screen("protection", protection(), monkeypatch, role)
    said = words(app)
    assert not [*app.error, *app.warning]
    assert "Nobody has read your name" in said
    assert "What managers see" in said
    assert "for 8 hours" in said
    assert "You accepted it on 4 Nov 2026." in said
    assert "Nobody is ranked." in said
    assert "Whom to ask" in [each.value for each in app.subheader]
    represents = role is Role.EMPLOYEE_REPRESENTATIVE
    assert ("Your employee representative knows" in said) is not represents
    (table,) = [each.proto.body for each in app.get("html") if "Cases" in each.proto.body]
    assert "agent, manager" in table


def test_who_read_ones_name_is_told_by_role_with_day_and_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone = looked(role=None, who="signer", at=made.NOW.replace(day=2), reason="It was checked.")
    app = screen("protection", protection(looked(), gone), monkeypatch, Role.AGENT)
    said = words(app)
    assert "Nobody has read your name" not in said
    assert (
        "4 Nov 2026: somebody with the role manager was told that you filed case #3d4e5f." in said
    )
    assert "2 Nov 2026: somebody who no longer has that role was told that you answered" in said
    assert f"Two refunds. {made.MARKED}" in [each.value for each in app.text], "as it was typed"


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ({}, ("they stay until somebody erases them", "No day is set here for cases to forget")),
        (
            {"texts_days": 730, "people_days": 90},
            ("Texts go after 730 days.", "After 90 days a case forgets"),
        ),
    ],
)
def test_how_long_things_are_kept_is_said(
    monkeypatch: pytest.MonkeyPatch, days: dict[str, int], says: tuple[str, ...]
) -> None:
    said = words(screen("protection", protection(days=days), monkeypatch, Role.AGENT))
    assert all(each in said for each in says)


def test_a_charter_that_was_not_accepted_says_when_that_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stub = protection()
    stub.answers["GET charter"] = CHARTER | {"accepted_at": None}
    assert "You have not accepted it yet" in words(
        screen("protection", stub, monkeypatch, Role.AGENT)
    )


def test_the_report_is_read_and_taken_along_by_those_who_watch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for role in (Role.AUDITOR, Role.EMPLOYEE_REPRESENTATIVE, Role.MANAGER):
        app = screen("protection", protection(), monkeypatch, role)
        assert "### What is kept" in words(app)
        assert "## Protection report" not in words(app), "the screen has the title already"
        assert app.get("download_button")
    plain = protection(report="Nobody was counted.")
    assert "Nobody was counted." in words(screen("protection", plain, monkeypatch, Role.AUDITOR))
    stub = protection()
    agent = screen("protection", stub, monkeypatch, Role.AGENT)
    assert not agent.get("download_button")
    assert "/v1/protection-report" not in {each.url.path for each in stub.asked}
