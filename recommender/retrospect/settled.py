"""How all requests that bear a kind's own values were decided: the drafted rule, tried at once.

A committee that finds the same condition granted again and again asks two things of a rule that
says so: what else was asked with these values, and was any of it decided otherwise.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from recommender.models.cases import Case
from recommender.retrospect.codes import Counted, Otherwise, Settled
from recommender.retrospect.granted import Granted
from recommender.retrospect.ledger import line_of
from recommender.retrospect.spreads import FIELDS
from recommender.retrospect.wording import says_the_same, stands_in

LATEST: Final = 10
"""Of so many it is told whether what is granted stays the same."""


def settled(given: str, asked: Sequence[Counted], granted: Granted) -> Settled:
    """Say how requests with some values were decided; `given` is what most were granted."""
    columns = granted.columns
    values = [one.value for one in asked]
    bearing = columns.bearing(asked)
    others: dict[str | None, list[int]] = defaultdict(list)
    differing = [case for case in bearing if not says_the_same(case.resolution or "", given)]
    for case in differing:
        others[case.resolution].append(line_of(case.source_id))
    latest = bearing[-LATEST:]
    return Settled(
        values=values,
        granted=len(bearing),
        alike=len(bearing) - len(differing),
        of_latest=(sum(case not in differing for case in latest), len(latest)),
        otherwise=[
            Otherwise(given=told, lines=lines)
            for told, lines in sorted(others.items(), key=lambda one: (-len(one[1]), one[1]))
        ],
        among_more=sorted(
            line_of(case.source_id)
            for case in columns.cases
            if case not in bearing and _bears(case, values)
        ),
        declined=sum(_bears(case, values) for case in granted.declined),
        within_rules=sum(_bears(case, values) for case in granted.within_rules),
    )


def _bears(case: Case, values: Sequence[str]) -> bool:
    coded = {getattr(case, name) for name in FIELDS}
    return all(value in coded or stands_in(value, case.situation) for value in values)
