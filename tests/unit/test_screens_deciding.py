"""Deciding on the screens: what is signed, given back, taken back, read, and who may."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from api.schemas.accounts import MeOut
from api.schemas.acknowledging import (
    AcknowledgedPage,
    ChangedClauseOut,
    MyChangesPage,
    TeamReadOut,
)
from api.schemas.candidates import CandidatePage, DecisionOut, LostOut
from api.schemas.drafts import CostRangeOut, RedlineOut, ScopeOut
from api.schemas.effects import EffectRowOut, EffectsPage, NarrowerOut, NeighbourOut, RemedyOut
from api.schemas.policies import ChangeOut, LibraryPage, PolicyOut
from recommender.vocabulary import CandidateState, DecisionVerdict, Grade, Role, Verdict
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Answer, Stub, me, refused, reopened, screen, words

OWNER, MANAGER = Role.POLICY_OWNER, Role.MANAGER
LATER = date(2027, 3, 1)
FIELD = "limit-cd1-4-0"
TRIED: dict[str, Answer] = {"POST candidates/cd1/backtest": made.tried(45)}


def drawn(app: AppTest) -> str:
    """All that was drawn as HTML."""
    return " ".join(each.proto.body for each in app.get("html"))


def claimed(**given: object) -> CandidatePage:
    known: dict[str, object] = {"state": CandidateState.CLAIMED, "claimed_by_you": True}
    return made.candidate_page(**known | given)


def in_force(**given: object) -> CandidatePage:
    known: dict[str, object] = {
        "state": CandidateState.IN_FORCE,
        "yours": False,
        "effective_from": made.TODAY,
    }
    return made.candidate_page(**known | given)


class Moving(Stub):
    """An API in which an act makes another page of the candidate."""

    def __init__(self, answers: Mapping[str, Answer], after: Mapping[str, CandidatePage]) -> None:
        super().__init__({**answers, **after})
        self._after = after

    def __call__(self, request: httpx.Request) -> httpx.Response:
        answer = super().__call__(request)
        name = f"{request.method} {request.url.path.removeprefix('/v1/')}"
        if name in self._after:
            self.answers["GET candidates/cd1"] = self._after[name].model_copy(update={"lost": None})
        return answer


def candidate(
    monkeypatch: pytest.MonkeyPatch,
    page: CandidatePage,
    answers: Mapping[str, Answer] | None = None,
    role: Role = OWNER,
) -> tuple[AppTest, Stub]:
    accepted = {"POST candidates/cd1/accept": in_force()}
    stub = Stub({"GET candidates/cd1": page} | accepted | dict(answers or {}))
    return screen("candidate", stub, monkeypatch, role, id="cd1"), stub


def sent(stub: Stub, verb: str) -> dict[str, Any]:
    """What went along with the last act of this name."""
    bodies = [json.loads(body) for name, body in stub.acts if name.endswith(f"/{verb}")]
    found: dict[str, Any] = bodies[-1]
    return found


# What is signed -------------------------------------------------------------------------------


def test_the_number_is_a_field_in_the_sentence_of_the_rule(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, _ = candidate(monkeypatch, claimed(), TRIED)
    said = [each.value for each in app.markdown]
    assert said.index("Within") + 1 == said.index("days\\.")
    assert app.number_input(key=FIELD).label == "Days since delivery \\(day\\), at most"


def test_scope_limits_review_and_day_go_along_with_an_acceptance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, stub = candidate(monkeypatch, claimed(), TRIED)
    app.number_input(key=FIELD).set_value(45.0)
    app.text_input(key="scope-team-cd1-4").set_value(" north ")
    app.date_input(key="scope-until-cd1-4").set_value(LATER).run()
    tried = sent(stub, "backtest")
    assert tried["scope"]["team"] == "north"
    assert tried["conditions"][0]["limit"] == 45
    assert app.button(key="accept").label == "Accept with edits"
    assert "90 days after" in drawn(app)
    app.date_input(key="effective-from-cd1").set_value(made.TODAY).run()
    shown_before_a_day_is_set = drawn(app)
    app.date_input(key="review-on-cd1").set_value(LATER).run()
    assert "2 Feb 2027" in shown_before_a_day_is_set
    html = drawn(app)
    for shown in (
        "Within 30 days.",
        "Within 45 days.",
        "team north, until 1 Mar 2027",
        "from 4 Nov 2026",
        "1 Mar 2027",
        "about 1,200 EUR (900–1,600)",
        "whoever filed or signed these cases",
    ):
        assert shown in html
    app.text_area(key="reason-cd1").set_value("One team first.")
    app.text_input(key="accept-password-cd1").set_value("four words of hers")
    app.button(key="accept").click().run()
    body = sent(stub, "accept")
    assert body["scope"] == {
        "brand": None,
        "market": None,
        "channel": None,
        "product": None,
        "team": "north",
        "until": "2027-03-01",
    }
    assert body["conditions"] == tried["conditions"]
    assert (body["effective_from"], body["review_on"]) == ("2026-11-04", "2027-03-01")
    assert body["password"] == "four words of hers"
    assert "markup" not in body


def test_what_is_tolerated_has_its_last_day_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = made.draft(scope=ScopeOut(until=made.TODAY), conditions=[])
    page = claimed(verdict=Verdict.TOLERATE_UNTIL, draft=draft, new_markup=None, changes=[])
    app, stub = candidate(monkeypatch, page)
    assert "everywhere, until 4 Nov 2026" in drawn(app)
    assert "stays word for word" in drawn(app)
    assert "review-on-cd1" not in {each.key for each in app.date_input}
    app.date_input(key="scope-until-cd1-4").set_value(LATER)
    app.text_area(key="reason-cd1").set_value("Over the winter.")
    app.button(key="accept").click().run()
    assert sent(stub, "accept")["scope"]["until"] == "2027-03-01"


@pytest.mark.parametrize(
    ("field", "before"),
    [("scope.team", "scope-team-cd1-4"), ("scope", "scope-until-cd1-4"), ("conditions", FIELD)],
)
def test_a_refusal_stands_right_under_its_field(
    monkeypatch: pytest.MonkeyPatch, field: str, before: str
) -> None:
    no = refused(422, field=field, detail="No such team.")
    app, _ = candidate(monkeypatch, claimed(), {**TRIED, "POST candidates/cd1/accept": no})
    app.text_area(key="reason-cd1").set_value("Because.")
    app.button(key="accept").click().run()
    drawn_in_order = [getattr(each, "key", None) or each.type for each in elements(app)]
    assert drawn_in_order.index(before) < drawn_in_order.index("error")
    assert drawn_in_order.index("error") < drawn_in_order.index("reason-cd1")
    assert "No such team" in words(app)


def elements(app: AppTest) -> list[Any]:
    """All that was drawn, from top to bottom."""
    found: list[Any] = []

    def walk(node: Any) -> None:  # noqa: ANN401 - blocks and elements have no common type
        children = getattr(node, "children", None)
        if children is None:
            found.append(node)
            return
        for _, child in sorted(children.items()):
            walk(child)

    walk(app.main)
    return found


def test_what_cannot_be_tried_says_so_at_hand_and_is_not_signed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    no = refused(422, field="scope.market", detail="Nothing is known of such a market.")
    app, _ = candidate(monkeypatch, claimed(), {"POST candidates/cd1/backtest": no})
    app.text_input(key="scope-market-cd1-4").set_value("XX").run()
    assert "Nothing is known of such a market" in words(app)
    assert "Your edits are not kept." in words(app)
    assert app.button(key="accept").disabled


def test_a_reason_outlives_the_session_and_is_gone_once_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, _ = candidate(monkeypatch, claimed())
    app.text_area(key="reason-cd1").set_value("Half a sentence, and then").run()
    again = reopened("candidate", OWNER, id="cd1")
    assert again.text_area(key="reason-cd1").value == "Half a sentence, and then"
    again.button(key="accept").click().run()
    once_more = reopened("candidate", OWNER, id="cd1")
    assert once_more.text_area(key="reason-cd1").value == ""


def test_fields_belong_to_one_candidate_and_one_draft_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, stub = candidate(monkeypatch, claimed(), TRIED)
    app.number_input(key=FIELD).set_value(45.0).run()
    other = made.candidate_page(id="cd2", state=CandidateState.CLAIMED, claimed_by_you=True)
    stub.answers["GET candidates/cd2"] = other
    assert app.query_params["limits"] == "days_since_delivery.max:45"
    app.query_params.clear()
    app.query_params["id"] = "cd2"
    app.run()
    assert app.number_input(key="limit-cd2-4-0").value == 56
    stub.answers["GET candidates/cd1"] = claimed(version=6)
    app.query_params["id"] = "cd1"
    app.run()
    assert app.number_input(key="limit-cd1-6-0").value == 56
    assert "limits" not in app.query_params


def test_what_was_tried_stands_in_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is there again after a new sign-in, after Back, and in a draft that was made anew."""
    stub = Stub({**TRIED, "GET candidates/cd1": claimed(version=6)})
    tried = {"limits": "days_since_delivery.max:45,x.max:a", "from": "2027-03-01", "until": "soon"}
    app = screen("candidate", stub, monkeypatch, OWNER, id="cd1", review="2027-03-02", **tried)
    assert app.number_input(key="limit-cd1-6-0").value == 45
    assert app.date_input(key="effective-from-cd1").value == LATER
    assert app.date_input(key="review-on-cd1").value == date(2027, 3, 2)
    assert app.query_params["limits"] == "days_since_delivery.max:45"
    assert "until" not in app.query_params
    app.date_input(key="review-on-cd1").set_value(None).run()
    assert "review" not in app.query_params


