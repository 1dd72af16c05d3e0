"""What the house's answers to suggestions come to: how many, how soon, how much was edited.

The final answer is yes or no: what is put off waits again from its day on, and what is sent back
with a question waits for its manager. Never whose: a desk is told its own times, nobody's are
compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from statistics import median
from typing import Final

from sqlalchemy import select

from recommender.access import Act
from recommender.changes.desks import desk_of
from recommender.models.changes import Candidate, Decision
from recommender.policies.syntax.markup import plain_text
from recommender.storage.house import Transaction
from recommender.vocabulary import CandidateState, DecisionVerdict

AWAITING: Final = frozenset({CandidateState.OPEN, CandidateState.CLAIMED})
"""The states in which a candidate waits for its desk's answer."""
_ACCEPTED: Final = (DecisionVerdict.ACCEPT, DecisionVerdict.ACCEPT_WITH_EDITS)
_FINAL: Final = (*_ACCEPTED, DecisionVerdict.REJECT)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Answers so far; the medians are None where there is nothing to take them of."""

    decided: int
    """Candidates that were accepted or rejected."""
    accepted: int
    edited: int
    edit_distance: float | None
    """Median share of the words that an accepted wording does not have in common with the draft."""
    days: float | None
    """Median time from a promotion to its yes or no, over all desks; what waits is not in it."""
    days_here: float | None
    """The same of the reader's own desk."""
    waiting: int
    red: int
    """Of those that wait for their answer: longer than the days of the settings."""


def answers(tx: Transaction) -> Answers:
    """Sum up the house's answers. What was put off or sent back is answered, but not decided."""
    tx.actor.require(Act.READ_CANDIDATES)
    found = list(tx.session.scalars(select(Candidate).order_by(Candidate.id)))
    last = [given[-1] for one in found if (given := _final(one))]
    distances = [one.edit_distance for one in last if one.edit_distance is not None]
    own = {tx.actor.name, tx.actor.team}
    here = [one for one in found if desk_of(tx.session, one) in own]
    pending = [one for one in found if one.state in AWAITING]
    return Answers(
        decided=len(last),
        accepted=sum(one.verdict in _ACCEPTED for one in last),
        edited=sum(one.verdict is DecisionVerdict.ACCEPT_WITH_EDITS for one in last),
        edit_distance=median(distances) if distances else None,
        days=_median_days(found),
        days_here=_median_days(here),
        waiting=len(pending),
        red=sum(is_red(tx, one) for one in pending),
    )


def answered_in_days(candidate: Candidate) -> int | None:
    """Give the whole days from a promotion to its yes or no; None while it waits for one."""
    taken = _time_taken(candidate)
    return None if taken is None else taken.days


def waits_since(candidate: Candidate) -> datetime:
    """Say since when it waits for its desk: its promotion, or the day that it was put off to."""
    since = candidate.promoted_at
    for one in candidate.decisions:
        if one.until is not None and one.decided_at >= since:
            since = max(one.decided_at, one.until)
    return since


def is_red(tx: Transaction, candidate: Candidate) -> bool:
    """Tell whether it waits for its answer longer than the settings allow."""
    waited = (tx.at - waits_since(candidate)).days
    return candidate.state in AWAITING and waited > tx.settings.answer_days


def edit_distance(suggested: str | None, final: str | None) -> float:
    """Say how far the final words are from the suggested ones: 0 the same, 1 all others."""
    old, new = (plain_text(markup or "").split() for markup in (suggested, final))
    return 1 - SequenceMatcher(a=old, b=new, autojunk=False).ratio()


def _final(candidate: Candidate) -> list[Decision]:
    return [one for one in candidate.decisions if one.verdict in _FINAL]


def _time_taken(candidate: Candidate) -> timedelta | None:
    """Give the time from the last promotion to its yes or no; what was rejected may come again."""
    times = [one.decided_at for one in _final(candidate)]
    answered = min((at for at in times if at >= candidate.promoted_at), default=None)
    return None if answered is None else answered - candidate.promoted_at


def _median_days(found: Sequence[Candidate]) -> float | None:
    taken = [time for one in found if (time := _time_taken(one)) is not None]
    days = [time.total_seconds() / 86_400 for time in taken]
    return round(median(days), 1) if days else None
