"""Who may answer a proposal: peers outside the filer's line, and a lead where none of them did.

The line is everybody above and below in the chain of leads, at any distance: who decides about
somebody's work, or whose work is decided about, cannot answer freely. Colleagues under one lead
are no line. Who could have answered is recorded when a proposal is filed and when it is edited.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    bindparam,
    select,
    union,
)

from recommender.access import ALLOWED, Act
from recommender.accounts.charter import require_charter
from recommender.accounts.directory import InactiveAccount, find_account
from recommender.cases.proposals import open_proposal
from recommender.cases.rosters import could_answer, keep_roster
from recommender.errors import Conflict, NotAllowed
from recommender.models.accounts import Account
from recommender.models.cases import Case
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, Role


def _lines() -> CompoundSelect[str, str]:
    """Choose whose line it is, and a name in it, for `names`; a round of leads may lead back."""
    named: BindParameter[str] = bindparam("names", expanding=True)
    above = select(Account.name.label("of"), Account.lead.label("name"))
    above = above.where(Account.name.in_(named), Account.lead.is_not(None))
    up = above.cte("up", recursive=True)
    higher = select(up.c.of, Account.lead).join(up, Account.name == up.c.name)
    up = up.union(higher.where(Account.lead.is_not(None)))
    below = select(Account.lead.label("of"), Account.name.label("name"))
    down = below.where(Account.lead.in_(named)).cte("down", recursive=True)
    down = down.union(select(down.c.of, Account.name).join(down, Account.lead == down.c.name))
    return union(select(up), select(down))


_LINES: Final = _lines()


class FilerUnknown(Conflict):
    """Nobody knows who filed it, so nobody can be shown to be another person."""


def line_of(tx: Transaction, name: str) -> frozenset[str]:
    """Name everybody who leads an account or is led by it, at any distance; never itself."""
    return lines_of(tx, [name])[name]


def lines_of(tx: Transaction, names: Collection[str]) -> dict[str, frozenset[str]]:
    """Give the lines of several accounts by name."""
    lines: dict[str, set[str]] = {name: set() for name in names}
    for of, name in tx.session.execute(_LINES, {"names": list(lines)}) if lines else ():
        lines[of].add(name)
    return {name: frozenset(line) - {name} for name, line in lines.items()}


def barred(tx: Transaction, cases: Collection[Case]) -> list[frozenset[str]]:
    """Name, for each case, who never answers it: its filer and their line."""
    lines = lines_of(tx, {case.agent_id for case in cases if case.agent_id is not None})
    return [
        frozenset() if case.agent_id is None else lines[case.agent_id] | {case.agent_id}
        for case in cases
    ]


def eligible_peers(tx: Transaction, case: Case) -> frozenset[str]:
    """Name the accounts that may answer a proposal as peers of its filer."""
    (own,) = barred(tx, [case])
    return frozenset(_active(tx, Act.COSIGN)) - own


def eligible_leads(tx: Transaction, cases: Collection[Case]) -> list[dict[str, frozenset[Role]]]:
    """Give, for each case, who leads somebody and may answer in a peer's stead; with roles."""
    leading = select(Account.lead).where(Account.active, Account.lead.is_not(None)).distinct()
    leads = _active(tx, Act.ANSWER)
    leads = {name: leads[name] for name in tx.session.scalars(leading) if name in leads}
    return [
        {name: roles for name, roles in leads.items() if name not in own}
        for own in barred(tx, cases)
    ]


def record_eligible(tx: Transaction, case: Case) -> frozenset[str]:
    """Record who could answer a proposal as it stands now, and give them."""
    (own,) = barred(tx, [case])
    everybody = frozenset(_active(tx, Act.COSIGN))
    keep_roster(tx, case, everybody, own)
    return everybody - own


def could_sign(tx: Transaction, cases: Collection[str]) -> dict[str, int]:
    """Count by case the peers who could answer it when it was filed or last edited."""
    known = could_answer(tx, cases) if cases else {}
    return {case: len(known.get(case, ())) for case in cases}


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


def _active(tx: Transaction, act: Act) -> dict[str, frozenset[Role]]:
    """Give the active accounts that may do this, with their roles."""
    found = tx.session.execute(select(Account.name, Account.roles).where(Account.active))
    return {
        name: frozenset(map(Role, roles))
        for name, roles in found
        if not ALLOWED[act].isdisjoint(roles)
    }


def _leads(tx: Transaction, name: str) -> bool:
    led = select(Account.name).where(Account.lead == name, Account.active).limit(1)
    return tx.session.scalar(led) is not None
