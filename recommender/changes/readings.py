"""Facts of a kind as numbers: which ones are read, on which side a limit on them closes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from recommender.changes.ground import AMOUNT, Ground, number_facts
from recommender.changes.learnt import Sides
from recommender.changes.parameters import (
    LEAST_CASES,
    Numbers,
    Point,
    Split,
    find_split,
    read_numbers,
)
from recommender.changes.protected import is_protected
from recommender.changes.redline import limits_of, unit_of
from recommender.policies.conditions import Condition
from recommender.policies.syntax.handbook import Bound, Parameter
from recommender.policies.syntax.markup import read_parameters

CARRIED: Final = 0.5
"""A fact is read if it is carried half as often as the commonest one [J]."""
BOTH: Final[tuple[Bound, ...]] = ("max", "min")


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


def live_limits(ground: Ground) -> dict[str, Parameter]:
    """Give the clause's limits by fact; of untyped ones only what is no amount."""
    if ground.base is None:
        return {}
    typed = bool(read_parameters(ground.base.markup))
    found = limits_of(ground.base.markup)
    return {one.fact: one for one in reversed(found) if typed or one.fact != AMOUNT}


def sides_of(ground: Ground, live: Mapping[str, Parameter]) -> Sides:
    """Give the facts to read, none of them protected, with the sides that a limit may close.

    The amount is read only where no other number has enough cases, for it mostly says what a case
    cost and not when it is right.
    """
    told = ground.told(ground.counted)
    words = Counter(fact for one in told for fact, value in one.items() if isinstance(value, str))
    facts = {*live, *_carried(number_facts(ground.counted)), *_carried(words)}
    facts = {fact for fact in facts if not is_protected(fact, ground.protected)}
    if all(len(ground.points(ground.own(fact), fact)) < LEAST_CASES.value for fact in facts):
        facts.add(AMOUNT)
    return {fact: (live[fact].bound,) if fact in live else BOTH for fact in sorted(facts)}


def read_fact(
    ground: Ground,
    fact: str,
    sides: Sequence[Bound],
    live: Parameter | None,
    *,
    beside: int | None = 0,
) -> Reading:
    """Read the numbers of one fact, `beside` so many limits on others as `read_numbers` says."""
    signed = ground.points(ground.own(fact), fact)
    declined = ground.points(ground.declined, fact)
    bound = sides[0] if len(sides) == 1 else _direction(signed, declined)
    numbers = read_numbers(
        signed,
        declined,
        bound,
        ceiling=ground.ceiling if fact == AMOUNT else None,
        purse=ground.purse(fact),
        beside=beside,
    )
    unit = live.unit if live else unit_of(fact, ground.currency)
    return Reading(fact, unit, numbers, signed, declined, live)


def rank(reading: Reading) -> tuple[bool, bool, bool, int, int, str]:
    """Order readings by their worth: what the clause limits first, then what separates."""
    numbers = reading.numbers
    return (
        reading.live is None,
        numbers.n < LEAST_CASES.value,
        not numbers.separates,
        -numbers.n,
        -len({point.value for point in reading.signed}),
        reading.fact,
    )


def _carried(counts: Counter[str]) -> set[str]:
    often = max(counts.values(), default=0) * CARRIED
    return {fact for fact, count in counts.items() if count >= often}


def _direction(signed: Sequence[Point], declined: Sequence[Point]) -> Bound:
    """Give the side on which peers decline; a maximum where the cases do not say."""
    above, below = (find_split(signed, declined, bound) for bound in BOTH)
    return "min" if below and (above is None or _exceptions(below) < _exceptions(above)) else "max"


def _exceptions(split: Split) -> int:
    return split.signed_aside + split.declined_aside