def test_whoever_has_no_password_here_is_led_to_the_provider_and_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stub = Stub({**TRIED, "GET candidates/cd1": claimed()})
    provider = made_me(decisions_ask="provider")
    app = screen("candidate", stub, monkeypatch, OWNER, id="cd1")
    app.session_state["me"] = provider
    app.number_input(key=FIELD).set_value(45.0).run()
    assert app.button(key="accept").disabled
    assert "accept-password-cd1" not in {each.key for each in app.text_input}
    [way] = [each.proto.body for each in app.get("html") if "/signin/oidc" in each.proto.body]
    then = "/candidate%3Fid%3Dcd1%26limits%3Ddays_since_delivery.max%253A45"
    assert f"/signin/oidc?again=1&amp;next={then}" in way
    app.session_state["me"] = made_me(decisions_ask="nothing")
    app.run()
    assert not app.button(key="accept").disabled
    assert "accept-password-cd1" not in {each.key for each in app.text_input}


def test_taking_back_leads_to_the_provider_too(monkeypatch: pytest.MonkeyPatch) -> None:
    app, _ = candidate(monkeypatch, in_force(may_roll_back=True))
    app.session_state["me"] = made_me(decisions_ask="provider")
    app.run()
    assert app.button(key="roll-back-save-cd1-own").disabled
    assert any("/signin/oidc?again=1" in each.proto.body for each in app.get("html"))


