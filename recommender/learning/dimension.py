"""In which way an act departs from the script: service adapted, other words, resources used.

The three are those of Leo and Russell-Bennett's work on customer-oriented deviance. They are told
by everyday words of service, so they hold for any trade, and miss what is put otherwise.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from recommender.learning.filler import stem, words_of
from recommender.vocabulary import Dimension

_WORD: Final = re.compile(r"[^\W\d_]+")
_CUES: Final[Mapping[Dimension, frozenset[str]]] = {
    Dimension.RESOURCES: words_of("""
        refund reimburse credit discount waive fee free gift voucher goodwill compensation pay paid
        compensate money cash price replacement replace upgrade courier postage charge deduct bonus
        points sample loan spare nothing cost bill rebate cover coupon complimentary
    """),
    Dimension.COMMUNICATING: words_of("""
        told tell explain explanation apology apologise apologize sorry wrote write email message
        promise admit admitted honest plain warn translate language disclose reveal read advise
        advice recommend hint script tone listen
    """),
    Dimension.ADAPTING: words_of("""
        extend extension accept allow let skip bypass override exception early late deadline window
        return exchange transfer move swap reopen hold reserve without proof check identity exit
        appointment slot visit queue priority order cancel release reconnect unlock rebook deliver
        postpone reschedule shift restart restore backdate approve process switch lift block change
    """),
}
_STEMS: Final = {
    dimension: frozenset(stem(word) for word in words) for dimension, words in _CUES.items()
}
_ACTION_COUNTS: Final = 2
"""A word of the action's name counts for so many of the free text."""


@dataclass(frozen=True, slots=True)
class DimensionGuess:
    """A dimension, and the words that speak for it as they were typed."""

    dimension: Dimension
    words: tuple[str, ...]


def dimension_of(action: str | None, resolution: str) -> DimensionGuess | None:
    """Guess the dimension of an act; None where no word tells, or two dimensions are as likely."""
    typed = [
        *((word, _ACTION_COUNTS) for word in _WORD.findall((action or "").replace("_", " "))),
        *((word, 1) for word in _WORD.findall(resolution)),
    ]
    scores = dict.fromkeys(Dimension, 0)
    spoken: dict[Dimension, dict[str, None]] = {dimension: {} for dimension in Dimension}
    for word, weight in typed:
        for dimension, stems in _STEMS.items():
            if stem(word.lower()) in stems:
                scores[dimension] += weight
                spoken[dimension][word.lower()] = None
    first, second, _ = sorted(Dimension, key=lambda each: -scores[each])
    if scores[first] == scores[second]:
        return None
    return DimensionGuess(first, tuple(spoken[first]))
