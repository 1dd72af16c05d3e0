"""Typed facts in words, as a condition that a name can end with.

A yes is told by its name ("photo supplied"), a value that most share by itself ("bank letter"), a
number by the limit that the clause sets it and most exceed ("over 30 days"). What only names a
field says nothing of the cases and is vague.
"""

import re
from collections.abc import Sequence
from typing import Final

from recommender.learning.filler import stem, words_of
from recommender.learning.phrases import Phrase
from recommender.learning.wordclass import stands_alone

MOST: Final = 0.6
"""Share of a fact's carriers from which a condition is theirs."""
_UNITS: Final = words_of("chf cm eur gbp kg km kwh min mm pct usd")
_NOTHING: Final = frozenset({"no", "none"})
_LIMIT: Final = re.compile(r"(\d+(?:\.\d+)?)[\s-]*([^\W\d_]+)")


def fact_words(name: str) -> Phrase:
    """Give the words of a fact's name or value without units; none where it is no words."""
    words = [word for word in name.strip().lower().replace("_", " ").split() if word not in _UNITS]
    return tuple(words) if all(word.replace("-", "").isalpha() for word in words) else ()


def told(name: str, values: Sequence[object], clause: str) -> Phrase:
    """Give the condition that most values of a fact meet; nothing where only its name is left.

    Parameters
    ----------
    name : of the fact
    values : what the carriers carry
    clause : the words of the clause that they defy; may be empty
    """
    if MOST * len(values) <= sum(value is True for value in values):
        return fact_words(name)
    numbers = [float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    limit = _limit(name, clause)
    if not limit or len(numbers) < len(values):
        return ()
    number, unit = limit
    for word, beyond in (("over", float.__gt__), ("under", float.__lt__)):
        if MOST * len(numbers) <= sum(beyond(each, float(number)) for each in numbers):
            return (word, number, unit)
    return ()


def valued(name: str, value: str) -> Phrase:
    """Give a value's words, with those of its fact where the value is no thing by itself."""
    words = ("no",) if value.strip().casefold() in _NOTHING else fact_words(value)
    return words if words and stands_alone(words[-1]) else (*words, *fact_words(name))


def _limit(name: str, clause: str) -> tuple[str, str] | None:
    """Give the one number of a clause, with its unit, that the fact is measured in."""
    measured = {stem(word) for word in fact_words(name)}
    limits = {(number, unit) for number, unit in _LIMIT.findall(clause) if stem(unit) in measured}
    return limits.pop() if len(limits) == 1 else None