def made_me(**given: object) -> MeOut:
    return me(OWNER).model_copy(update=given)


def test_costs_in_a_column_have_one_number_of_decimals(monkeypatch: pytest.MonkeyPatch) -> None:
    html = drawn(candidate(monkeypatch, made.candidate_page())[0])
    assert "541.00 EUR" in html
    assert "972.73 EUR" in html


def test_an_owner_needs_three_clicks_from_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """The link of the list, the claim, the yes; reason and password are typed."""
    stub = Moving(
        {
            "GET candidates": {"candidates": [made.candidate_page()]},
            "GET answers": made.answers(red=0),
            "GET candidates/cd1": made.candidate_page(),
        },
        {"POST candidates/cd1/claim": claimed(), "POST candidates/cd1/accept": in_force()},
    )
    listed = screen("candidates", stub, monkeypatch, OWNER)
    [opened] = listed.get("page_link")
    app = reopened("candidate", OWNER, id=opened.proto.query_string.removeprefix("id="))
    app.button(key="claim").click().run()
    app.text_area(key="reason-cd1").set_value("It is what peers sign.")
    app.text_input(key="accept-password-cd1").set_value("four words of hers")
    app.button(key="accept").click().run()
    assert [name for name, _ in stub.acts] == [
        "POST candidates/cd1/claim",
        "POST candidates/cd1/accept",
    ]
    assert "Decided." in words(app)


