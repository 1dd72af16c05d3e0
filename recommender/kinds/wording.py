"""The sentences that lists and pages say about kinds; they tell no number that is masked."""

from collections.abc import Mapping

from recommender.kinds.evidence import Evidence
from recommender.kinds.surfacing import shortfalls
from recommender.kinds.thresholds import NEW_DAYS
from recommender.vocabulary import KindState

_SAYS: Mapping[KindState, str] = {
    KindState.DISMISSED: "Put aside; it comes back when its evidence has doubled.",
    KindState.REGRESSED: "Its rule was changed, and it goes on.",
    KindState.SETTLED: "A decision has been made about it.",
    KindState.LOCAL_PRACTICE: "Only one team does this.",
    KindState.NEW: f"Surfaced within the last {NEW_DAYS} days.",
}


def why_now(state: KindState, evidence: Evidence) -> str:
    """Say in one sentence why a kind is worth a look now, or why not yet."""
    if state in _SAYS:
        return _SAYS[state]
    if state is KindState.EMERGING:
        return f"Not yet: {_lower(shortfalls(evidence)[0].words)}"
    if state is KindState.STABLE or evidence.trend is None:
        return "As frequent as before, as far as its cases can tell."
    low, high = evidence.trend.low, evidence.trend.high
    return f"{_times(low, high)} as frequent as in the earlier half of its time."


def _times(low: float, high: float) -> str:
    if high == float("inf"):
        return f"At least {low:.1f} times"
    return f"Between {low:.1f} and {high:.1f} times"


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
