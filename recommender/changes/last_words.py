"""Whose the last word on a change is: to confirm it, or to take it back."""

from contextlib import suppress
from typing import Final

from recommender.access import Act
from recommender.changes.desks import require_desk
from recommender.errors import NotAllowed
from recommender.models.changes import Candidate
from recommender.storage.house import Transaction
from recommender.vocabulary import CANDIDATE_MOVES, CandidateState, DecisionVerdict

_MEANS: Final = {
    DecisionVerdict.CONFIRM: CandidateState.CONFIRMED,
    DecisionVerdict.ROLL_BACK: CandidateState.ROLLED_BACK,
}


def last_words(tx: Transaction, found: Candidate) -> list[DecisionVerdict]:
    """Give what the actor may say of a change that was accepted: as its desk, or a deputy of it.

    What is not in force yet is not confirmed.
    """
    if not tx.actor.may(Act.DECIDE):
        return []
    with suppress(NotAllowed):
        require_desk(tx.session, tx.actor, found)
        said = [one for one, to in _MEANS.items() if to in CANDIDATE_MOVES[found.state]]
        waits = found.state is not CandidateState.IN_FORCE
        return [one for one in said if not (waits and one is DecisionVerdict.CONFIRM)]
    return []