def test_each_number_says_how_far_it_is_from_the_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    now = made.backtest(
        covered=12,
        newly_allowed=3,
        newly_refused=2,
        year=CostRangeOut(low=700, mid=900, high=1100),
        flips=[
            made.backtest().flips[0].model_copy(update={"was": "exception", "now": "refused"}),
            *[made.backtest().flips[0].model_copy(update={"case": f"c-{n}"}) for n in range(6)],
        ],
    )
    tried = made.tried(45).model_copy(update={"backtest": now})
    app, stub = candidate(monkeypatch, claimed(), {"POST candidates/cd1/backtest": tried})
    assert "than drafted" not in drawn(app)
    app.number_input(key=FIELD).set_value(45.0).run()
    html = drawn(app)
    for shown in ("7 fewer than drafted", "2 more than drafted", "300 EUR less than drafted"):
        assert shown in html
    said = words(app)
    assert "**Who loses by it?**" in said
    assert "and 1 more below" in said
    dearer = now.model_copy(update={"year": CostRangeOut(low=1, mid=1300, high=2), "masked": []})
    stub.answers["POST candidates/cd1/backtest"] = tried.model_copy(update={"backtest": dearer})
    app.number_input(key=FIELD).set_value(46.0).run()
    assert "100 EUR more than drafted" in drawn(app)


def test_the_asked_numbers_are_drawn_with_the_limit_that_moves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evidence = made.evidence(facts=[made.spread()])
    app, _ = candidate(monkeypatch, claimed(evidence=evidence), TRIED)
    assert "today 30, suggested 56" in drawn(app)
    assert "yours 45" not in drawn(app)
    app.number_input(key=FIELD).set_value(45.0).run()
    assert "today 30, suggested 56, yours 45" in drawn(app)


def test_a_draft_on_an_older_wording_is_made_anew_and_keeps_the_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    today = made.clause_page(revision=made.revision(2, "Within 35 days."))
    stub = Moving(
        {**TRIED, "GET candidates/cd1": claimed(stale=True), "GET clauses/RET-2.1": today},
        {
            "POST candidates/cd1/release": made.candidate_page(version=5),
            "POST candidates/cd1/claim": claimed(version=6),
        },
    )
    app = screen("candidate", stub, monkeypatch, OWNER, id="cd1")
    assert {"Within 56 days.", "Within 35 days."} <= {each.value for each in app.text}
    app.number_input(key=FIELD).set_value(45.0).run()
    app.button(key="anew-cd1-4").click().run()
    assert [name for name, _ in stub.acts][-3:-1] == [
        "POST candidates/cd1/release",
        "POST candidates/cd1/claim",
    ]
    assert app.number_input(key="limit-cd1-6-0").value == 45
    assert "still yours to decide" in words(app)
    waits = made.candidate_page(stale=True, clause=None)
    said = words(candidate(monkeypatch, waits)[0])
    assert "Claim it: it is then drafted anew" in said


# What is given back ---------------------------------------------------------------------------


def test_a_release_says_before_and_after_what_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    back = made.candidate_page(version=5)
    lost = LostOut(
        markup="Within 45 days.",
        changes=[ChangeOut(op="removed", text="56"), ChangeOut(op="added", text="45")],
        conditions=["days since delivery is at most 45"],
    )
    given = {"POST candidates/cd1/release": back.model_copy(update={"lost": lost})}
    stub = Moving({**TRIED, "GET candidates/cd1": claimed()}, given)
    app = screen("candidate", stub, monkeypatch, OWNER, id="cd1")
    assert "nothing of yours is lost" in words(app)
    app.number_input(key=FIELD).set_value(45.0).run()
    assert "Your edits are not kept." in words(app)
    assert "Within 45 days." in [each.value for each in app.text]
    app.button(key="release").click().run()
    assert sent(stub, "release")["markup"] == made.tried(45).new_markup
    said = words(app)
    assert "Not in the new draft" in said
    assert "days since delivery is at most 45" in said
    assert "45</ins>" in drawn(app) or "45<span" in drawn(app)
    stub.answers["GET candidates/cd1"] = claimed(version=6)
    assert "Not in the new draft" not in words(app.run())


# What is looked back at -----------------------------------------------------------------------


