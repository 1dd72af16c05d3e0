"""From kind to rule on the screens: what opens, what is offered, tried, decided, looked back at."""

import json
from collections.abc import Mapping

import pytest
from streamlit.testing.v1 import AppTest

from api.schemas.candidates import CandidatePage, DecisionOut
from api.schemas.deputies import DeputyOut
from api.schemas.drafts import (
    BunchingOut,
    ConflictOut,
    CostRangeOut,
    DraftOut,
    EndedBadlyOut,
    GrantOut,
    OutcomeSplitOut,
    RedlineOut,
    ScopeOut,
    UnlimitedOut,
    UptakeOut,
)
from api.schemas.evidence import (
    EventOut,
    FactSpreadOut,
    LookAlikesOut,
    RateOut,
    ValueOut,
    YearOut,
)
from api.schemas.examiner import ExaminedLineOut, ExaminedOut
from api.schemas.kinds import KindPage, OpenedOut, QuestionOut
from api.schemas.slices import SlicesOut
from recommender.vocabulary import (
    CandidateState,
    DecisionVerdict,
    KindState,
    OutcomeReading,
    Role,
    Verdict,
    WaitingChange,
)
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Answer, Stub, refused, screen, words

MANAGER, OWNER = Role.MANAGER, Role.POLICY_OWNER


def drawn(app: AppTest) -> str:
    """All that was drawn as HTML."""
    return " ".join(each.proto.body for each in app.get("html"))


def links(app: AppTest) -> dict[str, str]:
    return {
        each.proto.label.replace("\\", "").replace("\u2060", ""): each.proto.query_string
        for each in app.get("page_link")
    }


# Kind and its cases ---------------------------------------------------------------------------


def kind(monkeypatch: pytest.MonkeyPatch, page: KindPage) -> AppTest:
    return screen("kind", Stub({"GET kinds/k1": page}), monkeypatch, MANAGER, id="k1")


def spread(**given: object) -> FactSpreadOut:
    known: dict[str, object] = {
        "fact": "days_since_delivery",
        "unit": "day",
        "n": 15,
        "missing": 2,
        "low": 31,
        "q1": 35,
        "median": 40,
        "q3": 52,
        "high": 56,
        "values": [],
        "declined_low": 61,
        "declined_high": 80,
    }
    return FactSpreadOut(**known | given)  # type: ignore[arg-type]


def test_a_kind_shows_spreads_events_rates_and_who_was_declined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tiers = [ValueOut(value=f"tier {place} {made.MARKED}", cases=9 - place) for place in range(7)]
    plain = {"low": None, "declined_low": None, "missing": 0}
    evidence = made.evidence(
        facts=[spread(), spread(fact="tier", values=tiers, **plain)],
        events=[EventOut(day=made.TODAY, cases=4, counted=1)],
        rate=RateOut(rate=0.4, low=0.21, high=0.66, of="contacts", weeks=20),
        year=YearOut(low=900, mid=1234.5, high=1600, currency="EUR", actual_share=0.5),
        look_alikes=LookAlikesOut(cases=6, good=made.interval(), words="No cause is claimed."),
    )
    question = QuestionOut(
        what=next(iter(WaitingChange)),
        other_kind_id=None,
        since=made.TODAY,
        decide=True,
        words="Two runs would part it.",
    )
    page = made.kind_page(evidence=evidence, waiting=[question], asked_for="k0")
    app = kind(monkeypatch, page)
    html = drawn(app)
    for shown in (
        "signed 31–56 days, half of them 35–52, declined 61–80, today 30, suggested 56",
        "0.2–0.7 cases per 100 contacts",
        "about 1,234 EUR (900–1,600)",
        "50 % of it is what was really paid",
        "No cause is claimed.",
        "others",
    ):
        assert shown in html
    assert "<img" not in html
    said = words(app)
    assert "The kind that you asked for was merged into this one." in said
    assert "Since 4 Nov 2026: Two runs would part it." in said
    assert "on 4 Nov 2026 count as 1" in said
    opened = {each.proto.query_string for each in app.get("page_link")}
    assert {
        "id=k1&of=all",
        "id=k1&of=declined",
        "id=k1&of=event&day=2026-11-04",
        "id=k1&of=fact&fact=tier",
    } <= opened


