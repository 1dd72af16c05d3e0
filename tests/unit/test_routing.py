"""What peers cannot approve: whose it is, who hears of it, and what an owner's answer is."""

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import actor_named, add_account, deactivate, operator
from recommender.cases.cosigning import cosign, decline, queue
from recommender.cases.filing import StillWaiting, Wish, edit, file, proposal, withdraw
from recommender.cases.guardrails import NeverBend
from recommender.cases.proposals import NotPending, ProposalExpired
from recommender.cases.routing import (
    NotRouted,
    approve_routed,
    decline_routed,
    route_waiting,
    routed_to_me,
)
from recommender.cases.wishes import BlankField
from recommender.models.accounts import Account
from recommender.models.cases import Case, InTheSameLine, OwnCosign, StaleSignature
from recommender.models.events import Event
from recommender.models.notices import Notice
from recommender.models.policies import NotYourClause
from recommender.policies.library import set_ceiling
from recommender.policies.limiting import lift, pause
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CaseState, NoticeTopic, Role
from tests.conftest import AddPolicy, NewCase

WISH = Wish(
    situation="She came a week late.",
    resolution="Take the boots back.",
    clause_key="RET-2.1",
    amount=80,
    currency="EUR",
)
BENT = replace(WISH, clause_key="RET-2.2")


@dataclass(frozen=True)
class Filed:
    id: str
    content_hash: str


@pytest.fixture(autouse=True)
def handbook(house: House, add_policy: AddPolicy, ruth: Actor) -> None:
    add_policy()
    with house.transaction(ruth) as tx:
        set_ceiling(tx, "RET-2.1", 50)


@pytest.fixture
def olga(house: House) -> Actor:
    """A policy owner of another desk."""
    return newcomer(house, "olga", team="bikes")


def newcomer(house: House, name: str, *roles: Role, team: str | None = None) -> Actor:
    with house.transaction(operator(house)) as tx:
        given = roles or (Role.POLICY_OWNER,)
        add_account(tx, name=name, display_name=name, roles=given, team=team)
    return actor_named(house, name)


def filed(house: House, filer: Actor, wish: Wish = WISH) -> Filed:
    with house.transaction(filer) as tx:
        case = file(tx, wish)
        return Filed(case.id, case.content_hash)


def routed(house: House, owner: Actor) -> list[str]:
    with house.reading(owner) as tx:
        return [case.id for case in routed_to_me(tx)]


def told(house: House, topic: NoticeTopic = NoticeTopic.ROUTED) -> list[tuple[str, bool]]:
    with house.database.reading() as session:
        found = session.scalars(select(Notice).where(Notice.topic == topic))
        return sorted((one.account_name, one.read_at is None) for one in found)


def test_what_peers_cannot_approve_is_shown_to_the_clauses_desk(
    house: House, maya: Actor, ruth: Actor, olga: Actor
) -> None:
    large = filed(house, maya)
    filed(house, maya, replace(WISH, amount=50))
    assert (routed(house, ruth), routed(house, olga)) == ([large.id], [])
    assert told(house) == [("ruth", True)]
    with house.database.reading() as session:
        notice = session.scalars(select(Notice).where(Notice.topic == NoticeTopic.ROUTED)).one()
        assert (notice.case_id, notice.needs_you) == (large.id, True)
        assert notice.body == ("Peers may approve up to 50 under RET-2.1, and this asks for 80."), (
            "the reason is said"
        )


def test_an_owners_yes_is_no_signature(house: House, maya: Actor, tom: Actor, ruth: Actor) -> None:
    large = filed(house, maya)
    with house.transaction(ruth) as tx:
        case = approve_routed(tx, large.id, large.content_hash)
        assert (case.state, case.decided_by_owner) == (CaseState.APPROVED, True)
        assert (case.cosigner_id, case.signatures, case.decided_at) == (None, [], tx.at)
        assert case.revision_id is not None
    assert routed(house, ruth) == []
    assert told(house) == [("ruth", False)], "nobody is asked any more"
    assert ("maya", True) in told(house, NoticeTopic.PROPOSAL_ANSWERED)
    with house.database.reading() as session:
        last = session.scalars(select(Event).order_by(Event.sequence.desc())).first()
        assert last is not None
        assert (last.actor, last.verb, last.noun_id) == ("ruth", "decide_routed", large.id)
        assert (last.details["state"], last.details["rules"]) == ("approved", ["ceiling"])
    with pytest.raises(NotPending), house.transaction(tom) as tx:
        cosign(tx, large.id, large.content_hash)


def test_a_peers_yes_is_no_owners(house: House, maya: Actor, tom: Actor) -> None:
    small = filed(house, maya, replace(WISH, amount=50))
    with house.transaction(tom) as tx:
        assert not cosign(tx, small.id, small.content_hash).decided_by_owner


