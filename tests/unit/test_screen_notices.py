"""Notices: what needs me, and what I am told."""

import pytest

from api.schemas.notices import NoticeOut
from recommender.vocabulary import NoticeTopic, Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, screen, words

AGENT = Role.AGENT


def notice(notice_id: str, **given: object) -> NoticeOut:
    known: dict[str, object] = {
        "id": notice_id,
        "topic": NoticeTopic.DECISION,
        "needs_you": False,
        "title": made.MARKED,
        "body": f"Body of {notice_id}. {made.MARKED}",
        "case_id": None,
        "candidate_id": None,
        "created_at": made.NOW,
        "read_at": None,
    }
    return NoticeOut.model_validate(known | given)


def test_notices_that_need_me_come_first_and_lead_on(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = [
        notice("n1", candidate_id="cd1"),
        notice("n2", case_id="c2", topic=NoticeTopic.PROPOSAL_ANSWERED),
        notice("n3", case_id="c3", topic=NoticeTopic.SIGNATURE_VOIDED, needs_you=True),
        notice("n4", read_at=made.NOW),
    ]
    stub = Stub({"GET notices": {"notices": notes}, "POST notices/n3/read": notes[2]})
    app = screen("notices", stub, monkeypatch, AGENT)
    assert [each.value for each in app.subheader] == ["Needs you", "4 Nov 2026"]
    assert app.text[0].value.startswith("Body of n3.")
    assert [each.proto.query_string for each in app.get("page_link")] == ["id=c3", "id=c2"]
    assert "Body of n4" not in words(app)
    app.toggle(key="earlier").set_value(True).run()
    assert "Body of n4" in words(app)
    app.button(key="read-n3").click().run()
    assert stub.acts == [("POST notices/n3/read", "")]
    assert "Marked as read." in words(app)
    app = screen("notices", stub, monkeypatch, Role.MANAGER)
    assert app.get("page_link")[1].proto.page == "candidate"


def test_no_notices_say_what_will_be_told_here(monkeypatch: pytest.MonkeyPatch) -> None:
    app = screen("notices", Stub({"GET notices": {"notices": []}}), monkeypatch, AGENT)
    assert "Nothing new" in words(app)
