"""The thresholds of evidence: each with the value it reads, the least that passes, and words.

The rule and the screens use the same objects. They are judgement, not arithmetic; docs/evidence.md
says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from recommender.kinds.evidence import Evidence
from recommender.vocabulary import EvidenceMode, Grade


@dataclass(frozen=True, kw_only=True)
class Shortfall:
    """What is missing: which value, what there is (None: not shown), what is needed, in words."""

    name: str
    have: float | None
    need: float
    words: str


@dataclass(frozen=True, kw_only=True)
class Floor:
    """The least of one value of Evidence. What cannot be checked passes, and is said elsewhere."""

    name: str
    label: str
    least: float
    words: str

    def shortfall(self, evidence: Evidence) -> Shortfall | None:
        """Say what is missing; None where the value passes or is unknown."""
        have: float | None = getattr(evidence, self.name)
        if have is None or have >= self.least:
            return None
        words = self.words.format(least=f"{self.least:g}", percent=f"{self.least:.0%}")
        return Shortfall(name=self.name, have=have, need=self.least, words=words)


@dataclass(frozen=True, kw_only=True)
class GradeRule:
    """What a grade asks for beyond the surfacing rule."""

    grade: Grade
    floors: tuple[Floor, ...]
    known_outcomes: Floor
    good_outcomes: float
    """Least lower bound of the share of good outcomes."""
    modes: frozenset[EvidenceMode]

    def shortfalls(self, evidence: Evidence) -> list[Shortfall]:
        """Say all that is missing for this grade."""
        floors = (*self.floors, self.known_outcomes)
        missing = [floor.shortfall(evidence) for floor in floors]
        found = [one for one in missing if one is not None]
        low = evidence.good.share_low
        if low is None or low < self.good_outcomes:
            found.append(
                Shortfall(
                    name="good",
                    have=low,
                    need=self.good_outcomes,
                    words=f"The lower bound of good outcomes must reach {self.good_outcomes:.0%}.",
                )
            )
        if evidence.mode not in self.modes:
            found.append(
                Shortfall(
                    name="mode",
                    have=None,
                    need=len(EvidenceMode),
                    words=f"Most cases do not say who their {' and '.join(evidence.unknown)} "
                    f"were, which no {self.grade} evidence can do without.",
                )
            )
        return found


SURFACING: tuple[Floor, ...] = (
    Floor(
        name="counted_cases",
        label="Distinct cases",
        least=5,
        words="At least {least} distinct cases are needed; copies of a text and most cases of one "
        "busy day do not add.",
    ),
    Floor(
        name="effective_agents",
        label="Effective agents",
        least=2.5,
        words="More agents are needed, none of them with most of the cases (effectively {least}).",
    ),
    Floor(
        name="customers",
        label="Customers",
        least=5,
        words="At least {least} different customers are needed.",
    ),
    Floor(
        name="signer_pairs",
        label="Signer pairs",
        least=3,
        words="At least {least} different pairs of filer and signer are needed.",
    ),
    Floor(
        name="weeks",
        label="Weeks",
        least=3,
        words="Cases from at least {least} different weeks are needed.",
    ),
)
"""The surfacing rule; a kind passes when nothing falls short here and in the quality gate."""


def _floors(*, cases: int, agents: int, weeks: int) -> tuple[Floor, ...]:
    return (
        Floor(
            name="counted_cases",
            label="Distinct cases",
            least=cases,
            words="At least {least} distinct cases would carry more.",
        ),
        Floor(
            name="effective_agents",
            label="Effective agents",
            least=agents,
            words="Cases spread over at least {least} agents would carry more.",
        ),
        Floor(
            name="weeks",
            label="Weeks",
            least=weeks,
            words="Cases from at least {least} different weeks would carry more.",
        ),
    )


def _known_outcomes(least: float) -> Floor:
    return Floor(
        name="known_outcomes",
        label="Outcomes known",
        least=least,
        words="The outcomes of at least {percent} of the cases must be known.",
    )


GRADES: Mapping[Grade, GradeRule] = {
    Grade.STRONG: GradeRule(
        grade=Grade.STRONG,
        floors=_floors(cases=29, agents=5, weeks=8),
        known_outcomes=_known_outcomes(0.5),
        good_outcomes=0.7,
        modes=frozenset({EvidenceMode.FULL}),
    ),
    Grade.MODERATE: GradeRule(
        grade=Grade.MODERATE,
        floors=_floors(cases=14, agents=3, weeks=4),
        known_outcomes=_known_outcomes(0.3),
        good_outcomes=0.5,
        modes=frozenset({EvidenceMode.FULL, EvidenceMode.PARTIAL}),
    ),
}
"""The grades above weak, the highest first."""

NEW_DAYS = 28
"""A kind is new while it has been surfaced for at most this long."""
ONE_TEAM = 1
"""A kind of this many teams is a local practice."""
COMES_BACK = 2
"""What was dismissed or rejected comes back when its counted cases have grown this many times."""
RECURS = SURFACING[0]
"""Distinct cases after its rule was changed that make a kind regressed."""
