"""Which facts decide: what parts signed from declined cases, or any two groups, beyond chance.

A limit is cut on the first group alone and judged by how many of the second lie beyond it. Were
there no rule, any cases might be the second group, and the chance of so many beyond is counted
exactly; it is multiplied by all looks taken. Cases are taken as independent of each other.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from recommender.changes.parameters import LEAST_CASES, MEDIUM_COVER, Threshold, blocks
from recommender.policies.conditions import Condition
from recommender.policies.syntax.handbook import Bound

MOST_CONDITIONS: Final = 3
"""A rule has at most so many conditions."""
CHANCE: Final = Threshold("chance", 0.05, "found by chance in at most one of twenty rules")
LEAST_OUT: Final = 2
"""A condition keeps out at least so many: one case alone shows no rule."""
LEAST_TOLD: Final = 2
"""A word is allowed if at least so many cases say it."""
MOST_WORDS: Final = 6
"""A condition that lists more words is no rule that people keep in mind [J]."""

Told = Mapping[str, float | str]
"""A case's facts, numbers as floats and whatever else as words."""
Sides = Mapping[str, tuple[Bound, ...]]
"""The facts to look at, with the sides on which a limit on their numbers may close."""


@dataclass(frozen=True)
class Learnt:
    """A condition that decides: it keeps out `out` of the `of` others that carry the fact.

    `chance` is the chance of finding one like it where there is no rule. `refused` counts the own
    cases that would be kept out by a limit cut without them.
    """

    condition: Condition
    out: int
    of: int
    chance: float
    refused: int

    @property
    def pays(self) -> bool:
        """Tell whether it misjudges fewer cases than no condition would, left out one by one."""
        return self.out >= LEAST_OUT and self.out > self.refused


def learn(own: Sequence[Told], others: Sequence[Told], facts: Sides) -> list[Learnt]:
    """Find the conditions that keep the others out, the surest first, at most three.

    Each next one is judged by the others that those before it let in.
    """
    found: list[Learnt] = []
    left = list(others)
    while len(found) < MOST_CONDITIONS:
        used = {one.condition.fact for one in found}
        open_facts = {fact: sides for fact, sides in facts.items() if fact not in used}
        looks = [look for fact in sorted(open_facts) for look in _looks(own, left, fact, facts)]
        sure = [replace(one, chance=min(1.0, one.chance * len(looks))) for one in looks]
        sure = [one for one in sure if one.pays and one.chance <= CHANCE.value]
        if not sure:
            break
        best = min(sure, key=lambda one: (one.chance, -one.out))
        found.append(best)
        left = [one for one in left if admits(best.condition, one) is not False]
    return found


def admits(condition: Condition, told: Told) -> bool | None:
    """Tell whether a case meets a condition; None where it does not carry the fact."""
    return condition.admits(told.get(condition.fact))


def chance_beyond(beyond: int, cut: int, own: int, others: int) -> float:
    """Give the chance that at least so many of the others lie beyond the cut-th largest own value.

    All orders are equally likely; equal values count as within, which errs on the safe side.
    """
    if beyond == 0:
        return 1.0
    from scipy.stats import hypergeom

    return float(hypergeom.sf(beyond - 1, own + others, others, beyond + cut - 1))


def chance_of_words(pooled: Sequence[int], others: int, out: int) -> float:
    """Give the chance that at least `out` of the others say words that hardly an own case says.

    `pooled` counts each word in both groups together, `others` the other cases.
    """
    if out == 0:
        return 1.0
    import numpy as np
    from scipy.stats import binom

    share = others / sum(pooled)
    ways = np.zeros((others + 1, out + 1))
    ways[0, 0] = 1.0
    for total in pooled:
        after = np.zeros_like(ways)
        drawn = np.arange(min(total, others) + 1)
        for theirs, chance in enumerate(np.asarray(binom.pmf(drawn, total, share))):
            more = ways[: others + 1 - theirs] * chance
            step = min(theirs, out) if total - theirs < LEAST_TOLD else 0
            after[theirs:, step:] += more[:, : out + 1 - step]
            after[theirs:, out] += more[:, out + 1 - step :].sum(axis=1)
        ways = after
    return float(ways[others, out] / binom.pmf(others, sum(pooled), share))


def _looks(
    own: Sequence[Told], others: Sequence[Told], fact: str, facts: Sides
) -> Iterator[Learnt]:
    ours, theirs = ([one[fact] for one in group if fact in one] for group in (own, others))
    numbers, words = _numbers(ours), _words(ours)
    if len(numbers) >= LEAST_CASES.value and _numbers(theirs):
        for bound in facts[fact]:
            yield from _number_looks(fact, bound, numbers, _numbers(theirs))
    elif len(words) >= LEAST_CASES.value and _words(theirs):
        yield _word_look(fact, words, _words(theirs))


def _number_looks(
    fact: str, bound: Bound, own: Sequence[float], others: Sequence[float]
) -> Iterator[Learnt]:
    """Look beyond the largest own value, and beyond the one that the medium limit starts from."""
    sign = 1 if bound == "max" else -1
    ordered = sorted((sign * value for value in own), reverse=True)
    for cut in sorted({1, blocks(len(own), MEDIUM_COVER.value)}):
        limit = ordered[cut - 1]
        out = sum(sign * value > limit for value in others)
        yield Learnt(
            Condition(fact, bound, sign * limit),
            out,
            len(others),
            chance_beyond(out, cut, len(own), len(others)),
            sum(value > ordered[cut] for value in ordered),
        )


def _word_look(fact: str, own: Sequence[str], others: Sequence[str]) -> Learnt:
    ours, theirs = Counter(own), Counter(others)
    allowed = tuple(sorted(word for word, count in ours.items() if count >= LEAST_TOLD))
    out = sum(count for word, count in theirs.items() if word not in allowed)
    usable = 0 < len(allowed) <= MOST_WORDS
    return Learnt(
        Condition(fact, "one_of", allowed),
        out if usable else 0,
        len(others),
        chance_of_words(list((ours + theirs).values()), len(others), out) if usable else 1.0,
        sum(count for count in ours.values() if count <= LEAST_TOLD),
    )


def _numbers(values: Sequence[float | str]) -> list[float]:
    return [value for value in values if not isinstance(value, str)]


def _words(values: Sequence[float | str]) -> list[str]:
    return [value for value in values if isinstance(value, str)]
