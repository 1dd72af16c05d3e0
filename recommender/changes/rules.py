"""The rule that a kind's cases follow: which facts decide, their limits, and what stays open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from recommender.changes.ground import AMOUNT, Ground, facts_of
from recommender.changes.harm import Doubt, EndedBadly, bad_parts, doubt_of, kept, without
from recommender.changes.learnt import LEAST_OUT, MOST_CONDITIONS, Learnt, Sides, learn
from recommender.changes.parameters import (
    LEAST_CASES,
    MEDIUM_COVER,
    confidence,
    coverage,
)
from recommender.changes.parameters import admits as within
from recommender.changes.protected import is_protected
from recommender.changes.readings import BOTH, CARRIED, Reading, live_limits, rank, read_fact
from recommender.changes.readings import sides_of as facts_to_read
from recommender.changes.redline import unit_of
from recommender.policies.conditions import Condition
from recommender.policies.syntax.handbook import Bound, Parameter
from recommender.vocabulary import Verdict

MOST_READ: Final = 3
"""How many facts a draft shows at most."""


@dataclass(frozen=True)
class Unlimited:
    """A fact that half of the signed cases carry and the rule leaves open, and how far it went."""

    fact: str
    unit: str | None
    largest: float


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a kind's cases say: the facts that decide, the numbers read, and what stays open.

    `learnt` are the facts that decide, `conditions` all that a wording states, with the medium
    limits. `numbers` come in the order of their worth, those of the conditions first. `undecided`
    tells that peers declined such cases, and that nothing tells them from the signed ones; `barred`
    are protected facts that would. `coverage` is the share of what peers sign that all conditions
    together cover at least, and `confidence` how sure their limits, as they were cut, cover the
    medium share; None where there are none, or one alone.
    """

    conditions: tuple[Condition, ...] = ()
    learnt: tuple[Learnt, ...] = ()
    numbers: tuple[Reading, ...] = ()
    unlimited: tuple[Unlimited, ...] = ()
    ended_badly: tuple[EndedBadly, ...] = ()
    doubt: Doubt | None = None
    """Bad outcomes in what is left of it that are not surely few."""
    undecided: bool = False
    barred: tuple[str, ...] = ()
    coverage: float | None = None
    confidence: float | None = None

    @property
    def limited(self) -> Reading | None:
        """The fact that the clause limits, if these cases have a number for it."""
        return next((one for one in self.numbers if one.live and one.condition), None)

    @property
    def unmeasured(self) -> bool:
        """Tell whether nothing is limited for want of values: the first fact has too few."""
        few = any(one.numbers.n < LEAST_CASES.value for one in self.numbers[:1])
        return few and not self.conditions


def read_rule(ground: Ground) -> Rule:
    """Read from a kind's signed and declined cases the rule that they follow.

    A part that ended badly is left out first. Then come the facts that part signed from declined
    cases by more than chance, and a free seat closes the fact that the clause limits, or the
    amount, at its largest signed value. Where too few were declined to compare with, the first
    fact is limited by what peers signed; where enough were and nothing parts them, none is.
    """
    if ground.hides_people:
        return Rule()
    live = live_limits(ground)
    facts = facts_to_read(ground, live)
    harm = bad_parts(ground, facts)
    ground = without(ground, [one.condition for one in harm])
    seats = MOST_CONDITIONS - len(harm)
    found = learn(ground.told(ground.counted), ground.told(ground.declined), facts)[:seats]
    box = _box(ground, facts, live, found, seats)
    decided = {one.fact for one in box}
    rest = (read_fact(ground, fact, facts[fact], live.get(fact)) for fact in facts)
    others = sorted((one for one in rest if one.signed and one.fact not in decided), key=rank)
    undecided = not found and bool(others) and len(others[0].declined) >= LEAST_OUT
    if not found and not undecided:
        box, others = others[:1], others[1:]
    conditions = _conditions(found, box, harm)
    return Rule(
        conditions=conditions,
        learnt=tuple(found),
        numbers=tuple([*box, *others][:MOST_READ]),
        unlimited=_unlimited(ground, others),
        ended_badly=tuple(harm),
        doubt=doubt_of(ground),
        undecided=undecided,
        barred=_barred(ground),
        coverage=_coverage(ground, conditions),
        confidence=_confidence(box),
    )


