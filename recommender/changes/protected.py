"""Facts about who somebody is: no number and no condition is ever drafted on them.

Only a person may write such a limit by hand. A fact is told by the words of its name.
"""

import re
from collections.abc import Iterable
from typing import Final

PROTECTED: Final = (
    *("age", "birth", "birthday", "birthdate", "dob", "born"),
    *("sex", "gender", "pregnancy", "pregnant", "maternity", "marital", "married", "civil status"),
    *("religion", "religious", "faith", "belief", "ethnicity", "ethnic", "race", "racial"),
    *("nationality", "citizenship", "language", "mother tongue", "native", "migrant"),
    *("disability", "disabled", "handicap", "sexual orientation", "orientation"),
    *("union", "political", "party membership"),
    *("name", "surname", "forename", "postcode", "postal", "zip", "zipcode", "address", "street"),
)
"""Words that name what somebody is, or stand in for it, such as a name or a postcode."""
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")


def is_protected(fact: str, more: Iterable[str] = ()) -> bool:
    """Tell whether a fact's name holds a protected word, of the list or of `more`.

    The age of a thing is none: `age` counts as the first or the last word of a name alone.
    """
    told = _split(fact)
    return any(_holds(told, _split(word)) for word in (*PROTECTED, *more))


def _split(name: str) -> list[str]:
    return [word.casefold() for word in _WORDS.findall(name)]


def _holds(told: list[str], word: list[str]) -> bool:
    if word == ["age"]:
        return "age" in {*told[:1], *told[-1:]}
    width = len(word)
    return width > 0 and any(told[at : at + width] == word for at in range(len(told)))
