"""Gathering what a look back found, from the house that was filled for it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from importlib.metadata import version
from typing import Final

from sqlalchemy import func, select

from recommender.changes.drafting import draft
from recommender.config import now
from recommender.errors import RecommenderError
from recommender.kinds.costs import yearly
from recommender.kinds.evidence import Evidence, Trend
from recommender.kinds.pages import KindCase, detail
from recommender.kinds.rates import weeks_between
from recommender.kinds.rows import CaseFacts, rows_of
from recommender.kinds.standing import Standing, rows_behind, standings
from recommender.kinds.statistics import spread
from recommender.kinds.surfacing import shortfalls
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.policies.safe_words import day_words
from recommender.policies.syntax.compare import Change, word_diff
from recommender.policies.syntax.markup import plain_text
from recommender.retrospect.findings import (
    FoundKind,
    LookBack,
    Made,
    Money,
    Month,
    NearestRule,
    Quote,
    Source,
    Suggestion,
    ThinKind,
)
from recommender.retrospect.granted import Granted
from recommender.retrospect.spreads import LEAST
from recommender.retrospect.unknowns import unknowns
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, Verdict

EDGE: Final = 2
"""Edge cases a kind."""
_DAYS_A_MONTH: Final = 365.25 / 12
_WORDS: Final = {
    Verdict.WIDEN_LIMIT: "Widen the limit",
    Verdict.ADD_EXCEPTION: "Add an exception",
    Verdict.WRITE_NEW_CLAUSE: "Write a rule for it",
    Verdict.GRANT_AUTHORITY: "Leave it to the agents’ judgement",
    Verdict.CLARIFY_WORDING: "Clarify the wording",
    Verdict.RETIRE_RULE: "Retire the rule",
    Verdict.TOLERATE_UNTIL: "Tolerate it until a date",
    Verdict.COACH: "Explain the rule; change nothing",
    Verdict.HARD_LIMIT: "Keep the rule as a hard limit",
}
_WHY: Final = {
    Verdict.ADD_EXCEPTION: "The rule may hold in general; these notes depart from it in one way.",
    Verdict.WRITE_NEW_CLAUSE: "No rule is known to say what applies to these cases.",
    Verdict.CLARIFY_WORDING: "Too few cases stand behind this to draw a number from; the rule "
    "should first say who decides.",
}
"""Reasons without peers: who signed is not in a ledger."""
_DECLINED: Final = select(func.count()).where(Case.state == CaseState.DECLINED)


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
    declined = tx.session.scalar(_DECLINED) or 0
    return LookBack(
        source=source,
        first=days[0] if days else None,
        last=days[-1] if days else None,
        months=(days[-1] - days[0] + timedelta(days=1)).days / _DAYS_A_MONTH if days else 0.0,
        money=money(everything),
        recurring=money(recurring),
        sorted_cases=len(recurring),
        course=granted.course(),
        busiest=granted.busiest(),
        spreads=granted.columns.spreads(),
        together=granted.columns.together(),
        declined=declined,
        other_currencies=_others(everything),
        kinds=[
            _kind(tx, number, one, rows[one.kind.id], money(rows[one.kind.id]), guessed, granted)
            for number, one in enumerate(surfaced, start=1)
        ],
        thin=[
            ThinKind(name=one.kind.name, cases=one.evidence.cases, lacks=_lacks(one.evidence))
            for one in sorted(told, key=lambda one: (-one.evidence.cases, one.kind.name))
            if not one.surfaced
        ],
        unknowns=unknowns(read, handbook=bool(source.handbook), declined=declined > 0),
        made=Made(
            version=version("policy-feedback-recommender"),
            seed=seed,
            encoder=tx.house.encoder.fingerprint,
            on=now().date(),
        ),
    )


def _approved(tx: Transaction) -> list[str]:
    return list(tx.session.scalars(select(Case.id).where(Case.state == CaseState.APPROVED)))


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


def _kind(
    tx: Transaction,
    number: int,
    standing: Standing,
    rows: Sequence[CaseFacts],
    money: Money | None,
    guessed: Collection[str],
    granted: Granted,
) -> FoundKind:
    kind, evidence, page = standing.kind, standing.evidence, detail(tx, standing)
    days, ids = sorted(row.day for row in rows), [row.id for row in rows]
    first = {one.id for one in page.representative}
    return FoundKind(
        number=number,
        name=kind.name,
        cases=evidence.cases,
        distinct=evidence.counted_cases,
        first=days[0],
        last=days[-1],
        months=_months(rows, evidence.window.start or rows[0].occurred_at, evidence.window.end),
        course=_course(evidence.trend),
        money=money,
        rule=_rule(page.kind.clause, page.kind.clause_text, guessed=kind.id in guessed),
        cited=None if page.kind.clause else granted.cited(ids),
        line=granted.line(ids),
        often=granted.columns.often(ids),
        typical=[_quote(one) for one in page.representative],
        edge=[_quote(one) for one in page.borderline if one.id not in first][:EDGE],
        suggestion=_suggestion(tx, kind.id),
        unsure=_unsure(evidence, guessed=kind.id in guessed),
    )


def _months(rows: Sequence[CaseFacts], start: datetime, end: datetime) -> list[Month]:
    cases: Counter[date] = Counter(row.day.replace(day=1) for row in rows)
    costs: dict[date, float] = defaultdict(float)
    for row in rows:
        costs[row.day.replace(day=1)] += row.cost or 0.0
    found, month = [], start.date().replace(day=1)
    while month <= end.date():
        found.append(Month(first=month, cases=cases[month], cost=costs[month]))
        month = (month + timedelta(days=32)).replace(day=1)
    return found


def _course(trend: Trend | None) -> str:
    if trend is None:
        return "Too short a time for a trend."
    told = f"{trend.earlier} in the earlier half, {trend.recent} in the later one"
    if trend.low > 1:
        return f"Growing: {told}."
    if trend.high < 1:
        return f"Fading: {told}."
    return f"No clear trend: {told}."


def _rule(key: str | None, text: str | None, *, guessed: bool) -> NearestRule | None:
    return None if key is None or text is None else NearestRule(key=key, text=text, guessed=guessed)


def _quote(case: KindCase) -> Quote:
    return Quote(
        day=case.day,
        situation=case.situation,
        resolution=case.resolution,
        reason=case.reason,
        amount=case.amount,
        currency=case.currency,
    )


def _suggestion(tx: Transaction, kind_id: str) -> Suggestion | None:
    """Give the draft of a kind; None where the data carry none."""
    try:
        found = draft(tx, kind_id)
    except RecommenderError:
        return None
    same = found.redline.old == found.redline.new
    return Suggestion(
        verdict=_WORDS[found.verdict],
        reason=_WHY.get(found.verdict, found.reason),
        changes=[] if same else _changes(found.redline.old, found.redline.new),
    )


def _changes(old: str, new: str) -> list[Change]:
    return (
        word_diff(plain_text(old), plain_text(new)) if old else [Change("added", plain_text(new))]
    )


def _unsure(evidence: Evidence, *, guessed: bool) -> list[str]:
    """Say what holds the evidence of this kind back, the ledger's own gaps left out."""
    said = []
    copies = evidence.cases - evidence.counted_cases
    if copies:
        busy = max(evidence.events, key=lambda one: one.cases - one.counted, default=None)
        where = "" if busy is None else f"; the busiest is {day_words(busy.day)}"
        said.append(f"{copies} of {evidence.cases} add nothing: copies or one busy day{where}.")
    if guessed:
        said.append("The rule was guessed from the words; no row cites it.")
    return said
