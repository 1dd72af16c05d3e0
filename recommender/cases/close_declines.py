"""The consistency notice: a case much like this one was declined, on which day and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from recommender.cases.comparing import Answer, Compared

CLOSE: Final = 0.6
"""Likeness from which a case is close; of such, nine in ten were of one kind on the tuning sets."""


@dataclass(frozen=True)
class CloseDecline:
    """A case much like this one that was declined."""

    case_id: str
    day: date
    reason: str


def close_decline(cases: Sequence[Compared]) -> CloseDecline | None:
    """Give the nearest declined case if it is close and says why; cases come best first."""
    for case in cases:
        if case.similarity < CLOSE:
            return None
        if case.answer is Answer.DECLINED and case.decline_reason:
            return CloseDecline(case.id, case.day, case.decline_reason)
    return None
