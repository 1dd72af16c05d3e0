"""What evidence amounts to: surfaced or not, which state, which grade, what would help."""

from dataclasses import dataclass

from recommender.kinds.evidence import Evidence
from recommender.kinds.thresholds import GRADES, ONE_TEAM, SURFACING, Shortfall
from recommender.vocabulary import Grade, KindState


@dataclass(frozen=True, kw_only=True)
class Life:
    """What people and their decisions have done to a kind."""

    dismissed: bool = False
    settled: bool = False
    regressed: bool = False


def shortfalls(evidence: Evidence) -> list[Shortfall]:
    """Say what a kind still lacks to surface; empty when it has."""
    missing = [floor.shortfall(evidence) for floor in SURFACING]
    gate = [Shortfall(name="gate", have=None, need=0, words=words) for words in evidence.gate]
    return [one for one in missing if one is not None] + gate


def grade(evidence: Evidence) -> Grade | None:
    """Grade a surfaced kind; None below the surfacing rule."""
    if shortfalls(evidence):
        return None
    reached = (name for name, rule in GRADES.items() if not rule.shortfalls(evidence))
    return next(reached, Grade.WEAK)


def would_raise(evidence: Evidence) -> list[Shortfall]:
    """Say what the next grade asks for; empty below the surfacing rule and at the top."""
    now = grade(evidence)
    if now is None or now is Grade.STRONG:
        return []
    above = Grade.STRONG if now is Grade.MODERATE else Grade.MODERATE
    return GRADES[above].shortfalls(evidence)


def state(evidence: Evidence, before: Evidence, life: Life) -> KindState:
    """Give the state of a kind; `before` is its evidence as it stood `NEW_DAYS` ago.

    The order of the questions is the precedence of the states.
    """
    trend = evidence.trend
    answers = {
        KindState.DISMISSED: life.dismissed,
        KindState.REGRESSED: life.regressed,
        KindState.SETTLED: life.settled,
        KindState.EMERGING: bool(shortfalls(evidence)),
        KindState.LOCAL_PRACTICE: evidence.teams == ONE_TEAM,
        KindState.NEW: bool(shortfalls(before)),
        KindState.GROWING: trend is not None and trend.low > 1,
        KindState.FADING: trend is not None and trend.high < 1,
    }
    return next((name for name, answer in answers.items() if answer), KindState.STABLE)
