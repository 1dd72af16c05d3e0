"""The admin's parts about what people typed: own words for redaction, erasing a customer."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from api.schemas.texts import ErasedOut, OwnWordOut
from dashboard import kept
from recommender.vocabulary import Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, refused, screen, words

ADMIN = Role.ADMIN


def bodies(stub: Stub, act: str) -> list[dict[str, Any]]:
    return [json.loads(body) for name, body in stub.acts if name == act]


# Own words ------------------------------------------------------------------------------------


def own(word_id: str = "w1", **given: object) -> OwnWordOut:
    known = {"id": word_id, "use": "name", "word": made.MARKED, "placeholder": None}
    return OwnWordOut.model_validate(known | given)


@pytest.fixture
def dictionary() -> Stub:
    pattern = own("w2", use="pattern", word=r"MTR-\d{6}", placeholder="meter")
    return Stub(
        {
            "GET redaction/words": [own(), pattern],
            "POST redaction/words": own("w3"),
            "DELETE redaction/words/w1": {},
            "POST redaction/again": {"cases": 3, "notes": 1, "vectors": 3},
        }
    )


def redaction(monkeypatch: pytest.MonkeyPatch, stub: Stub) -> AppTest:
    return screen("texts", stub, monkeypatch, ADMIN)


def test_own_words_are_listed_as_text_and_removed(
    monkeypatch: pytest.MonkeyPatch, dictionary: Stub
) -> None:
    app = redaction(monkeypatch, dictionary)
    assert made.MARKED in [each.value for each in app.text]
    assert r"MTR-\d{6}  →  [meter]" in [each.value for each in app.text]
    app.button(key="remove-w1").click().run()
    assert dictionary.acts == [("DELETE redaction/words/w1", "")]
    assert "Removed." in words(app)
    dictionary.answers["GET redaction/words"] = []
    assert "No own words yet" in words(redaction(monkeypatch, dictionary))


def test_a_name_and_a_pattern_are_added(monkeypatch: pytest.MonkeyPatch, dictionary: Stub) -> None:
    app = redaction(monkeypatch, dictionary)
    app.text_input(key="word").set_value("Bex")
    app.button(key="word-save").click().run()
    assert "Added." in words(app)
    assert app.text_input(key="word").value == ""
    app.segmented_control(key="word-use").set_value("pattern").run()
    app.text_input(key="word").set_value(r"C-\d{5}")
    app.text_input(key="placeholder").set_value("customer")
    app.button(key="word-save").click().run()
    assert bodies(dictionary, "POST redaction/words") == [
        {"use": "name", "word": "Bex", "placeholder": None},
        {"use": "pattern", "word": r"C-\d{5}", "placeholder": "customer"},
    ]


def test_a_word_that_cannot_be_used_stays_in_the_form(
    monkeypatch: pytest.MonkeyPatch, dictionary: Stub
) -> None:
    app = redaction(monkeypatch, dictionary)
    app.button(key="word-save").click().run()
    assert "The word is still empty." in words(app)
    assert dictionary.acts == []
    dictionary.answers["POST redaction/words"] = refused(422, title="Bad own word")
    app.text_input(key="word").set_value("B")
    app.button(key="word-save").click().run()
    assert "Bad own word" in app.error[0].value
    assert app.text_input(key="word").value == "B"


def test_earlier_texts_are_redacted_anew(monkeypatch: pytest.MonkeyPatch, dictionary: Stub) -> None:
    app = redaction(monkeypatch, dictionary)
    app.button(key="again-save").click().run()
    assert app.success[0].value == "Done. Changed by it: 3 cases, 1 note."
    dictionary.answers["POST redaction/again"] = refused(503, title="Busy")
    app.button(key="again-save").click().run()
    assert "Busy" in app.warning[0].value
    assert not app.success


# Erasing --------------------------------------------------------------------------------------


def effect(**given: object) -> ErasedOut:
    known: dict[str, Any] = {
        "id": None,
        "dry_run": True,
        "cases": 2,
        "texts": 7,
        "vectors": 2,
        "notices": 3,
        "questions": 1,
        "drafts": 0,
        "names": 1,
        "rewritten": False,
    }
    return ErasedOut.model_validate(known | given)


def erasing(monkeypatch: pytest.MonkeyPatch, stub: Stub) -> AppTest:
    return screen("texts", stub, monkeypatch, ADMIN, part="Erasing")


def counted(monkeypatch: pytest.MonkeyPatch, stub: Stub) -> AppTest:
    app = erasing(monkeypatch, stub)
    app.text_input(key="erase-customer").set_value(" C*1* ").run()
    return app.button(key="erase-check").click().run()


def test_an_erasure_is_counted_shown_confirmed_and_only_then_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stub = Stub({"POST erasures": effect()})
    app = counted(monkeypatch, stub)
    assert "Would go for C*1*. Nothing is erased yet." in words(app).replace("**", "")
    assert app.button(key="erase").disabled
    app.checkbox(key="erase-sure").check().run()
    kept._KEPT.put("tom", "reason", "As C*1* said.")
    stub.answers["POST erasures"] = effect(dry_run=False, id="e1", rewritten=True)
    app.button(key="erase").click().run()
    assert kept._KEPT.get("tom", "reason") is None, "it may speak of the customer"
    assert bodies(stub, "POST erasures") == [
        {"customer_id": "C*1*", "dry_run": True},
        {"customer_id": "C*1*", "dry_run": False},
    ]
    said = words(app)
    assert "Erased." in said
    assert "In the event log it is number e1." in said
    assert not app.warning
    assert "erase" not in {each.key for each in app.button}


def test_another_customer_is_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    app = counted(monkeypatch, Stub({"POST erasures": effect()}))
    app.checkbox(key="erase-sure").check().run()
    app.text_input(key="erase-customer").set_value("C-2").run()
    assert "erase" not in {each.key for each in app.button}


def test_files_that_could_not_be_rewritten_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub({"POST erasures": effect()})
    app = counted(monkeypatch, stub)
    app.checkbox(key="erase-sure").check().run()
    stub.answers["POST erasures"] = effect(dry_run=False, id="e1")
    app.button(key="erase").click().run()
    assert "deleted bytes are still in them" in app.warning[0].value


@pytest.mark.parametrize("typed", ["", "C-9"])
def test_nobody_of_that_id_is_said(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    stub = Stub({"POST erasures": refused(404, title="Unknown customer")})
    app = erasing(monkeypatch, stub)
    app.text_input(key="erase-customer").set_value(typed)
    app.button(key="erase-check").click().run()
    wanted = "Unknown customer" if typed else "The customer id is still empty."
    assert wanted in words(app)
    assert bool(stub.acts) is bool(typed)


def test_an_erasure_that_fails_keeps_what_was_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub({"POST erasures": effect()})
    app = counted(monkeypatch, stub)
    app.checkbox(key="erase-sure").check().run()
    stub.answers["POST erasures"] = refused(503, title="Locked")
    app.button(key="erase").click().run()
    assert "Locked" in app.warning[0].value
    assert "Nothing is erased yet." in words(app)
