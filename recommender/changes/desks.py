"""Who answers a candidate: the clause's desk, while away its deputies, and never the promoter."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.access import Act, Actor
from recommender.config import now
from recommender.errors import NotAllowed
from recommender.models.accounts import Account
from recommender.models.changes import Candidate
from recommender.models.policies import Clause, Policy
from recommender.policies.library import is_orphan
from recommender.storage.house import Transaction
from recommender.vocabulary import CandidateState, Role

WAITING = frozenset(
    {
        CandidateState.OPEN,
        CandidateState.CLAIMED,
        CandidateState.DEFERRED,
        CandidateState.RETURNED,
    }
)
"""The states in which a candidate waits for somebody."""


class NotYourDesk(NotAllowed):
    """The new clause would belong to another desk."""


def desk_of(session: Session, candidate: Candidate) -> str | None:
    """Give the desk that answers: the clause's, for a gap that of the place of the new clause."""
    if candidate.clause is not None:
        return candidate.clause.desk
    place = candidate.draft.get("place") or {}
    clauses = select(Clause).where(Clause.section_key == place.get("section"))
    neighbour = session.scalars(clauses.order_by(Clause.position).limit(1)).first()
    if neighbour is not None:
        return neighbour.desk
    return session.scalar(select(Policy.owner).where(Policy.key == place.get("policy")))


def owners_of(session: Session, candidate: Candidate) -> list[str]:
    """Name the policy owners who may answer, those in another's place too.

    Where the desk is empty, it is every policy owner.
    """
    seats = _policy_owners(session)
    desk = desk_of(session, candidate)
    seated = [account.name for account in seats if desk in {account.name, account.team}]
    names = seated or [account.name for account in seats]
    names += [name for name in _deputies(seats, desk) if name not in names]
    return [name for name in names if name != candidate.promoted_by]


def takers_of(tx: Transaction, candidate: Candidate) -> list[str]:
    """Name those who may take a claim over: the deputy of who holds it, on the days away.

    After so many days without an answer, as the settings have it, the whole desk may.
    """
    holder, since = candidate.claimed_by, candidate.claimed_at
    if candidate.state is not CandidateState.CLAIMED or holder is None or since is None:
        return []
    seats = {account.name: account for account in _policy_owners(tx.session)}
    own, names = seats.get(holder), set[str]()
    if own is not None and own.deputy in seats and own.is_away(now().date()):
        names.add(own.deputy)
    if tx.at - since > timedelta(days=tx.settings.answer_days):
        names.update(owners_of(tx.session, candidate))
    return sorted(names - {holder, candidate.promoted_by})


def may_decide(session: Session, actor: Actor, candidate: Candidate) -> bool:
    """Tell whether the candidate waits for an answer and this actor may give it."""
    if candidate.state not in WAITING or not actor.may(Act.DECIDE):
        return False
    with suppress(NotAllowed):
        require_desk(session, actor, candidate)
        return True
    return False


def require_desk(session: Session, actor: Actor, candidate: Candidate) -> None:
    """Refuse the promoter, whoever did not claim it, and other desks.

    Raises PromoterAccepts, NotYourClaim, NotYourClause, or NotYourDesk for a gap.
    """
    candidate.require_decider(actor)
    if in_place_of(session, actor, candidate) is not None:
        return
    clause = candidate.clause
    if clause is not None:
        clause.require_owner(actor, orphan=is_orphan(session, clause))
        return
    desk = desk_of(session, candidate)
    seated = [
        account.name for account in _policy_owners(session) if desk in {account.name, account.team}
    ]
    if desk is not None and seated and actor.name not in seated:
        raise NotYourDesk(
            f"The new clause would belong to {desk}.", remedy=f"Ask {desk} to decide.", owner=desk
        )


def in_place_of(session: Session, actor: Actor, candidate: Candidate) -> str | None:
    """Name the owner who is away and whose deputy the actor is; None for who sits there anyway."""
    desk = desk_of(session, candidate)
    if desk in {actor.name, actor.team}:
        return None
    return _deputies(_policy_owners(session), desk).get(actor.name)


def _deputies(seats: Sequence[Account], desk: str | None) -> dict[str, str]:
    """Give the deputies of a desk's owners who are away today, each with whose place it is."""
    today, names = now().date(), {account.name for account in seats}
    return {
        account.deputy: account.name
        for account in seats
        if desk is not None
        and desk in {account.name, account.team}
        and account.deputy in names
        and account.is_away(today)
    }


def _policy_owners(session: Session) -> list[Account]:
    active = session.scalars(select(Account).where(Account.active).order_by(Account.name))
    return [account for account in active if Role.POLICY_OWNER in account.roles]
