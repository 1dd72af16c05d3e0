"""What people typed and did not send: kept while it can still be wanted, and no longer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from api.schemas.cases import QueuePage
from api.schemas.precedents import PrecedentsOut
from dashboard.kept import BYTES, SECONDS, Kept
from recommender.vocabulary import Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, refused, reopened, screen, words

SIGNED_OUT = refused(401, title="Signed out", code="SignedOut")
QUESTION = "Is the receipt there?"


# The store ------------------------------------------------------------------------------------


class Hours:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_text_is_its_accounts_alone() -> None:
    store = Kept()
    store.put("maya", "reason-1", "Fair.")
    assert store.get("maya", "reason-1") == "Fair."
    assert store.get("maya", "reason-2") is None
    assert store.get("tom", "reason-1") is None


def test_what_was_emptied_or_cleared_is_gone() -> None:
    store = Kept()
    store.put("maya", "a", "one")
    store.put("maya", "b", "two")
    store.put("maya", "a", "  \n")
    assert store.get("maya", "a") is None
    store.clear()
    assert store.get("maya", "b") is None


def test_a_text_is_kept_an_hour_after_it_was_last_changed() -> None:
    clock = Hours()
    store = Kept(clock)
    store.put("maya", "early", "one")
    clock.now = SECONDS - 1
    store.put("maya", "late", "two")
    assert store.get("maya", "early") == "one"
    clock.now = SECONDS
    assert (store.get("maya", "early"), store.get("maya", "late")) == (None, "two")
    clock.now += SECONDS
    assert store.get("maya", "late") is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, BYTES + 1)), min_size=1))
def test_an_account_keeps_no_more_than_its_share_and_the_newest_first(
    puts: list[tuple[str, int]],
) -> None:
    store = Kept()
    for field, size in puts:
        store.put("maya", field, "x" * size)
    found = {field: store.get("maya", field) for field in "abc"}
    assert sum(len(str(text)) for text in found.values() if text) <= BYTES
    field, size = puts[-1]
    assert found[field] == ("x" * size if size <= BYTES else None)


# The fields -----------------------------------------------------------------------------------


@pytest.fixture
def queue() -> Stub:
    return Stub(
        {
            "GET queue": QueuePage(direction="Be fair.", proposals=[made.case()]),
            "GET cases/c1/reused": None,
            "POST precedents": PrecedentsOut(precedents=[], allowed=None),
            "POST proposals/c1/ask": made.case(),
        }
    )


def ask(app: AppTest, question: str) -> AppTest:
    app.text_area(key="question-c1").set_value(question)
    return app.button(key="ask-save-c1").click().run()


def test_a_question_outlives_the_session_in_which_it_was_typed(
    monkeypatch: pytest.MonkeyPatch, queue: Stub
) -> None:
    queue.answers["POST proposals/c1/ask"] = SIGNED_OUT
    ask(screen("cosign", queue, monkeypatch, Role.AGENT), QUESTION)
    again = reopened("cosign", Role.AGENT)
    assert again.text_area(key="question-c1").value == QUESTION


def test_what_was_typed_is_kept_even_if_the_next_run_asks_in_vain(
    monkeypatch: pytest.MonkeyPatch, queue: Stub
) -> None:
    app = screen("cosign", queue, monkeypatch, Role.AGENT)
    answers, queue.answers = queue.answers, {}
    app.text_area(key="question-c1").set_value(QUESTION).run()
    assert not app.text_area
    queue.answers = answers
    assert reopened("cosign", Role.AGENT).text_area(key="question-c1").value == QUESTION


def test_what_was_sent_is_forgotten_and_its_field_empty(
    monkeypatch: pytest.MonkeyPatch, queue: Stub
) -> None:
    app = ask(screen("cosign", queue, monkeypatch, Role.AGENT), QUESTION)
    assert "Asked." in words(app)
    assert app.text_area(key="question-c1").value == ""
    assert reopened("cosign", Role.AGENT).text_area(key="question-c1").value == ""


def test_a_draft_that_the_api_could_not_take_is_put_before_the_one_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    filing = Stub(
        {
            "GET filing": made.filing_page(),
            "GET draft": {"draft": {"situation": "She"}, "saved_at": made.NOW},
            "POST advice": made.advice(),
            "PUT draft": SIGNED_OUT,
        }
    )
    app = screen("file", filing, monkeypatch, Role.AGENT)
    app.text_area(key="situation").set_value("She was in hospital.").run()
    again = reopened("file", Role.AGENT)
    assert again.text_area(key="situation").value == "She was in hospital."


def test_a_draft_that_the_api_keeps_is_not_kept_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    filing = Stub(
        {
            "GET filing": made.filing_page(),
            "GET draft": None,
            "POST advice": made.advice(),
            "PUT draft": None,
        }
    )
    app = screen("file", filing, monkeypatch, Role.AGENT)
    app.text_area(key="situation").set_value("She was in hospital.").run()
    assert app.text_area(key="situation").value == "She was in hospital."
    assert reopened("file", Role.AGENT).text_area(key="situation").value == ""
