"""The front line's screens: file, co-sign, mine, notices; and the admin's."""

import json
import uuid
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from api.schemas.accounts import AccountOut
from api.schemas.cases import BreachOut, CaseOut, QueuePage
from api.schemas.imports import ImportOut, RefusedRowOut
from api.schemas.notices import NoticeOut
from api.schemas.precedents import AllowanceOut, PrecedentsOut
from api.schemas.references import KindRef
from recommender.vocabulary import CaseState, NoticeTopic, OutcomeReading, Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, refused, screen, words

AGENT = Role.AGENT
NONE_LIKE_IT = PrecedentsOut(precedents=[], allowed=None)
CEILING = BreachOut(rule="ceiling", words="Peers may approve up to 60, and this asks for 79.")


def keys(app: AppTest) -> set[str | None]:
    return {each.key for each in app.button}


# File -----------------------------------------------------------------------------------------


@pytest.fixture
def filing() -> Stub:
    return Stub(
        {
            "GET filing": made.filing_page(),
            "POST precedents": PrecedentsOut(precedents=[made.precedent()], allowed=None),
            "POST proposals": made.case("c9"),
            "GET proposals/c9": made.case("c9", expires_at=made.NOW),
        }
    )


def file_screen(monkeypatch: pytest.MonkeyPatch, stub: Stub, **params: str) -> AppTest:
    return screen("file", stub, monkeypatch, AGENT, **params)