def narrow(**given: object) -> RemedyOut:
    known: dict[str, Any] = {
        "what": "narrow",
        "reason": "Let it say 43 days.",
        "redline": RedlineOut(old="Within 56 days.", new="Within 43 days."),
        "narrower": NarrowerOut(
            fact="days_since_delivery", direction="max", stated=56, limit=43, coverage=0.2, n=15
        ),
    }
    return RemedyOut(**known | given)


BACK = narrow(what="roll_back", reason="Take it back: it cost more.", narrower=None)
END = narrow(
    what="retire", reason="Nobody used it.", narrower=None, redline=RedlineOut(old="X.", new="")
)


def test_a_missed_effect_offers_a_manager_the_narrower_draft(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    went: list[dict[str, str]] = []
    monkeypatch.setattr(
        "dashboard.remedies.go", lambda to, **query: went.append({"to": to, **query})
    )
    answers = {
        "GET candidates/cd1/effect": made.effect(remedies=[narrow(), BACK]),
        "POST kinds/k1/promote": made.candidate_page(id="cd2"),
    }
    app, stub = candidate(monkeypatch, in_force(), answers, MANAGER)
    assert "Let it say 43 days." in words(app)
    assert "43<" in drawn(app)
    assert "The clause's desk takes it back." in words(app)
    app.button(key="narrow-cd1").click().run()
    assert stub.acts == [("POST kinds/k1/promote", '{"verdict":"widen_limit"}')]
    assert went == [{"to": "candidate", "id": "cd2"}]


def test_what_was_accepted_stands_before_what_was_suggested(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    accepted = [ChangeOut(op="removed", text="14"), ChangeOut(op="added", text="21")]
    answers = {"GET candidates/cd1/effect": made.effect()}
    app, _ = candidate(monkeypatch, in_force(accepted_changes=accepted), answers)
    assert "as it was accepted" in words(app)
    assert drawn(app).index("21<") < drawn(app).index("56<")
    app, _ = candidate(monkeypatch, in_force(), answers)
    assert "as it was accepted" not in words(app)


def test_kinds_that_grew_beside_a_changed_rule_are_named_with_their_way_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grown = made.neighbour()
    new = NeighbourOut(id="k8", name="No box", before=None, after=1.5, least=None)
    cost = made.effect().readings[0].model_copy(update={"name": "cost"})
    effect = made.effect(nearby=[grown, new], readings=[cost], currency="EUR")
    app, _ = candidate(monkeypatch, in_force(), {"GET candidates/cd1/effect": effect})
    said = words(app)
    assert "0.5 times a week before, 5 since: at least 3.2 times as often." in said
    assert "Hardly ever before, 1.5 times a week since." in said
    assert "A comparison, not a cause" in said
    assert "Cost a week, EUR" in drawn(app)
    ways = {one.proto.label: one.proto.query_string for one in app.get("page_link")}
    assert (ways["Lost slips"], ways["No box"]) == ("id=k7", "id=k8")
    app, _ = candidate(monkeypatch, in_force(), {"GET candidates/cd1/effect": made.effect()})
    assert "in another way" not in words(app)


def test_the_new_draft_begins_with_the_number_that_the_look_back_suggests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = claimed(narrower=narrow().narrower)
    app, stub = candidate(monkeypatch, page, TRIED)
    assert app.number_input(key=FIELD).value == 43
    assert sent(stub, "backtest")["conditions"][0]["limit"] == 43
    assert "56 holds today, and did not do what was predicted" in words(app)
    app.number_input(key=FIELD).set_value(50.0).run()
    assert reopened("candidate", OWNER, **app.query_params).number_input(key=FIELD).value == 50
    other = narrow().narrower
    assert other is not None
    other = other.model_copy(update={"direction": "min"})
    app, _ = candidate(monkeypatch, claimed(narrower=other), TRIED)
    assert app.number_input(key=FIELD).value == 56


def test_the_desk_takes_a_missed_change_back_with_the_reason_at_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = {
        "GET candidates/cd1/effect": made.effect(remedies=[narrow(), BACK]),
        "POST candidates/cd1/roll-back": in_force(),
    }
    app, stub = candidate(monkeypatch, in_force(may_roll_back=True), answers)
    assert {each.key for each in app.button} == {"roll-back-save-cd1-suggested"}, "offered once"
    assert "A manager promotes the kind again" in words(app)
    assert app.text_area(key="roll-back-reason-cd1-suggested").value == BACK.reason
    app.button(key="roll-back-save-cd1-suggested").click().run()
    assert sent(stub, "roll-back") == {"reason": BACK.reason}


def test_a_rule_that_nobody_uses_may_end(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"GET candidates/cd1/effect": made.effect(remedies=[END])}
    app, _ = candidate(monkeypatch, in_force(may_roll_back=True), answers)
    assert "The clause would apply no more." in words(app)
    assert "roll-back-save-cd1-suggested" in {each.key for each in app.button}


def test_whoever_stands_in_says_the_last_word_and_sees_whose_desk_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    elsewhere = in_force(owner="late-desk", may_confirm=True, may_roll_back=True)
    app, stub = candidate(
        monkeypatch, elsewhere, {"POST candidates/cd1/confirm": refused(422, field="reason")}
    )
    assert {"confirm-save", "roll-back-save-cd1-own"} <= {each.key for each in app.button}
    app.text_area(key="confirm-reason-cd1").set_value("It works.")
    app.button(key="confirm-save").click().run()
    assert [each.value for each in app.error] != []
    stub.answers |= {
        "GET candidates": {"candidates": [made.candidate_page(owner="late-desk")]},
        "GET answers": made.answers(red=0),
    }
    assert "**you**, in place of late-desk" in words(reopened("candidates", OWNER))


def test_a_claim_that_was_left_behind_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    left = claimed(claimed_by_you=False)
    app, stub = candidate(monkeypatch, left, {"POST candidates/cd1/claim": claimed()})
    assert "You may take it over; they are told." in words(app)
    assert app.button(key="claim").label == "Take it over"
    app.button(key="claim").click().run()
    assert stub.acts == [("POST candidates/cd1/claim", "")]
    app, _ = candidate(monkeypatch, claimed(claimed_by_you=False, yours=False))
    assert not app.button


def test_an_accepted_change_tells_its_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    decision = DecisionOut(
        verdict=DecisionVerdict.ACCEPT, reason="So.", decided_on=made.TODAY, decided_as=OWNER
    )
    page = in_force(
        scope=ScopeOut(market="DE", until=LATER),
        review_on=LATER,
        decisions=[decision],
        evidence_grade=Grade.WEAK,
    )
    said = words(candidate(monkeypatch, page)[0])
    assert "Holds: market DE, until 1 Mar 2027." in said
    assert "Its owner looks at it again on 1 Mar 2027." in said
    assert "**Accepted** on 4 Nov 2026, as policy owner" in said
    assert "Its grade was then: weak." in said


def test_what_missed_its_prediction_stands_before_what_did_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [
        EffectRowOut(
            candidate=made.candidate_ref(id=f"cd{number}", state=CandidateState.IN_FORCE),
            kind_name="Late",
            clause="RET-2.1",
            effect=made.effect(remedies=offered),
        )
        for number, offered in enumerate([[], [narrow(), BACK]])
    ]
    app = screen("effects", Stub({"GET effects": EffectsPage(effects=rows)}), monkeypatch, OWNER)
    opened = [each.proto.query_string for each in app.get("page_link")]
    assert opened == ["id=cd1", "id=cd1", "id=cd0", "id=cd0"], "to the change, and to all of it"
    assert "2 remedies offered" in words(app)
    assert "1 waits for its owner" in words(app)


# What is read ---------------------------------------------------------------------------------


def changed(**given: object) -> ChangedClauseOut:
    known: dict[str, Any] = {
        "clause": "RET-2.1",
        "policy_title": "Handbook",
        "revision": 2,
        "effective_from": made.TODAY,
        "retired": False,
        "text": "Within 45 days.",
        "changes": [ChangeOut(op="removed", text="30"), ChangeOut(op="added", text="45")],
    }
    return ChangedClauseOut(**known | given)


def test_an_agent_reads_what_changed_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    over = changed(clause="RET-9", retired=True, effective_from=None)
    stub = Stub(
        {
            "GET me/changes": MyChangesPage(changes=[changed(), over]),
            "GET notices": {"notices": []},
            "POST clauses/RET-2.1/acknowledge": MyChangesPage(changes=[over]),
        }
    )
    app = screen("notices", stub, monkeypatch, Role.AGENT)
    said = words(app)
    assert "Handbook · so since 4 Nov 2026" in said
    assert "Handbook · no longer applies" in said
    assert "30" in drawn(app)
    app.button(key="acknowledge-RET-2.1-2").click().run()
    assert stub.acts == [("POST clauses/RET-2.1/acknowledge", '{"revision":2}')]
    assert "nobody sees who has not" in words(app)


def test_what_is_to_be_read_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "id": "n1",
        "topic": "acknowledge",
        "needs_you": True,
        "title": "Read RET-2.1",
        "body": "",
    }
    told |= {"case_id": None, "candidate_id": None, "created_at": made.NOW, "read_at": None}
    answers: dict[str, object] = {"GET notices": {"notices": [told]}}
    stub = Stub(answers | {"GET me/changes": MyChangesPage(changes=[changed()])})
    assert "Read RET-2.1" not in words(screen("notices", stub, monkeypatch, Role.AGENT))
    stub = Stub(answers | {"GET me/changes": MyChangesPage(changes=[])})
    assert "Read RET-2.1" in words(screen("notices", stub, monkeypatch, Role.AGENT))


def test_mine_leads_to_what_is_to_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "GET mine": {"filed": [made.case(mine=True)], "signed": [], "credit": False},
        "GET became": [],
    }
    stub = Stub(answers | {"GET me/changes": MyChangesPage(changes=[changed()])})
    app = screen("mine", stub, monkeypatch, Role.AGENT)
    assert "1 rule has changed since you read it." in words(app)
    assert "Read what is new" in [each.proto.label for each in app.get("page_link")]


