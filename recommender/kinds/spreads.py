"""How the facts of a kind's cases spread, and how far those of declined cases like them."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from recommender.kinds.statistics import percentile
from recommender.policies.conditions import word_of
from recommender.vocabulary import Facts

LEAST_CARRIED: Final = 3
"""A fact of fewer cases has no spread [J]."""
MOST_FACTS: Final = 12
MOST_VALUES: Final = 6
MOST_NUMBERS: Final = 60
"""Of more different numbers, those close to each other are counted together."""


@dataclass(frozen=True)
class Value:
    """A word that a fact takes, and how many cases carry it."""

    value: str
    cases: int


@dataclass(frozen=True)
class Counted:
    """A number that a fact takes, and how many cases carry it."""

    value: float
    cases: int


@dataclass(frozen=True, kw_only=True)
class FactSpread:
    """One fact over the cases: five numbers, or its commonest words; `n` cases carry it so.

    Beside a number stand both ends and the numbers of the declined cases like them.
    """

    fact: str
    unit: str | None
    n: int
    missing: int
    low: float | None = None
    q1: float | None = None
    median: float | None = None
    q3: float | None = None
    high: float | None = None
    values: list[Value] = field(default_factory=list)
    declined_low: float | None = None
    declined_high: float | None = None
    counts: list[Counted] = field(default_factory=list)
    """Each number with its cases, ascending."""
    declined: list[Counted] = field(default_factory=list)


def spread_of_facts(
    members: Sequence[Facts], declined: Sequence[Facts], units: Mapping[str, str]
) -> list[FactSpread]:
    """Lay out the facts that at least three cases carry, the commonest first.

    A fact told now as a number and now as a word is taken as most cases tell it.
    """
    carried = Counter(name for facts in members for name in facts)
    found = [_spread(name, members, declined, units.get(name)) for name in sorted(carried)]
    usual = [one for one in found if one.n >= LEAST_CARRIED]
    return sorted(usual, key=lambda one: -one.n)[:MOST_FACTS]


def _spread(
    name: str, members: Sequence[Facts], declined: Sequence[Facts], unit: str | None
) -> FactSpread:
    numbers = _numbers(name, members)
    words = [word for facts in members if (word := word_of(facts.get(name))) is not None]
    if len(words) > len(numbers):
        ranked = sorted(Counter(words).items(), key=lambda item: (-item[1], item[0]))
        return FactSpread(
            fact=name,
            unit=unit,
            n=len(words),
            missing=len(members) - len(words),
            values=[Value(*each) for each in ranked[:MOST_VALUES]],
        )
    refused = _numbers(name, declined)
    low, q1, median, q3, high = (
        percentile(numbers, place / 4) if numbers else None for place in range(5)
    )
    return FactSpread(
        fact=name,
        unit=unit,
        n=len(numbers),
        missing=len(members) - len(numbers),
        low=low,
        q1=q1,
        median=median,
        q3=q3,
        high=high,
        declined_low=refused[0] if refused else None,
        declined_high=refused[-1] if refused else None,
        counts=_counts(numbers),
        declined=_counts(refused),
    )


def _counts(numbers: Sequence[float]) -> list[Counted]:
    """Count ascending numbers; of very many different ones, each by the middle of its step."""
    counted = Counter(numbers)
    if len(counted) > MOST_NUMBERS:
        low = numbers[0]
        step = (numbers[-1] - low) / MOST_NUMBERS
        steps = (min(int((one - low) / step), MOST_NUMBERS - 1) for one in numbers)
        counted = Counter(low + (place + 0.5) * step for place in steps)
    return [Counted(value, cases) for value, cases in sorted(counted.items())]


def _numbers(name: str, cases: Sequence[Facts]) -> list[float]:
    """Give a fact's numbers, ascending."""
    return sorted(value for facts in cases if (value := _number(facts.get(name))) is not None)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
