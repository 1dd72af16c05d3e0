"""The library: a clause as it read on a day, where its words came from, and rule books taken in."""

import json
from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from api.schemas.drafts import ConditionOut, ScopeOut
from api.schemas.policies import (
    ExceptionOut,
    LibraryPage,
    NumberOut,
    OriginOut,
    PolicyImportOut,
    PolicyOut,
)
from api.schemas.references import KindRef
from recommender.vocabulary import CandidateState, Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Answer, Stub, refused, screen, words

OWNER = Role.POLICY_OWNER
NOBODY_READ = {"clause": "RET-2.1", "revision": 2, "asked_on": None, "teams": []}


def shelf() -> LibraryPage:
    book = PolicyOut(key="AF", title="Handbook", owner=None, clauses=[made.clause()])
    return LibraryPage(policies=[book])


def page(
    monkeypatch: pytest.MonkeyPatch,
    shown: object,
    answers: dict[str, Answer] | None = None,
    role: Role = OWNER,
    **params: str,
) -> tuple[AppTest, Stub]:
    stub = Stub(
        {
            "GET library": shelf(),
            "GET clauses/RET-2.1": shown,
            "GET clauses/RET-2.1/acknowledged": NOBODY_READ,
        }
        | (answers or {})
    )
    return screen("library", stub, monkeypatch, role, clause="RET-2.1", **params), stub


def links(app: AppTest) -> dict[str, str]:
    return {
        each.proto.label.replace("\\", ""): f"{each.proto.page}?{each.proto.query_string}"
        for each in app.get("page_link")
    }


def drawn(app: AppTest) -> str:
    return " ".join(each.proto.body for each in app.get("html"))


def test_a_clause_says_since_when_and_how_its_words_came_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = datetime(2026, 11, 4, tzinfo=UTC)
    now = made.revision(2, "Within 56 days.", effective_from=start, candidate_id="cd1")
    origin = OriginOut(
        candidate=made.candidate_ref(state=CandidateState.IN_FORCE),
        cases=17,
        decided_on=made.TODAY,
        decided_as=OWNER,
        reason="It is what peers sign.",
    )
    shown = made.clause_page(revision=now, revisions=[made.revision(1, "30"), now], origin=origin)
    app, _ = page(monkeypatch, shown)
    said = words(app)
    assert "Since 4 Nov 2026 · wording 2" in said
    assert "accepted on 4 Nov 2026, policy owner" in said
    assert "It is what peers sign." in said
    chain = links(app)
    assert chain["17 cases"] == "cases?id=k1"
    assert chain["Widen the limit"] == "candidate?id=cd1"
    assert chain["What it did"] == "effects?id=cd1"
    bare = origin.model_copy(update={"cases": None, "decided_on": None, "reason": None})
    bare.candidate.kind = None
    app, _ = page(monkeypatch, shown.model_copy(update={"origin": bare}))
    assert "17 cases" not in links(app)
    assert "accepted on" not in words(app)


def test_an_exception_is_a_row_with_its_conditions_and_last_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    days = ConditionOut(fact="days_since_delivery", bound="max", limit=45, unit="day")
    one = ExceptionOut(
        sentence="If it rained.",
        conditions=[days],
        scope=ScopeOut(market="DE", until=date(2027, 3, 1)),
        since=None,
        kind=KindRef(id="k1", name="Late but fair"),
    )
    other = one.model_copy(update={"conditions": [], "scope": ScopeOut(), "kind": None})
    app, _ = page(monkeypatch, made.clause_page(exceptions=[one, other]))
    html = drawn(app)
    for shown in (
        "Late but fair",
        "Days since delivery at most 45 days",
        "market DE, until 1 Mar 2027",
        "If it rained.",
        "whatever the facts say",
        "everywhere, for good",
    ):
        assert shown in html


def test_a_day_in_the_address_shows_the_clause_of_then(monkeypatch: pytest.MonkeyPatch) -> None:
    app, stub = page(monkeypatch, made.clause_page(revision=None), on="2026-01-31")
    asked = [each.url for each in stub.asked if each.url.path == "/v1/clauses/RET-2.1"]
    assert [url.params["on"] for url in asked] == ["2026-01-31"]
    assert "It did not exist on that day." in words(app)
    assert app.query_params["on"] == "2026-01-31"
    app.date_input(key="on").set_value(None).run()
    assert "on" not in app.query_params


def test_a_day_in_the_address_holds_for_the_whole_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    app, stub = page(monkeypatch, made.clause_page(), on="2026-01-31")
    [asked] = [each.url for each in stub.asked if each.url.path == "/v1/library"]
    assert asked.params["on"] == "2026-01-31"
    assert "The clauses that stood on 31 Jan 2026." in words(app)
    assert "library?clause=RET-2.1&on=2026-01-31" in links(app).values()
    app.date_input(key="on").set_value(None).run()
    assert "library?clause=RET-2.1" in links(app).values()


