"""The granted exceptions of a ledger, read once: what they tell of a kind, and of themselves."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from recommender.cases.evidence_rows import counts_as_evidence
from recommender.kinds.gathering import approved_texts
from recommender.models.cases import Case
from recommender.retrospect.findings import Counted, Line, Month
from recommender.retrospect.lines import telling_line
from recommender.retrospect.spreads import LEAST, Columns
from recommender.storage.house import Transaction

_BUSY: Final = 0.2
"""Share of all exceptions from which a day is told."""


class Granted:
    """All granted exceptions; `heads` are our fields with the ledger's own names for them."""

    def __init__(self, tx: Transaction, heads: Mapping[str, str]) -> None:
        """Read the exceptions with their vectors."""
        asked = select(Case).where(counts_as_evidence()).order_by(Case.occurred_at, Case.source_id)
        self._cases = {case.id: case for case in tx.session.scalars(asked)}
        self._texts = approved_texts(tx.session, tx.house.encoder.fingerprint)
        self._row_of = {case.id: row for row, case in enumerate(self._texts.cases)}
        self.columns = Columns(list(self._cases.values()), heads)

    def line(self, ids: Sequence[str]) -> Line:
        """Choose the line that tells a kind of these cases."""
        rows = sorted(self._row_of[one] for one in ids if one in self._row_of)
        return telling_line(self._texts, self._cases, rows)

    def cited(self, ids: Sequence[str]) -> Counted | None:
        """Give the rule that most of these cases name; None where fewer than half name one."""
        named = Counter(self._cases[one].policy_ref for one in ids if one in self._cases)
        key, count = named.most_common(1)[0] if named else (None, 0)
        if key is None or count < max(len(ids) / 2, LEAST):
            return None
        return Counted(column="policy_ref", value=key, cases=count)

    def course(self) -> list[Month]:
        """Count all exceptions by month, months without any included."""
        counts = Counter(case.occurred_at.date().replace(day=1) for case in self._cases.values())
        found, month = [], min(counts, default=date.max)
        while month <= max(counts, default=date.min):
            found.append(Month(first=month, cases=counts[month], cost=0.0))
            month = (month + timedelta(days=32)).replace(day=1)
        return found

    def busiest(self) -> tuple[date, int] | None:
        """Give the day on which most of them fell, where it holds a good part of all."""
        days = Counter(case.occurred_at.date() for case in self._cases.values())
        top = days.most_common(1)
        return top[0] if top and top[0][1] >= max(_BUSY * len(self._cases), LEAST) else None
