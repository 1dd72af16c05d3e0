"""What ended badly in a kind: the part that a fact holds, and what is left without one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from recommender.changes.ground import Ground, facts_of
from recommender.changes.learnt import LEAST_OUT, Sides, admits, learn
from recommender.changes.parameters import LEAST_CASES, round_inward
from recommender.changes.readings import BOTH
from recommender.changes.redline import unit_of
from recommender.kinds.statistics import wilson
from recommender.models.cases import Case
from recommender.policies.conditions import Condition
from recommender.policies.safe_words import fact_words
from recommender.vocabulary import OutcomeReading


@dataclass(frozen=True)
class EndedBadly:
    """A part of the kind that ended badly: the `known` outcomes outside the condition."""

    condition: Condition
    bad: int
    known: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Bad outcomes that are not surely few, and that no fact holds apart.

    `worse` tells that they are surely commoner than is usual.
    """

    bad: int
    known: int
    worse: bool

    @property
    def words(self) -> str:
        """How many of the known outcomes they are."""
        return f"{self.bad} of {self.known} known outcomes went badly"


def bad_parts(ground: Ground, facts: Sides) -> list[EndedBadly]:
    """Find the parts of the kind that ended badly, set against those that did not."""
    bad, fine = _known(ground)
    parts = []
    for one in learn(ground.told(fine), ground.told(bad), dict.fromkeys(facts, BOTH)):
        condition = _rounded(ground, one.condition)
        out, good = (
            sum(admits(condition, told) is False for told in ground.told(group))
            for group in (bad, fine)
        )
        parts.append(_ended_badly(condition, out, out + good))
    return parts


def doubt_of(ground: Ground) -> Doubt | None:
    """Tell whether bad outcomes are not surely few: several, or maybe more than is usual.

    They are called worse than usual where at least nine are known, as with complaints.
    """
    bad, fine = (len(cases) for cases in _known(ground))
    known, usual = bad + fine, ground.usual_bad
    low, high = wilson(bad, known)
    if not bad or (bad < LEAST_OUT and (usual is None or high <= usual)):
        return None
    told = usual is not None and known >= LEAST_CASES.value
    return Doubt(bad=bad, known=known, worse=told and low > (usual or 0))


def ended_badly(cases: Iterable[Case]) -> list[Case]:
    """Give the cases whose outcome is known and bad."""
    return [one for one in cases if one.outcome.reading is OutcomeReading.BAD]


def without(ground: Ground, conditions: Sequence[Condition]) -> Ground:
    """Leave out the counted and declined cases that a condition keeps out."""
    if not conditions:
        return ground
    return replace(
        ground,
        counted=kept(ground, ground.counted, conditions),
        declined=kept(ground, ground.declined, conditions),
    )


def kept(ground: Ground, cases: Iterable[Case], conditions: Sequence[Condition]) -> list[Case]:
    """Give the cases that no condition keeps out."""
    return [
        case
        for case in cases
        for facts in [facts_of(case, ground.currency)]
        if all(one.admits(facts.get(one.fact)) is not False for one in conditions)
    ]


def _known(ground: Ground) -> tuple[list[Case], list[Case]]:
    """Part the counted cases of known outcome into bad ones and others."""
    known = [one for one in ground.counted if one.outcome.reading is not OutcomeReading.MISSING]
    fine = [one for one in known if one.outcome.reading is not OutcomeReading.BAD]
    return ended_badly(known), fine


def _ended_badly(condition: Condition, bad: int, known: int) -> EndedBadly:
    name, figure = fact_words(condition.fact), condition.figure
    side = {"max": f"above {figure}", "min": f"under {figure}"}.get(
        condition.bound, f"other than {figure}"
    )
    return EndedBadly(condition, bad, known, f"{bad} of {known} with {name} {side} ended badly.")


def _rounded(ground: Ground, condition: Condition) -> Condition:
    """Round a learnt limit inward and give it its unit."""
    if condition.side is None or condition.number is None:
        return condition
    limit = round_inward(
        condition.number, condition.side, whole=float(condition.number).is_integer()
    )
    return replace(condition, limit=limit, unit=unit_of(condition.fact, ground.currency))
