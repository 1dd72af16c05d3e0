"""A rule book as data: every wording that it ever had, with the days on which each held."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recommender.access import Act
from recommender.models.policies import Clause, Revision
from recommender.policies.lookup import policy_by_key
from recommender.storage.house import Transaction


@dataclass(frozen=True, kw_only=True)
class WordingExport:
    """A wording with the time in which it holds: from the first moment on, up to the second.

    None is the beginning of time, and no end. One that was `overtaken` never held: a later one
    holds over all of its time. `sha256` is of the markup.
    """

    number: int
    text: str
    markup: str
    parameters: list[dict[str, Any]]
    exceptions: list[dict[str, Any]]
    effective_from: datetime | None
    effective_to: datetime | None
    overtaken: bool
    retires: bool
    review_at: datetime | None
    kept_from: int | None
    """The number of the earlier wording that this one takes up again."""
    candidate_id: str | None
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ClauseExport:
    """A clause with all its wordings, the oldest first; `in_force` is the number of today's."""

    key: str
    section_key: str
    section_title: str
    owner: str | None
    never_bend: bool
    ceiling: float | None
    in_force: int | None
    revisions: list[WordingExport]


@dataclass(frozen=True, kw_only=True)
class PolicyExport:
    """A rule book as it stands at a moment."""

    key: str
    title: str
    owner: str | None
    as_of: datetime
    clauses: list[ClauseExport]


def policy_as_data(tx: Transaction, key: str, moment: datetime) -> PolicyExport:
    """Give a rule book with all its wordings; raises UnknownPolicy."""
    tx.actor.require(Act.READ_POLICIES)
    policy = policy_by_key(tx, key)
    return PolicyExport(
        key=policy.key,
        title=policy.title,
        owner=policy.owner,
        as_of=moment,
        clauses=[_clause(one, moment) for one in policy.clauses],
    )


def sha256_of(markup: str) -> str:
    """Give the digest by which a wording can be told to be the same."""
    return hashlib.sha256(markup.encode()).hexdigest()


def _clause(clause: Clause, moment: datetime) -> ClauseExport:
    live = clause.revision_at(moment)
    return ClauseExport(
        key=clause.key,
        section_key=clause.section_key,
        section_title=clause.section_title,
        owner=clause.desk,
        never_bend=clause.never_bend,
        ceiling=clause.ceiling,
        in_force=None if live is None or live.retires else live.number,
        revisions=[_wording(clause, one) for one in clause.revisions],
    )


def _wording(clause: Clause, revision: Revision) -> WordingExport:
    """Give a wording; it holds until one with a higher number does, as `revision_at` reads it."""
    later = [one.effective_from for one in clause.revisions if one.number > revision.number]
    starts = [start for start in later if start is not None]
    ends = min(starts, default=None)
    start = revision.effective_from
    kept = {one.id: one.number for one in clause.revisions}
    return WordingExport(
        number=revision.number,
        text=revision.text,
        markup=revision.markup,
        parameters=list(revision.parameters),
        exceptions=list(revision.exceptions or ()),
        effective_from=start,
        effective_to=ends,
        overtaken=None in later or (start is not None and ends is not None and ends <= start),
        retires=revision.retires,
        review_at=revision.review_at,
        kept_from=None if revision.kept_from is None else kept.get(revision.kept_from),
        candidate_id=revision.candidate_id,
        sha256=sha256_of(revision.markup),
    )
