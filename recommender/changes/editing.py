"""What somebody would have otherwise than a draft says: its limits, where it holds, its words."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from recommender.changes.exceptions import EXCEPTING
from recommender.changes.reach import Proposed
from recommender.changes.redline import Subject, Wording, redline
from recommender.errors import Invalid
from recommender.models.changes import Candidate
from recommender.models.policies import Revision
from recommender.policies.conditions import EVERYWHERE, Condition, Scope
from recommender.policies.exceptions import ClauseException, exceptions_of
from recommender.policies.phrases import ALONE
from recommender.policies.syntax.read import check_wording
from recommender.vocabulary import TEXT_CHANGING_VERDICTS, Verdict

_LIMITED = frozenset({Verdict.WIDEN_LIMIT, Verdict.ADD_EXCEPTION, Verdict.WRITE_NEW_CLAUSE})
"""The verdicts whose words state limits."""
_SCOPED = EXCEPTING | {Verdict.WIDEN_LIMIT}
"""The verdicts that may hold somewhere only: a limit that is widened so becomes an exception."""


class NoTextToEdit(Invalid):
    """The verdict changes no text, so there is none to edit."""


class BadLimits(Invalid):
    """Limits that the wording cannot state, or not these."""


class BadScope(Invalid):
    """A change like this holds everywhere."""


@dataclass(frozen=True, kw_only=True)
class Edits:
    """What is to be otherwise; None leaves it as it was drafted."""

    markup: str | None = None
    conditions: tuple[Condition, ...] | None = None
    scope: Scope | None = None


def as_drafted(found: Candidate) -> Proposed:
    """Give what a candidate proposes."""
    return Proposed(
        verdict=found.verdict,
        wording=Wording(found.old_markup, found.new_markup),
        conditions=tuple(Condition.from_json(one) for one in found.draft.get("conditions", ())),
        scope=Scope.from_json(found.draft.get("scope") or {}),
    )


def subject_of(found: Candidate) -> Subject:
    """Give what a candidate's wording is made of, so that it can be made again."""
    drafted = found.draft.get("exception")
    alone = found.verdict is Verdict.WIDEN_LIMIT or ALONE in (found.new_markup or "")
    return Subject(
        found.subject,
        as_drafted(found).conditions,
        alone=alone if drafted is None else ClauseException.from_json(drafted).alone,
        said=_replaced(found),
    )


def _replaced(found: Candidate) -> tuple[str, ...]:
    """Give the sentences for its kind that a new one replaces, and those that its draft did."""
    base, new = found.base_revision, found.new_markup
    known = () if base is None else exceptions_of(base)
    return tuple(
        one.sentence
        for one in known
        if one.kind_id == found.kind_id or (new is not None and not one.stands_in(new))
    )


def edited(drafted: Proposed, base: Revision | None, subject: Subject, edits: Edits) -> Proposed:
    """Make the wording anew where limits or scope are others, and put in the words where given.

    A limit holds for everybody, so one that is widened in a scope becomes an exception. Raises
    NothingToChange for a limit that the clause does not have, and BadClause.
    """
    found = replace(
        drafted,
        conditions=drafted.conditions if edits.conditions is None else edits.conditions,
        scope=drafted.scope if edits.scope is None else edits.scope,
    )
    if found != drafted:
        if found.verdict is Verdict.WIDEN_LIMIT and found.scope != EVERYWHERE:
            found = replace(found, verdict=Verdict.ADD_EXCEPTION)
        subject = replace(subject, conditions=found.conditions, scope=found.scope)
        found = replace(found, wording=redline(found.verdict, base, subject))
    words = None if edits.markup is None else edits.markup.strip()
    if words is None or words == (found.wording.new or "").strip():
        return found
    check_wording(words)
    return replace(found, wording=replace(found.wording, new=words))


def limited(found: Candidate, numbers: Mapping[str, float]) -> tuple[Condition, ...]:
    """Give a candidate's drafted limits with other numbers for some facts; raises BadLimits."""
    drafted = as_drafted(found).conditions
    sides = Counter(one.fact for one in drafted if one.side is not None)
    for fact in numbers:
        if sides[fact] != 1:
            told = ", ".join(sorted(sides)) or "none"
            raise _bad_limits(f"The draft has no one limit on {fact}.", f"It limits: {told}.")
    return tuple(
        one if one.side is None else replace(one, limit=numbers.get(one.fact, one.limit))
        for one in drafted
    )


def require_editable(drafted: Proposed, edits: Edits) -> None:
    """Refuse with NoTextToEdit, BadLimits or BadScope what a verdict like this cannot state."""
    verdict = drafted.verdict
    changes = verdict in TEXT_CHANGING_VERDICTS - {Verdict.RETIRE_RULE}
    words = None if edits.markup is None else edits.markup.strip()
    if words is not None and words != (drafted.wording.new or "").strip() and not changes:
        raise NoTextToEdit(
            f"{_words(verdict)} changes no text.",
            field="markup",
            remedy="Accept it as it is, or return it with a question.",
        )
    if edits.conditions is not None:
        _require_limits(drafted, edits.conditions, edits.scope)
    if edits.scope is not None and edits.scope != drafted.scope:
        _require_scope(drafted, edits.scope)


def _require_limits(
    drafted: Proposed, conditions: tuple[Condition, ...], scope: Scope | None
) -> None:
    if drafted.verdict not in _LIMITED:
        raise _bad_limits(f"{_words(drafted.verdict)} states no limit.", "Leave the limits out.")
    if not conditions:
        raise _bad_limits("No limit is given.", "Give at least one, or edit the words.")
    if any(one.limit == () for one in conditions):
        raise _bad_limits("A list of words is empty.", "Name at least one word that is allowed.")
    if max(Counter((one.fact, one.bound) for one in conditions).values()) > 1:
        raise _bad_limits("A fact has two limits on one side.", "Give one of them.")
    everywhere = scope is None or scope == EVERYWHERE
    if drafted.verdict is Verdict.WIDEN_LIMIT and everywhere and len(conditions) > 1:
        raise _bad_limits(
            "A limit that moves for everybody stands alone.", "Give one limit, or a scope too."
        )


def _require_scope(drafted: Proposed, scope: Scope) -> None:
    if drafted.verdict is Verdict.TOLERATE_UNTIL:
        if scope.until is None or scope != Scope(until=scope.until):
            raise BadScope(
                "What is tolerated is so everywhere, until a day.",
                field="scope",
                remedy="Say until when, and nothing else.",
            )
    elif drafted.verdict not in _SCOPED or drafted.wording.old is None:
        raise BadScope(
            f"{_words(drafted.verdict)} holds everywhere and for good.",
            field="scope",
            remedy="Leave the scope out, or return it and ask for an exception.",
        )


def _bad_limits(detail: str, remedy: str) -> BadLimits:
    return BadLimits(detail, field="conditions", remedy=remedy)


def _words(verdict: Verdict) -> str:
    return verdict.replace("_", " ").capitalize()