def test_of_few_people_no_number_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    page = made.kind_page(evidence=made.evidence(masked=["cases"], cases=None))
    assert not any("of=" in each for each in links(kind(monkeypatch, page)).values())


def test_the_menu_of_verdicts_says_what_each_does_and_what_is_barred(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = kind(monkeypatch, made.kind_page())
    menu = app.selectbox(key="verdict-k1-widen_limit")
    assert menu.options == ["Widen the limit (suggested)", "Coach"]
    assert "Move the number in the clause. The clause's desk decides" in words(app)
    assert "1 not on offer here, and why" in [each.label for each in app.expander]
    assert "- Retire the rule: Others rely on it." in words(app)


def test_a_draft_says_what_it_leaves_open_and_out(monkeypatch: pytest.MonkeyPatch) -> None:
    worse = made.draft().conditions[0]
    draft = made.draft(
        unlimited=[UnlimitedOut(fact="amount", unit="EUR", largest=200)],
        ended_badly=[EndedBadlyOut(condition=worse, bad=3, known=3, words="Tools ended badly.")],
        scope=ScopeOut(market="DE", until=made.TODAY),
    )
    number = draft.parameters[0].model_copy(
        update={
            "n": 15,
            "separates": False,
            "beyond_boundary": ["wide"],
            "set_aside": ["c7"],
        }
    )
    page = made.kind_page(draft=draft.model_copy(update={"parameters": [number]}))
    said = words(kind(monkeypatch, page))
    for shown in (
        "No limit on amount: peers went to 200 EUR.",
        "Tools ended badly.",
        "Only Market: DE, until 4 Nov 2026.",
        "From 15 signed cases. Peers begin to decline between 56 and 74 days.",
        "this number alone does not decide",
        "At the wide limit peers decline already.",
        "1 case far beyond the rest not counted.",
    ):
        assert shown in said


def test_a_number_opens_its_cases_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    page = OpenedOut(total=17, cases=[made.kind_case()], after="kc1", masked=[])
    stub = Stub({"GET kinds/k1/cases": page})
    app = screen("cases", stub, monkeypatch, MANAGER, id="k1", of="good", clause="RET-2.1")
    assert dict(stub.asked[0].url.params) == {"of": "good", "top": "12"}
    assert words(app).splitlines()[0] == "17 cases that went well"
    assert made.MARKED in words(app)
    assert links(app)["Older ones"] == "id=k1&of=good&after=kc1"
    fact = {"of": "fact", "fact": "tier", "value": "gold"}
    app = screen("cases", stub, monkeypatch, MANAGER, id="k1", **fact)
    assert words(app).splitlines()[0] == "17 cases that say: Tier: gold"
    app = screen("cases", stub, monkeypatch, MANAGER, id="k1", of="event", day="2026-11-04")
    assert words(app).splitlines()[0] == "17 cases of 4 Nov 2026"
    app = screen("cases", stub, monkeypatch, MANAGER, id="k1", of="event", day="today")
    assert words(app).splitlines()[0] == "17 cases of today"


@pytest.mark.parametrize(
    ("page", "says"),
    [
        (OpenedOut(total=None, cases=[], after=None, masked=["cases"]), "These cases stay closed"),
        (OpenedOut(total=0, cases=[], after=None, masked=[]), "No such case"),
    ],
)
def test_a_number_without_cases_says_why(
    monkeypatch: pytest.MonkeyPatch, page: OpenedOut, says: str
) -> None:
    app = screen("cases", Stub({"GET kinds/k1/cases": page}), monkeypatch, MANAGER, id="k1")
    assert says in words(app)


def test_one_case_is_read_by_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub({"GET proposals/c1": made.case(state="approved")})
    app = screen("cases", stub, monkeypatch, OWNER, case="c1")
    assert "Case of 4 Nov 2026" in words(app)
    assert "What was approved" in words(app)
    assert "No number chosen" in words(screen("cases", stub, monkeypatch, OWNER))


# The owner's page ------------------------------------------------------------------------------


def claimed(**given: object) -> CandidatePage:
    known: dict[str, object] = {"state": CandidateState.CLAIMED, "claimed_by_you": True}
    return made.candidate_page(**known | given)


def candidate(
    monkeypatch: pytest.MonkeyPatch,
    page: CandidatePage,
    answers: Mapping[str, Answer] | None = None,
    role: Role = OWNER,
) -> tuple[AppTest, Stub]:
    stub = Stub({"GET candidates/cd1": page} | dict(answers or {}))
    return screen("candidate", stub, monkeypatch, role, id="cd1"), stub


def test_a_number_is_moved_tried_at_once_and_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    app, stub = candidate(
        monkeypatch,
        claimed(),
        {
            "POST candidates/cd1/backtest": made.tried(45),
            "POST candidates/cd1/accept": claimed(),
        },
    )
    assert stub.acts == []
    assert app.button(key="accept").label == "Accept"
    app.number_input(key="limit-cd1-4-0").set_value(45.0).run()
    ((name, body),) = stub.acts
    assert name == "POST candidates/cd1/backtest"
    assert json.loads(body)["conditions"][0]["limit"] == 45
    assert "12 cases" in drawn(app)
    assert "12 cases allowed without a signature" in drawn(app)
    app.text_area(key="reason-cd1").set_value("Enough.")
    app.text_input(key="accept-password-cd1").set_value("four words of hers")
    assert app.button(key="accept").label == "Accept with edits"
    app.button(key="accept").click().run()
    sent = [json.loads(body) for name, body in stub.acts if name.endswith("/accept")]
    assert [each["limit"] for each in sent[0]["conditions"]] == [45]
    assert "markup" not in sent[0], "the API writes the words of a number"
    assert "has been told why" in words(app)


def test_the_buttons_put_narrow_and_medium_in(monkeypatch: pytest.MonkeyPatch) -> None:
    app, _ = candidate(monkeypatch, claimed(), {"POST candidates/cd1/backtest": made.tried(43)})
    labels = [each.label for each in app.button]
    assert "Narrow 43" in labels
    assert "Medium 56" in labels
    assert "Wide 56" not in labels, "the same number once"
    app.button(key="narrow-cd1-4-0").click().run()
    assert app.number_input(key="limit-cd1-4-0").value == 43
    app.button(key="medium-cd1-4-0").click().run()
    assert app.button(key="accept").label == "Accept"


def test_what_cannot_be_tried_cannot_be_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    app, _ = candidate(monkeypatch, claimed(), {"POST candidates/cd1/backtest": refused(422)})
    app.number_input(key="limit-cd1-4-0").set_value(45.0).run()
    assert app.button(key="accept").disabled
    app.number_input(key="limit-cd1-4-0").set_value(56.0).run()
    app.text_area(key="wording-cd1-4-drafted").set_value("No [limit.").run()
    assert app.button(key="accept").disabled


def test_the_backtest_names_what_turns_and_what_speaks_against_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flips = made.backtest().flips
    kept = [flips[0].model_copy(update={"was": "exception", "outcome": OutcomeReading.GOOD})]
    result = made.backtest(
        flips=flips + kept,
        newly_refused=2,
        still_declined=3,
        already_allowed=4,
        uptake=[UptakeOut(times=2, low=1, mid=2, high=3)],
        by_outcome=[
            OutcomeSplitOut(outcome=OutcomeReading.BAD, covered=1, newly_allowed=1),
            OutcomeSplitOut(outcome=OutcomeReading.GOOD, covered=9, newly_allowed=0),
        ],
        bunching=BunchingOut(below=9, before=1, low=2, high=None, words="They crowd at 30."),
        grants=[GrantOut(fact="amount", words="It says nothing of the amount.")],
        conflicts=[
            ConflictOut(clause="RET-9", what="says the opposite", blocks=True),
            ConflictOut(clause="RET-8", what="stands near it", blocks=False),
        ],
    )
    app, _ = candidate(monkeypatch, made.candidate_page(backtest=result))
    said = words(app)
    assert "**Would you have agreed?** Peers declined these" in said
    assert links(app)["#case-9 · 4 Nov 2026 · 70 EUR · Went badly"] == "case=case-9"
    assert "The 2 newest cases decided otherwise" in [each.label for each in app.expander]
    assert "**RET-9**: says the opposite. It cannot be accepted so: set another limit." in said
    assert "**RET-8**: stands near it. Read both together" in said
    assert [each.value for each in app.error] != []
    assert "It says nothing of the amount." in said
    assert "They crowd at 30." in said
    html = drawn(app)
    assert "declined → allowed" in html
    assert html.count("<a href='cases?case=case-9' target='_blank'>4 Nov 2026 #case-9</a>") == 2
    assert "about 1,200 EUR (900–1,600) a year" in html
    assert "2 times as many" in html
    app, _ = candidate(monkeypatch, made.candidate_page(backtest=made.backtest(masked=["covered"])))
    assert "Too few people are behind this kind to show" in words(app)


def test_who_watches_reads_ids_and_opens_no_single_case(monkeypatch: pytest.MonkeyPatch) -> None:
    app, _ = candidate(monkeypatch, made.candidate_page(yours=False), role=Role.AUDITOR)
    assert "#case-9" in words(app)
    assert not any("#case-9" in each for each in links(app))
    assert "case=case-9" not in drawn(app)


def test_a_change_is_titled_by_the_sentence_that_it_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    redline = RedlineOut(old="Within 30 days.", new="Within 56 days.")
    app, _ = candidate(monkeypatch, made.candidate_page(redline=redline))
    assert app.title[0].value == r"Suggested\: Within 56 days\."
    assert links(app)["The kind: Late but fair"] == "id=k1"
    coach = made.candidate_page(redline=None, verdict=Verdict.COACH, kind=None, clause=None)
    app, _ = candidate(monkeypatch, coach)
    assert app.title[0].value.startswith(r"Coach\: The rule is right")
    assert "no clause yet · asked for, though it is allowed already" in words(app)


def test_what_an_authority_costs_is_what_its_cases_cost_so_far(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    granted = {
        "verdict": Verdict.GRANT_AUTHORITY,
        "year": CostRangeOut(low=900, mid=1200, high=1600),
        "currency": "EUR",
    }
    app, _ = candidate(monkeypatch, made.candidate_page(**granted))
    html = drawn(app)
    assert "about 1,200 EUR (900–1,600)" in html
    assert "What peers signed so far; agents would then judge each case themselves." in html
    app, _ = candidate(monkeypatch, made.candidate_page(**granted | {"year": None}))
    html = drawn(app)
    assert "cannot be told" in html
    assert "what such cases cost so far is not known" in html


def test_the_list_says_how_long_answers_take_and_what_is_overdue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stub = Stub(
        {
            "GET candidates": {"candidates": [made.candidate_page(red=True)]},
            "GET answers": made.answers(),
        }
    )
    said = words(screen("candidates", stub, monkeypatch, OWNER))
    assert "Half of all suggestions had their yes or no within 9.5 days, at your desk 1 day" in said
    assert "4 of 6 decided were accepted, 1 of these with edits." in said
    stub.answers["GET answers"] = made.answers(decided=2, accepted=1)
    one = words(screen("candidates", stub, monkeypatch, OWNER))
    assert "1 of 2 decided was accepted, 1 of these with edits." in one
    assert "1 change has waited too long" in said
    nothing = {"decided": 0, "edited": 0, "red": 0, "days": None, "days_here": None}
    stub.answers["GET answers"] = made.answers(**nothing)
    assert "Half of all" not in words(screen("candidates", stub, monkeypatch, OWNER))


# Afterwards -----------------------------------------------------------------------------------


def in_force(**given: object) -> CandidatePage:
    accepted = DecisionOut(
        verdict=DecisionVerdict.ACCEPT_WITH_EDITS,
        reason="Enough.",
        decided_on=made.TODAY,
        edit_distance=0.125,
    )
    known: dict[str, object] = {
        "may_confirm": True,
        "may_roll_back": True,
        "state": CandidateState.IN_FORCE,
        "effective_from": made.TODAY,
        "owner": None,
        "answered_in_days": 3,
        "decisions": [accepted],
    }
    return made.candidate_page(**known | given)


def test_what_a_change_did_stands_beside_what_was_predicted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = made.effect(regressed_on=made.TODAY, recurring=["case-7"])
    app, _ = candidate(monkeypatch, in_force(), {"GET candidates/cd1/effect": told})
    html = drawn(app)
    for shown in ("Exceptions a week", "at least 0.2", "0.1–0.9", "as predicted", "90 %"):
        assert shown in html
    assert "week of 4 Nov 2026: 2 exceptions, 5 uses" in html
    assert "week of 4 Nov 2026: too few people to show" in html
    said = words(app)
    assert "Exceptions fell, by as much as was predicted." in said
    assert "**People have to ask again** since 4 Nov 2026" in said
    assert "The yes or no came after 3 days." in said
    assert "12 % of the suggested words were changed." in said
    assert links(app)["#case-7"] == "case=case-7"
    assert links(app)["The kind, to promote it again"] == "id=k1"


def test_a_change_is_confirmed_or_taken_back_with_a_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, stub = candidate(
        monkeypatch,
        in_force(),
        {"POST candidates/cd1/confirm": in_force(), "POST candidates/cd1/roll-back": in_force()},
    )
    app.text_area(key="confirm-reason-cd1").set_value("It works.")
    app.button(key="confirm-save").click().run()
    assert stub.acts[0] == ("POST candidates/cd1/confirm", '{"reason":"It works."}')
    app.text_area(key="roll-back-reason-cd1-own").set_value("It cost twice as much.")
    app.text_input(key="roll-back-password-cd1-own").set_value("four words of hers")
    app.date_input(key="roll-back-from-cd1-own").set_value(made.TODAY)
    app.button(key="roll-back-save-cd1-own").click().run()
    assert json.loads(stub.acts[1][1]) == {
        "reason": "It cost twice as much.",
        "password": "four words of hers",
        "effective_from": "2026-11-04",
    }
    confirmed = in_force(state=CandidateState.CONFIRMED, may_confirm=False)
    app, _ = candidate(monkeypatch, confirmed)
    assert {each.key for each in app.button} == {"roll-back-save-cd1-own"}
    app, _ = candidate(monkeypatch, in_force(may_confirm=False, may_roll_back=False))
    assert not app.button


# Deputies and reports -------------------------------------------------------------------------


def test_a_deputy_is_named_for_some_days_and_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = DeputyOut(deputy=None, away_from=None, away_until=None)
    stub = Stub(
        {
            "GET candidates": {"candidates": []},
            "GET answers": made.answers(),
            "GET me/deputy": nobody,
            "PUT me/deputy": nobody,
        }
    )
    app = screen("candidates", stub, monkeypatch, OWNER)
    assert "GET me/deputy" not in {each.url.path for each in stub.asked}
    app.session_state["deputy"] = True
    app.run()
    stub.answers["PUT me/deputy"] = refused(422, field="deputy", detail="No such colleague.")
    app.text_input(key="deputy-name").set_value("reah")
    app.button(key="deputy-save").click().run()
    assert "What is wrong is said at its field." in words(app)
    stub.answers["PUT me/deputy"] = nobody
    stub.forget()
    app.text_input(key="deputy-name").set_value("rhea")
    app.date_input(key="deputy-to").set_value(made.TODAY)
    app.button(key="deputy-save").click().run()
    ((_, body),) = stub.acts
    assert json.loads(body) == {
        "deputy": "rhea",
        "away_from": None,
        "away_until": "2026-11-04",
    }
    stub.answers["GET me/deputy"] = DeputyOut(deputy="rhea", away_from=made.TODAY, away_until=None)
    app.run()
    assert "rhea decides in your place from 4 Nov 2026 until you say otherwise" in words(app)
    app.button(key="deputy-end").click().run()
    assert json.loads(stub.acts[-1][1]) == {"deputy": None}


def examined(question: str, attribute: str, value: str, **given: object) -> ExaminedLineOut:
    known: dict[str, object] = {
        "question": question,
        "attribute": attribute,
        "value": value,
        "label": "",
        "note": "",
        **dict.fromkeys(("cases", "exceptions", "declined", "low", "high")),
    }
    return ExaminedLineOut.model_validate(known | given)


def reported(*answers: ExaminedLineOut) -> Stub:
    report = ExaminedOut(quarter="2026-Q3", quarters=["2026-Q3"], answers=[*answers], markdown="")
    return Stub({"GET examiner": report, "GET answers": made.answers()})


COUNTED: dict[str, object] = {
    "cases": 15,
    "exceptions": 12,
    "declined": 3,
    "low": 0.1,
    "high": 0.4,
}
FEW_DECLINES = {"cases": 40, "note": "too few declines to tell apart"}


def test_an_examiner_reads_names_and_words(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = reported(
        examined("attribute", "channel", "chat", **COUNTED),
        examined("reason", "clause", "RET-2.1", label="Returns (RET-2.1)", **COUNTED),
        examined("reason", "dimension", "adapting", **COUNTED),
        examined(
            "limits",
            "clause",
            "RET-2.1",
            label="Returns (RET-2.1)",
            note="days since delivery is at most 30",
        ),
        examined(
            "limits",
            "house",
            "breaches routed",
            note="27 cases past a limit, answered by policy owners",
        ),
        examined("deciders", "role", "colleagues, of cases", note="134 decisions"),
        examined("deciders", "role", "policy owners, of cases", note="few"),
    )
    app = screen("reports", stub, monkeypatch, Role.AUDITOR)
    for said in (
        "Channel</th>",
        "Returns (RET-2.1)</th>",
        "The service is adapted</th>",
        "<td>days since delivery is at most 30</td>",
        "<td>hidden</td>",
        "Colleagues, of cases</th>",
    ):
        assert said in drawn(app)
    assert "27 cases past a limit, answered by policy owners." in words(app)
    assert app.expander[0].label == "1 rule had a limit on the last day"
    assert words(app).count("hidden: too few people are behind it") == 1, "one legend"


def test_where_all_is_hidden_an_examiner_reads_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stub = reported(
        examined("share", "house", "all", note="few"),
        examined("attribute", "channel", "chat", **FEW_DECLINES),
        examined("attribute", "channel", "all others", **FEW_DECLINES),
        examined("attribute", "market", "all", note="few, or one value"),
        examined("attribute", "customer_tier", "all", note="few, or one value"),
        examined("limits", "house", "breaches routed", note="few"),
        examined("deciders", "role", "colleagues, of cases", note="few"),
        examined("deciders", "role", "policy owners, of cases", note="few"),
    )
    app = screen("reports", stub, monkeypatch, Role.AUDITOR)
    assert "<table" not in drawn(app)
    for said in (
        "Hidden: too few people are behind it.",
        "**Channel**, cases: chat: 40 · all others: 40",
        "How many of these were declined is hidden",
        "How many cases went past a limit is hidden",
        "Not told by market, customer tier:",
        "Hidden: too few people are behind every number.",
    ):
        assert said in words(app)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"low": 0.009, "high": 0.012}, "**60 exceptions.** That is 0.9–1.2 % of 6500 contacts"),
        ({"note": "not checkable: weeks without contacts"}, "not every week has its contacts"),
    ],
)
def test_the_share_of_contacts_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, object], said: str
) -> None:
    known = {"exceptions": 60, "note": "of 6500 contacts"}
    stub = reported(examined("share", "house", "all", **known | given))
    assert said in words(screen("reports", stub, monkeypatch, Role.AUDITOR))