def test_an_owner_declines_with_a_reason_that_the_filer_reads(
    house: House, maya: Actor, ruth: Actor
) -> None:
    large = filed(house, maya)
    with pytest.raises(BlankField), house.transaction(ruth) as tx:
        decline_routed(tx, large.id, large.content_hash, " ")
    with house.transaction(ruth) as tx:
        reason = "Ask anna.meyer@example.org for the invoice first."
        case = decline_routed(tx, large.id, large.content_hash, reason)
        assert (case.state, case.decided_by_owner) == (CaseState.DECLINED, True)
        assert "anna.meyer" not in (case.decline_reason or "")
        assert case.raw.decline_reason == reason
    with house.database.reading() as session:
        answered = Notice.topic == NoticeTopic.PROPOSAL_ANSWERED
        body = session.scalars(select(Notice.body).where(answered)).one()
        assert body.startswith("Peers could not approve it, and the owner of the rule said no: ")
        assert "anna.meyer" not in body


def test_what_is_never_bent_can_only_be_declined(house: House, maya: Actor, ruth: Actor) -> None:
    bent = filed(house, maya, BENT)
    assert routed(house, ruth) == [bent.id]
    with pytest.raises(NeverBend), house.transaction(ruth) as tx:
        approve_routed(tx, bent.id, bent.content_hash)
    with house.transaction(ruth) as tx:
        case = decline_routed(tx, bent.id, bent.content_hash, "The check stays.")
        assert case.state is CaseState.DECLINED


def test_who_may_not_answer_as_the_owner(
    house: House, maya: Actor, tom: Actor, ines: Actor, admin: Actor, olga: Actor
) -> None:
    large = filed(house, maya)
    refused = [(RoleMissing, [maya, tom, ines, admin]), (NotYourClause, [olga])]
    for error, actors in refused:
        for actor in actors:
            with pytest.raises(error), house.transaction(actor) as tx:
                approve_routed(tx, large.id, large.content_hash)
    for actor in (maya, tom, ines, admin):
        with pytest.raises(RoleMissing), house.reading(actor) as tx:
            routed_to_me(tx)


def test_nobody_answers_their_own_not_even_as_the_owner(house: House) -> None:
    both = newcomer(house, "rhea", Role.AGENT, Role.POLICY_OWNER, team="returns-desk")
    own = filed(house, both)
    assert routed(house, both) == []
    assert told(house) == [("ruth", True)]
    with pytest.raises(OwnCosign), house.transaction(both) as tx:
        approve_routed(tx, own.id, own.content_hash)


def lead(house: House, name: str, by: str | None) -> None:
    with house.database.transaction() as session:
        session.get_one(Account, name).lead = by


@pytest.mark.parametrize(("name", "by"), [("maya", "ruth"), ("ruth", "maya"), ("maya", "between")])
def test_an_owner_in_the_filers_line_decides_nothing_and_a_colleague_of_the_desk_is_asked(
    house: House, maya: Actor, ruth: Actor, olga: Actor, name: str, by: str
) -> None:
    rhea = newcomer(house, "rhea", team="returns-desk")
    newcomer(house, "between", Role.AGENT)
    lead(house, "between", "ruth")
    lead(house, name, by)
    large = filed(house, maya)
    assert told(house) == [("rhea", True)]
    assert [routed(house, owner) for owner in (ruth, rhea, olga)] == [[], [large.id], []]
    for answer in (approve_routed, with_reason):
        with pytest.raises(InTheSameLine), house.transaction(ruth) as tx:
            answer(tx, large.id, large.content_hash)
        with pytest.raises(NotYourClause), house.transaction(olga) as tx:
            answer(tx, large.id, large.content_hash)
    for owner in (ruth, olga):
        with pytest.raises(StillWaiting), house.reading(owner) as tx:
            proposal(tx, large.id)
    with house.reading(rhea) as tx:
        assert proposal(tx, large.id).id == large.id
    with house.transaction(rhea) as tx:
        assert approve_routed(tx, large.id, large.content_hash).decided_by_owner


def test_where_nobody_else_sits_at_the_desk_every_other_owner_decides(
    house: House, maya: Actor, ruth: Actor, olga: Actor
) -> None:
    lead(house, "maya", "ruth")
    large = filed(house, maya)
    assert told(house) == [("olga", True)]
    assert (routed(house, ruth), routed(house, olga)) == ([], [large.id])
    with pytest.raises(InTheSameLine), house.transaction(ruth) as tx:
        approve_routed(tx, large.id, large.content_hash)
    with house.transaction(olga) as tx:
        assert with_reason(tx, large.id, large.content_hash).state is CaseState.DECLINED


def test_a_line_counts_as_it_is_when_the_owner_decides(
    house: House, maya: Actor, ruth: Actor
) -> None:
    large = filed(house, maya)
    lead(house, "maya", "ruth")
    with pytest.raises(InTheSameLine), house.transaction(ruth) as tx:
        approve_routed(tx, large.id, large.content_hash)
    lead(house, "maya", None)
    with house.transaction(ruth) as tx:
        approve_routed(tx, large.id, large.content_hash)


