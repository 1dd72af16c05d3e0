"""Leavers: what somebody who was deactivated left open finds another hand.

Repeated, it does what is still to do and tells nobody twice. That a lead sees the filings of
somebody who left their team is the one place where a name shows by itself; the charter says so.
"""

from dataclasses import dataclass

from sqlalchemy import Select, select

from recommender.access import ALLOWED, Act
from recommender.cases.proposals import UnknownCase
from recommender.changes.desks import owners_of
from recommender.changes.orphans import tell_orphans
from recommender.models.accounts import Account
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.models.notices import Notice
from recommender.models.policies import Clause, Policy
from recommender.notices import tell
from recommender.policies.safe_words import safe_name
from recommender.storage.house import Transaction
from recommender.vocabulary import CandidateState, CaseState, NoticeTopic, Role


@dataclass(frozen=True)
class HandedOver:
    """How much a pass handed over: proposals told to a lead, clauses, candidates; new orphans."""

    proposals: int = 0
    clauses: int = 0
    candidates: int = 0
    orphans: int = 0


def hand_over_leavers(tx: Transaction) -> HandedOver:
    """Hand over what deactivated accounts left open.

    Proposals come onto their lead's list, what they owned by name goes to their team, what they
    had claimed is open again; administrators hear of clauses that nobody answers for.
    """
    tx.actor.require(Act.HAND_OVER)
    return HandedOver(
        proposals=_tell_leads(tx),
        clauses=_give_to_teams(tx),
        candidates=_release(tx),
        orphans=tell_orphans(tx),
    )


def left_open(tx: Transaction) -> list[Case]:
    """Give the proposals that wait and whose filer left the actor's line, oldest first."""
    tx.actor.require(Act.HAND_OVER)
    return [case for case, heirs in _left_proposals(tx) if tx.actor.name in heirs]


def withdraw_left(tx: Transaction, case_id: str) -> Case:
    """Withdraw a proposal of the actor's list in the place of its filer, who left."""
    tx.actor.require(Act.HAND_OVER)
    case = next((one for one in left_open(tx) if one.id == case_id), None)
    if case is None:
        raise UnknownCase("There is no such case on your list.", case=case_id)
    case.move_to(CaseState.WITHDRAWN, tx.at)
    tx.record("withdraw", "case", case.id, in_place_of_its_filer=True)
    return case


def _tell_leads(tx: Transaction) -> int:
    told = 0
    for case, heirs in _left_proposals(tx):
        known = select(Notice.account_name).where(
            Notice.case_id == case.id, Notice.topic == NoticeTopic.HANDED_OVER
        )
        fresh = set(heirs).difference(tx.session.scalars(known))
        told += bool(fresh)
        tell(
            tx,
            fresh,
            topic=NoticeTopic.HANDED_OVER,
            title="Somebody left, and a proposal of theirs still waits",
            body="A colleague may still answer it. If the customer needs more, let somebody file "
            "it again; if it is settled, withdraw it.",
            case_id=case.id,
            needs_you=True,
        )
    return told


def _left_proposals(tx: Transaction) -> list[tuple[Case, list[str]]]:
    """Give the waiting proposals of people who left, each with whose list it is on.

    Imported ones wait for nobody here.
    """
    waiting = (
        select(Case)
        .where(Case.state == CaseState.PENDING, Case.agent_id.in_(_left()), Case.batch_id.is_(None))
        .order_by(Case.filed_at, Case.id)
    )
    return [(case, _heirs(tx, case.agent_id or "")) for case in tx.session.scalars(waiting)]


def _heirs(tx: Transaction, leaver: str) -> list[str]:
    """Name the next active lead above somebody who may take over, else the administrators."""
    roles = ALLOWED[Act.HAND_OVER]
    account = tx.session.get(Account, leaver)
    seen = {leaver}
    while account is not None and account.lead is not None and account.lead not in seen:
        seen.add(account.lead)
        account = tx.session.get(Account, account.lead)
        if account is not None and account.active and not roles.isdisjoint(account.roles):
            return [account.name]
    return [one.name for one in _active(tx) if Role.ADMIN in one.roles]


def _give_to_teams(tx: Transaction) -> int:
    """Let the team own what a leaver owned by name, where the team has a policy owner."""
    given = 0
    for one in _owned_by_leavers(tx):
        leaver = tx.session.get_one(Account, one.owner)
        heirs = [
            account.name
            for account in _active(tx)
            if account.team == leaver.team and Role.POLICY_OWNER in account.roles
        ]
        if leaver.team is None or not heirs:
            continue
        one.owner = leaver.team
        noun = "policy" if isinstance(one, Policy) else "clause"
        tx.record("hand_over", noun, one.key, owner=leaver.team)
        tell(
            tx,
            heirs,
            topic=NoticeTopic.HANDED_OVER,
            title=f"{one.key} belongs to {leaver.team} now",
            body="Its owner has left. What is suggested about it waits for you from now on.",
        )
        given += 1
    return given


def _release(tx: Transaction) -> int:
    """Open what leavers had claimed; it is drafted anew when somebody claims it."""
    held = select(Candidate).where(
        Candidate.state == CandidateState.CLAIMED, Candidate.claimed_by.in_(_left())
    )
    found = tx.session.scalars(held.order_by(Candidate.id)).all()
    for candidate in found:
        candidate.move_to(CandidateState.OPEN)
        candidate.claimed_by = candidate.claimed_at = None
        tx.record("release", "candidate", candidate.id, kind=candidate.kind_id)
        tell(
            tx,
            owners_of(tx.session, candidate),
            topic=NoticeTopic.HANDED_OVER,
            title=f"A suggested change waits again: {safe_name(candidate.subject)}",
            body="Who had claimed it has left.",
            candidate_id=candidate.id,
            needs_you=True,
        )
    return len(found)


def _owned_by_leavers(tx: Transaction) -> list[Policy | Clause]:
    policies = select(Policy).where(Policy.owner.in_(_left())).order_by(Policy.key)
    clauses = select(Clause).where(Clause.owner.in_(_left())).order_by(Clause.key)
    return [*tx.session.scalars(policies), *tx.session.scalars(clauses)]


def _left() -> Select[str]:
    return select(Account.name).where(Account.active.is_(False))


def _active(tx: Transaction) -> list[Account]:
    return list(tx.session.scalars(select(Account).where(Account.active).order_by(Account.name)))
