"""The numbers of one kind looked at closely: what its page tells beside what a list does."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from sqlalchemy import select

from recommender.kinds import batches
from recommender.kinds.answered import AMOUNT
from recommender.kinds.evidence import Window
from recommender.kinds.floors import hides_people
from recommender.kinds.listing import year_of_costs
from recommender.kinds.lookalikes import look_alikes
from recommender.kinds.masking import EvidenceView, view
from recommender.kinds.rates import Exposed, exposed, rate
from recommender.kinds.rows import CaseFacts
from recommender.kinds.spreads import spread_of_facts
from recommender.kinds.standing import Standing, rows_behind
from recommender.kinds.weeks import Contacts
from recommender.models.cases import Case
from recommender.storage.house import Transaction
from recommender.vocabulary import Facts


def close_view(tx: Transaction, standing: Standing, declined: Sequence[Case]) -> EvidenceView:
    """Show all the numbers of a kind, with what is told of the declined cases like it.

    Where too few people are behind the kind, as little as a list shows.
    """
    shown = view(standing.evidence, tx.settings)
    if hides_people(standing.evidence, tx.settings):
        return shown
    window, currency = standing.evidence.window, shown.currency
    rows = rows_behind(tx, standing)
    refused = [case for case in declined if window.covers(case.occurred_at)]
    weeks = _weeks(tx, rows, window)
    return replace(
        shown,
        facts=spread_of_facts(
            [_facts(case, currency) for case in _told(tx, rows)],
            [_facts(case, currency) for case in refused],
            _units(standing, currency),
        ),
        look_alikes=look_alikes([case.outcome.reading for case in refused]),
        rate=None if weeks is None else rate(weeks),
        year=year_of_costs(standing),
    )


def _weeks(tx: Transaction, rows: Sequence[CaseFacts], window: Window) -> Exposed | None:
    if window.start is None:
        return None
    return exposed(batches.counted(rows), window.start, window.end, Contacts.read(tx.session))


def _told(tx: Transaction, rows: Sequence[CaseFacts]) -> Sequence[Case]:
    """Read what rows tell in facts: the columns, without a Case for every row."""
    query = select(Case.amount, Case.currency, Case.facts)
    found = tx.session.execute(query.where(Case.id.in_([row.id for row in rows]))).all()
    return cast("Sequence[Case]", found)


def _facts(case: Case, currency: str | None) -> Facts:
    """Give a case's facts, its amount among them where it is in the currency."""
    counts = case.amount is not None and case.currency == currency
    return ({AMOUNT: case.amount} if counts else {}) | dict(case.facts or {})


def _units(standing: Standing, currency: str | None) -> dict[str, str]:
    clause = standing.kind.clause
    limits = [] if clause is None else clause.newest.parameters
    units = {one["fact"]: one["unit"] for one in limits if one.get("unit")}
    return units if currency is None else {AMOUNT: currency, **units}
