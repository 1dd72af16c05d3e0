"""The library of rule books, as the rooms above use it: this file has all its public names.

Looking up stands in `lookup`, writing in `revising`, taking files in in `importing`; here is what
a reader sees: documents and clauses as of a moment, and two wordings compared. What owners allow
peers is a room of its own, `limiting`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from recommender.access import Act
from recommender.errors import NotFound
from recommender.models.policies import Clause, Revision
from recommender.policies.importing import PolicyReport, import_policy
from recommender.policies.limiting import BadCeiling, set_ceiling
from recommender.policies.lookup import (
    Resolved,
    UnknownClause,
    UnknownPolicy,
    Unowned,
    clause_by_key,
    is_orphan,
    policies,
    policy_by_key,
    resolve_ref,
    unowned,
)
from recommender.policies.revising import (
    KeyTaken,
    StaleSuggestion,
    confirm_parameters,
    new_clause,
    read_layout,
    revise,
    suggestions,
)
from recommender.policies.syntax.compare import Change, word_diff
from recommender.policies.syntax.layout import render
from recommender.storage.house import Transaction

__all__ = [
    "BadCeiling",
    "ClauseView",
    "KeyTaken",
    "PolicyReport",
    "Resolved",
    "StaleSuggestion",
    "UnknownClause",
    "UnknownPolicy",
    "UnknownRevision",
    "Unowned",
    "clause_by_key",
    "clause_view",
    "confirm_parameters",
    "diff",
    "import_policy",
    "is_orphan",
    "new_clause",
    "policies",
    "policy_by_key",
    "render_policy",
    "resolve_ref",
    "revise",
    "set_ceiling",
    "suggestions",
    "unowned",
    "wordings",
]


class UnknownRevision(NotFound):
    """The clause has no revision of that number, or none was in force then."""


@dataclass(frozen=True)
class ClauseView:
    """A clause as it reads at one moment; `text` is None where it was not in force."""

    key: str
    policy: str
    policy_title: str
    section_key: str
    section_title: str
    owner: str | None
    orphan: bool
    never_bend: bool
    ceiling: float | None
    revision: int | None
    text: str | None
    markup: str | None
    parameters: list[dict[str, Any]]
    revisions: list[dict[str, Any]]
    """number, effective_from, candidate_id, retires, never_applies: each wording, oldest first."""


def render_policy(tx: Transaction, key: str, moment: datetime) -> str:
    """Write a rule book as it read at a moment, in the syntax that it was imported in."""
    policy = policy_by_key(tx, key)
    wordings = {clause.key: clause.revision_at(moment) for clause in policy.clauses}
    return render(
        read_layout(policy),
        {key: one.markup for key, one in wordings.items() if one is not None and not one.retires},
    )


def clause_view(tx: Transaction, key: str, moment: datetime) -> ClauseView:
    """Show a clause as it read at a moment, with all its revisions."""
    clause = clause_by_key(tx, key)
    revision = clause.revision_at(moment)
    live = None if revision is None or revision.retires else revision
    applied = clause.applied
    return ClauseView(
        key=clause.key,
        policy=clause.policy.key,
        policy_title=clause.policy.title,
        section_key=clause.section_key,
        section_title=clause.section_title,
        owner=clause.desk,
        orphan=is_orphan(tx.session, clause),
        never_bend=clause.never_bend,
        ceiling=clause.ceiling,
        revision=None if live is None else live.number,
        text=None if live is None else live.text,
        markup=None if live is None else live.markup,
        parameters=[] if live is None else live.parameters,
        revisions=[
            {
                "number": one.number,
                "effective_from": one.effective_from,
                "candidate_id": one.candidate_id,
                "retires": one.retires,
                "never_applies": one not in applied,
            }
            for one in clause.revisions
        ],
    )


def wordings(tx: Transaction, clause_ids: Collection[str], moment: datetime) -> dict[str, str]:
    """Give the texts of some clauses as they read at a moment, by their keys."""
    tx.actor.require(Act.READ_POLICIES)
    wanted = select(Clause).where(Clause.id.in_(clause_ids)).options(selectinload(Clause.revisions))
    found = {clause.key: clause.revision_at(moment) for clause in tx.session.scalars(wanted)}
    return {key: one.text for key, one in found.items() if one is not None and not one.retires}


def diff(tx: Transaction, key: str, a: int, b: int) -> list[Change]:
    """Compare two revisions of a clause by their numbers, word by word."""
    clause = clause_by_key(tx, key)
    return word_diff(_numbered(clause, a).text, _numbered(clause, b).text)


def _numbered(clause: Clause, number: int) -> Revision:
    for revision in clause.revisions:
        if revision.number == number:
            return revision
    raise UnknownRevision(
        f"{clause.key} has no revision {number}.",
        field="revision",
        remedy=f"It has 1 to {clause.newest.number}.",
    )
