"""A kind's draft: the narrowest change that its evidence carries, with numbers and reasons.

Deterministic: the same cases on the same wording give the same draft. Nothing is stored here.
"""

from dataclasses import dataclass

from recommender.access import Act
from recommender.changes.budgets import require_within_budget
from recommender.changes.gathering import find_ground
from recommender.changes.ground import Ground
from recommender.changes.parameters import LEAST_CASES, Boundary, Limit
from recommender.changes.rationale import Rationale, rationale
from recommender.changes.readings import Reading
from recommender.changes.redline import Subject, Wording, redline, stated
from recommender.changes.rules import EndedBadly, Rule, Unlimited, conditions_of, read_rule
from recommender.changes.verdicts import WIDENING, require_permitted, suggest
from recommender.policies.conditions import Condition
from recommender.policies.syntax.handbook import Bound
from recommender.storage.house import Transaction
from recommender.vocabulary import Grade, Verdict


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


@dataclass(frozen=True)
class Drafted:
    """A draft with what a candidate keeps of it: markup, and the conditions in its words."""

    draft: Draft
    wording: Wording
    conditions: tuple[Condition, ...]
    ground: Ground
    suggested: Verdict
    """What was proposed, whatever was chosen instead."""


def draft(tx: Transaction, kind_id: str) -> Draft:
    """Draft the change that a living kind suggests; raises UnknownKind."""
    tx.actor.require(Act.READ_KINDS)
    return compose(find_ground(tx, kind_id)).draft


def compose(ground: Ground, chosen: Verdict | None = None) -> Drafted:
    """Draft a change on known ground, for the suggested verdict or another that was chosen.

    Raises NeverBend, OutcomesBad, NothingToChange or BudgetExceeded where the chosen verdict
    cannot be drafted.
    """
    rule = read_rule(ground)
    suggested, reason = suggest(ground, rule)
    verdict = chosen or suggested
    if verdict is not suggested:
        reason = f"Chosen instead of {_words(suggested)}: {reason}"
    require_permitted(ground, verdict)
    conditions = conditions_of(ground, rule, verdict)
    alone = len(ground.counted) >= LEAST_CASES.value and not rule.undecided
    allowed = rule.limited is not None and rule.limited.allowed
    subject = Subject(ground.kind.name, conditions, alone, allowed)
    wording = redline(verdict, ground.base, subject)
    if verdict in WIDENING:
        require_within_budget(ground, stated(verdict, wording.new, conditions))
    return Drafted(
        Draft(
            kind=ground.kind.id,
            clause=ground.clause_key,
            base_revision=None if ground.base is None else ground.base.number,
            verdict=verdict,
            reason=reason,
            grade=ground.grade,
            parameters=[_parameter(reading, rule, ground) for reading in rule.numbers],
            redline=Redline(**wording.texts),
            rationale=[] if ground.hides_people else rationale(ground, rule),
            conditions=list(conditions),
            unlimited=list(rule.unlimited),
            ended_badly=list(rule.ended_badly),
        ),
        wording,
        conditions,
        ground,
        suggested,
    )


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