def test_who_is_not_asked_is_not_bothered(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub({"GET notices": {"notices": []}})
    screen("notices", stub, monkeypatch, OWNER)
    assert [each.url.path for each in stub.asked] == ["/v1/notices"]


def library(monkeypatch: pytest.MonkeyPatch, role: Role, clauses: int = 1) -> tuple[AppTest, Stub]:
    teams = [
        TeamReadOut(team="north", asked=8, acknowledged=3, masked=[]),
        TeamReadOut(team="south", asked=4, acknowledged=4, masked=[]),
        TeamReadOut(team=None, asked=5, acknowledged=None, masked=["acknowledged"]),
    ]
    answers: dict[str, Answer] = {
        "GET library": LibraryPage(
            policies=[PolicyOut(key="AF", title="Handbook", owner=None, clauses=[made.clause()])],
            unowned=["RET-9"],
        )
    }
    for key in ("RET-2.1", "RET-2.2")[:clauses]:
        revisions = [made.revision(n, f"Within {n}0 days.") for n in (1, 2, 3)]
        read = AcknowledgedPage(clause=key, revision=3, asked_on=made.TODAY, teams=teams)
        answers[f"GET clauses/{key}"] = made.clause_page(key=key, revisions=revisions)
        answers[f"GET clauses/{key}/acknowledged"] = read
    stub = Stub(answers)
    return screen("library", stub, monkeypatch, role, clause="RET-2.1"), stub


def test_an_owner_sees_how_many_of_each_team_have_read_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, _ = library(monkeypatch, OWNER)
    html = drawn(app)
    for shown in ("at least 3", ">all<", "too few people to show", "smaller teams, together"):
        assert shown in html
    assert "Nobody answers for RET-9" in words(app)
    _, stub = library(monkeypatch, Role.AGENT)
    assert not any(each.url.path.endswith("acknowledged") for each in stub.asked)


def test_a_chosen_wording_is_one_of_this_clause(monkeypatch: pytest.MonkeyPatch) -> None:
    app, _ = library(monkeypatch, OWNER, clauses=2)
    app.selectbox(key="old-RET-2.1-3").set_value(1).run()
    assert app.query_params["old"] == "1"
    app.query_params.clear()
    app.query_params["clause"] = "RET-2.2"
    app.run()
    assert app.selectbox(key="old-RET-2.2-3").value == 2
    assert "old" not in app.query_params
    again = reopened("library", OWNER, clause="RET-2.1", old="1", new="nonsense")
    assert again.selectbox(key="old-RET-2.1-3").value == 1
    assert again.selectbox(key="new-RET-2.1-3").value == 3
