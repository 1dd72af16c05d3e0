"""The library's index: policies and clauses by key, references, and who answers for a clause."""

import difflib
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session

from recommender.access import Act
from recommender.errors import NotFound
from recommender.models.accounts import Account
from recommender.models.policies import Clause, Policy, Revision
from recommender.storage.house import Transaction
from recommender.vocabulary import Role


class UnknownPolicy(NotFound):
    """There is no policy of that key."""


class UnknownClause(NotFound):
    """There is no clause of that key."""


@dataclass(frozen=True)
class Resolved:
    """What a reference means: a clause, a section, or nothing that we know."""

    clause: Clause | None = None
    section_key: str | None = None


class Owner(NamedTuple):
    """A policy owner: who they are, and their team or desk."""

    name: str
    team: str | None


class Unowned(NamedTuple):
    """A clause that nobody answers for; `desk` None: no owner is named, neither here nor above."""

    key: str
    policy: str
    desk: str | None


def policies(tx: Transaction) -> list[Policy]:
    """List the rule books by key."""
    tx.actor.require(Act.READ_POLICIES)
    return list(tx.session.scalars(select(Policy).order_by(Policy.key)))


def policy_by_key(tx: Transaction, key: str) -> Policy:
    """Find a rule book; raises UnknownPolicy."""
    tx.actor.require(Act.READ_POLICIES)
    policy = tx.session.scalars(select(Policy).where(Policy.key == key)).one_or_none()
    if policy is None:
        raise UnknownPolicy(
            f"There is no policy {key}.",
            field="policy",
            remedy=_closest(key, list(tx.session.scalars(select(Policy.key)))),
        )
    return policy


def clause_by_key(tx: Transaction, key: str) -> Clause:
    """Find a clause; raises UnknownClause, which names the nearest keys."""
    tx.actor.require(Act.READ_POLICIES)
    clause = tx.session.scalars(select(Clause).where(Clause.key == key)).one_or_none()
    if clause is None:
        raise UnknownClause(
            f"There is no clause {key}.",
            field="clause",
            remedy=_closest(key, list(tx.session.scalars(select(Clause.key)))),
        )
    return clause


def resolve_ref(session: Session, ref: str | None) -> Resolved:
    """Tell what a case's reference means; an unknown one is not an error."""
    key = (ref or "").strip()
    found = session.scalars(
        select(Clause)
        .where(or_(Clause.key == key, Clause.section_key == key))
        .order_by(Clause.position)
    ).all()
    clause = next((one for one in found if one.key == key), None)
    if clause is not None:
        return Resolved(clause, clause.section_key)
    return Resolved(None, key if found else None)


def is_orphan(session: Session, clause: Clause) -> bool:
    """Tell whether the clause's desk has no active policy owner, by name or by team."""
    return clause.desk is not None and not _seated(clause.desk, policy_owners(session))


def unowned(session: Session) -> list[Unowned]:
    """List the clauses that nobody answers for, by key: an empty desk, or none named.

    What applies no more, or will not, is left out.
    """
    newest = select(Revision.clause_id, func.max(Revision.number)).group_by(Revision.clause_id)
    retired = select(Revision.clause_id).where(
        Revision.retires, tuple_(Revision.clause_id, Revision.number).in_(newest)
    )
    desk = func.coalesce(Clause.owner, Policy.owner)
    clauses = select(Clause.key, Policy.key, desk).join(Policy).where(Clause.id.not_in(retired))
    owners = policy_owners(session)
    return [
        Unowned(*row)
        for row in session.execute(clauses.order_by(Clause.key))
        if row[2] is None or not _seated(row[2], owners)
    ]


def owners_of(
    clause: Clause | None, owners: Sequence[Owner], but: AbstractSet[str] = frozenset()
) -> list[str]:
    """Name those of the policy owners who answer for a clause, except some.

    All of them do where nobody else sits at its desk.
    """
    others = [owner for owner in owners if owner.name not in but]
    desk = None if clause is None else clause.desk
    seated = [] if desk is None else _seated(desk, others)
    return [owner.name for owner in seated or others]


def policy_owners(session: Session) -> list[Owner]:
    """List the active policy owners by name."""
    active = select(Account.name, Account.team, Account.roles).where(Account.active)
    return [
        Owner(name, team)
        for name, team, roles in session.execute(active.order_by(Account.name))
        if Role.POLICY_OWNER in roles
    ]


def require_maintainer(tx: Transaction, clause: Clause) -> None:
    """Refuse with NotYourClause whoever is neither of the clause's desk nor an admin."""
    if Role.ADMIN not in tx.actor.roles:
        clause.require_owner(tx.actor, orphan=is_orphan(tx.session, clause))


def _seated(desk: str, owners: Sequence[Owner]) -> list[Owner]:
    return [owner for owner in owners if desk in owner]


def _closest(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, n=3, cutoff=0.5)
    return (
        f"Did you mean {' or '.join(near)}?" if near else "`recommender policies show` lists all."
    )
