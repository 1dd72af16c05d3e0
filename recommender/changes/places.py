"""The place of a new clause: where the cases of a gap hint at, else a section for gaps."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from recommender.errors import Conflict
from recommender.models.cases import Case
from recommender.models.policies import Clause, Policy
from recommender.policies.revising import new_clause, read_layout, store_layout
from recommender.policies.syntax.handbook import LayoutPart
from recommender.policies.syntax.layout import next_key
from recommender.storage.house import Transaction

GAPS: Final = "Gaps"


class NoPolicy(Conflict):
    """There is no rule book that a new clause could go into."""


@dataclass(frozen=True)
class Place:
    """A policy's key, the section and the key of the clause to come."""

    policy: str
    section: str
    clause: str


def find_place(session: Session, cases: Sequence[Case]) -> Place:
    """Choose where a gap's clause goes: the section that most cases hint at, else "Gaps".

    A hint is a section, or a clause that some case names. Without any, the policy is the one
    with the most clauses. Raises NoPolicy where there is none.
    """
    hinted = Counter(section for case in cases if (section := _hint(case)) is not None)
    for section in sorted(hinted, key=lambda key: (-hinted[key], key)):
        clause = session.scalars(
            select(Clause).where(Clause.section_key == section).order_by(Clause.id).limit(1)
        ).first()
        if clause is not None:
            return _place(session, clause.policy, section)
    policy = session.scalars(
        select(Policy)
        .outerjoin(Clause)
        .group_by(Policy.id)
        .order_by(func.count(Clause.id).desc(), Policy.key)
        .limit(1)
    ).first()
    if policy is None:
        raise NoPolicy(
            "There is no policy that a new clause could go into.",
            remedy="Import the rule book with `recommender policies import` first.",
        )
    return _place(session, policy, f"{policy.key}-{GAPS.upper()}")


def open_clause(
    tx: Transaction,
    place: Place,
    markup: str,
    effective_from: datetime | None,
    candidate_id: str,
) -> Clause:
    """Write the new clause at its place, or at the next free key if that was taken meanwhile."""
    policy = tx.session.scalars(select(Policy).where(Policy.key == place.policy)).one()
    layout = read_layout(policy)
    if all(part.section != place.section for part in layout):
        heading = f"\n\n## {GAPS} {{#{place.section}}}\n\n"
        store_layout(policy, (*layout, LayoutPart(heading, place.section)))
    key = _place(tx.session, policy, place.section).clause
    clause = new_clause(tx, policy, place.section, key, markup, effective_from, candidate_id)
    if clause.section_title == clause.section_key:
        clause.section_title = GAPS
    return clause


def _hint(case: Case) -> str | None:
    return case.section_key if case.clause is None else case.clause.section_key


def _place(session: Session, policy: Policy, section: str) -> Place:
    keys = set(session.scalars(select(Clause.key)))
    return Place(policy.key, section, next_key(section, keys))
