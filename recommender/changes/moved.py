"""How what a kind suggests has moved since an owner rejected it."""

from collections.abc import Mapping
from typing import Any, Final

from recommender.changes.drafting import Drafted, DraftParameter
from recommender.changes.ground import Ground
from recommender.changes.parameters import WEAK_BELOW
from recommender.models.changes import Candidate
from recommender.policies.safe_words import fact_words

MOVED_BY: Final = 0.2
"""A limit that changed by more than this share is another one [J]."""


def how_moved(rejected: Candidate, drafted: Drafted) -> str | None:
    """Say how a draft differs from what was rejected, on enough cases to say so; None: it does not.

    What counts is a medium limit by more than a fifth, the suggested verdict, the clause's words.
    """
    limits = (_limit_moved(rejected, one) for one in drafted.draft.parameters)
    said = next((words for words in limits if words is not None), None)
    if said is not None or len(drafted.ground.counted) < WEAK_BELOW.value:
        return said
    if str(drafted.suggested) != rejected.draft.get("suggested", str(drafted.suggested)):
        return f"{drafted.suggested.replace('_', ' ')} is suggested now"
    return "the clause reads otherwise" if _reworded(rejected, drafted.ground) else None


def _limit_moved(rejected: Candidate, now: DraftParameter) -> str | None:
    before = _medium_limit(rejected.draft, now.fact, now.direction)
    if before is None or now.medium is None or now.n < WEAK_BELOW.value:
        return None
    if abs(now.medium.limit - before) <= MOVED_BY * abs(before):
        return None
    ends = f"from {before:.12g} to {now.medium.limit:.12g}"
    return f"its medium limit on {fact_words(now.fact)} moved {ends}"


def _medium_limit(draft: Mapping[str, Any], fact: str, direction: str) -> float | None:
    for one in draft.get("parameters", ()):
        if (one["fact"], one["direction"]) == (fact, direction) and one["medium"] is not None:
            return float(one["medium"]["limit"])
    return None


def _reworded(rejected: Candidate, ground: Ground) -> bool:
    before = None if rejected.base_revision is None else rejected.base_revision.text
    return (None if ground.base is None else ground.base.text) != before
