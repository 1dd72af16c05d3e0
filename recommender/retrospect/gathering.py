"""Gathering what a look back found, from the house that was filled for it."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from importlib.metadata import version
from typing import Final

from sqlalchemy import select

from recommender.config import now
from recommender.kinds.costs import yearly
from recommender.kinds.evidence import Evidence
from recommender.kinds.rates import weeks_between
from recommender.kinds.rows import CaseFacts, rows_of
from recommender.kinds.standing import Standing, rows_behind, standings
from recommender.kinds.statistics import spread
from recommender.kinds.surfacing import shortfalls
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.retrospect.consistency import differing
from recommender.retrospect.findings import LookBack, Made, Money, Source, ThinKind
from recommender.retrospect.granted import Granted, months_of
from recommender.retrospect.kinds import found_kind
from recommender.retrospect.patterns import said_again
from recommender.retrospect.quotes import Quote
from recommender.retrospect.spreads import LEAST
from recommender.retrospect.unknowns import unknowns
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState

DECLINES: Final = 3
"""Requests turned away that are told."""
_DAYS_A_MONTH: Final = 365.25 / 12


def gather(tx: Transaction, source: Source, guessed: Collection[str], seed: int) -> LookBack:
    """Gather the report; kinds of which most money recurs in a year come first."""
    granted = Granted(tx, dict(source.read))
    living = standings(tx, tx.session.scalars(select(Kind).where(Kind.retired_at.is_(None))).all())
    told = [one for one in living if one.evidence.counted_cases >= LEAST]
    rows = {one.kind.id: rows_behind(tx, one) for one in told}
    everything = rows_of(tx.session, now(), _approved(tx))
    days = sorted(row.day for row in everything)
    money = partial(_money, whole=everything)
    surfaced = sorted((one for one in told if one.surfaced), key=_place)
    recurring = [row for one in surfaced for row in rows[one.kind.id]]
    read = {name for name, _ in source.read}
    declined = granted.declined
    return LookBack(
        source=source,
        first=days[0] if days else None,
        last=days[-1] if days else None,
        months=(days[-1] - days[0] + timedelta(days=1)).days / _DAYS_A_MONTH if days else 0.0,
        money=money(everything),
        recurring=money(recurring),
        sorted_cases=len(recurring),
        course=months_of(everything, granted.days),
        busiest=granted.busiest(),
        apart=_apart(recurring, granted),
        spreads=granted.columns.spreads(),
        years=granted.columns.years,
        together=granted.columns.together(),
        declined=len(declined),
        turned_away=[Quote.of(case) for case in declined[:DECLINES]],
        turned_away_as=said_again([case.decline_reason or case.reason or "" for case in declined]),
        granted_since=_granted_since(declined, days),
        other_currencies=_others(everything),
        differing=differing(granted.columns),
        left=granted.left({row.id for row in recurring}),
        kinds=[
            found_kind(
                tx,
                number,
                one,
                rows[one.kind.id],
                money(rows[one.kind.id]),
                granted,
                guessed=one.kind.id in guessed,
            )
            for number, one in enumerate(surfaced, start=1)
        ],
        thin=[
            ThinKind(name=one.kind.name, cases=one.evidence.cases, lacks=_lacks(one.evidence))
            for one in sorted(told, key=lambda one: (-one.evidence.cases, one.kind.name))
            if not one.surfaced
        ],
        unknowns=unknowns(read, handbook=bool(source.handbook), declined=bool(declined)),
        made=Made(
            version=version("policy-feedback-recommender"),
            seed=seed,
            encoder=tx.house.encoder.fingerprint,
            on=now().date(),
        ),
    )


def _approved(tx: Transaction) -> list[str]:
    return list(tx.session.scalars(select(Case.id).where(Case.state == CaseState.APPROVED)))


def _granted_since(declined: Sequence[Case], days: Sequence[date]) -> tuple[date, int] | None:
    """Give the day of the first request turned away and what was granted from then on, if late."""
    if not declined:
        return None
    first = declined[-1].occurred_at.date()
    since = sum(day >= first for day in days)
    return (first, since) if since < len(days) / 2 else None


def _apart(recurring: Sequence[CaseFacts], granted: Granted) -> tuple[int, int] | None:
    busiest = granted.busiest()
    if busiest is None:
        return None
    kept = sum(row.day != busiest[0] for row in recurring)
    return kept, len(granted.days) - busiest[1]


def _place(one: Standing) -> tuple[float, int, str]:
    year = 0.0 if one.year is None else one.year.mid
    return (-year, -one.evidence.counted_cases, one.kind.name)


def _lacks(evidence: Evidence) -> str:
    missing = shortfalls(evidence)
    return missing[0].words if missing else "It was set aside."


def _others(rows: Iterable[CaseFacts]) -> list[str]:
    found = Counter(row.currency for row in rows if row.cost is not None)
    return [currency or "no currency" for currency, _ in found.most_common()[1:]]


def _money(rows: Sequence[CaseFacts], whole: Sequence[CaseFacts]) -> Money | None:
    """Sum up the commonest currency of the whole ledger; None where none of these rows has it."""
    currencies = Counter(row.currency for row in whole if row.cost is not None)
    if not currencies:
        return None
    currency = currencies.most_common(1)[0][0]
    costs = [
        (row.day, row.cost) for row in rows if row.cost is not None and row.currency == currency
    ]
    summed = spread([cost for _, cost in costs])
    if summed is None:
        return None
    moments = [row.occurred_at for row in whole]
    return Money(
        currency=currency,
        total=summed.sum,
        median=summed.median,
        p90=summed.p90,
        a_year=yearly(costs, weeks_between(min(moments), max(moments))),
        without_amount=sum(row.cost is None for row in rows) / len(rows),
    )
