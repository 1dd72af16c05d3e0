"""What people's cases changed: told to each, by name only where they want it, never counted.

There is no volume in it: one case that led to a change is told like twenty.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select

from recommender.access import Act
from recommender.accounts.directory import find_account
from recommender.cases.evidence_rows import counts_as_evidence
from recommender.models.accounts import Account
from recommender.models.cases import Case
from recommender.models.changes import Candidate, Decision
from recommender.models.kinds import Membership, Release
from recommender.notices import tell
from recommender.policies.safe_words import safe_name
from recommender.storage.house import Transaction
from recommender.vocabulary import CandidateState, DecisionVerdict, NoticeTopic

ACCEPTED: Final = (DecisionVerdict.ACCEPT, DecisionVerdict.ACCEPT_WITH_EDITS)


@dataclass(frozen=True, slots=True)
class Became:
    """A case of the reader's and the change that it led to."""

    case_id: str
    kind: str
    clause_key: str | None
    since: datetime | None
    """From when on the new wording holds; None where no text changed."""
    decided_at: datetime


def what_came_of(tx: Transaction) -> list[Became]:
    """Give the reader's cases, filed or signed, that led to an accepted change, newest first.

    What was taken back since is not listed; its news said so.
    """
    tx.actor.require(Act.FILE)
    me = tx.actor.name
    rows = tx.session.execute(
        select(Membership.case_id, Candidate, Decision.decided_at)
        .join(Case, Case.id == Membership.case_id)
        .join(Candidate, Candidate.kind_id == Membership.kind_id)
        .join(Decision, Decision.candidate_id == Candidate.id)
        .where(
            counts_as_evidence(),
            or_(Case.agent_id == me, Case.cosigner_id == me),
            Case.occurred_at <= Candidate.promoted_at,
            Decision.verdict.in_(ACCEPTED),
            Candidate.state != CandidateState.ROLLED_BACK,
        )
        .order_by(Decision.decided_at.desc(), Membership.case_id)
    )
    return [
        Became(
            case_id=case_id,
            kind=found.subject,
            clause_key=None if found.clause is None else found.clause.key,
            since=found.effective_from,
            decided_at=decided_at,
        )
        for case_id, found, decided_at in rows
    ]


def set_credit(tx: Transaction, *, on: bool) -> Account:
    """Say whether the reader is named beside changes that their cases led to; off unless said."""
    tx.actor.require(Act.FILE)
    account = find_account(tx, tx.actor.name)
    account.credit = on
    tx.record("set_credit", "account", account.name, on=on)
    return account


def thanked(tx: Transaction, found: Candidate) -> list[str]:
    """Name, in alphabetical order, the contributors of an accepted change who want to be named."""
    if not any(decision.verdict in ACCEPTED for decision in found.decisions):
        return []
    wanting = select(Account.display_name).where(
        Account.name.in_(contributors(tx, found)), Account.credit, Account.active
    )
    return sorted(tx.session.scalars(wanting))


def contributors(tx: Transaction, found: Candidate) -> set[str]:
    """Name everybody who filed or signed a case that is the kind's, or was when it was promoted."""
    now = select(Membership.case_id).where(Membership.kind_id == found.kind_id)
    pairs = tx.session.execute(
        select(Case.agent_id, Case.cosigner_id).where(
            or_(Case.id.in_(now), Case.id.in_(_cases_then(tx, found)))
        )
    )
    return {name for pair in pairs for name in pair if name}


def _cases_then(tx: Transaction, found: Candidate) -> list[str]:
    """Give the kind's cases as readers knew them at the promotion; later ones may have moved."""
    if found.kind_id is None:
        return []
    of_kind = select(Release.cases).where(
        Release.kind_id == found.kind_id, Release.slice.is_(None), Release.at <= found.promoted_at
    )
    return list(tx.session.scalars(of_kind.order_by(Release.id.desc()).limit(1)).first() or [])


def tell_teams(tx: Transaction, found: Candidate) -> None:
    """Tell the teams whose cases led to a change; small groups are not told apart."""
    own = contributors(tx, found)
    members: defaultdict[str, set[str]] = defaultdict(set)
    everybody = select(Account.name, Account.team).where(Account.active, Account.team.is_not(None))
    for name, team in tx.session.execute(everybody):
        members[str(team)].add(name)
    clause = "A rule" if found.clause is None else found.clause.key
    for team in sorted(members):
        if len(members[team] & own) < tx.settings.people_floor_agents:
            continue
        tell(
            tx,
            members[team] - own,
            topic=NoticeTopic.RECOGNITION,
            title=f"Your team helped to change {clause}",
            body=(
                f"Cases of colleagues in your team led to it: {safe_name(found.subject)}. "
                "What you file counts in the same way."
            ),
            candidate_id=found.id,
        )
