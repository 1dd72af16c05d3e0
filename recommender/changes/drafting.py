"""A kind's draft: the narrowest change that its evidence carries, with numbers and reasons.

Deterministic: the same cases on the same wording give the same draft. Nothing is stored here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from recommender.access import Act
from recommender.changes.budgets import require_within_budget
from recommender.changes.exceptions import drafted_exception
from recommender.changes.gathering import find_ground
from recommender.changes.ground import Ground
from recommender.changes.harm import EndedBadly
from recommender.changes.parameters import LEAST_CASES, Boundary, Limit
from recommender.changes.rationale import Rationale, rationale
from recommender.changes.readings import Reading
from recommender.changes.redline import Subject, Wording, redline, stated
from recommender.changes.rules import Rule, Unlimited, conditions_of, read_rule
from recommender.changes.verdicts import (
    WIDENING,
    Offered,
    means,
    require_left_out,
    require_permitted,
    suggest,
)
from recommender.errors import Conflict
from recommender.policies.conditions import EVERYWHERE, Condition, Scope
from recommender.policies.exceptions import ClauseException
from recommender.policies.syntax.handbook import Bound
from recommender.storage.house import Transaction
from recommender.vocabulary import Grade, Verdict

TOLERATED: Final = timedelta(days=90)
"""How long a kind is tolerated unless somebody says until when [J]."""

_HIDDEN: Final = "This cannot be drafted for so few people."


@dataclass(frozen=True, kw_only=True)
class DraftParameter:
    """The numbers of one fact, narrow to wide; None where the data carry none.

    `n` signed cases carry it and stand for at most `independent` agents; with limits on other
    facts beside it, `confidence_left` is how sure they all cover the medium share together.
    """

    fact: str
    unit: str | None
    direction: Bound
    narrow: Limit | None
    medium: Limit | None
    wide: Limit | None
    boundary: Boundary | None
    n: int
    independent: float | None
    confidence_left: float | None
    set_aside: list[str]
    separates: bool | None


@dataclass(frozen=True)
class Redline:
    """Old and new wording as a reader sees them."""

    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A suggested change, in the shape that `draft --json` prints."""

    kind: str
    clause: str | None
    base_revision: int | None
    verdict: Verdict
    reason: str
    grade: Grade | None
    parameters: list[DraftParameter]
    redline: Redline
    rationale: list[Rationale]
    conditions: list[Condition]
    unlimited: list[Unlimited]
    ended_badly: list[EndedBadly]
    scope: Scope
    verdicts: list[Offered]


@dataclass(frozen=True)
class Drafted:
    """A draft with what a candidate keeps of it: markup, and the conditions in its words."""

    draft: Draft
    wording: Wording
    conditions: tuple[Condition, ...]
    ground: Ground
    subject: Subject
    """What its wording was made of, so that it can be made again under other conditions."""
    suggested: Verdict
    """What was proposed, whatever was chosen instead."""
    exception: ClauseException | None = None
    """What the words say of the kind alone."""


def draft(tx: Transaction, kind_id: str) -> Draft:
    """Draft the change that a living kind suggests; raises UnknownKind."""
    tx.actor.require(Act.READ_KINDS)
    return compose(find_ground(tx, kind_id)).draft


