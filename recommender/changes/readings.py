"""Which facts a draft reads, and in which direction a limit on them closes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from recommender.changes.ground import AMOUNT, Ground, number_facts
from recommender.changes.parameters import (
    LEAST_CASES,
    Numbers,
    Point,
    Split,
    find_split,
    read_numbers,
)
from recommender.changes.redline import limits_of, unit_of
from recommender.policies.conditions import Condition
from recommender.policies.syntax.handbook import Bound, Parameter
from recommender.policies.syntax.markup import read_parameters
from recommender.vocabulary import Verdict

MOST_READ: Final = 3
"""How many facts a draft shows at most; only the first one enters the wording."""
CARRIED: Final = 0.5
"""A fact is read if it is carried half as often as the commonest one [J]."""


@dataclass(frozen=True)
class Reading:
    """One fact of a kind: its numbers, the cases behind them and the clause's live limit."""

    fact: str
    unit: str | None
    numbers: Numbers
    signed: Sequence[Point]
    declined: Sequence[Point]
    live: Parameter | None

    @property
    def condition(self) -> Condition | None:
        """The medium limit as a condition; None without a number."""
        if self.numbers.medium is None:
            return None
        return Condition(self.fact, self.numbers.bound, self.numbers.medium.limit, self.unit)

    @property
    def allowed(self) -> bool:
        """Tell whether the clause's own limit reaches as far as the medium one already."""
        return self.live is not None and self.condition is not None and not self.widens

    @property
    def widens(self) -> bool:
        """Tell whether the medium limit lies beyond the clause's own."""
        if self.live is None or self.numbers.medium is None:
            return False
        medium, live = self.numbers.medium.limit, self.live.limit
        return medium > live if self.numbers.bound == "max" else medium < live


@dataclass(frozen=True)
class Unlimited:
    """A fact that half of the signed cases carry and the rule leaves open, and how far it went."""

    fact: str
    unit: str | None
    largest: float


@dataclass(frozen=True)
class EndedBadly:
    """A part of the kind that ended badly: what lies outside the condition."""

    condition: Condition
    bad: int
    known: int


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a kind's cases say: the facts that decide, the numbers read, and what stays open.

    `numbers` come in the order of their worth, those of the conditions first.
    """

    conditions: tuple[Condition, ...] = ()
    numbers: tuple[Reading, ...] = ()
    unlimited: tuple[Unlimited, ...] = ()
    ended_badly: tuple[EndedBadly, ...] = ()


def read_rule(ground: Ground) -> Rule:
    """Read from a kind's signed and declined cases the rule that they follow."""
    numbers = tuple(read_facts(ground))
    found = tuple(one for each in numbers[:1] if (one := each.condition) is not None)
    return Rule(conditions=found, numbers=numbers)


def read_facts(ground: Ground) -> list[Reading]:
    """Read the facts of a kind, the one for the wording first; [] where no number is carried.

    First comes a fact that the clause limits. Else the one that parts signed from declined cases,
    then the one that most cases carry. The amount is read only where no other fact has enough
    cases, for it mostly says what a case cost and not when it is right.
    """
    live = _live_limits(ground)
    readings = [_read(ground, fact, live.get(fact)) for fact in _facts(ground, set(live))]
    readings = [reading for reading in readings if reading.signed]
    if all(reading.numbers.n < LEAST_CASES.value for reading in readings):
        amount = _read(ground, AMOUNT, live.get(AMOUNT))
        if amount.signed and all(reading.fact != AMOUNT for reading in readings):
            readings.append(amount)
    return sorted(readings, key=_rank)[:MOST_READ]


def conditions_of(
    ground: Ground, readings: Sequence[Reading], verdict: Verdict
) -> tuple[Condition, ...]:
    """Give the conditions for the wording: the first fact's number, and the clause's ceiling."""
    found = [one for reading in readings[:1] if (one := reading.condition) is not None]
    if verdict is Verdict.WIDEN_LIMIT or ground.ceiling is None:
        return tuple(found)
    if all(one.fact != AMOUNT for one in found):
        found.append(Condition(AMOUNT, "max", ground.ceiling, ground.currency))
    return tuple(found)


def _live_limits(ground: Ground) -> dict[str, Parameter]:
    """Give the clause's limits by fact; of untyped ones only what is no amount."""
    if ground.base is None:
        return {}
    typed = bool(read_parameters(ground.base.markup))
    found = limits_of(ground.base.markup)
    return {one.fact: one for one in reversed(found) if typed or one.fact != AMOUNT}


def _facts(ground: Ground, limited: set[str]) -> set[str]:
    counts = number_facts(ground.counted)
    often = max(counts.values(), default=0) * CARRIED
    return limited | {fact for fact, count in counts.items() if count >= often}


def _read(ground: Ground, fact: str, live: Parameter | None) -> Reading:
    signed = ground.points(ground.own(fact), fact)
    declined = ground.points(ground.declined, fact)
    bound = live.bound if live else _direction(signed, declined)
    ceiling = ground.ceiling if fact == AMOUNT else None
    unit = live.unit if live else unit_of(fact, ground.currency)
    purse = ground.purse(fact)
    numbers = read_numbers(signed, declined, bound, ceiling=ceiling, purse=purse)
    return Reading(fact, unit, numbers, signed, declined, live)


def _direction(signed: Sequence[Point], declined: Sequence[Point]) -> Bound:
    """Give the side on which peers decline; a maximum where the cases do not say."""
    above, below = (find_split(signed, declined, bound) for bound in ("max", "min"))
    return "min" if below and (above is None or _exceptions(below) < _exceptions(above)) else "max"


def _exceptions(split: Split) -> int:
    return split.signed_aside + split.declined_aside


def _rank(reading: Reading) -> tuple[bool, bool, bool, int, int, str]:
    numbers = reading.numbers
    return (
        reading.live is None,
        numbers.n < LEAST_CASES.value,
        not numbers.separates,
        -numbers.n,
        -len({point.value for point in reading.signed}),
        reading.fact,
    )