def test_an_owner_answers_exactly_what_they_read(house: House, maya: Actor, ruth: Actor) -> None:
    large = filed(house, maya)
    with house.transaction(maya) as tx:
        edit(tx, large.id, replace(WISH, amount=800))
    with pytest.raises(StaleSignature), house.transaction(ruth) as tx:
        approve_routed(tx, large.id, large.content_hash)


def test_what_peers_can_approve_is_theirs(house: House, maya: Actor, ruth: Actor) -> None:
    small = filed(house, maya, replace(WISH, amount=50))
    for answer in (approve_routed, with_reason):
        with pytest.raises(NotRouted), house.transaction(ruth) as tx:
            answer(tx, small.id, small.content_hash)


def with_reason(tx: Transaction, case_id: str, content_hash: str) -> Case:
    return decline_routed(tx, case_id, content_hash, "No.")


def test_a_limit_that_was_raised_gives_the_case_back_to_peers(
    house: House, maya: Actor, tom: Actor, ruth: Actor
) -> None:
    large = filed(house, maya)
    with house.transaction(ruth) as tx:
        set_ceiling(tx, "RET-2.1", 100)
    assert routed(house, ruth) == []
    with house.transaction(operator(house)) as tx:
        assert route_waiting(tx) == 0
    assert told(house) == [("ruth", False)]
    with house.transaction(tom) as tx:
        assert cosign(tx, large.id, large.content_hash).state is CaseState.APPROVED


def test_a_limit_that_was_lowered_routes_what_waited_for_peers(
    house: House, maya: Actor, ruth: Actor
) -> None:
    small = filed(house, maya, replace(WISH, amount=50))
    assert told(house) == []
    with house.transaction(ruth) as tx:
        set_ceiling(tx, "RET-2.1", 10)
    assert routed(house, ruth) == [small.id]
    for heard in (1, 0):
        with house.transaction(operator(house)) as tx:
            assert route_waiting(tx) == heard
    assert told(house) == [("ruth", True)]
    with pytest.raises(RoleMissing), house.transaction(ruth) as tx:
        route_waiting(tx)


def test_an_edit_that_passes_a_limit_routes_it(house: House, maya: Actor, ruth: Actor) -> None:
    small = filed(house, maya, replace(WISH, amount=50))
    with house.transaction(maya) as tx:
        edit(tx, small.id, WISH)
    assert (routed(house, ruth), told(house)) == ([small.id], [("ruth", True)])


def test_a_pause_tells_nobody_and_holds_peers_and_not_the_desk(
    house: House, maya: Actor, ruth: Actor
) -> None:
    with house.transaction(ruth) as tx:
        pause_id = pause(tx, None, "An audit is running.").id
    waits = filed(house, maya, replace(WISH, amount=50))
    assert (routed(house, ruth), told(house)) == ([waits.id], [])
    with house.transaction(ruth) as tx:
        assert approve_routed(tx, waits.id, waits.content_hash).decided_by_owner
    with house.transaction(ruth) as tx:
        lift(tx, pause_id)


def test_without_a_clause_or_a_desk_every_policy_owner_answers(
    house: House, maya: Actor, ruth: Actor, olga: Actor
) -> None:
    with house.transaction(ruth) as tx:
        pause(tx, None, "An audit is running.")
    unruled = filed(house, maya, replace(WISH, clause_key=None))
    large = filed(house, maya)
    assert routed(house, ruth) == [unruled.id, large.id]
    assert routed(house, olga) == [unruled.id]
    with house.transaction(operator(house)) as tx:
        deactivate(tx, "ruth")
    assert routed(house, olga) == [unruled.id, large.id], "an orphan of a clause"
    filed(house, maya)
    assert told(house) == [("olga", True), ("ruth", True)]


def test_what_was_withdrawn_answered_or_has_expired_is_nobodys(
    house: House,
    maya: Actor,
    tom: Actor,
    ruth: Actor,
    new_case: NewCase,
) -> None:
    gone, refused, late = (filed(house, maya) for _ in range(3))
    with house.transaction(maya) as tx:
        withdraw(tx, gone.id)
    with house.transaction(tom) as tx:
        decline(tx, refused.id, refused.content_hash, "Too much.")
    with house.database.transaction() as session:
        new_case(session, clause="RET-2.1", amount=99.0, state=CaseState.PENDING, agent_id=None)
        session.get_one(Case, late.id).expires_at = session.get_one(Case, late.id).filed_at
    assert routed(house, ruth) == []
    for one, error in ((gone, NotPending), (refused, NotPending), (late, ProposalExpired)):
        with pytest.raises(error), house.transaction(ruth) as tx:
            approve_routed(tx, one.id, one.content_hash)


def test_peers_still_see_and_may_decline_what_is_routed(
    house: House, maya: Actor, tom: Actor
) -> None:
    large = filed(house, maya)
    with house.reading(tom) as tx:
        assert [case.id for case in queue(tx)] == [large.id]
