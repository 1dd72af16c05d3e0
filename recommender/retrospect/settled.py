"""How all requests that bear a kind's own values were decided: the drafted rule, tried at once.

A committee that finds the same condition granted again and again asks two things of a rule that
says so: what else was asked with these values, and was any of it decided otherwise.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from recommender.models.cases import Case
from recommender.retrospect.codes import Counted, Otherwise, Settled
from recommender.retrospect.ledger import line_of
from recommender.retrospect.spreads import FIELDS, Columns
from recommender.retrospect.wording import SAME_WORDS, stands_in, words_of

LATEST: Final = 10
"""Of so many it is told whether what is granted stays the same."""


def settled(
    given: str, asked: Sequence[Counted], columns: Columns, declined: Iterable[Case]
) -> Settled:
    """Say how requests with some values were decided.

    `given` is what the kind of these values was granted, `declined` whatever was turned away.
    """
    values = [one.value for one in asked]
    bearing = columns.bearing(asked)
    others: dict[str | None, list[int]] = defaultdict(list)
    differing = [case for case in bearing if not _says(case.resolution, given)]
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
        declined=sum(_bears(case, values) for case in declined),
    )


def _says(told: str | None, given: str) -> bool:
    said, wanted = words_of(told or ""), words_of(given)
    return len(said & wanted) >= SAME_WORDS * len(said | wanted)


def _bears(case: Case, values: Sequence[str]) -> bool:
    coded = {getattr(case, name) for name in FIELDS}
    return all(value in coded or stands_in(value, case.situation) for value in values)
