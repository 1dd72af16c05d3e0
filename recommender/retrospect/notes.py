"""Numbers that notes tell: days, months, sums. They help to tell kinds apart, and go again.

A ledger has no typed facts. What a note counts, and in what unit, is half a fact: enough to group
by, too little to draft a limit on. So the numbers are lent to the cases for the one run.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select

from recommender.learning.quantities import quantities
from recommender.models.cases import Case
from recommender.storage.house import Transaction
from recommender.vocabulary import Facts

_OF_PEOPLE: Final = frozenset({"year"})
"""Units that tell somebody's age as often as anything else."""
_TYPED: Final = 0.5
"""Where more than this share of the cases carries facts, none are lent."""


def lend_numbers(tx: Transaction) -> Mapping[str, Facts]:
    """Lend the cases the numbers of their notes; give the facts that they had, by case."""
    cases = list(tx.session.scalars(select(Case)))
    had = {case.id: dict(case.facts) for case in cases}
    if sum(map(bool, had.values())) > _TYPED * len(cases):
        return {}
    for case in cases:
        case.facts = {**_told(case), **had[case.id]}
    return had


def take_back(tx: Transaction, had: Mapping[str, Facts]) -> None:
    """Give each case the facts again that it had."""
    for case_id, facts in had.items():
        tx.session.get_one(Case, case_id).facts = dict(facts)


def _told(case: Case) -> dict[str, float]:
    texts = (case.situation, case.resolution, case.reason)
    found = (one for text in texts if text for one in quantities(text))
    return {one.unit: one.value for one in found if one.unit and one.unit not in _OF_PEOPLE}
