"""The granted exceptions of a ledger, read once: what they tell of a kind, and of themselves."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from recommender.cases.evidence_rows import counts_as_evidence
from recommender.kinds.gathering import approved_texts
from recommender.kinds.rows import CaseFacts
from recommender.models.cases import Case
from recommender.retrospect.codes import Counted
from recommender.retrospect.findings import LedgerRow, Left, Month
from recommender.retrospect.ledger import line_of
from recommender.retrospect.lines import telling_line
from recommender.retrospect.quotes import Line, Quote
from recommender.retrospect.spreads import LEAST, Columns
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState

_BUSY: Final = 0.2
"""Share of all exceptions from which a day is told."""
LATEST: Final = 3
"""Exceptions of a kind that are quoted because they are the latest."""
_MOST: Final = 0.5
_NEARLY_ALL: Final = 0.8


class Granted:
    """All granted exceptions; `heads` are our fields with the ledger's own names for them."""

    def __init__(self, tx: Transaction, heads: Mapping[str, str]) -> None:
        """Read the exceptions with their vectors, and the other rows, the latest first."""
        asked = select(Case).where(counts_as_evidence()).order_by(Case.occurred_at, Case.source_id)
        self._cases = {case.id: case for case in tx.session.scalars(asked)}
        self.declined = _in_state(tx, CaseState.DECLINED)
        self.within_rules = _in_state(tx, CaseState.IN_POLICY)
        self._texts = approved_texts(tx.session, tx.house.encoder.fingerprint)
        self._row_of = {case.id: row for row, case in enumerate(self._texts.cases)}
        self.days = [case.occurred_at.date() for case in self._cases.values()]
        self.columns = Columns(list(self._cases.values()), heads)

    def line(self, ids: Sequence[str]) -> Line:
        """Choose the line that tells a kind of these cases."""
        usual = self.columns.usual(ids)
        rows = sorted(self._row_of[one] for one in usual if one in self._row_of)
        return telling_line(self._texts, self._cases, rows)

    def cited(self, ids: Sequence[str]) -> Counted | None:
        """Give the rule that most of these cases name; None where fewer than half name one."""
        return self._shared("policy_ref", ids, _MOST)

    def given(self, ids: Sequence[str]) -> Counted | None:
        """Give what nearly all of these cases were given in the same words, if anything."""
        return self._shared("resolution", ids, _NEARLY_ALL)

    def _shared(self, name: str, ids: Sequence[str], share: float) -> Counted | None:
        told = Counter(getattr(self._cases[one], name) for one in ids if one in self._cases)
        value, count = told.most_common(1)[0] if told else (None, 0)
        if value is None or count < max(share * len(ids), LEAST):
            return None
        return Counted(column=name, value=value, cases=count)

    def rows(self, ids: Sequence[str], *, given: bool = False) -> tuple[list[str], list[LedgerRow]]:
        """Give the heads of what differs in these cases, and their rows as the ledger has them.

        With what was `given` where that is asked for.
        """
        known = [one for one in ids if one in self._cases]
        varied = self.columns.varied(known, given=given)
        found = [
            LedgerRow(
                line=line_of(self._cases[one].source_id),
                day=self._cases[one].occurred_at.date(),
                values=[column[place] for column in varied.values()],
                amount=self._cases[one].amount,
                currency=self._cases[one].currency,
            )
            for place, one in enumerate(known)
        ]
        return list(varied), sorted(found, key=lambda row: row.line)

    def latest(self, ids: Sequence[str]) -> list[Quote]:
        """Quote the latest of these cases."""
        asked = set(ids)
        found = [case for case in self._cases.values() if case.id in asked]
        return [Quote.of(case) for case in found[: -LATEST - 1 : -1]]

    def left(self, recurring: Collection[str]) -> Left:
        """Tell of the exceptions that are in no kind."""
        rest = [case for case in self._cases.values() if case.id not in recurring]
        busiest = self.busiest()
        apart = [case for case in rest if not busiest or case.occurred_at.date() != busiest[0]]
        heads, rows = self.rows([case.id for case in apart], given=True)
        return Left(
            cases=len(rest),
            on_busiest=len(rest) - len(apart),
            often=self.columns.often([case.id for case in rest]),
            heads=heads,
            rows=rows if heads else [],
        )

    def busiest(self) -> tuple[date, int] | None:
        """Give the day on which most of them fell, where it holds a good part of all."""
        top = Counter(self.days).most_common(1)
        return top[0] if top and top[0][1] >= max(_BUSY * len(self._cases), LEAST) else None


def _in_state(tx: Transaction, state: CaseState) -> Sequence[Case]:
    asked = select(Case).where(Case.state == state)
    return tx.session.scalars(asked.order_by(Case.occurred_at.desc(), Case.source_id)).all()


def months_of(rows: Sequence[CaseFacts], days: Sequence[date]) -> list[Month]:
    """Count rows and sum their costs by month, from the first to the last of the days."""
    cases = Counter(row.day.replace(day=1) for row in rows)
    costs: dict[date, float] = defaultdict(float)
    for row in rows:
        costs[row.day.replace(day=1)] += row.cost or 0.0
    found, month = [], min(days, default=date.max).replace(day=1)
    while month <= max(days, default=date.min):
        found.append(Month(first=month, cases=cases[month], cost=costs[month]))
        month = (month + timedelta(days=32)).replace(day=1)
    return found