def test_the_examiners_questions_are_answered_by_quarter(monkeypatch: pytest.MonkeyPatch) -> None:
    report = ExaminedOut(
        quarter="2026-Q3",
        quarters=["2026-Q3", "2026-Q2"],
        answers=[
            examined("share", "house", "all", exceptions=12),
            examined("attribute", "market", "DE", **COUNTED),
        ],
        markdown="# Report",
    )
    stub = Stub({"GET examiner": report, "GET answers": made.answers()})
    app = screen("reports", stub, monkeypatch, Role.AUDITOR)
    assert [each.value for each in app.subheader] == [
        "How many contacts ended in an exception?",
        "Were groups of customers treated alike?",
    ]
    assert "DE</th>" in drawn(app)
    assert "1 waits too long" in words(app)
    assert "Half took at most **9.5 days** (of 6)" in words(app)
    assert "For an audit" in words(app)
    app.selectbox(key="quarter").set_value("2026-Q2").run()
    assert stub.asked[-1].url.query == b"quarter=2026-Q2"
    none = ExaminedOut(quarter=None, quarters=[], answers=[], markdown="")
    early = Stub({"GET examiner": none, "GET answers": made.answers(days=None, red=0)})
    app = screen("reports", early, monkeypatch, OWNER)
    assert "No quarter has been kept yet" in words(app)
    assert "Nothing has been decided yet" in words(app)
    assert "too long" not in words(app)
    assert "For an audit" not in words(app), "of those only who may make one"


