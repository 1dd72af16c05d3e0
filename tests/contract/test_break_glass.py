"""Promise 9, its one exception: a name shown for a reason, by two people, for hours, and told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import add_account, deactivate, operator
from recommender.cases.identities import (
    WAITS,
    AlreadyAsked,
    IdentityClosed,
    IdentityUnknown,
    NobodyToGrant,
    RequestAnswered,
    SecondPersonNeeded,
    UnknownRequest,
    ask_identity,
    grant_identity,
    identity_requests,
    looked_at,
    open_identity,
)
from recommender.cases.proposals import UnknownCase
from recommender.cases.wishes import BlankField
from recommender.config import now
from recommender.models.accounts import Account
from recommender.models.cases import Case, CoSignature
from recommender.models.events import Event
from recommender.models.notices import Notice
from recommender.models.protection import BreakGlass
from recommender.storage.house import House
from recommender.vocabulary import CaseState, NoticeTopic, Participant, Role, SignatureVerdict
from tests.conftest import NewCase, RunCli
from tests.contract.conftest import Api

WHY = "Two refunds went to an account that no customer has."
Later = Callable[[timedelta], None]


@pytest.fixture
def emil(house: House) -> Actor:
    """The employee representative."""
    roles = [Role.EMPLOYEE_REPRESENTATIVE]
    with house.transaction(operator(house)) as tx:
        return add_account(tx, name="emil", display_name="Emil", roles=roles).actor


@pytest.fixture
def case_id(house: House, new_case: NewCase) -> str:
    """A case that maya filed and tom signed."""
    with house.transaction(operator(house)) as tx:
        return new_case(tx.session).id


@pytest.fixture
def later(house: House, monkeypatch: pytest.MonkeyPatch) -> Later:
    """Let time pass: every later act happens so much later."""
    return lambda by: monkeypatch.setattr(house, "clock", lambda: now() + by)


def asked(house: House, actor: Actor, case_id: str, who: Participant = Participant.FILER) -> str:
    with house.transaction(actor) as tx:
        return ask_identity(tx, case_id, who, WHY).id


def granted(house: House, asker: Actor, granter: Actor, case_id: str) -> str:
    request_id = asked(house, asker, case_id)
    with house.transaction(granter) as tx:
        grant_identity(tx, request_id)
    return request_id


def told(house: House, name: str) -> list[tuple[str, str, str | None]]:
    with house.database.reading() as session:
        notices = session.scalars(
            select(Notice)
            .where(Notice.account_name == name, Notice.topic == NoticeTopic.IDENTITY_SHOWN)
            .order_by(Notice.created_at)
        )
        return [(one.title, one.body, one.case_id) for one in notices]


def test_two_people_and_a_reason_open_it_and_everybody_concerned_is_told(
    house: House, ines: Actor, emil: Actor, case_id: str
) -> None:
    request_id = asked(house, ines, case_id)
    assert WHY in told(house, "emil")[0][1]
    assert told(house, "maya") == [], "nothing was shown yet"
    with house.transaction(ines) as tx, pytest.raises(IdentityClosed, match="not granted"):
        open_identity(tx, request_id)
    with house.transaction(emil) as tx:
        until = grant_identity(tx, request_id).until
        assert until == tx.at + timedelta(hours=house.settings.break_glass_hours)
    assert told(house, "maya") == []
    for _ in range(2):
        with house.transaction(ines) as tx:
            assert open_identity(tx, request_id) == "maya"
    ((title, body, about),) = told(house, "maya")
    assert (title, about) == ("Your name was shown", case_id)
    assert WHY in body
    assert "role manager" in body
    assert "ines" not in body
    assert len(told(house, "emil")) == 2, "the request, and that the name was read"
    assert "ines asked" in told(house, "emil")[1][1]
    assert told(house, "tom") == []
    with house.database.reading() as session:
        verbs = session.scalars(
            select(Event.verb).where(Event.noun_id == request_id).order_by(Event.sequence)
        ).all()
        entries = session.scalars(select(Event).where(Event.noun_id == request_id)).all()
    assert verbs == ["ask_identity", "grant_identity", "open_identity", "open_identity"]
    assert all("maya" not in str(entry.details) for entry in entries)


def test_everybody_lists_who_read_their_own_name_and_nobody_elses(
    house: House, ines: Actor, maya: Actor, emil: Actor, case_id: str, later: Later
) -> None:
    request_id = granted(house, ines, emil, case_id)
    api = Api(house)
    assert api.by("maya").get("/v1/me/looked-at").json() == {"looked": []}, "not read yet"
    for hour in (1, 2):
        later(timedelta(hours=hour))
        with house.transaction(ines) as tx:
            open_identity(tx, request_id)
    [one] = api.by("maya").get("/v1/me/looked-at").json()["looked"]
    at = one.pop("at")
    assert one == {"case_id": case_id, "who": "filer", "role": "manager", "reason": WHY}
    with house.reading(maya) as tx:
        assert looked_at(tx)[0].at == tx.session.get_one(BreakGlass, request_id).opened_at
    assert at
    for name in ("tom", "ines", "emil", "auditor"):
        assert api.by(name).get("/v1/me/looked-at").json() == {"looked": []}, name
    with house.transaction(operator(house)) as tx:
        deactivate(tx, "ines")
        account = tx.session.get_one(Account, "ines")
        account.roles = [Role.AGENT]
    with house.reading(maya) as tx:
        assert looked_at(tx)[0].role is None, "who asked may ask no more"


def test_the_signer_is_asked_for_by_itself(
    house: House, ines: Actor, auditor: Actor, case_id: str, new_case: NewCase
) -> None:
    with house.transaction(operator(house)) as tx:
        declined = new_case(tx.session, state=CaseState.DECLINED, cosigner_id=None, agent_id="tom")
        declined.signatures.append(
            CoSignature(
                filer_id="tom",
                signer_id="maya",
                ordinal=1,
                verdict=SignatureVerdict.DECLINED,
                content_hash=declined.content_hash,
                given_at=tx.at,
            )
        )
        declined_id = declined.id
    for about, name in ((case_id, "tom"), (declined_id, "maya")):
        request_id = asked(house, ines, about, Participant.SIGNER)
        with house.transaction(auditor) as tx:
            grant_identity(tx, request_id)
        with house.transaction(ines) as tx:
            assert open_identity(tx, request_id) == name


def test_nobody_grants_their_own_or_holds_both_roles(
    house: House, ines: Actor, auditor: Actor, case_id: str
) -> None:
    with house.transaction(operator(house)) as tx:
        both = add_account(tx, name="both", display_name="B", roles=["manager", "auditor"]).actor
    request_id = asked(house, ines, case_id)
    own = asked(house, both, case_id)
    for wanted in (request_id, own):
        with house.transaction(both) as tx, pytest.raises(SecondPersonNeeded):
            grant_identity(tx, wanted)
    assert told(house, "both") == [], "who may not grant is not asked to"
    with house.transaction(ines) as tx, pytest.raises(RoleMissing):
        grant_identity(tx, request_id)
    with house.transaction(auditor) as tx:
        grant_identity(tx, request_id)
        with pytest.raises(RequestAnswered):
            grant_identity(tx, request_id)
        with pytest.raises(UnknownRequest):
            grant_identity(tx, "000000000000")


def test_the_database_itself_wants_a_second_person(house: House, ines: Actor, case_id: str) -> None:
    request_id = asked(house, ines, case_id)
    with pytest.raises(IntegrityError), house.database.transaction() as session:
        session.get_one(BreakGlass, request_id).granted_by = "ines"


def test_it_closes_by_itself(
    house: House, ines: Actor, auditor: Actor, admin: Actor, case_id: str, later: Later
) -> None:
    request_id = granted(house, ines, auditor, case_id)
    waiting = asked(house, admin, case_id)
    with house.transaction(ines) as tx, pytest.raises(AlreadyAsked) as refused:
        ask_identity(tx, case_id, Participant.FILER, WHY)
    assert refused.value.facts["request"] == request_id
    later(timedelta(hours=house.settings.break_glass_hours))
    with house.transaction(ines) as tx:
        with pytest.raises(IdentityClosed, match="over"):
            open_identity(tx, request_id)
        assert ask_identity(tx, case_id, Participant.FILER, WHY).id != request_id
    assert told(house, "maya") == [], "a grant that nobody used shows nothing"
    later(WAITS)
    with house.transaction(auditor) as tx, pytest.raises(RequestAnswered):
        grant_identity(tx, waiting)


def test_only_who_asked_opens_it(
    house: House, ines: Actor, admin: Actor, auditor: Actor, case_id: str
) -> None:
    request_id = granted(house, ines, auditor, case_id)
    with house.transaction(admin) as tx, pytest.raises(UnknownRequest):
        open_identity(tx, request_id)
    with house.transaction(auditor) as tx, pytest.raises(RoleMissing):
        open_identity(tx, request_id)


def test_bad_requests_are_named(
    house: House, ines: Actor, maya: Actor, auditor: Actor, case_id: str, new_case: NewCase
) -> None:
    with house.transaction(operator(house)) as tx:
        nobodys = new_case(tx.session, agent_id=None, cosigner_id=None).id
    with house.transaction(maya) as tx, pytest.raises(RoleMissing):
        ask_identity(tx, case_id, Participant.SIGNER, WHY)
    with house.transaction(ines) as tx:
        with pytest.raises(BlankField) as refused:
            ask_identity(tx, case_id, Participant.FILER, "  ")
        assert refused.value.field == "reason"
        with pytest.raises(UnknownCase):
            ask_identity(tx, "000000000000", Participant.FILER, WHY)
        for who in Participant:
            with pytest.raises(IdentityUnknown):
                ask_identity(tx, nobodys, who, WHY)
    with house.transaction(operator(house)) as tx:
        deactivate(tx, auditor.name)
    with house.transaction(ines) as tx, pytest.raises(NobodyToGrant):
        ask_identity(tx, case_id, Participant.FILER, WHY)


def test_the_reason_carries_no_personal_data(
    house: House, ines: Actor, emil: Actor, case_id: str
) -> None:
    with house.transaction(ines) as tx:
        asking = "Mr. Abendrot called from 020 7946 0123 about it."
        assert "Abendrot" not in ask_identity(tx, case_id, Participant.FILER, asking).reason
    assert "Abendrot" not in told(house, emil.name)[0][1]


def test_who_watches_sees_all_requests_and_who_asks_their_own(
    house: House, ines: Actor, admin: Actor, auditor: Actor, emil: Actor, maya: Actor, case_id: str
) -> None:
    first, second = asked(house, ines, case_id), asked(house, admin, case_id)
    for actor in (auditor, emil, admin):
        with house.reading(actor) as tx:
            assert [one.id for one in identity_requests(tx)] == [second, first]
    with house.reading(ines) as tx:
        assert [one.id for one in identity_requests(tx)] == [first]
    with house.reading(maya) as tx, pytest.raises(RoleMissing):
        identity_requests(tx)


def test_a_request_outlives_its_case(
    house: House, ines: Actor, auditor: Actor, case_id: str
) -> None:
    request_id = asked(house, ines, case_id)
    with house.transaction(operator(house)) as tx:
        tx.session.delete(tx.session.get_one(Case, case_id))
    with house.transaction(auditor) as tx:
        grant_identity(tx, request_id)
    with house.transaction(ines) as tx, pytest.raises(UnknownCase):
        open_identity(tx, request_id)
    assert told(house, "ines")[0][2] is None


def test_over_http_and_on_the_command_line(
    api: Api, cli: RunCli, emil: Actor, case_id: str
) -> None:
    body = {"case_id": case_id, "who": "filer", "reason": WHY}
    answer = api.by("ines").post("/v1/identities", json=body)
    assert answer.status_code == 201
    request_id = answer.json()["id"]
    assert answer.json()["mine"] is True
    assert "maya" not in answer.text
    watched = api.by(emil.name).get("/v1/identities").json()["requests"]
    assert [(one["asked_by"], one["asker"], one["mine"]) for one in watched] == [
        ("ines", "Ines", False)
    ]
    assert "open until" in cli("--as", "emil", "identities", "grant", request_id).stdout
    opened = api.by("ines").post(f"/v1/identities/{request_id}/open")
    assert opened.json() == {"name": "maya", "shown_as": "Maya"}
    assert api.by("maya").get("/v1/notices").json()["notices"][0]["topic"] == "identity_shown"

    made = cli("--as", "ines", "identities", "ask", case_id, "--who", "signer", "--reason", WHY)
    second = made.stdout.split()[0]
    assert cli("--as", "ines", "identities", "open", second).exit_code == 1
    cli("--as", "emil", "identities", "grant", second)
    assert cli("--as", "ines", "identities", "open", second).stdout == "tom\n"
    listed = cli("--as", "emil", "identities", "list")
    assert second in listed.stdout
    assert "maya" not in cli("--as", "emil", "identities", "list", "--json").stdout


def test_the_list_says_where_each_request_stands(
    house: House, api: Api, ines: Actor, auditor: Actor, admin: Actor, case_id: str, later: Later
) -> None:
    granted(house, ines, auditor, case_id)
    asked(house, admin, case_id)

    def states() -> list[str]:
        listed = api.by(auditor.name).get("/v1/identities").json()["requests"]
        return [one["state"] for one in listed]

    assert states() == ["waiting", "open"]
    later(WAITS)
    assert states() == ["lapsed", "over"]
