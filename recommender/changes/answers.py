"""What the house's answers to suggestions come to: how many, how soon, how much was edited.

Never whose: a desk is told its own times, nobody's are compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from statistics import median

from sqlalchemy import select

from recommender.access import Act
from recommender.changes.desks import WAITING, desk_of
from recommender.models.changes import Candidate, Decision
from recommender.policies.syntax.markup import plain_text
from recommender.storage.house import Transaction
from recommender.vocabulary import DecisionVerdict

_ACCEPTED = (DecisionVerdict.ACCEPT, DecisionVerdict.ACCEPT_WITH_EDITS)


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
    """Median time from a promotion to the first answer, over all desks."""
    days_here: float | None
    """The same of the reader's own desk."""
    waiting: int
    red: int
    """Of those that wait for a first answer: longer than the days of the settings."""


def answers(tx: Transaction) -> Answers:
    """Sum up the house's answers. What was put off or sent back is answered, but not decided."""
    tx.actor.require(Act.READ_CANDIDATES)
    found = list(tx.session.scalars(select(Candidate).order_by(Candidate.id)))
    last = [given[-1] for one in found if (given := _deciding(one))]
    distances = [one.edit_distance for one in last if one.edit_distance is not None]
    own = {tx.actor.name, tx.actor.team}
    here = [one for one in found if desk_of(tx.session, one) in own]
    pending = [one for one in found if awaits_answer(one)]
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
    """Give the whole days from a promotion to its first answer; None while it waits for one."""
    first = _first_since(candidate)
    return None if first is None else (first - candidate.promoted_at).days


def awaits_answer(candidate: Candidate) -> bool:
    """Tell whether nobody has answered since it was promoted."""
    return candidate.state in WAITING and _first_since(candidate) is None


def is_red(tx: Transaction, candidate: Candidate) -> bool:
    """Tell whether it waits for a first answer longer than the settings allow."""
    waited = (tx.at - candidate.promoted_at).days
    return awaits_answer(candidate) and waited > tx.settings.answer_days


def edit_distance(suggested: str | None, final: str | None) -> float:
    """Say how far the final words are from the suggested ones: 0 the same, 1 all others."""
    old, new = (plain_text(markup or "").split() for markup in (suggested, final))
    return 1 - SequenceMatcher(a=old, b=new, autojunk=False).ratio()


def _first_since(candidate: Candidate) -> datetime | None:
    """Give the first answer to the last promotion; one sent back or rejected may come again."""
    times = [one.decided_at for one in candidate.decisions]
    return min((at for at in times if at >= candidate.promoted_at), default=None)


def _deciding(candidate: Candidate) -> list[Decision]:
    ends = (*_ACCEPTED, DecisionVerdict.REJECT)
    return [one for one in candidate.decisions if one.verdict in ends]


def _median_days(found: Sequence[Candidate]) -> float | None:
    days = [
        (first - one.promoted_at).total_seconds() / 86_400
        for one in found
        if (first := _first_since(one)) is not None
    ]
    return round(median(days), 1) if days else None
