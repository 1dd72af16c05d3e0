"""A recurring kind as a look back tells it: how often, when, what it shares, in which rows."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from recommender.kinds.evidence import Evidence
from recommender.kinds.pages import KindCase, detail
from recommender.kinds.rows import CaseFacts
from recommender.kinds.standing import Standing
from recommender.policies.safe_words import day_words
from recommender.retrospect.findings import Days, FoundKind, Money, NearestRule
from recommender.retrospect.granted import Granted, months_of
from recommender.retrospect.quotes import Quote
from recommender.retrospect.rules import in_no_rule, listed, rule_in_words
from recommender.retrospect.settled import settled
from recommender.retrospect.suggesting import suggestion
from recommender.storage.house import Transaction

NEAR: Final = 2
"""Cases on the edge of a kind, and requests turned away beside it, that are told."""
_NEWS: Final = timedelta(days=90)
"""For how long a kind must be silent at least for that to be told [J]."""


def found_kind(
    tx: Transaction,
    number: int,
    standing: Standing,
    rows: Sequence[CaseFacts],
    money: Money | None,
    granted: Granted,
    *,
    guessed: bool,
) -> FoundKind:
    """Tell a kind by the rows behind it; `guessed`: its rule was guessed from the words."""
    kind, evidence, page = standing.kind, standing.evidence, detail(tx, standing)
    days, ids = sorted(row.day for row in rows), [row.id for row in rows]
    cited = None if page.kind.clause else granted.cited(ids)
    coded, given = granted.columns.coded(ids), granted.given(ids)
    naming = [] if coded is None else coded.naming
    asked = [one for one in naming if given is None or one.value != given.value]
    missing = in_no_rule(tx, naming)
    heads, ledger_rows = granted.rows(ids)
    when = _days(days, granted.days[-1])
    quoted = {one.id: one for one in page.representative}
    edge = [one for one in page.borderline if one.id not in quoted][:NEAR]
    told = {*quoted, *(one.id for one in edge)}
    return FoundKind(
        number=number,
        name=kind.name,
        cases=evidence.cases,
        distinct=evidence.counted_cases,
        first=days[0],
        last=days[-1],
        days=when,
        months=months_of(rows, granted.days),
        course=_course(evidence, silent=when.none_since),
        money=money,
        rule=_rule(page.kind.clause, page.kind.clause_text, guessed=guessed),
        cited=cited,
        in_words=None if given is None or page.kind.clause else rule_in_words(tx, given.value),
        in_no_rule=[one.value for one in missing],
        listed=listed(tx, granted.columns.beside(missing)),
        line=granted.line(ids),
        often=granted.columns.often(ids),
        typical=[_quote(quoted[one]) for one in granted.columns.unlike(list(quoted))],
        edge=[_quote(one) for one in edge],
        latest=[] if coded is None else granted.latest([one for one in ids if one not in told]),
        turned_away=[_quote(one) for one in page.declined[:NEAR]],
        suggestion=suggestion(tx, kind, given, asked, cited),
        coded=coded,
        settled=None if given is None or not asked else settled(given.value, asked, granted),
        heads=heads,
        rows=ledger_rows,
        unsure=_unsure(evidence, guessed=guessed),
    )


def _days(days: Sequence[date], end: date) -> Days:
    busiest, cases = Counter(days).most_common(1)[0]
    gaps = [later - day for day, later in pairwise(days)]
    silent = end - days[-1]
    return Days(
        number=len(set(days)),
        busiest=busiest,
        cases=cases,
        none_since=silent > max(_NEWS, *gaps, timedelta()),
    )


def _course(evidence: Evidence, *, silent: bool) -> str:
    """Say where it goes; a trend says nothing of what has stopped."""
    trend = evidence.trend
    if silent:
        return ""
    if trend is None:
        return "Too short a time for a trend."
    these = " of these" if evidence.counted_cases < evidence.cases else ""
    told = f"{trend.earlier}{these} in the earlier half, {trend.recent} in the later one"
    if trend.low > 1:
        return f"Growing: {told}."
    if trend.high < 1:
        return f"Fading: {told}."
    return f"No clear trend: {told}, as chance alone can do."


def _rule(key: str | None, text: str | None, *, guessed: bool) -> NearestRule | None:
    return None if key is None or text is None else NearestRule(key=key, text=text, guessed=guessed)


def _quote(case: KindCase) -> Quote:
    return Quote(
        day=case.day,
        situation=case.situation,
        resolution=None if case.decline_reason else case.resolution,
        reason=case.decline_reason or case.reason,
        amount=case.amount,
        currency=case.currency,
    )


def _unsure(evidence: Evidence, *, guessed: bool) -> list[str]:
    """Say what holds the evidence of this kind back, the ledger's own gaps left out."""
    said = []
    if evidence.counted_cases < evidence.cases:
        busy = max(evidence.events, key=lambda one: one.cases - one.counted, default=None)
        where = "" if busy is None else f" (the largest batch: {day_words(busy.day)})"
        said.append(
            f"Most came in batches, so they weigh like {evidence.counted_cases} single ones: "
            f"of one day three at most, and nearly the same note within two days once{where}."
        )
    if guessed:
        said.append("The rule was guessed from the words; no row cites it.")
    return said
