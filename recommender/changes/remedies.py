"""What to think of where a change did not do what was said: a narrower limit, or its end.

They are drafted for its owner; nothing is done by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor
from typing import Any, Final, Literal

from recommender.cases.clock import today
from recommender.changes.comparing import Reading
from recommender.changes.editing import subject_of
from recommender.changes.following import follow
from recommender.changes.parameters import LEAST_CASES, admits
from recommender.changes.predicting import review_of
from recommender.changes.redline import Wording, limits_of, redline
from recommender.changes.uses import used
from recommender.kinds.weeks import monday, whole_weeks
from recommender.models.changes import Candidate
from recommender.models.policies import Revision
from recommender.policies.conditions import Condition
from recommender.policies.exceptions import ClauseException, exceptions_of
from recommender.policies.safe_words import day_words
from recommender.policies.syntax.handbook import Bound
from recommender.policies.syntax.markup import read_parameters, set_parameter
from recommender.storage.house import Transaction
from recommender.vocabulary import CandidateState

WIDTHS: Final = ("wide", "medium", "narrow")
_NARROWED: Final = {"cost", "uses"}
"""What a narrower limit brings down; it brings more exceptions."""
_MISSED: Final = {
    "exceptions": "more than twice as many exceptions came as were predicted",
    "uses": "it was used more than twice as often as was predicted",
    "cost": "it cost more than twice what was predicted",
    "good": "its cases ended well less than half as often as was predicted, or otherwise more than "
    "twice as often",
}
STANDS: Final = {CandidateState.IN_FORCE, CandidateState.CONFIRMED}


@dataclass(frozen=True, kw_only=True)
class Narrower:
    """The next narrower limit of the draft, on the `n` signed cases that carried the fact."""

    fact: str
    direction: Bound
    stated: float
    limit: float
    coverage: float | None
    n: int


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """What to do, why, and how the clause would read; a rule that ends reads like nothing."""

    what: Literal["narrow", "roll_back", "retire"]
    reason: str
    wording: Wording
    narrower: Narrower | None = None


def remedies(tx: Transaction, found: Candidate, readings: Sequence[Reading]) -> list[Remedy]:
    """Draft what to think of after the last look; nothing once somebody changed the clause again.

    A limit is offered where the draft has a narrower one that is still wider than the old wording.
    """
    written = None if found.revision_id is None else tx.session.get(Revision, found.revision_id)
    clause = found.clause
    if written is None or clause is None or clause.newest.id != written.id:
        return []
    if found.state not in STANDS:
        return []
    missed = [one.name for one in readings if one.missed]
    why = " and ".join(_MISSED[name] for name in missed)
    offered = []
    if _NARROWED.intersection(missed):
        offered += [one for one in [_narrow(found, written, why)] if one is not None]
    before = Wording(written.markup, found.old_markup)
    if missed:
        reason = f"Take it back: {why}."
        offered.append(Remedy(what="roll_back", reason=reason, wording=before))
    elif _review_is_due(tx, found) and is_unused(tx, found):
        own = found.base_revision_id is None
        since = "" if found.effective_from is None else f" since {day_words(found.effective_from)}"
        reason = f"Nobody is known to have used it{since}, and nobody had to ask."
        what: Literal["retire", "roll_back"] = "retire" if own else "roll_back"
        offered.append(Remedy(what=what, reason=reason, wording=before))
    return offered


def is_unused(tx: Transaction, found: Candidate) -> bool:
    """Tell whether nobody is known to have used a change, and nobody had to ask, since it holds."""
    followed = follow(tx, found)
    if followed is None:
        return False
    since = followed.answer.since
    weeks = whole_weeks(monday(since.date()), today(tx).moment.date())
    asked = any(row.occurred_at > since for row in followed.rows)
    return not asked and not sum(used(tx, found, followed, weeks).weekly)


def _review_is_due(tx: Transaction, found: Candidate) -> bool:
    due = review_of(tx, found)
    return due is not None and due <= today(tx).moment


def _narrow(found: Candidate, written: Revision, why: str) -> Remedy | None:
    """Draft the next narrower limit of a stated one; None where the data gave none."""
    own = next((one for one in exceptions_of(written) if one.kind_id == found.kind_id), None)
    typed = [
        Condition(one.fact, one.bound, one.limit, one.unit)
        for one in read_parameters(written.markup)
    ]
    for stated in typed if own is None else own.conditions:
        limit = _next_lower(found, stated)
        if limit is None:
            continue
        narrower = replace(stated, limit=limit.limit)
        share = f", which covers at least {floor((limit.coverage or 0) * 100)} % of what peers sign"
        return Remedy(
            what="narrow",
            reason=f"Let it say that {narrower.words}{share}: {why}.",
            wording=Wording(written.markup, _reworded(found, written, own, narrower)),
            narrower=limit,
        )
    return None


def _next_lower(found: Candidate, stated: Condition) -> Narrower | None:
    """Find the widest of the draft's limits on a fact that lies within the stated one."""
    if stated.side is None or stated.number is None:
        return None
    old = [
        one.limit
        for one in limits_of(found.old_markup or "")
        if (one.fact, one.bound) == (stated.fact, stated.side)
    ]
    for read in found.draft.get("parameters", ()):
        if (read["fact"], read["direction"]) != (stated.fact, stated.side):
            continue
        for limit in _limits(read):
            number = float(limit["limit"])
            inside = number != stated.number and admits(stated.number, number, stated.side)
            if inside and not any(admits(one, number, stated.side) for one in old):
                return Narrower(
                    fact=stated.fact,
                    direction=stated.side,
                    stated=stated.number,
                    limit=number,
                    coverage=limit["coverage"],
                    n=read["n"],
                )
    return None


def _limits(read: dict[str, Any]) -> list[dict[str, Any]]:
    if read["n"] < LEAST_CASES.value:
        return []
    return [read[width] for width in WIDTHS if read.get(width) is not None]


def _reworded(
    found: Candidate, written: Revision, own: ClauseException | None, narrower: Condition
) -> str | None:
    """Write the clause with a narrower limit: in place, or in the sentence of the kind."""
    if own is None:
        number = float(narrower.number or 0)
        return set_parameter(written.markup, narrower.fact, number, bound=narrower.side)
    kept = [
        narrower if (one.fact, one.bound) == (narrower.fact, narrower.bound) else one
        for one in own.conditions
    ]
    subject = replace(
        subject_of(found),
        conditions=tuple(kept),
        alone=own.alone,
        scope=own.scope,
        said=(own.sentence,),
    )
    return redline(found.verdict, written, subject).new
