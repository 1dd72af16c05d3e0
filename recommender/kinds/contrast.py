"""The contrast of a kind: declined cases that are told like its own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from recommender.cases.casebase import Casebase, casebase
from recommender.cases.evidence_rows import counts_as_evidence, declined_by_peers
from recommender.cases.likeness import Floats
from recommender.kinds.drilling import open_cases
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership
from recommender.storage.house import Transaction

AT_ONCE: Final = 1000
LEAST_LIKE: Final = 0.8
"""A declined case is at least this share as like its kind as the least like member is [J]: what was
declined differs from the rest by nature."""


def declined_like(tx: Transaction, kind: Kind) -> list[Case]:
    """Give the cases declined by peers that are nearest to a kind of all kinds, the likest first.

    After them come those that are not embedded and name the kind's clause. Where too few people
    are behind all declined cases, only those that name nobody are given.
    """
    declined = tx.session.execute(
        select(Case.id, Case.clause_id)
        .where(declined_by_peers())
        .order_by(Case.source_system, Case.source_id)
    ).all()
    base = casebase(tx)
    place = base.place
    compared = [case for case, _ in declined if case in place]
    likeness = _likeness(base, _members(tx, place), kind.id, [place[one] for one in compared])
    alike = sorted(zip(likeness, compared, strict=True), key=lambda pair: -pair[0])
    clause = kind.clause_id
    chosen = [case for like, case in alike if like > 0] + [
        case
        for case, named in declined
        if case not in place and clause is not None and named == clause
    ]
    found = {
        case.id: case
        for first in range(0, len(chosen), AT_ONCE)
        for case in tx.session.scalars(
            select(Case)
            .where(Case.id.in_(chosen[first : first + AT_ONCE]))
            .options(selectinload(Case.outcomes))
        )
    }
    likest = [found[case] for case in chosen]
    readable = open_cases(tx, likest)
    return [case for case in likest if case.id in readable]


def _members(tx: Transaction, place: Mapping[str, int]) -> dict[str, list[int]]:
    """Give the rows of each kind's embedded approved cases."""
    members = defaultdict(list)
    for case_id, kind_id in tx.session.execute(
        select(Membership.case_id, Membership.kind_id)
        .join(Case, Case.id == Membership.case_id)
        .where(counts_as_evidence())
        .order_by(Membership.kind_id)
    ):
        if case_id in place:
            members[kind_id].append(place[case_id])
    return members


def _likeness(
    base: Casebase, members: Mapping[str, Sequence[int]], kind_id: str, rows: Sequence[int]
) -> list[float]:
    """Give each row's likeness to the kind, 0 where it is nearer to another or far from all."""
    if kind_id not in members or not rows:
        return [0.0] * len(rows)
    told = _vectors(base, rows)
    near = {kind: _to_centre(base, each, told) for kind, each in members.items()}
    own, nearest = near[kind_id], np.max([*near.values()], axis=0)
    least = LEAST_LIKE * to_centre(base, members[kind_id], members[kind_id]).min()
    kept: list[float] = np.where((own >= nearest) & (own >= least), own, 0).tolist()
    return kept


def to_centre(base: Casebase, members: Sequence[int], rows: Sequence[int]) -> Floats:
    """Give the rows' mean cosine with the members' centre, over the views that both have."""
    return _to_centre(base, members, _vectors(base, rows))


def _vectors(base: Casebase, rows: Sequence[int]) -> list[Floats]:
    return [view[rows] for view in base.views.values()]


def _to_centre(base: Casebase, members: Sequence[int], vectors: Sequence[Floats]) -> Floats:
    total, shared = np.zeros(len(vectors[0]), np.float32), np.zeros(len(vectors[0]), np.float32)
    for view, each in zip(base.views.values(), vectors, strict=True):
        told = view[members]
        centre = told[~np.isnan(told[:, 0])].sum(axis=0)
        cosine = each @ (centre / max(float(np.linalg.norm(centre)), 1e-9))
        present = ~np.isnan(cosine) & bool(centre.any())
        total += np.where(present, cosine, 0)
        shared += present
    return np.asarray(total / np.maximum(shared, 1), dtype=np.float32)
