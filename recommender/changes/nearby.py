"""Workarounds nearby: kinds under the changed clause that surely grew once it read otherwise.

People whose own way was closed, or not opened far enough, may bend the same rule in another way.
That a neighbour grew does not say why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select

from recommender.cases.clock import today
from recommender.changes.comparing import weeks_after
from recommender.changes.following import Followed
from recommender.changes.predicting import Design
from recommender.kinds import batches
from recommender.kinds.floors import enough, hides_people
from recommender.kinds.rows import CaseFacts, rows_by_kind
from recommender.kinds.standing import standings
from recommender.kinds.weeks import monday
from recommender.learning.ratios import Counted, fell
from recommender.models.kinds import Kind
from recommender.storage.house import Transaction

ERROR: Final = 0.05
"""Chance to call any neighbour grown by chance alone, shared out among all that are looked at."""


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """A kind that surely grew: cases a week before and after, and the least growth as a factor.

    `before` and `least` are None where none came before, or too few people were behind them.
    """

    kind: Kind
    before: float | None
    after: float
    least: float | None


def growing_nearby(tx: Transaction, design: Design, followed: Followed) -> list[Neighbour]:
    """Give the kinds under the same clause that surely grew since, the commonest now first.

    Only kinds that have surfaced and whose numbers may be shown are looked at.
    """
    clause, end = followed.kind.clause_id, today(tx).moment
    after = weeks_after(design, followed, end.date())
    if clause is None or not after or not design.weeks:
        return []
    beside = select(Kind).where(
        Kind.clause_id == clause, Kind.id != followed.kind.id, Kind.retired_at.is_(None)
    )
    shown = [
        one
        for one in standings(tx, tx.session.scalars(beside.order_by(Kind.id)).all())
        if one.surfaced and not hides_people(one.evidence, tx.settings)
    ]
    rows = rows_by_kind(tx.session, end, [one.kind.id for one in shown])
    found = []
    for one in shown:
        counted = batches.counted(rows.get(one.kind.id, []))
        known = [row for row in counted if row.id in one.cases]
        was, now = _within(known, design.weeks), _within(known, after)
        grown = _growth((len(was), len(now)), design, after, among=len(shown))
        if grown > 1 and enough(now, tx.settings):
            told = enough(was, tx.settings)
            found.append(
                Neighbour(
                    kind=one.kind,
                    before=len(was) / len(design.weeks) if told else None,
                    after=len(now) / len(after),
                    least=grown if told else None,
                )
            )
    return sorted(found, key=lambda one: (-one.after, one.kind.name))


def _within(rows: Sequence[CaseFacts], weeks: Sequence[date]) -> list[CaseFacts]:
    wanted = set(weeks)
    return [row for row in rows if monday(row.day) in wanted]


def _growth(cases: tuple[int, int], design: Design, after: Sequence[date], *, among: int) -> float:
    """Give the least that the rate surely grew by, as a factor."""
    ratio = fell(
        Counted(cases=cases[0], exposure=len(design.weeks)),
        Counted(cases=cases[1], exposure=len(after)),
        phi=design.phi,
        alpha=ERROR / among,
    )
    return float(ratio.low)