def test_precedents_follow_the_situation_and_are_asked_for_once(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    app = file_screen(monkeypatch, filing)
    assert "They appear here as you write" in words(app)
    assert "Be fair." in words(app)
    app.text_area(key="situation").set_value("Parcel lay at the neighbour's.").run()
    said = words(app)
    assert "1 case: 1 approved, 0 declined" in said
    assert "62 % alike" in said
    assert "Alike: same clause: RET-2.1" in said
    assert made.MARKED in said
    app.number_input(key="amount").set_value(20.0).run()
    assert len(filing.acts) == 1
    app.selectbox(key="clause").set_value("RET-2.1").run()
    assert json.loads(filing.acts[-1][1])["clause_key"] == "RET-2.1"
    assert len(filing.acts) == 2


def test_what_the_rule_allows_already_is_said_first(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    allowed = AllowanceOut(clause_key="RET-2.1", text="Taken back within 30 days.")
    filing.answers["POST precedents"] = PrecedentsOut(precedents=[], allowed=allowed)
    app = file_screen(monkeypatch, filing)
    app.text_area(key="situation").set_value("Parcel lay at the neighbour's.").run()
    assert "This may be allowed already" in app.success[0].value
    assert "Nothing like it so far" in words(app)
    filing.answers["POST precedents"] = refused(503, title="Starting")
    app.text_area(key="situation").set_value("Parcel lay at the other neighbour's.").run()
    assert "Starting" in app.warning[0].value


def test_a_proposal_is_filed_with_the_facts_its_clause_asks_for(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    app = file_screen(monkeypatch, filing)
    app.text_area(key="situation").set_value("Parcel lay at the neighbour's.")
    app.text_area(key="resolution").set_value("Take it back.")
    app.selectbox(key="clause").set_value("RET-2.1").run()
    assert "(the rule says at most 30 days)" in app.number_input[0].label.replace("\\", "")
    app.number_input(key="fact-days_since_delivery").set_value(34.0)
    app.number_input(key="amount").set_value(0.0)
    app.text_area(key="reason").set_value("The delay was ours.")
    app.checkbox(key="after-the-act").check()
    app.text_input(key="customer").set_value("C-1")
    app.selectbox(key="action").set_value("extend_return")
    app.selectbox(key="product").set_value("garden")
    app.button(key="file").click().run()
    assert not app.exception
    name, body = filing.acts[-1]
    assert name == "POST proposals"
    assert json.loads(body) == {
        "situation": "Parcel lay at the neighbour's.",
        "resolution": "Take it back.",
        "reason": "The delay was ours.",
        "clause_key": "RET-2.1",
        "gap": False,
        "facts": {"days_since_delivery": 34.0},
        "amount": 0.0,
        "currency": "EUR",
        "filed_after_the_act": True,
        "granted_action": "extend_return",
        "product": "garden",
        "customer_id": "C-1",
    }
    assert app.query_params["filed"] == "c9"
    said = words(app)
    assert "It waits in your colleagues' queue until 4 Nov 2026." in said
    assert app.text_area(key="situation").value == ""
    assert app.selectbox(key="clause").value is None


def test_a_draft_keeps_its_own_name_until_its_words_change(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    filing.answers["POST proposals"] = refused(503)
    app = file_screen(monkeypatch, filing)
    app.text_area(key="situation").set_value("Parcel lay at the neighbour's.")
    app.text_area(key="resolution").set_value("Take it back.")
    app.selectbox(key="clause").set_value("gap")
    for _ in range(2):
        app.button(key="file").click().run()
    assert app.text_area(key="situation").value == "Parcel lay at the neighbour's."
    app.text_area(key="resolution").set_value("Exchange it.")
    app.button(key="file").click().run()
    sent = [each for each in filing.asked if each.url.path.endswith("proposals")]
    first, again, other = [uuid.UUID(each.headers["idempotency-key"]) for each in sent]
    assert first == again != other
    assert json.loads(sent[0].content)["gap"] is True


def test_what_is_missing_is_named_and_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    app = file_screen(monkeypatch, filing)
    app.button(key="file").click().run()
    assert "The situation is still empty" in words(app)
    app.text_area(key="situation").set_value("Short.")
    app.text_area(key="resolution").set_value("Take it back.")
    app.button(key="file").click().run()
    assert "Choose the rule in the way" in words(app)
    assert filing.acts == []


def test_a_clause_says_what_peers_cannot_approve(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    amount = made.clause().revision
    assert amount is not None
    limit = amount.parameters[0].model_copy(update={"fact": "amount"})
    never = made.clause("GEN-1.1", never_bend=True, revision=made.revision(1, "Never.", [limit]))
    capped = made.clause("DEL-3.1", ceiling=60, revision=None)
    gone = made.clause("OLD-1", retired=True)
    filing.answers["GET filing"] = made.filing_page(clauses=[never, capped, gone], currency=None)
    app = file_screen(monkeypatch, filing)
    assert app.selectbox(key="clause").options == [
        "No clause fits",
        "GEN-1.1 · Never.",
        "DEL-3.1 · Returns",
    ]
    app.selectbox(key="clause").set_value("GEN-1.1").run()
    assert "This rule is never bent" in app.warning[0].value
    assert [each.key for each in app.number_input] == ["amount"]
    app.selectbox(key="clause").set_value("DEL-3.1").run()
    assert "Peers can approve up to 60 under this rule." in words(app)


def test_after_filing_the_address_tells_where_it_stands(
    monkeypatch: pytest.MonkeyPatch, filing: Stub
) -> None:
    filing.answers["GET proposals/c9"] = made.case("c9", breaches=[CEILING])
    app = file_screen(monkeypatch, filing, filed="c9")
    assert "Peers cannot approve this here." in app.warning[0].value
    filing.answers["GET proposals/c9"] = made.case("c9", state=CaseState.APPROVED)
    assert "A peer signed it." in words(app.run())
    filing.answers["GET proposals/c9"] = refused(404, title="Gone")
    app.run()
    assert "Gone" in app.error[0].value
    assert app.text_area(key="situation").value == ""


# Co-sign --------------------------------------------------------------------------------------


def queue_of(*cases: object) -> Stub:
    page = QueuePage.model_validate(
        {"direction": "Be fair.", "proposals": list(cases)}, from_attributes=True
    )
    return Stub({"GET queue": page, "POST precedents": NONE_LIKE_IT})


def cosign_screen(monkeypatch: pytest.MonkeyPatch, stub: Stub, **params: str) -> AppTest:
    return screen("cosign", stub, monkeypatch, AGENT, **params)


def test_the_queue_shows_each_proposal_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    other = made.case(
        "c2", clause_key=None, gap=True, amount=None, facts={}, filed_after_the_act=True
    )
    stub = queue_of(made.case("c1", expires_at=made.NOW + timedelta(days=1)), other)
    app = cosign_screen(monkeypatch, stub)
    said = words(app)
    for shown in (
        "2 proposals wait, oldest first",
        "Be fair.",
        made.MARKED,
        "Take it back.",
        "She could not come.",
        "**59.90 EUR**",
        "Days since delivery: 34",
        "No clause fits",
        "waits until 5 Nov 2026",
        "done already, as it could not wait",
    ):
        assert shown in said
    assert stub.acts == []


def test_signing_sends_the_hash_of_what_was_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = queue_of(made.case())
    stub.answers["POST proposals/c1/cosign"] = made.case(state=CaseState.APPROVED)
    app = cosign_screen(monkeypatch, stub, id="c1")
    app.button(key="cosign-c1").click().run()
    ((name, body),) = stub.acts
    assert name == "POST proposals/c1/cosign"
    assert json.loads(body) == {"content_hash": "a" * 64}
    assert "It is approved" in app.success[0].value
    assert "id" not in app.query_params


def test_a_refused_signature_says_why_and_the_card_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = queue_of(made.case())
    stub.answers["POST proposals/c1/cosign"] = refused(title="Changed", remedy="Read it anew.")
    app = cosign_screen(monkeypatch, stub)
    app.button(key="cosign-c1").click().run()
    assert app.warning[0].value == r"**Changed.** D\. Read it anew\."
    assert "cosign-c1" in keys(app)


def test_declining_needs_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = queue_of(made.case())
    stub.answers["POST proposals/c1/decline"] = made.case(state=CaseState.DECLINED)
    app = cosign_screen(monkeypatch, stub)
    app.button(key="decline-save-c1").click().run()
    assert "The reason is still empty" in words(app)
    assert stub.acts == []
    app.text_area(key="decline-reason-c1").set_value("Worn already.")
    app.button(key="decline-save-c1").click().run()
    assert json.loads(stub.acts[0][1])["reason"] == "Worn already."
    assert "has been told why" in words(app)


def test_what_peers_cannot_approve_offers_no_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    app = cosign_screen(monkeypatch, queue_of(made.case(breaches=[CEILING])))
    assert "Peers cannot approve this here." in app.warning[0].value
    assert "this asks for 79" in app.warning[0].value
    assert "cosign-c1" not in keys(app)
    assert "decline-save-c1" in keys(app)


def test_precedents_are_folded_and_open_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = queue_of(made.case("c1"), made.case("c2"))
    app = cosign_screen(monkeypatch, stub)
    app.button(key="look-c1").click().run()
    assert app.query_params["look"] == "c1"
    assert "Nothing like it so far" in words(app)
    stub.answers["POST precedents"] = PrecedentsOut(precedents=[made.precedent()], allowed=None)
    stub.forget()
    app.button(key="look-c2").click().run()
    assert "62 % alike" in words(app)
    assert len(stub.asked) == 2
    app.button(key="look-c2").click().run()
    assert "look" not in app.query_params


def test_a_link_shows_one_proposal_or_says_that_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = queue_of(made.case("c1"), made.case("c2"))
    app = cosign_screen(monkeypatch, stub, id="c2")
    assert {"cosign-c2"} == {key for key in keys(app) if key and key.startswith("cosign")}
    app = cosign_screen(monkeypatch, stub, id="c7")
    assert "no longer waits for you" in app.info[0].value


def test_an_empty_queue_says_what_would_fill_it(monkeypatch: pytest.MonkeyPatch) -> None:
    app = cosign_screen(monkeypatch, queue_of())
    assert "Nothing waits for you" in words(app)
    assert "Be fair." in words(app)


# Mine -----------------------------------------------------------------------------------------


def mine_of(*filed: object, signed: tuple[object, ...] = ()) -> Stub:
    return Stub({"GET mine": {"filed": list(filed), "signed": list(signed)}})


def mine_screen(monkeypatch: pytest.MonkeyPatch, stub: Stub, **params: str) -> AppTest:
    return screen("mine", stub, monkeypatch, AGENT, **params)


def approved(case_id: str = "c1", **given: object) -> CaseOut:
    return made.case(case_id, mine=True, state=CaseState.APPROVED, **given)


def test_mine_tells_what_became_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = approved("c2", outcome=OutcomeReading.GOOD, kind=KindRef(id="k1", name="Late but fair"))
    no = made.case("c3", mine=True, state=CaseState.DECLINED, decline_reason="Worn already.")
    waits = made.case("c4", mine=True, expires_at=made.NOW, breaches=[CEILING])
    after = made.case("c5", mine=True, filed_after_the_act=True)
    app = mine_screen(monkeypatch, mine_of(approved(), ended, no, waits, after))
    said = words(app)
    for shown in (
        "together it is called: Late but fair",
        "Worn already.",
        "waits until 4 Nov 2026",
        "filed after the act",
        "this asks for 79",
        "What came of it?",
    ):
        assert shown in said
    assert {"withdraw-c4", "withdraw-c5", "outcome-stayed-c1"} <= keys(app)
    assert "outcome-stayed-c2" not in keys(app)


@pytest.mark.parametrize(
    ("tap", "body"),
    [
        ("stayed", {"retained": True, "complaint": False}),
        ("complained", {"complaint": True}),
        ("left", {"retained": False}),
    ],
)
def test_an_outcome_is_one_tap_and_says_only_what_is_known(
    monkeypatch: pytest.MonkeyPatch, tap: str, body: dict[str, bool]
) -> None:
    stub = mine_of(approved())
    stub.answers["POST cases/c1/outcome"] = approved()
    app = mine_screen(monkeypatch, stub)
    app.button(key=f"outcome-{tap}-c1").click().run()
    assert json.loads(stub.acts[0][1]) == body
    assert "Thank you." in words(app)


def test_an_approval_is_taken_back_and_a_proposal_withdrawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stub = mine_of(approved(), made.case("c2", mine=True))
    stub.answers |= {
        "POST cases/c1/revoke": approved(),
        "POST proposals/c2/withdraw": made.case("c2"),
    }
    app = mine_screen(monkeypatch, stub)
    app.text_area(key="revoke-reason-c1").set_value("She changed her mind.")
    app.button(key="revoke-save-c1").click().run()
    app.button(key="withdraw-c2").click().run()
    assert stub.acts == [
        ("POST cases/c1/revoke", '{"reason":"She changed her mind."}'),
        ("POST proposals/c2/withdraw", ""),
    ]
    assert "Withdrawn." in words(app)


def test_what_i_signed_is_listed_without_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    signed = made.case("c8", state=CaseState.APPROVED)
    app = mine_screen(monkeypatch, mine_of(signed=(signed,)), list="Signed")
    assert made.MARKED in words(app)
    assert not app.button


def test_a_long_list_shows_the_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    app = mine_screen(monkeypatch, mine_of(*[approved(f"c{n}") for n in range(20)]))
    assert sum("outcome-stayed" in str(key) for key in keys(app)) == 15
    app.toggle(key="all").set_value(True).run()
    assert sum("outcome-stayed" in str(key) for key in keys(app)) == 20


def test_empty_lists_say_where_to_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    app = mine_screen(monkeypatch, mine_of())
    assert "You have filed nothing yet" in words(app)
    app.segmented_control(key="list").set_value("Signed").run()
    assert "You have signed nothing yet" in words(app)


def test_a_link_shows_one_case_of_mine(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = mine_of(approved("c1"), approved("c2"))
    app = mine_screen(monkeypatch, stub, id="c2")
    assert "outcome-stayed-c2" in keys(app)
    assert "outcome-stayed-c1" not in keys(app)
    assert "not among yours" in words(mine_screen(monkeypatch, stub, id="c7"))


# Notices --------------------------------------------------------------------------------------


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
    assert [each.value for each in app.subheader] == ["Needs you", "New"]
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


# Admin ----------------------------------------------------------------------------------------

WELL = {"status": "ok", "database": True, "encoder": True}
CSV = b"id,occurred_at,situation\n1,2026-01-01,Late.\n"


def admin_screen(monkeypatch: pytest.MonkeyPatch, stub: Stub, **params: str) -> AppTest:
    return screen("admin", stub, monkeypatch, Role.ADMIN, **params)


def test_the_accounts_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    account = AccountOut(
        name="maya",
        display_name=made.MARKED,
        roles=[Role.AGENT, Role.POLICY_OWNER],
        team=None,
        lead=None,
        active=True,
    )
    app = admin_screen(monkeypatch, Stub({"GET accounts": [account]}))
    assert "1 account, 1 of them active" in words(app)
    (row,) = app.dataframe[0].value.to_dict("records")
    assert row == {
        "Name": "maya",
        "Shown as": made.MARKED,
        "Roles": "agent, policy owner",
        "Team or desk": "–",
        "Active": True,
    }
    assert "No accounts" in words(admin_screen(monkeypatch, Stub({"GET accounts": []})))


NO_DATE = RefusedRowOut(line=3, id=None, field="occurred_at", reason="No date.", remedy="Give one.")


def import_answer(**given: object) -> ImportOut:
    known: dict[str, object] = {
        "batch_id": None,
        "dry_run": True,
        "kept": 1,
        "self_signed": 0,
        "zone": "UTC",
        "zoneless": 1,
        "linked": 0,
        "rows": 2,
        "imported": 1,
        "unchanged": 0,
        "changed": 0,
        "updated": 0,
        "status_missing": 1,
        "unknown_refs": 0,
        "refused": [NO_DATE],
    }
    return ImportOut.model_validate(known | given)


def test_an_import_is_checked_taken_in_and_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub({"POST imports": import_answer(), "POST imports/b1/undo": {}})
    app = admin_screen(monkeypatch, stub, part="Import")
    assert not app.button
    app.file_uploader(key="import-file").set_value(("cases.csv", CSV, "text/csv")).run()
    app.selectbox(key="import-form").set_value("Zendesk")
    app.button(key="import-check").click().run()
    assert stub.asked[-1].content == CSV
    assert dict(stub.asked[-1].url.params) == {
        "file_name": "cases.csv",
        "dry_run": "true",
        "mapping": "zendesk",
        "update": "false",
    }
    assert "Only checked: nothing was taken in" in words(app)
    assert app.dataframe[0].value.to_dict("records") == [
        {
            "Line": 3,
            "Id": "–",
            "Field": "occurred_at",
            "Reason": "No date.",
            "What to do": "Give one.",
        }
    ]
    assert "import-undo" not in keys(app)
    stub.answers["POST imports"] = import_answer(batch_id="b1", dry_run=False, refused=[])
    app.button(key="import-take").click().run()
    assert "**Taken in**" in words(app)
    app.button(key="import-undo").click().run()
    assert stub.acts[-1] == ("POST imports/b1/undo", "")
    assert "The import was taken back." in words(app)
    stub.answers["POST imports"] = refused(422, title="Not a table")
    app.button(key="import-check").click().run()
    assert "Not a table" in app.error[0].value


@pytest.mark.parametrize(
    ("health", "said"),
    [
        (WELL, "the encoder is"),
        ({"status": "starting", "database": False, "encoder": False}, "does not answer"),
    ],
)
def test_runs_are_listed_under_the_health_of_the_service(
    monkeypatch: pytest.MonkeyPatch, health: dict[str, object], said: str
) -> None:
    failed = made.run(id="r2", state="failed", ended_at=None, failure="Out of memory.", diff={})
    stub = Stub({"GET /readyz": health, "GET runs": [made.run(), failed], "POST runs": made.run()})
    app = admin_screen(monkeypatch, stub, part="Runs")
    shown = words(app)
    assert said in shown
    assert "**Published** · 4 Nov 2026 at 09:30 UTC, 0 s" in shown
    assert "cases: 119 · kinds: 7 · seed 0 · encoder plain" in shown
    assert "7 new." in shown
    assert "Out of memory." in shown
    app.button(key="discover").click().run()
    assert "Kinds are up to date." in words(app)


def test_before_the_first_run_the_screen_says_what_a_run_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stub = Stub(
        {"GET /readyz": {"status": "ok", "database": True, "encoder": True}, "GET runs": []}
    )
    assert "No run yet" in words(admin_screen(monkeypatch, stub, part="Runs"))
