"""The same thing, decided in different words: what a committee wants to know of itself."""

import re
from collections import defaultdict
from typing import Final

from recommender.models.cases import Case
from recommender.retrospect.codes import Differing, Otherwise
from recommender.retrospect.ledger import line_of
from recommender.retrospect.spreads import Columns
from recommender.retrospect.wording import says_the_same

_HOST: Final = re.compile(r"^[\w-]+(\.[\w-]+)+/")
"""Where a path is kept, which does not make it another thing."""


def differing(columns: Columns) -> list[Differing]:
    """Give what a form asked for more than once and was granted in different words."""
    if columns.free is None:
        return []
    asked: dict[str, list[Case]] = defaultdict(list)
    for case, value in zip(columns.cases, columns.free.values, strict=True):
        if value:
            asked[_HOST.sub("", value.casefold())].append(case)
    return [
        Differing(thing=thing, ways=ways)
        for thing, cases in sorted(asked.items())
        if len(ways := _ways(cases)) > 1
    ]


def _ways(cases: list[Case]) -> list[Otherwise]:
    """Sort cases by what they were granted, nearly the same words together."""
    found: list[tuple[str, list[int]]] = []
    for case in cases:
        if case.resolution is None:
            continue
        lines = next((its for way, its in found if says_the_same(case.resolution, way)), None)
        if lines is None:
            lines = []
            found.append((case.resolution, lines))
        lines.append(line_of(case.source_id))
    return [Otherwise(given=way, lines=lines) for way, lines in found]
