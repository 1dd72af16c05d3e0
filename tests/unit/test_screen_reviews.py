"""Second look: approvals of another team, read once more."""

import pytest

from recommender.vocabulary import CaseState, Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, screen, sent, words

AGENT = Role.AGENT


def test_a_second_look_is_one_click_or_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    review = {"id": "r1", "day": made.TODAY, "case": made.case(state=CaseState.APPROVED)}
    stub = Stub(
        {
            "GET reviews": [review],
            "POST reviews/r1": {"id": "r1", "verdict": "fine", "reason": None},
        }
    )
    app = screen("reviews", stub, monkeypatch, AGENT)
    assert "1 case waits, oldest first" in words(app)
    assert made.MARKED in words(app)
    app.button(key="fine-r1").click().run()
    app.text_area(key="misuse-reason-r1").set_value("Her own shoes.")
    app.button(key="misuse-save-r1").click().run()
    assert sent(stub, "POST reviews/r1") == [
        {"verdict": "fine", "reason": None},
        {"verdict": "misuse", "reason": "Her own shoes."},
    ]
    stub.answers["GET reviews"] = []
    assert "Nothing waits for your team" in words(screen("reviews", stub, monkeypatch, AGENT))
