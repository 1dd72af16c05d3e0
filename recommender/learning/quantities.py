"""Quantities as people type them: "22 days", "a hundred and twenty quid", "half", "two weeks".

Number words are read by text2num. Dates, clock times, phone and reference numbers, codes and
ordinals count nothing and are left out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from text_to_num import find_numbers

from recommender.learning.figures import figure_value
from recommender.learning.filler import grammar_words
from recommender.learning.units import CURRENCIES, UNITS, unit_named

_MONTH_NAMES: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
_COUNTS_NOTHING: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"
    r"|\d+/\d+(?:/\d+)?"
    r"|\d{1,2}:\d{2}(?:\s*[ap]\.?m\b\.?)?"
    r"|\d{1,2}(?:\.\d{2})?\s*[ap]\.?m\b\.?"
    r"|(?:\+\d{1,3}|\(?\d{3,}\)?)(?:[ -]\d+)+"
    r"|[a-z]{1,2}\d{1,2}[a-z]?\s?\d[a-z]{2}\b"
    r"|\d{6,}"
    r"|\d+(?:st|nd|rd|th)\b"
    rf"|\b\d{{1,2}}\s+(?:of\s+)?{_MONTH_NAMES}"
    rf"|\b{_MONTH_NAMES}\s+\d{{1,2}}\b"
    r"|\b(?:in|since|until|of|from|back in)\s+(?:19|20)\d{2}\b"
    r"|\b[^\W\d_]+(?:-|#)?\d[\w-]*(?:\.\d+)*",
    re.IGNORECASE,
)
_FIGURE: Final = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?=[^\W\d_]|[^\w]|\Z)")
_WORD: Final = re.compile(r"[^\W\d_]+|-|[^\w\s]|\d+")
_ABBREVIATED: Final = {
    "d": "day", "h": "hour", "hr": "hour", "min": "minute", "m": "month", "mo": "month",
    "mnth": "month", "mth": "month", "wk": "week", "y": "year", "yr": "year", "yo": "year",
    "y/o": "year", "quid": "GBP", "buck": "USD", "kilometre": "km",
}  # fmt: skip
_NAMED: Final = "|".join(
    re.escape(word) for word in sorted({*UNITS, *CURRENCIES, *_ABBREVIATED}, key=len, reverse=True)
)
_AFTER: Final = re.compile(
    r"(?:[\s-]*(?:full|whole|complete|entire|calendar|straight|consecutive|odd|more|extra|solid"
    r"|long|good))?(?P<working>[\s-]*(?:working|business))?"
    rf"[\s-]*(?:an?\s+)?(?P<unit>{_NAMED})s?(?!\w)",
    re.IGNORECASE,
)
_UNIT_ALONE: Final = re.compile(rf"[\s-]*(?:{_NAMED})?s?\s*", re.IGNORECASE)
_BEFORE: Final = re.compile(r"(?P<unit>[€$£]|\b(?:EUR|USD|GBP|CHF))\s*\Z", re.IGNORECASE)
_AND_A_HALF: Final = re.compile(r"\s+and\s+a\s+half\b", re.IGNORECASE)
_HALF_MORE: Final = 0.5
_SAID: Final = re.compile(
    r"\b(?:(?P<half>halfway|half|(?:a|one)\s+half)|(?P<quarter>(?:a|one)\s+quarter)"
    r"|(?P<twice>twice)|(?P<couple>(?:a\s+)?couple(?:\s+of)?)|(?P<dozen>(?:a\s+)?dozen)"
    r"|(?P<fortnight>(?:a\s+)?fortnight)|(?P<tenner>(?:a\s+)?tenner)|(?P<fiver>(?:a\s+)?fiver)"
    r"|(?P<one>an?(?=\s+(?:full\s+|whole\s+)?(?:hour|day|week|month|year)\b)))\b",
    re.IGNORECASE,
)
_MEANT: Final[dict[str, tuple[float, str | None]]] = {
    "half": (0.5, "share"), "quarter": (0.25, "share"), "twice": (2, "time"), "couple": (2, None),
    "dozen": (12, None), "fortnight": (14, "day"), "tenner": (10, "GBP"), "fiver": (5, "GBP"),
    "one": (1, None),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that counts or measures; `start` and `end` bound its words without the unit."""

    value: float
    unit: str | None
    said: str
    start: int
    end: int


def quantities(text: str) -> list[Quantity]:
    """Find the quantities of a text in reading order, each stretch of text at most once."""
    plain = _COUNTS_NOTHING.sub(lambda match: "\x00" * len(match[0]), text)
    found: dict[int, Quantity] = {}
    taken = 0
    everything = [*_figures(plain), *_number_words(plain), *_sayings(plain)]
    for start, end, value, unit in sorted(everything, key=lambda one: (one[0], -one[1])):
        if start >= taken and not _is_rate(plain, found, start, end):
            found[start] = _with_unit(text, start, end, value, unit)
            taken = found[start].end
    return list(found.values())


def _is_rate(text: str, found: Mapping[int, Quantity], start: int, end: int) -> bool:
    """Tell whether "a" month, say, only says how often the quantity before it comes."""
    if text[start:end].casefold() not in ("a", "an"):
        return False
    return any(_UNIT_ALONE.fullmatch(text, each.end, start) for each in found.values())


_Span = tuple[int, int, float, str | None]


def _figures(text: str) -> Iterator[_Span]:
    for match in _FIGURE.finditer(text):
        value = figure_value(match[0])
        if value is not None:
            yield match.start(), match.end(), float(value), None


def _sayings(text: str) -> Iterator[_Span]:
    for match in _SAID.finditer(text):
        value, unit = _MEANT[str(match.lastgroup)]
        yield match.start(), match.end(), value, unit


@dataclass(frozen=True, slots=True)
class _Token:
    words: str

    def text(self) -> str:
        return self.words

    def nt_separated(self, _previous: "_Token") -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return not self.words.isalpha() and self.words != "-"


def _number_words(text: str) -> Iterator[_Span]:
    spans = [match.span() for match in _WORD.finditer(text)]
    tokens = [_Token(text[start:end].lower()) for start, end in spans]
    for one in find_numbers(tokens, "en", threshold=0):
        said = [token.words for token in tokens[one.start : one.end]]
        after = tokens[one.end].words if one.end < len(tokens) else ""
        if not one.is_ordinal and said != ["o"] and (said != ["one"] or _is_thing(after)):
            yield spans[one.start][0], spans[one.end - 1][1], float(one.value), None


def _is_thing(word: str) -> bool:
    return word.isalpha() and word not in grammar_words()


def _with_unit(text: str, start: int, end: int, value: float, unit: str | None) -> Quantity:
    more = _AND_A_HALF.match(text, end)
    if more is not None and unit is None:
        end, value = more.end(), value + _HALF_MORE
    before, after = _BEFORE.search(text, 0, start), _AFTER.match(text, end)
    if unit is None and before is not None:
        unit = unit_named(before["unit"])
    elif unit in (None, "share") and after is not None:
        named = after["unit"].casefold()
        unit = _ABBREVIATED.get(named) or unit_named(named)
        if after["working"] and unit == "day":
            unit = "working_day"
    return Quantity(value, unit, text[start:end], start, end)
