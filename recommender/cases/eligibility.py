"""Who may answer a proposal: peers outside the filer's line, and a lead where none of them did.

The line is everybody above and below in the chain of leads, at any distance: who decides about
somebody's work, or whose work is decided about, cannot answer freely. Colleagues under one lead
are no line. Who could have answered is recorded when a proposal is filed and when it is edited.
"""

from sqlalchemy import ColumnElement, delete, func, insert, select, union

from recommender.access import ALLOWED, Act
from recommender.accounts.charter import require_charter
from recommender.accounts.directory import InactiveAccount, find_account
from recommender.cases.proposals import open_proposal
from recommender.errors import Conflict, NotAllowed
from recommender.models.accounts import Account
from recommender.models.cases import Case
from recommender.models.eligibility import EligiblePeer
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState


class FilerUnknown(Conflict):
    """Nobody knows who filed it, so nobody can be shown to be another person."""


def line_of(tx: Transaction, name: str) -> frozenset[str]:
    """Name everybody who leads an account or is led by it, at any distance; never itself."""
    above = select(Account.lead.label("name")).where(Account.name == name)
    up = above.where(Account.lead.is_not(None)).cte("up", recursive=True)
    higher = select(Account.lead).join(up, Account.name == up.c.name)
    up = up.union(higher.where(Account.lead.is_not(None)))
    down = select(Account.name).where(Account.lead == name).cte("down", recursive=True)
    down = down.union(select(Account.name).join(down, Account.lead == down.c.name))
    found = tx.session.scalars(union(select(up.c.name), select(down.c.name)))
    return frozenset(found) - {name}


def eligible_peers(tx: Transaction, case: Case) -> frozenset[str]:
    """Name the accounts that may answer a proposal as peers of its filer."""
    return _active(tx, Act.COSIGN) - _own(tx, case)


def eligible_leads(tx: Transaction, case: Case) -> frozenset[str]:
    """Name the accounts that lead somebody and may answer a proposal in a peer's stead."""
    leading = select(Account.lead).where(Account.active, Account.lead.is_not(None)).distinct()
    leads = frozenset(filter(None, tx.session.scalars(leading)))
    return (_active(tx, Act.ANSWER) & leads) - _own(tx, case)


def record_eligible(tx: Transaction, case: Case) -> frozenset[str]:
    """Record who could answer a proposal as it stands now, and give them."""
    peers = eligible_peers(tx, case)
    tx.session.execute(delete(EligiblePeer).where(EligiblePeer.case_id == case.id))
    if peers:
        rows = [{"case_id": case.id, "account_name": name} for name in sorted(peers)]
        tx.session.execute(insert(EligiblePeer), rows)
    return peers


def could_sign(tx: Transaction, case: Case) -> int:
    """Count the peers who could answer a proposal when it was filed or last edited."""
    recorded = select(func.count()).where(EligiblePeer.case_id == case.id)
    return tx.session.scalar(recorded) or 0


def require_eligible(tx: Transaction, case: Case) -> None:
    """Refuse the actor unless they may answer a proposal.

    Raises FilerUnknown, OwnCosign or InTheSameLine, InactiveAccount, and RoleMissing for a lead
    who is no peer as long as nobody asked for one.
    """
    if case.agent_id is None:
        raise FilerUnknown(
            "It is not known who filed this, so no peer can be told from the filer.",
            remedy="Answer it where it came from.",
        )
    case.require_peer(tx.actor, line_of(tx, tx.actor.name))
    if not find_account(tx, tx.actor.name).active:
        raise InactiveAccount(
            f"The account {tx.actor.name} is deactivated.", remedy="Act as another."
        )
    if case.escalated_at is None or not _leads(tx, tx.actor.name):
        tx.actor.require(Act.COSIGN)


def is_eligible(tx: Transaction, case: Case) -> bool:
    """Tell whether the actor may answer a proposal."""
    try:
        require_eligible(tx, case)
    except (Conflict, NotAllowed):
        return False
    return True


def proposal_to_answer(tx: Transaction, case_id: str, content_hash: str) -> Case:
    """Find a proposal that the actor may answer and has read as it stands, to change it.

    Raises UnknownCase, NotPending, ProposalExpired, what `require_eligible` raises, CharterUnread,
    StaleSignature.
    """
    case = open_proposal(tx, case_id)
    require_eligible(tx, case)
    require_charter(tx)
    case.require_content(content_hash)
    return case


def answerable(tx: Transaction) -> ColumnElement[bool]:
    """Give the condition that `require_eligible` is, for the actor over all proposals."""
    outside = Case.agent_id.not_in({*line_of(tx, tx.actor.name), tx.actor.name})
    waiting = (Case.state == CaseState.PENDING) & outside
    if tx.actor.may(Act.COSIGN):
        return waiting
    if _leads(tx, tx.actor.name):
        return waiting & Case.escalated_at.is_not(None)
    return waiting & False


def _own(tx: Transaction, case: Case) -> frozenset[str]:
    """Name the filer of a case and their line."""
    return frozenset() if case.agent_id is None else line_of(tx, case.agent_id) | {case.agent_id}


def _active(tx: Transaction, act: Act) -> frozenset[str]:
    found = tx.session.execute(select(Account.name, Account.roles).where(Account.active))
    return frozenset(name for name, roles in found if not ALLOWED[act].isdisjoint(roles))


def _leads(tx: Transaction, name: str) -> bool:
    led = select(Account.name).where(Account.lead == name, Account.active).limit(1)
    return tx.session.scalar(led) is not None
