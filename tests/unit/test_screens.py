"""The review side's screens: inbox, kind, candidates, library. What they show and what they do."""

import json

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from api.schemas.candidates import CandidatePage, DecisionOut
from api.schemas.drafts import BacktestOut
from api.schemas.evidence import ShortfallOut
from api.schemas.kinds import DimensionCountOut
from api.schemas.policies import ClauseOut, LibraryPage, PolicyOut
from recommender.vocabulary import (
    CandidateState,
    DecisionVerdict,
    Dimension,
    EvidenceMode,
    KindState,
    Role,
    Verdict,
)
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, refused, screen, words

MANAGER = Role.MANAGER
OWNER = Role.POLICY_OWNER


@pytest.mark.parametrize(
    ("name", "params", "title"),
    [
        ("inbox", {}, "Inbox"),
        ("kind", {"id": "k1"}, "Kind"),
        ("candidates", {}, "Changes"),
        ("candidate", {"id": "cd1"}, "Change"),
        ("library", {}, "Library"),
        ("file", {}, "File"),
        ("cosign", {}, "Co-sign"),
        ("mine", {}, "Mine"),
        ("notices", {}, "Notices"),
        ("people", {}, "People"),
        ("imports", {}, "Import"),
        ("imports", {"upload": "u1"}, "Import"),
        ("runs", {}, "Runs"),
        ("texts", {}, "Texts"),
    ],
)
def test_an_api_that_cannot_answer_is_a_banner_under_the_title(
    monkeypatch: pytest.MonkeyPatch, name: str, params: dict[str, str], title: str
) -> None:
    class Silent(Stub):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("refused", request=request)

    app = screen(name, Silent({}), monkeypatch, MANAGER, **params)
    assert not app.exception
    assert words(app).splitlines()[0] == title
    assert "cannot be reached" in app.warning[0].value
    assert not app.button


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("inbox", {"show": "emerging"}),
        ("kind", {"id": "k1"}),
        ("candidates", {}),
        ("candidate", {"id": "cd1"}),
        ("library", {"clause": "RET-2.1"}),
        ("file", {"filed": "c1"}),
        ("cosign", {"look": "c1"}),
        ("mine", {}),
        ("notices", {}),
        ("people", {}),
        ("imports", {}),
        ("imports", {"upload": "u1"}),
        ("runs", {}),
    ],
)
def test_a_run_asks_at_most_three_things_besides_who_is_there(
    monkeypatch: pytest.MonkeyPatch, name: str, params: dict[str, str]
) -> None:
    stub = Stub(
        {
            "GET inbox": made.inbox_page(),
            "GET kinds": [made.kind()],
            "GET kinds/k1": made.kind_page(),
            "GET candidates": {"candidates": [made.candidate_page()]},
            "GET answers": made.answers(red=0),
            "GET candidates/cd1": made.candidate_page(),
            "GET library": library(made.clause()),
            "GET clauses/RET-2.1": made.clause_page(),
            "GET filing": made.filing_page(),
            "GET proposals/c1": made.case(),
            "GET queue": {"direction": "Be fair.", "proposals": [made.case(), made.case("c2")]},
            "GET draft": None,
            "GET cases/c1/reused": None,
            "GET became": [],
            "POST precedents": {"precedents": [made.precedent()], "allowed": None},
            "GET mine": {"filed": [made.case(mine=True)], "signed": [], "credit": False},
            "GET notices": {"notices": []},
            "GET accounts": [],
            "GET runs": [made.run()],
            "GET runs/why-none": [],
            "GET imports": [made.batch()],
            "GET uploads/u1": made.upload(),
            "POST uploads/u1/import": made.import_job(),
            "GET /readyz": {"status": "ok", "database": True, "encoder": True},
            "GET inventory": made.inventory(),
        }
    )
    app = screen(name, stub, monkeypatch, Role.ADMIN, **params)
    assert not app.exception
    assert not app.error
    assert 1 <= len(stub.asked) <= 3


# Kind -----------------------------------------------------------------------------------------