def test_a_manager_reads_whether_groups_were_treated_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cell = {**COUNTED, "rate_low": None, "rate_high": None}
    slices = [
        {"attribute": "channel", "parts": [{"value": "chat", **cell}, {"value": None, **cell}]},
        {"attribute": "market", "parts": []},
    ]
    found = {"quarter": "2026-Q3", "quarters": ["2026-Q3", "2026-Q2"], "slices": slices}
    stub = Stub({"GET slices": SlicesOut.model_validate(found), "GET answers": made.answers()})
    app = screen("reports", stub, monkeypatch, Role.MANAGER)
    assert [each.value for each in app.subheader] == ["Were groups of customers treated alike?"]
    assert "chat</th>" in drawn(app)
    assert "all others</th>" in drawn(app)
    assert "Not told by market:" in words(app)
    assert "For an audit" not in words(app)
    app.selectbox(key="quarter").set_value("2026-Q2").run()
    assert stub.asked[-1].url.query == b"quarter=2026-Q2"


def test_an_auditor_reads_in_words_whether_the_log_is_sound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    none = ExaminedOut(quarter=None, quarters=[], answers=[], markdown="")
    stub = Stub(
        {"GET examiner": none, "GET answers": made.answers(), "GET audit-log": {"entries": 1234}}
    )
    app = screen("reports", stub, monkeypatch, Role.AUDITOR)
    assert "sound" not in words(app), "the log is walked when somebody asks"
    app.button(key="audit-log").click().run()
    assert "each of its 1,234 entries is as it was written" in words(app)
    stub.answers["GET audit-log"] = refused(title="Log broken", detail="Entry 7 was changed.")
    app.button(key="audit-log").click().run()
    assert "Entry 7 was changed" in words(app)


def test_a_draft_by_words_alone_lets_them_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = {"fact": "tier", "bound": "one_of", "limit": ["gold", "silver"], "unit": None}
    tier = made.draft().conditions[0].model_copy(update=limit)
    draft: DraftOut = made.draft(conditions=[tier])
    app, stub = candidate(
        monkeypatch, claimed(draft=draft), {"POST candidates/cd1/backtest": made.tried(45)}
    )
    assert not app.number_input
    app.multiselect(key="limit-cd1-4-0").set_value(["gold"]).run()
    ((_, body),) = stub.acts
    assert json.loads(body)["conditions"][0]["limit"] == ["gold"]


def test_an_emerging_kind_is_not_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    app = kind(monkeypatch, made.kind_page(kind=made.kind(state=KindState.EMERGING)))
    assert not any((each.key or "").startswith("put-off") for each in app.button)
