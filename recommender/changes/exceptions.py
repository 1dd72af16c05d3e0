"""Exceptions as they are drafted and accepted: what the sentence of a kind says, as data."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from recommender.cases.likely_kinds import taken_in_by
from recommender.changes.redline import Subject, sentence
from recommender.models.changes import Candidate
from recommender.models.policies import Revision
from recommender.policies.conditions import Condition
from recommender.policies.exceptions import ClauseException, added_words, exceptions_of
from recommender.policies.phrases import ALONE
from recommender.storage.house import Transaction
from recommender.vocabulary import Verdict

EXCEPTING: Final = frozenset(
    {Verdict.ADD_EXCEPTION, Verdict.GRANT_AUTHORITY, Verdict.WRITE_NEW_CLAUSE}
)
"""The verdicts that say of one kind what a clause does not say in general."""
_SIDES: Final = (" is at most ", " is at least ")


def drafted_exception(
    kind_id: str, base: Revision | None, verdict: Verdict, subject: Subject
) -> ClauseException | None:
    """Give what a redline says of a kind alone; None where it says nothing of one alone.

    The clause of a gap is for its kind as a whole, so its limits are general ones.
    """
    if base is None or verdict not in EXCEPTING:
        return None
    decides = verdict is not Verdict.GRANT_AUTHORITY
    return ClauseException(
        key=kind_id,
        kind_id=kind_id,
        sentence=sentence(verdict, subject),
        conditions=subject.conditions if decides else (),
        scope=subject.scope,
        alone=subject.alone,
    )


def said_already(tx: Transaction, base: Revision | None, kind_id: str) -> tuple[str, ...]:
    """Give the sentences by which a wording makes exceptions for a kind, or what it took in."""
    found = () if base is None else exceptions_of(base)
    return tuple(one.sentence for one in found if taken_in_by(tx, one.kind_id) == kind_id)


def accepted_exception(
    found: Candidate, drafted: ClauseException | None, final: str | None
) -> ClauseException | None:
    """Give the exception that a candidate's final wording makes; None where it makes none.

    Where the owner changed its words, its limits are read from them; where they cannot be, nothing
    is kept, for no program can tell what they mean.
    """
    if drafted is None or final is None:
        return None
    one = drafted
    if not one.stands_in(final):
        said = added_words(found.old_markup or "", final)
        conditions = read_back(one.conditions, said)
        if not conditions:
            return None
        one = replace(one, sentence=said, conditions=conditions, alone=one.alone and ALONE in said)
    return replace(
        one,
        key=found.id,
        candidate_id=found.id,
        since=None if found.effective_from is None else found.effective_from.date(),
    )


def read_back(drafted: Sequence[Condition], said: str) -> tuple[Condition, ...]:
    """Read the drafted conditions from words that may be edited; none where these say more."""
    read = [one if one.said_in(said) else one.read_back(said) for one in drafted]
    numbers = sum(one.side is not None for one in drafted)
    if None in read or sum(said.count(side) for side in _SIDES) != numbers:
        return ()
    return tuple(one for one in read if one is not None)
