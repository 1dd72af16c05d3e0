"""Whether what a kind suggests has moved since an owner rejected it."""

from collections.abc import Mapping
from typing import Any, Final

from recommender.changes.drafting import Drafted, DraftParameter
from recommender.changes.ground import Ground
from recommender.changes.parameters import WEAK_BELOW
from recommender.models.changes import Candidate

MOVED_BY: Final = 0.2
"""A limit that changed by more than this share is another one [J]."""


def has_moved(rejected: Candidate, drafted: Drafted) -> bool:
    """Tell whether the draft differs in what was decided, on enough cases to say so.

    That is its suggested verdict, the clause's words, or a medium limit by more than a fifth.
    """
    if any(_limit_moved(rejected, one) for one in drafted.draft.parameters):
        return True
    if len(drafted.ground.counted) < WEAK_BELOW.value:
        return False
    suggested = rejected.draft.get("suggested", drafted.suggested)
    return drafted.suggested != suggested or _reworded(rejected, drafted.ground)


def _limit_moved(rejected: Candidate, now: DraftParameter) -> bool:
    before = _medium_limit(rejected.draft, now.fact, now.direction)
    if before is None or now.medium is None or now.n < WEAK_BELOW.value:
        return False
    return abs(now.medium.limit - before) > MOVED_BY * abs(before)


def _medium_limit(draft: Mapping[str, Any], fact: str, direction: str) -> float | None:
    for one in draft.get("parameters", ()):
        if (one["fact"], one["direction"]) == (fact, direction) and one["medium"] is not None:
            return float(one["medium"]["limit"])
    return None


def _reworded(rejected: Candidate, ground: Ground) -> bool:
    before = None if rejected.base_revision is None else rejected.base_revision.text
    return (None if ground.base is None else ground.base.text) != before