def compose(ground: Ground, chosen: Verdict | None = None, scope: Scope = EVERYWHERE) -> Drafted:
    """Draft a change on known ground, for the suggested verdict or another that was chosen.

    A limit holds for everybody, so one that is widened in a scope becomes an exception. Raises
    NeverBend, OutcomesBad, NothingToChange or BudgetExceeded where the chosen verdict cannot be
    drafted.
    """
    rule = read_rule(ground)
    suggested, why = suggest(ground, rule)
    verdict = chosen or suggested
    if verdict is Verdict.WIDEN_LIMIT and scope != EVERYWHERE:
        verdict = Verdict.ADD_EXCEPTION
    chosen_why = f"Chosen instead of {_words(suggested)}: {why}"
    scope = _dated(scope, verdict, ground)
    subject, wording = _worded(ground, rule, verdict, scope)
    conditions = subject.conditions
    return Drafted(
        Draft(
            kind=ground.kind.id,
            clause=ground.clause_key,
            base_revision=None if ground.base is None else ground.base.number,
            verdict=verdict,
            reason=why if verdict is suggested else chosen_why,
            grade=ground.grade,
            parameters=[_parameter(reading, rule, ground) for reading in rule.numbers],
            redline=Redline(**wording.texts),
            rationale=[] if ground.hides_people else rationale(ground, rule),
            conditions=list(conditions),
            unlimited=list(rule.unlimited),
            ended_badly=list(rule.ended_badly),
            scope=scope,
            verdicts=_offers(ground, rule, suggested, why),
        ),
        wording,
        conditions,
        ground,
        subject,
        suggested,
        drafted_exception(ground.kind.id, ground.base, verdict, subject),
    )


def _worded(ground: Ground, rule: Rule, verdict: Verdict, scope: Scope) -> tuple[Subject, Wording]:
    """Write what a verdict asks for; raises why it cannot be drafted."""
    require_permitted(ground, verdict)
    conditions = conditions_of(ground, rule, verdict)
    require_left_out(ground, rule, verdict, conditions)
    allowed = rule.limited is not None and rule.limited.allowed
    subject = Subject(
        ground.kind.name,
        conditions,
        alone=_decides_alone(ground, rule, conditions),
        allowed=allowed and (rule.doubt is None or not rule.doubt.worse),
        scope=scope,
        said=ground.said,
    )
    wording = redline(verdict, ground.base, subject)
    if verdict in WIDENING:
        require_within_budget(ground, stated(verdict, wording.new, subject.conditions))
    return subject, wording


def _decides_alone(ground: Ground, rule: Rule, conditions: Sequence[Condition]) -> bool:
    """Tell whether agents decide alone: enough cases say so, and no harm speaks against it.

    Where bad outcomes are not surely few, only within limits.
    """
    if len(ground.counted) < LEAST_CASES.value or rule.undecided or rule.unmeasured:
        return False
    return rule.doubt is None or (bool(conditions) and not rule.doubt.worse)


def _dated(scope: Scope, verdict: Verdict, ground: Ground) -> Scope:
    """Give what is tolerated a last day."""
    if verdict is not Verdict.TOLERATE_UNTIL or scope.until or ground.as_of is None:
        return scope
    return replace(scope, until=ground.as_of + TOLERATED)


def _offers(ground: Ground, rule: Rule, suggested: Verdict, why: str) -> list[Offered]:
    """Give every verdict, the suggested one first, with what it does or why it cannot be chosen."""
    offers = [Offered(suggested, allowed=True, why=why)]
    for verdict in Verdict:
        if verdict is suggested:
            continue
        try:
            _worded(ground, rule, verdict, EVERYWHERE)
        except Conflict as refused:
            why = _HIDDEN if ground.hides_people else refused.detail
            offers.append(Offered(verdict, allowed=False, why=why))
        else:
            offers.append(Offered(verdict, allowed=True, why=means(verdict, ground)))
    return offers


def _parameter(reading: Reading, rule: Rule, ground: Ground) -> DraftParameter:
    numbers, agents = reading.numbers, ground.effective_agents
    boxed = any((one.fact, one.side) == (reading.fact, numbers.bound) for one in rule.conditions)
    return DraftParameter(
        fact=reading.fact,
        unit=reading.unit,
        direction=numbers.bound,
        narrow=numbers.narrow,
        medium=numbers.medium,
        wide=numbers.wide,
        boundary=numbers.boundary,
        n=numbers.n,
        independent=None if agents is None else min(agents, numbers.n),
        confidence_left=rule.confidence if boxed else None,
        set_aside=list(numbers.set_aside),
        separates=numbers.separates,
    )


def _words(verdict: Verdict) -> str:
    return verdict.replace("_", " ")
