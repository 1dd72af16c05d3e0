"""Other kinds near to one, so that somebody sees whether two are the same thing."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from recommender.cases.casebase import Casebase, casebase
from recommender.kinds.centres import Centres
from recommender.kinds.floors import held, hides_people
from recommender.kinds.listing import kind_row
from recommender.kinds.standing import Standing, standings
from recommender.learning.phrases import says
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.storage.house import Transaction

MOST: Final = 3
"""So many kinds are named."""
WORDS_SAID: Final = 3


@dataclass(frozen=True, kw_only=True)
class NearKind:
    """A surfaced kind that is told much like another one, and what the two share."""

    id: str
    name: str
    clause: str | None
    gap: bool
    cases: int | None
    why: str


def near_kinds(tx: Transaction, standing: Standing) -> list[NearKind]:
    """Give the surfaced kinds nearest to one, the nearest first.

    Nearness is that of the cases which readers take for their own. A kind that few people are
    behind is near to none, and none is near to it.
    """
    if hides_people(standing.evidence, tx.settings):
        return []
    found: list[NearKind] = []
    for kinds in _nearest(tx, standing):
        shown = [
            one
            for one in standings(tx, kinds)
            if one.surfaced and not hides_people(one.evidence, tx.settings)
        ]
        found += [_near(tx, standing, one) for one in shown[: MOST - len(found)]]
        if len(found) == MOST:
            break
    return found


def _nearest(tx: Transaction, standing: Standing) -> Iterator[Sequence[Kind]]:
    """Give the other living kinds that were released, the nearest first, a few at a time.

    Those farther than kinds of this house usually are from each other are left out.
    """
    others = select(Kind).where(Kind.retired_at.is_(None), Kind.id != standing.kind.id)
    living = {kind.id: kind for kind in tx.session.scalars(others.order_by(Kind.id))}
    base = casebase(tx)
    shown = {kind: one.cases for kind, one in held(tx.session, living).items() if one.enough}
    groups = {kind: rows for kind, cases in shown.items() if (rows := _rows(base, cases))}
    own = _rows(base, standing.cases)
    if not own or not groups:
        return
    alike = Centres(base, [own, *groups.values()]).to_each_other()[0, 1:]
    near = [(-like, kind) for like, kind in zip(alike.tolist(), groups, strict=True) if like > 0]
    nearest = [living[kind] for _, kind in sorted(near)]
    for first in range(0, len(nearest), MOST):
        yield nearest[first : first + MOST]


def _near(tx: Transaction, standing: Standing, other: Standing) -> NearKind:
    row = kind_row(other, tx.settings)
    return NearKind(
        id=row.id,
        name=row.name,
        clause=row.clause,
        gap=row.gap,
        cases=row.cases,
        why=_shared(tx, standing, other),
    )


def _rows(base: Casebase, cases: AbstractSet[str]) -> list[int]:
    return sorted(base.place[case] for case in cases if case in base.place)


def _shared(tx: Transaction, one: Standing, other: Standing) -> str:
    """Say what two kinds share: the clause, what was granted, words that mark one of them."""
    told = []
    if one.kind.clause_id is not None and one.kind.clause_id == other.kind.clause_id:
        told.append("same clause")
    if one.kind.gap and other.kind.gap:
        told.append("no clause fits either")
    action = one.kind.card.get("action")
    if action and action == other.kind.card.get("action"):
        told.append(f"both granted “{action}”")
    words = [*_said(tx, one.kind, other), *_said(tx, other.kind, one)]
    if words:
        quoted = (f"“{word}”" for word in dict.fromkeys(words))
        told.append(f"both say {', '.join([*quoted][:WORDS_SAID])}")
    sentence = "; ".join(told) or "told in a similar way"
    return f"{sentence[0].upper()}{sentence[1:]}."


def _said(tx: Transaction, kind: Kind, other: Standing) -> list[str]:
    """Give the words that mark a kind and that the typical cases of another one say too."""
    typical = other.cases.intersection(other.kind.card.get("representatives", ()))
    found = tx.session.execute(
        select(Case.situation, Case.resolution, Case.reason).where(Case.id.in_(typical))
    )
    text = "\n".join(part for row in found for part in row if part)
    return [term for term in kind.card.get("terms", ()) if says(text, term)]