def conditions_of(ground: Ground, rule: Rule, verdict: Verdict) -> tuple[Condition, ...]:
    """Give the conditions for a verdict's wording: those that decide, and the clause's ceiling.

    A limit is widened for everybody, so no other condition goes with it. Where nothing decides, a
    colleague keeps signing, and only a part that ended badly is left out; an authority, which
    nobody signs for, has the ceiling all the same.
    """
    if verdict is Verdict.WIDEN_LIMIT:
        limit = None if rule.limited is None else rule.limited.condition
        return () if limit is None else (limit,)
    found = rule.conditions
    if rule.undecided:
        found = tuple(one.condition for one in rule.ended_badly)
        if verdict is not Verdict.GRANT_AUTHORITY:
            return found
    if ground.ceiling is None or any((one.fact, one.bound) == (AMOUNT, "max") for one in found):
        return found
    return (*found, Condition(AMOUNT, "max", ground.ceiling, ground.currency))


def _box(
    ground: Ground,
    facts: Sides,
    live: Mapping[str, Parameter],
    found: Sequence[Learnt],
    seats: int,
) -> list[Reading]:
    """Read the limits that hold together, first the one that keeps out most declined cases.

    Each is set against the declined cases that the other conditions let in.
    """
    sides: dict[str, tuple[Bound, ...]] = {
        one.condition.fact: (side,)
        for one in sorted(found, key=lambda one: -one.out)
        if (side := one.condition.side)
    }
    first = next(iter(sides), None)
    if found and len(found) < seats:
        sides |= _closing(ground, facts, live, [one.condition.fact for one in found])
    box = []
    for fact, bounds in sides.items():
        apart = [one.condition for one in found if one.condition.fact != fact]
        left = replace(ground, declined=kept(ground, ground.declined, apart))
        beside = len(sides) - 1 if fact == first else None
        box.append(read_fact(left, fact, bounds, live.get(fact), beside=beside))
    return box


def _closing(
    ground: Ground, facts: Sides, live: Mapping[str, Parameter], found: Sequence[str]
) -> Sides:
    """Give the fact that closes the box: one that the clause limits, else the amount.

    None where the clause's own limit is among what decides: it closes the box itself.
    """
    limited = [fact for fact in facts if fact in live]
    if not set(limited).isdisjoint(found):
        return {}
    money = any(unit_of(fact, ground.currency) == ground.currency for fact in found)
    for fact in limited if money else [*limited, AMOUNT]:
        n = len(ground.points(ground.own(fact), fact))
        often = n >= LEAST_CASES.value and n >= CARRIED * len(ground.counted)
        if fact not in found and often:
            return {fact: (live[fact].bound if fact in live else "max",)}
    return {}


def _conditions(
    found: Sequence[Learnt], box: Sequence[Reading], harm: Sequence[EndedBadly]
) -> tuple[Condition, ...]:
    """Give the words that decide, the limits of the box, and what keeps out the harm."""
    words = [one.condition for one in found if one.condition.side is None]
    limits = [one.condition for one in box if one.condition is not None]
    known = {(one.fact, one.bound) for one in [*words, *limits]}
    bad = [one.condition for one in harm]
    return (*words, *limits, *(one for one in bad if (one.fact, one.bound) not in known))


def _unlimited(ground: Ground, others: Sequence[Reading]) -> tuple[Unlimited, ...]:
    return tuple(
        Unlimited(one.fact, one.unit, max(point.value for point in one.signed))
        for one in others
        if len(one.signed) >= CARRIED * len(ground.counted)
    )


def _barred(ground: Ground) -> tuple[str, ...]:
    """Give the protected facts that part signed from declined cases."""
    signed, declined = ground.told(ground.counted), ground.told(ground.declined)
    told = set(chain.from_iterable(signed))
    facts = {fact for fact in told if is_protected(fact, ground.protected)}
    found = learn(signed, declined, dict.fromkeys(facts, BOTH))
    return tuple(one.condition.fact for one in found)


def _coverage(ground: Ground, conditions: Sequence[Condition]) -> float | None:
    """Give the share of what peers sign that all conditions cover, of the cases with all facts."""
    facts = [facts_of(case, ground.currency) for case in ground.counted]
    judged = [{one.admits(told.get(one.fact)) for one in conditions} for told in facts]
    known = [verdicts for verdicts in judged if verdicts and None not in verdicts]
    inside = sum(False not in verdicts for verdicts in known)
    return coverage(inside, len(known)) if known else None


def _confidence(box: Sequence[Reading]) -> float | None:
    """Give how sure a box of limits covers the medium share: each limit cuts what lies beyond."""
    limits = [(one, one.numbers.medium.limit) for one in box if one.numbers.medium is not None]
    if len(limits) < len(BOTH):
        return None
    n = min(one.numbers.n for one, _ in limits)
    cut = sum(
        1 + sum(not within(limit, point.value, one.numbers.bound) for point in one.signed)
        for one, limit in limits
    )
    return confidence(n - cut + 1, n, MEDIUM_COVER.value) if cut <= n else 0.0
