"""Who is in a line, who may answer, who could have."""

import pytest

from recommender.access import Actor
from recommender.accounts.directory import UnknownAccount, actor_named, add_account, operator
from recommender.cases.cosigning import cosign, queue
from recommender.cases.eligibility import (
    could_sign,
    eligible_leads,
    eligible_peers,
    is_eligible,
    line_of,
)
from recommender.cases.filing import Wish, edit, file
from recommender.models.accounts import Account
from recommender.models.cases import Case
from recommender.storage.house import House
from recommender.vocabulary import AccountName, CaseState, Role
from tests.conftest import NewCase

WISH = Wish(situation="The lamp hums.", resolution="Swap the lamp.")


def add(house: House, *names: str, lead: str | None = None, role: Role = Role.AGENT) -> None:
    with house.transaction(operator(house)) as tx:
        for name in names:
            add_account(tx, name=name, display_name=name, roles=[role], lead=lead)


def lead(house: House, name: str, by: str | None) -> None:
    with house.database.transaction() as session:
        session.get_one(Account, name).lead = by


def test_a_line_goes_up_and_down_at_any_distance_and_not_sideways(house: House) -> None:
    add(house, "chief")
    add(house, "boss", lead="chief")
    lead(house, "maya", "boss")
    add(house, "beside", lead="boss")
    add(house, "rae", "sam", lead="maya")
    add(house, "finn", lead="rae")
    with house.database.transaction() as session:
        session.get_one(Account, "rae").active = False
    with house.reading(actor_named(house, "maya")) as tx:
        assert line_of(tx, "maya") == {"chief", "boss", "rae", "sam", "finn"}
        assert line_of(tx, "finn") == {"rae", "maya", "boss", "chief"}
        assert line_of(tx, "chief") == {"boss", "maya", "beside", "rae", "sam", "finn"}
        assert line_of(tx, "tom") == line_of(tx, "nobody") == frozenset()


def test_leads_who_lead_each_other_in_a_circle_are_one_line(house: House, maya: Actor) -> None:
    add(house, "lena", lead="maya")
    lead(house, "maya", "tom")
    lead(house, "tom", "lena")
    with house.reading(maya) as tx:
        assert line_of(tx, "maya") == {"tom", "lena"}
        case = Case(agent_id="maya")
        assert (eligible_peers(tx, case), eligible_leads(tx, [case])) == (frozenset(), [{}])


def test_a_lead_who_has_no_account_bars_nobody_else(house: House, maya: Actor) -> None:
    for name in ("maya", "tom"):
        lead(house, name, "somebody-outside")
    with house.reading(maya) as tx:
        assert eligible_peers(tx, Case(agent_id="maya")) == {"tom"}


def test_leads_lead_somebody_active_and_are_of_the_front_line_or_managers(
    house: House, maya: Actor
) -> None:
    add(house, "idle", "lena", "left")
    add(house, "one", lead="lena")
    add(house, "two", lead="ines")
    add(house, "three", lead="ruth")
    add(house, "gone", lead="idle")
    with house.database.transaction() as session:
        session.get_one(Account, "gone").active = False
    with house.reading(maya) as tx:
        case = Case(agent_id="maya")
        assert eligible_leads(tx, [case, Case(agent_id="two"), Case()]) == [
            {"lena": {Role.AGENT}, "ines": {Role.MANAGER}},
            {"lena": {Role.AGENT}},
            {"lena": {Role.AGENT}, "ines": {Role.MANAGER}},
        ]
        assert eligible_peers(tx, case) == {"tom", "idle", "lena", "left", "one", "two", "three"}


def test_the_filer_learns_how_many_could_sign(house: House, maya: Actor) -> None:
    with house.transaction(maya) as tx:
        case_id = file(tx, WISH).id
    add(house, "lena", "pia")
    with house.transaction(maya) as tx:
        assert could_sign(tx, [case_id]) == {case_id: 1}
        edit(tx, case_id, WISH)
        assert could_sign(tx, [case_id]) == {case_id: 3}
    lead(house, "maya", "lena")
    for name in ("tom", "pia"):
        with house.database.transaction() as session:
            session.get_one(Account, name).active = False
    with house.transaction(maya) as tx:
        edit(tx, case_id, WISH)
        assert could_sign(tx, [case_id]) == {case_id: 0}


def test_a_line_counts_as_it_is_when_somebody_answers(
    house: House, maya: Actor, tom: Actor
) -> None:
    with house.transaction(maya) as tx:
        case = file(tx, WISH)
        case_id, seen = case.id, case.content_hash
    lead(house, "maya", "tom")
    with house.reading(tom) as tx:
        assert queue(tx) == []
        assert not is_eligible(tx, tx.session.get_one(Case, case_id))
    lead(house, "maya", None)
    with house.transaction(tom) as tx:
        assert cosign(tx, case_id, seen).state is CaseState.APPROVED


def test_who_has_no_account_answers_nothing(house: House, maya: Actor) -> None:
    with house.transaction(maya) as tx:
        case = file(tx, WISH)
        case_id, seen = case.id, case.content_hash
    stranger = Actor(AccountName("stranger"), frozenset({Role.AGENT}))
    with pytest.raises(UnknownAccount), house.transaction(stranger) as tx:
        cosign(tx, case_id, seen)


def test_an_imported_proposal_has_no_record_and_is_answered_by_the_same_rule(
    house: House, tom: Actor, new_case: NewCase
) -> None:
    with house.database.transaction() as session:
        case = new_case(session, state=CaseState.PENDING, cosigner_id=None, decided_at=None)
        case_id, seen = case.id, case.content_hash
    with house.transaction(tom) as tx:
        assert could_sign(tx, [case_id]) == {case_id: 0}
        assert cosign(tx, case_id, seen).state is CaseState.APPROVED