def kind_screen(
    monkeypatch: pytest.MonkeyPatch, stub: Stub, *roles: Role, **params: str
) -> AppTest:
    return screen("kind", stub, monkeypatch, *(roles or (MANAGER,)), id="k1", **params)


def test_a_kind_shows_its_numbers_with_what_limits_them(monkeypatch: pytest.MonkeyPatch) -> None:
    app = kind_screen(monkeypatch, Stub({"GET kinds/k1": made.kind_page()}))
    tables = " ".join(each.proto.body for each in app.get("html"))
    assert "64–100 %" in tables
    assert "41–100 % whatever the 10 unknown were" in tables
    assert "0–36 %" in tables
    assert "0–59 % whatever" in tables
    assert "15 count: copies and busy days count less" in tables
    assert "not in this import" in tables
    assert "25 % name no amount" in tables
    assert "at least 24 %" in tables
    assert "Medium, wide" in tables
    assert "<del>" in tables
    said = words(app)
    assert "Peers begin to decline between 56 and 74 days." in said
    assert "17 were approved." in said
    assert "and 4 more" in said
    links = {
        each.proto.label.replace("\\", ""): each.proto.query_string for each in app.get("page_link")
    }
    assert links["#case-4"] == "case=case-4"
    assert links["10 not known"] == "id=k1&of=missing"
    assert links["4 cases name no amount"] == "id=k1&of=without_amount"
    assert "0 like them were declined" in said, "dissent is told, also where there is none"
    assert "At least 29 distinct cases would carry more." in said
    assert "Once called: Extend return: ahead, wrapped" in said
    assert made.MARKED in said


@pytest.mark.parametrize(("effective", "told"), [(11.5, True), (13.97, False)])
def test_some_are_said_to_file_more_only_where_they_do(
    monkeypatch: pytest.MonkeyPatch, effective: float, *, told: bool
) -> None:
    page = made.kind_page(evidence=made.evidence(agents=14, effective_agents=effective))
    app = kind_screen(monkeypatch, Stub({"GET kinds/k1": page}))
    tables = " ".join(each.proto.body for each in app.get("html"))
    assert ("some file more than others" in tables) is told


def test_masked_and_unknown_numbers_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    few = made.evidence(
        agents=None,
        masked=["agents"],
        effective_agents=None,
        counted_cases=None,
        good=made.interval(known=0, share_low=None, share_high=None),
        bad=made.interval(missing=0, all_missing_bad=None, all_missing_good=None),
        trend_high=None,
        cost_sum=None,
        shortfalls=[ShortfallOut(words="More agents are needed.")],
    )
    page = made.kind_page(evidence=few, representative=[])
    app = kind_screen(monkeypatch, Stub({"GET kinds/k1": page}))
    tables = " ".join(each.proto.body for each in app.get("html"))
    assert "too few people to show" in tables
    assert "10 cases without an outcome" in tables
    assert "at least 0.3 times" in tables
    assert "no amounts" in tables
    assert "More agents are needed." in words(app)
    assert "its cases stay hidden" in words(app)


def test_a_trend_that_nothing_carries_is_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    page = made.kind_page(evidence=made.evidence(trend_low=None, share_without_amount=None))
    app = kind_screen(monkeypatch, Stub({"GET kinds/k1": page}))
    assert "too early to tell" in " ".join(each.proto.body for each in app.get("html"))


