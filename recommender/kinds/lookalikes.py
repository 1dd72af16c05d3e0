"""How declined cases like a kind's turned out, beside what its own came to: no cause is shown."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from recommender.kinds.statistics import Interval, share_of_good
from recommender.vocabulary import OutcomeReading

NOT_CAUSAL: Final = (
    "This is a comparison, not a cause: who declined them may have seen what no field tells."
)


@dataclass(frozen=True, kw_only=True)
class LookAlikes:
    """Declined cases like a kind's, and their good outcomes."""

    cases: int
    good: Interval
    words: str


def look_alikes(outcomes: Sequence[OutcomeReading]) -> LookAlikes | None:
    """Compare by the outcomes of declined cases like a kind's; None without any."""
    if not outcomes:
        return None
    read = Counter(outcomes)
    missing = read[OutcomeReading.MISSING]
    good = share_of_good(read[OutcomeReading.GOOD], len(outcomes) - missing, missing)
    return LookAlikes(cases=len(outcomes), good=good, words=f"{_told(good)} {NOT_CAUSAL}")


def _told(good: Interval) -> str:
    if good.known == 0:
        return "How declined cases like these turned out is not known."
    return f"Declined cases like these turned out well in {good}, as far as is known."