def test_words_that_a_change_brought_did_not_come_with_the_handbook(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    new = made.revision(1, "30", candidate_id="cd1")
    said = words(page(monkeypatch, made.clause_page(revision=new, revisions=[new]))[0])
    assert "This is its first wording." in said
    assert "came with the handbook" not in said
    assert "As taken in on 4 Nov 2026 · wording 1" in said


def test_words_that_never_applied_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    never = made.revision(2, "Within 99 days.", never_applies=True)
    revisions = [made.revision(1, "30"), never, made.revision(3, "", retires=True)]
    shown = made.clause_page(revisions=revisions, retired=True)
    said = words(page(monkeypatch, shown)[0])
    assert "Never came into force: other words took its place by its day" in said
    assert "As taken in on 4 Nov 2026, retired" in said


REPORT = PolicyImportOut(
    policy="AF",
    added=[f"NEW-{number}" for number in range(14)],
    revised=["RET-2.1"],
    unchanged=1,
    missing=["DEL-1"],
    decided=["DEL-2"],
    may_bend_now=["DEL-3"],
    numbers=3,
    new=True,
    dry_run=True,
)


def test_a_rule_book_says_what_it_would_change_before_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, stub = page(monkeypatch, made.clause_page(), {"POST policies": REPORT})
    assert "handbook-take" not in {each.key for each in app.button}
    app.file_uploader(key="handbook").upload("returns.md", b"# Returns\n").run()
    said = words(app)
    for shown in (
        "AF**: It is a new rule book. 1 clause stays word for word.",
        "New clauses (14): NEW-0, NEW-1",
        "and 2 more",
        "New wordings (1): RET-2.1",
        "Left as decided here, though the file says otherwise (1): DEL-2",
        "Never bent until now, and bent from then on (1): DEL-3",
        "3 numbers in it may be limits",
    ):
        assert shown in said
    nothing = REPORT.model_copy(update={"added": [], "revised": [], "new": False})
    stub.answers["POST policies"] = nothing
    app.file_uploader(key="handbook").upload("returns.md", b"# Returns, once more\n").run()
    assert "No wording would change." in words(app)
    app.button(key="handbook-take").click().run()
    assert [json.loads(body)["dry_run"] for _, body in stub.acts] == [True, True, False]
    assert "Taken in." in words(app)


def test_a_file_that_is_no_text_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    app, stub = page(monkeypatch, made.clause_page())
    app.file_uploader(key="handbook").upload("returns.md", b"\xff\xfe\x00").run()
    assert "Save it as UTF-8" in words(app)
    assert stub.acts == []


def test_a_document_is_read_as_markdown_before_it_is_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = {"POST handbooks": {"markdown": "# Returns\n\nBe kind.\n"}, "POST policies": REPORT}
    app, stub = page(monkeypatch, made.clause_page(), read)
    app.file_uploader(key="handbook").upload("Returns.docx", b"PK of some sort").run()
    assert [act for act, _ in stub.acts] == ["POST handbooks", "POST policies"]
    assert json.loads(stub.acts[1][1])["markdown"] == "# Returns\n\nBe kind.\n"
    assert "New clauses (14)" in words(app)
    app.run()
    assert len(stub.acts) == 2, "it is checked once"
    stub.answers["POST handbooks"] = refused(422, title="Unreadable", detail="It is damaged.")
    app.file_uploader(key="handbook").upload("Other.docx", b"PK of another sort").run()
    assert "It is damaged." in words(app)


def test_only_a_rule_books_keeper_takes_one_in(monkeypatch: pytest.MonkeyPatch) -> None:
    app, _ = page(monkeypatch, made.clause_page(), role=Role.MANAGER)
    assert not {each.key for each in app.file_uploader}
    assert "Numbers that may be limits" not in {each.label for each in app.expander}


def test_a_number_is_made_a_limit_under_the_name_of_its_fact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = NumberOut(fact="days", bound="max", limit=30, unit="day", words="30 days", start=7)
    answers: dict[str, Answer] = {
        "GET clauses/RET-2.1/numbers": [number],
        "POST clauses/RET-2.1/numbers": refused(422, field="fact", detail="No such fact."),
    }
    app, stub = page(monkeypatch, made.clause_page(), answers)
    assert not any(each.url.path.endswith("/numbers") for each in stub.asked)
    app.session_state["numbers-RET-2.1-1"] = True
    app.run()
    field = app.text_input(key="number-RET-2.1-1-0")
    assert (field.label, field.value) == ("“30 days”: at most 30 days", "days")
    field.set_value(" days_kept ")
    app.button(key="confirm-RET-2.1-1-0").click().run()
    assert "No such fact." in words(app)
    stub.answers["POST clauses/RET-2.1/numbers"] = made.clause()
    app.button(key="confirm-RET-2.1-1-0").click().run()
    body = json.loads(stub.acts[-1][1])
    assert body == {"numbers": [{"words": "30 days", "start": 7, "fact": "days_kept"}]}
    assert "It is a limit now" in words(app)
    stub.answers["GET clauses/RET-2.1/numbers"] = []
    assert "Every number in these words is a limit already" in words(app.run())