def test_declined_cases_are_the_contrast(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub({"GET kinds/k1": made.kind_page()})
    app = kind_screen(monkeypatch, stub, cases="Declined")
    said = words(app)
    assert "Alike, and a peer said no: the contrast." in said
    assert "Too late." in said
    assert "Asked for" in said
    app.segmented_control(key="cases").set_value("At the edge").run()
    assert "No such case" in words(app)


def test_a_kind_says_in_which_ways_its_cases_depart(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = [
        DimensionCountOut(dimension=Dimension.RESOURCES, cases=7),
        DimensionCountOut(dimension=Dimension.ADAPTING, cases=3),
    ]
    app = kind_screen(monkeypatch, Stub({"GET kinds/k1": made.kind_page(dimensions=ways)}))
    told = "Money or goods are given: 7; The service is adapted: 3"
    assert told in words(app)


def test_a_case_of_few_words_shows_no_more_than_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = made.kind_case("kc9", resolution=None, amount=None, facts={}, why=[])
    app = kind_screen(monkeypatch, Stub({"GET kinds/k1": made.kind_page(representative=[bare])}))
    said = words(app)
    assert "4 Nov 2026 · #kc9" in said
    assert "Alike: " not in said
    assert "Done" not in said


def test_promoting_leads_to_the_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub({"GET kinds/k1": made.kind_page(), "POST kinds/k1/promote": refused()})
    app = kind_screen(monkeypatch, stub)
    app.selectbox(key="verdict-k1-widen_limit").set_value(Verdict.COACH)
    app.button(key="promote").click().run()
    assert stub.acts == [("POST kinds/k1/promote", '{"verdict":"coach"}')]
    assert "Moved on" in app.warning[0].value
    stub.answers["POST kinds/k1/promote"] = made.candidate_page()
    went: list[dict[str, str]] = []

    def go(to: str, **query: str) -> None:
        went.append({"to": to, **query})

    monkeypatch.setattr("dashboard.judging.go", go)
    app.button(key="promote").click().run()
    assert went == [{"to": "candidate", "id": "cd1"}]


def test_a_kind_is_renamed_dismissed_and_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ref = {"id": "k1", "name": "Ill customers"}
    stub = Stub(
        {
            "GET kinds/k1": made.kind_page(),
            "PATCH kinds/k1": ref,
            "POST kinds/k1/dismiss": ref,
            "POST kinds/k1/restore": ref,
        }
    )
    app = kind_screen(monkeypatch, stub)
    app.text_input(key="rename-name-k1-3").set_value("Ill customers")
    app.button(key="rename-save").click().run()
    assert "The name stays" in words(app)
    assert stub.asked[-2].headers["if-match"] == '"3"'
    app.button(key="dismiss-save").click().run()
    assert "The reason is still empty" in words(app)
    app.text_area(key="dismiss-reason-k1").set_value("A one-off.")
    app.button(key="dismiss-save").click().run()
    assert "Put aside." in words(app)
    aside = made.kind(state=KindState.DISMISSED)
    stub.answers["GET kinds/k1"] = made.kind_page(kind=aside)
    app.run()
    assert "promote" not in {each.key for each in app.button}
    app.button(key="restore").click().run()
    assert "Taken back." in words(app)
    assert [name for name, _ in stub.acts] == [
        "PATCH kinds/k1",
        "POST kinds/k1/dismiss",
        "POST kinds/k1/restore",
    ]


def test_what_cannot_be_promoted_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    emerging = made.kind(state=KindState.EMERGING, clause=None, gap=True, grade=None)
    app = kind_screen(monkeypatch, Stub({"GET kinds/k1": made.kind_page(kind=emerging)}))
    assert "An emerging kind cannot be promoted yet" in words(app)
    assert "Gap: no clause fits" in words(app)
    waiting = made.kind_page(candidate=made.candidate_ref())
    app = kind_screen(monkeypatch, Stub({"GET kinds/k1": waiting}))
    assert "The candidate is: **Open**" in words(app)
    assert {each.key for each in app.button} == {"rename-save"}
    app = kind_screen(monkeypatch, Stub({"GET kinds/k1": made.kind_page()}), Role.AUDITOR)
    assert "you can read all of it" in words(app)
    assert not app.button


def test_a_kind_without_a_draft_shows_the_clause(monkeypatch: pytest.MonkeyPatch) -> None:
    app = kind_screen(monkeypatch, Stub({"GET kinds/k1": made.kind_page(draft=None)}))
    assert "Taken back within 30 days." in words(app)
    bare = made.kind_page(draft=None, clause=None, aliases=[], terms=[])
    app = kind_screen(monkeypatch, Stub({"GET kinds/k1": bare}))
    assert "No change is suggested for this kind." in words(app)


def test_a_draft_without_numbers_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = (
        made.draft()
        .parameters[0]
        .model_copy(update={"narrow": None, "medium": None, "wide": None, "boundary": None})
    )
    draft = made.draft(parameters=[bare], redline={"old": "", "new": ""}, rationale=[])
    app = kind_screen(monkeypatch, Stub({"GET kinds/k1": made.kind_page(draft=draft)}))
    assert "no number is drafted" in words(app)


def test_a_kind_needs_an_id(monkeypatch: pytest.MonkeyPatch) -> None:
    app = screen("kind", Stub({}), monkeypatch, MANAGER)
    assert "No kind chosen" in words(app)


def test_parameters_of_other_screens_leave_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    app = kind_screen(monkeypatch, Stub({"GET kinds/k1": made.kind_page()}), clause="RET-2.1")
    assert "clause" not in app.query_params
    assert app.query_params["id"] == "k1"


# Candidates -----------------------------------------------------------------------------------


def candidate_screen(monkeypatch: pytest.MonkeyPatch, stub: Stub) -> AppTest:
    return screen("candidate", stub, monkeypatch, OWNER, id="cd1")


def claimed(**given: object) -> CandidatePage:
    known: dict[str, object] = {"state": CandidateState.CLAIMED, "claimed_by_you": True}
    return made.candidate_page(**known | given)


def test_an_owner_sees_all_to_decide_and_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub(
        {"GET candidates/cd1": made.candidate_page(), "POST candidates/cd1/claim": claimed()}
    )
    app = candidate_screen(monkeypatch, stub)
    said = words(app) + " ".join(each.proto.body for each in app.get("html"))
    for shown in ("RET-2.1, wording 1", "Frozen on 4 Nov 2026", "19 cases", "peers had declined"):
        assert shown in said
    app.button(key="claim").click().run()
    assert stub.acts == [("POST candidates/cd1/claim", "")]
    assert "It is yours to decide." in words(app)


def test_a_candidate_for_a_clause_alone_is_shown_and_claimed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone: dict[str, object] = {
        "kind": None,
        "grade": None,
        "evidence": None,
        "backtest": None,
        "reason": "3 drafts asked for what this clause allows already.",
        "draft": made.draft().model_copy(
            update={"kind": None, "grade": None, "parameters": [], "rationale": []}
        ),
    }
    stub = Stub(
        {
            "GET candidates/cd1": made.candidate_page(**alone),
            "POST candidates/cd1/claim": claimed(**alone),
        }
    )
    app = candidate_screen(monkeypatch, stub)
    assert "3 drafts asked for what this clause allows already." in words(app)
    assert "Evidence" not in [each.value for each in app.subheader]
    assert "On past cases" not in [each.value for each in app.subheader]
    app.button(key="claim").click().run()
    assert stub.acts == [("POST candidates/cd1/claim", "")]
    assert not app.exception


def test_accepting_needs_a_reason_and_names_the_version_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stub = Stub({"GET candidates/cd1": claimed(), "POST candidates/cd1/accept": claimed()})
    app = candidate_screen(monkeypatch, stub)
    app.button(key="accept").click().run()
    assert "The reason is still empty" in words(app)
    assert stub.acts == []
    app.text_area(key="reason-cd1").set_value("It is what peers sign.")
    app.date_input(key="effective-from-cd1").set_value(made.TODAY)
    app.button(key="accept").click().run()
    ((name, body),) = stub.acts
    assert json.loads(body) == {"reason": "It is what peers sign.", "effective_from": "2026-11-04"}
    assert name == "POST candidates/cd1/accept"
    accepted = next(each for each in stub.asked if each.method == "POST")
    assert accepted.headers["if-match"] == '"4"'
    assert "has been told why" in words(app)


def test_an_edited_wording_is_shown_and_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub(
        {
            "GET candidates/cd1": claimed(),
            "POST candidates/cd1/backtest": made.tried(45),
            "POST candidates/cd1/accept": claimed(),
        }
    )
    app = candidate_screen(monkeypatch, stub)
    app.text_area(key="wording-cd1-4-drafted").set_value("Within 45 days.").run()
    assert app.button(key="accept").label == "Accept with edits"
    assert any("45" in each.proto.body for each in app.get("html"))
    app.text_area(key="reason-cd1").set_value("Enough.")
    app.text_input(key="accept-password-cd1").set_value("four words of hers")
    app.button(key="accept").click().run()
    (sent,) = [json.loads(body) for name, body in stub.acts if name.endswith("/accept")]
    assert (sent["markup"], sent["password"]) == ("Within 45 days.", "four words of hers")


@pytest.mark.parametrize(
    ("choice", "key", "verb"), [("Reject", "reject", "reject"), ("Return", "return", "return")]
)
def test_rejecting_and_returning_send_the_reason(
    monkeypatch: pytest.MonkeyPatch, choice: str, key: str, verb: str
) -> None:
    stub = Stub({"GET candidates/cd1": claimed(), f"POST candidates/cd1/{verb}": claimed()})
    app = candidate_screen(monkeypatch, stub)
    app.segmented_control(key="answer-cd1").set_value(choice).run()
    app.text_area(key="reason-cd1").set_value("Too early.")
    app.button(key=key).click().run()
    assert stub.acts == [(f"POST candidates/cd1/{verb}", '{"reason":"Too early."}')]


def test_deferring_needs_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub({"GET candidates/cd1": claimed(), "POST candidates/cd1/defer": claimed()})
    app = candidate_screen(monkeypatch, stub)
    app.segmented_control(key="answer-cd1").set_value("Defer").run()
    app.text_area(key="reason-cd1").set_value("After the season.")
    app.button(key="defer").click().run()
    assert "Choose the day" in words(app)
    app.date_input(key="defer-until-cd1").set_value(made.TODAY)
    app.button(key="defer").click().run()
    assert json.loads(stub.acts[0][1])["until"] == "2026-11-04"


def test_a_claim_is_released(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub(
        {
            "GET candidates/cd1": claimed(stale=True),
            "GET clauses/RET-2.1": made.clause_page(),
            "POST candidates/cd1/release": claimed(),
        }
    )
    app = candidate_screen(monkeypatch, stub)
    assert "The clause has changed since this was drafted." in words(app)
    assert app.button(key="accept").disabled
    app.button(key="release").click().run()
    assert "drafted anew" in words(app)


def test_a_verdict_that_changes_no_text_offers_no_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    page = claimed(verdict=Verdict.COACH, changes=[], new_markup=None, backtest=None)
    app = candidate_screen(monkeypatch, Stub({"GET candidates/cd1": page}))
    assert "wording" not in {each.key for each in app.text_area}
    assert "The clause stays as it is" in words(app)


def test_the_promoter_is_told_kindly_that_somebody_else_decides(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = made.candidate_page(yours=False, you_promoted=True, base_revision=None)
    app = candidate_screen(monkeypatch, Stub({"GET candidates/cd1": page}))
    assert "somebody else decides" in app.info[0].value
    assert not app.button
    other = made.candidate_page(yours=False)
    app = candidate_screen(monkeypatch, Stub({"GET candidates/cd1": other}))
    assert "Who acts next: returns" in words(app)
    assert "nothing for you to accept or refuse here now" in words(app)


def test_a_decided_candidate_shows_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = DecisionVerdict.ACCEPT_WITH_EDITS
    page = made.candidate_page(
        state=CandidateState.IN_FORCE,
        yours=False,
        effective_from=made.TODAY,
        draft=made.draft(rationale=[]),
        backtest=BacktestOut(
            covered=0, still_exceptions=0, newly_allowed=0, cannot_tell=0, cost=None, currency=None
        ),
        decisions=[DecisionOut(verdict=verdict, reason=made.MARKED, decided_on=made.TODAY)],
    )
    app = candidate_screen(monkeypatch, Stub({"GET candidates/cd1": page}))
    said = words(app)
    assert "In force from 4 Nov 2026." in said
    assert "**Accepted with edits** on 4 Nov 2026" in said
    assert made.MARKED in said
    assert not app.button


# Library --------------------------------------------------------------------------------------


def library(*clauses: ClauseOut) -> LibraryPage:
    policy = PolicyOut(key="AF", title="Handbook", owner=None, clauses=list(clauses))
    return LibraryPage(policies=[policy])


def test_the_library_leads_to_a_clause_and_its_history(monkeypatch: pytest.MonkeyPatch) -> None:
    newer = made.revision(2, "Taken back within 45 days.", effective_from=made.NOW)
    newer = newer.model_copy(update={"candidate_id": "cd1", "retires": True})
    page = made.clause_page(
        revisions=[made.revision(1, "Taken back within 30 days."), newer],
        never_bend=True,
        ceiling=60,
        retired=True,
        owner=None,
    )
    nobody = {"clause": "RET-2.1", "revision": 2, "asked_on": None, "teams": []}
    stub = Stub(
        {
            "GET library": library(made.clause()),
            "GET clauses/RET-2.1": page,
            "GET clauses/RET-2.1/acknowledged": nobody,
        }
    )
    app = screen("library", stub, monkeypatch, MANAGER, clause="RET-2.1")
    said = words(app)
    html = " ".join(each.proto.body for each in app.get("html"))
    assert "RET-2.1 · Returns" in said
    assert "No desk owns it" in said
    assert "at most 30 days" in html
    assert "up to 60" in html
    assert "<del>" in html
    assert "45" in html
    labels = [each.proto.label.replace("\\", "") for each in app.get("page_link")]
    assert labels == [
        "RET-2.1 · Taken back within 30 days.",
        "What colleagues may approve here",
        "Late but fair",
        "Widen the limit: Late but fair",
        "Where this wording came from",
    ]
    app.selectbox(key="new-RET-2.1-2").set_value(1).run()
    assert "<del>" not in " ".join(each.proto.body for each in app.get("html"))


def test_a_first_wording_has_nothing_to_compare(monkeypatch: pytest.MonkeyPatch) -> None:
    page = made.clause_page(kinds=[], candidates=[], revision=None)
    stub = Stub({"GET library": library(made.clause()), "GET clauses/RET-2.1": page})
    app = screen("library", stub, monkeypatch, Role.AGENT, clause="RET-2.1")
    assert "It came with the handbook; no exception has changed it yet." in words(app)
    assert len(app.get("page_link")) == 2, "the clause, and what colleagues may approve under it"


def test_a_clause_is_found_by_a_word_or_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    other = made.clause("DEL-3.1", section_key="DEL-3", section_title="Delivery", revision=None)
    stub = Stub({"GET library": library(made.clause(), other)})
    app = screen("library", stub, monkeypatch, MANAGER)
    assert "Choose a clause" in words(app)
    assert len(app.get("page_link")) == 2
    app.text_input(key="find").set_value("30 DAYS").run()
    links = [each.proto.query_string for each in app.get("page_link")]
    assert links == ["clause=RET-2.1&find=30+DAYS"]
    app.text_input(key="find").set_value("nonsense").run()
    assert "No clause says this" in words(app)


def test_a_long_rule_book_shows_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [made.clause(f"RET-{number}") for number in range(90)]
    app = screen("library", Stub({"GET library": library(*many)}), monkeypatch, MANAGER)
    assert len(app.get("page_link")) == 80
    assert "10 more clauses left out; type a word to find them." in words(app)


def test_without_a_rule_book_the_library_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = screen("library", Stub({"GET library": LibraryPage(policies=[])}), monkeypatch, MANAGER)
    assert "No rule book yet" in words(app)


def test_evidence_modes_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    anonymous = made.kind(evidence_mode=EvidenceMode.ANONYMOUS)
    app = kind_screen(monkeypatch, Stub({"GET kinds/k1": made.kind_page(kind=anonymous)}))
    assert "is not in this import" in words(app)
