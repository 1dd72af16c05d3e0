"""A lead is asked once where no peer answers; few are told, in turn; and whether a no is said."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import actor_named, add_account, operator
from recommender.cases.cosigning import cosign, decline, queue
from recommender.cases.escalating import escalate_overdue
from recommender.cases.filing import Wish, edit, expire_overdue, file
from recommender.cases.guardrails import RoleLimitExceeded, breaches
from recommender.cases.saying_no import tell_if_nobody_says_no
from recommender.config import Settings
from recommender.models.accounts import Account
from recommender.models.base import new_id
from recommender.models.cases import Case, CoSignature
from recommender.models.events import Event
from recommender.models.notices import Notice
from recommender.policies.limiting import Limits, set_limits
from recommender.storage.house import House
from recommender.vocabulary import CaseState, NoticeTopic, Role, SignatureVerdict
from tests.conftest import AddPolicy

WISH = Wish(situation="The lamp hums.", resolution="Swap the lamp.")
HOUR = timedelta(hours=1)


def add(house: House, *names: str, lead: str | None = None, role: Role = Role.AGENT) -> None:
    with house.transaction(operator(house)) as tx:
        for name in names:
            add_account(tx, name=name, display_name=name, roles=[role], lead=lead)


def filed(house: House, filer: Actor, wish: Wish = WISH) -> str:
    with house.transaction(filer) as tx:
        return file(tx, wish).id


def escalated(house: House, hours: float) -> int:
    with house.transaction(operator(house)) as tx:
        return escalate_overdue(replace(tx, at=tx.at + hours * HOUR))


def told(house: House, case_id: str) -> list[str]:
    """Name who was asked to answer a case."""
    with house.database.reading() as session:
        asked = Notice.topic == NoticeTopic.COSIGN_WANTED
        about = select(Notice.account_name).where(asked, Notice.case_id == case_id)
        return sorted(session.scalars(about))


# A lead in a peer's stead


def test_a_lead_is_asked_once_after_the_hours_of_the_settings(house: House, maya: Actor) -> None:
    add(house, "one", "two", lead="ines")
    case_id = filed(house, maya)
    assert escalated(house, 7.9) == 0
    assert escalated(house, 8.1) == 1
    assert escalated(house, 12) == 0
    assert [name for name in told(house, case_id) if name == "ines"] == ["ines"]
    with house.database.reading() as session:
        event = session.scalars(select(Event).where(Event.verb == "escalate")).one()
        assert (event.noun_id, event.details) == (case_id, {})
    with house.reading(actor_named(house, "ines")) as tx:
        assert [case.id for case in queue(tx)] == [case_id]
    with house.transaction(operator(house)) as tx:
        assert expire_overdue(replace(tx, at=tx.at + 25 * HOUR)) == 1


def test_an_edit_starts_the_wait_for_peers_anew(house: House, maya: Actor) -> None:
    add(house, "one", lead="ines")
    case_id = filed(house, maya)
    assert escalated(house, 9) == 1
    with house.transaction(maya) as tx:
        later = replace(tx, at=tx.at + 10 * HOUR)
        assert edit(later, case_id, WISH).escalated_at is None
    assert escalated(house, 17) == 0
    assert escalated(house, 18.1) == 1


def test_where_no_lead_is_outside_the_line_it_only_expires(house: House, maya: Actor) -> None:
    with house.database.transaction() as session:
        session.get_one(Account, "maya").lead = "ines"
    case_id = filed(house, maya)
    assert escalated(house, 9) == 0
    add(house, "lena")
    add(house, "one", lead="lena")
    assert escalated(house, 9) == 1
    assert "lena" in told(house, case_id)


def test_what_no_signature_can_approve_goes_to_no_lead(
    house: House, maya: Actor, add_policy: AddPolicy
) -> None:
    add_policy()
    add(house, "one", lead="ines")
    case_id = filed(house, maya, replace(WISH, clause_key="RET-2.2"))
    assert told(house, case_id) == []
    assert escalated(house, 9) == 0
    with house.transaction(maya) as tx:
        edit(tx, case_id, WISH)
    assert told(house, case_id) == ["one", "tom"]


LARGE = replace(WISH, clause_key="RET-2.1", amount=80.0, currency="EUR")


def limited(house: House, agents: float, managers: float | None) -> None:
    roles = {Role.AGENT: agents} | ({} if managers is None else {Role.MANAGER: managers})
    with house.transaction(operator(house)) as tx:
        set_limits(tx, "RET-2.1", Limits(currency="EUR", roles=roles))


@pytest.mark.parametrize(("managers", "asked"), [(200.0, 1), (80.0, 1), (79.0, 0), (None, 1)])
def test_a_lead_is_asked_whose_own_role_may_approve_what_no_peer_can(
    house: House, maya: Actor, add_policy: AddPolicy, managers: float | None, asked: int
) -> None:
    add_policy()
    add(house, "lena")
    add(house, "one", lead="lena")
    add(house, "two", lead="ines")
    limited(house, 50, managers)
    case_id = filed(house, maya, LARGE)
    assert escalated(house, 9) == asked
    assert told(house, case_id) == ["ines"] * asked
    if not asked:
        return
    ines, lena = actor_named(house, "ines"), actor_named(house, "lena")
    with house.reading(ines) as tx:
        (case,) = queue(tx)
        seen = case.content_hash
        assert breaches(tx, case) == []
    with pytest.raises(RoleLimitExceeded), house.transaction(lena) as tx:
        cosign(tx, case_id, seen)
    with house.transaction(ines) as tx:
        assert cosign(tx, case_id, seen).cosigner_id == "ines"


def test_a_lead_of_several_roles_signs_by_the_largest(
    house: House, maya: Actor, add_policy: AddPolicy
) -> None:
    add_policy()
    add(house, "lena", role=Role.MANAGER)
    with house.database.transaction() as session:
        session.get_one(Account, "lena").roles = [Role.AGENT, Role.MANAGER]
    add(house, "one", lead="lena")
    limited(house, 50, 100)
    case_id = filed(house, maya, LARGE)
    assert escalated(house, 9) == 1
    assert told(house, case_id) == ["lena"]


def test_a_wait_that_is_shorter_than_the_hours_goes_to_nobody(
    settings: Settings, house: House, maya: Actor
) -> None:
    add(house, "one", lead="ines")
    house.settings = settings.model_copy(update={"proposal_hours": 6})
    filed(house, maya)
    assert escalated(house, 5.9) == escalated(house, 6.1) == 0


def test_nobody_but_the_house_escalates_or_watches(house: House, maya: Actor) -> None:
    for due in (escalate_overdue, tell_if_nobody_says_no):
        with pytest.raises(RoleMissing), house.transaction(maya) as tx:
            due(tx)


# A few are told, in turn


def test_a_few_are_told_and_those_with_the_least_before_them_first(
    house: House, maya: Actor
) -> None:
    add(house, *(f"peer-{number}" for number in range(8)))
    cases = [filed(house, maya) for _ in range(6)]
    shown = [name for case_id in cases for name in told(house, case_id)]
    assert [len(told(house, case_id)) for case_id in cases] == [3] * 6
    assert {shown.count(name) for name in shown} == {2}
    assert len(set(shown)) == 9
    for name in set(shown):
        with house.reading(actor_named(house, name)) as tx:
            mine = [case.id for case in queue(tx)]
        asked = [case_id for case_id in cases if name in told(house, case_id)]
        assert mine == asked + [case_id for case_id in cases if case_id not in asked]


def test_what_was_answered_is_before_nobody(house: House, maya: Actor, tom: Actor) -> None:
    add(house, "lena", "pia", "omar")
    house.settings = house.settings.model_copy(update={"signers_shown": 2})
    first = filed(house, maya)
    busy = set(told(house, first))
    second = filed(house, maya)
    assert busy.isdisjoint(told(house, second))
    with house.transaction(tom) as tx:
        for case_id in (first, second):
            cosign(tx, case_id, tx.session.get_one(Case, case_id).content_hash)
    with house.database.reading() as session:
        unread = select(Notice).where(Notice.needs_you, Notice.read_at.is_(None))
        assert session.scalars(unread).all() == []


# Whether a no is still said


def answers(house: House, number: int, signers: int, since: datetime) -> None:
    """Let so many signatures be given by so many people."""
    with house.transaction(actor_named(house, "maya")) as tx:
        for turn in range(number):
            case = file(tx, WISH)
            case.signatures.append(
                CoSignature(
                    id=new_id(),
                    filer_id="maya",
                    signer_id=f"signer-{turn % signers}",
                    ordinal=1,
                    verdict=SignatureVerdict.SIGNED,
                    content_hash=case.content_hash,
                    given_at=since + turn * timedelta(seconds=1),
                )
            )


def watched(house: House, moment: datetime) -> int:
    with house.transaction(operator(house)) as tx:
        return tell_if_nobody_says_no(replace(tx, at=moment))


@pytest.fixture
def watching(house: House) -> House:
    house.settings = house.settings.model_copy(update={"process_notice_after": 6})
    add(house, "emil", role=Role.EMPLOYEE_REPRESENTATIVE)
    return house


def test_owners_and_representatives_hear_when_nobody_says_no_and_of_no_person(
    watching: House, maya: Actor
) -> None:
    with watching.reading(maya) as tx:
        start = tx.at
    answers(watching, 5, 3, start)
    assert watched(watching, start + HOUR) == 0
    answers(watching, 1, 3, start + HOUR)
    assert watched(watching, start + 2 * HOUR) == 2
    with watching.database.reading() as session:
        said = session.scalars(select(Notice).where(Notice.topic == NoticeTopic.PROCESS)).all()
        assert {notice.account_name for notice in said} == {"emil", "ruth"}
        assert not any("signer-" in notice.body or "maya" in notice.body for notice in said)
    assert watched(watching, start + 2 * HOUR) == 0
    answers(watching, 5, 3, start + 3 * HOUR)
    assert watched(watching, start + 4 * HOUR) == 0
    answers(watching, 1, 3, start + 4 * HOUR)
    assert watched(watching, start + 5 * HOUR) == 2


def test_below_the_floor_nothing_is_said(watching: House, maya: Actor) -> None:
    with watching.reading(maya) as tx:
        start = tx.at
    answers(watching, 20, 2, start)
    assert watched(watching, start + HOUR) == 0
    answers(watching, 6, 3, start + HOUR)
    assert watched(watching, start + 2 * HOUR) == 2


def test_one_no_among_the_newest_is_enough(watching: House, maya: Actor, tom: Actor) -> None:
    case_id = filed(watching, maya)
    with watching.transaction(tom) as tx:
        start = tx.at
        seen = tx.session.get_one(Case, case_id).content_hash
        assert decline(tx, case_id, seen, "It was dropped.").state is CaseState.DECLINED
    answers(watching, 5, 3, start + HOUR)
    assert watched(watching, start + 2 * HOUR) == 0
    answers(watching, 1, 3, start + 2 * HOUR)
    assert watched(watching, start + 3 * HOUR) == 2
