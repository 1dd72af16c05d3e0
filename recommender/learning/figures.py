"""Numbers as handbooks write them: 14, 1,000, 4,95, 35.00, two, forty-eight."""

import re
from decimal import Decimal

_SMALL = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen",
)
_TENS = re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety")
_WORDS: dict[str, int] = {word: number for number, word in enumerate(_SMALL)} | {
    word: 10 * (number + 2) for number, word in enumerate(_TENS)
}
_ONES = "|".join(_SMALL[1:10])
_WORD = rf"(?:{'|'.join(_TENS)})(?:-(?:{_ONES}))?|{'|'.join(sorted(_SMALL, key=len, reverse=True))}"
_COMMA_GROUPS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_POINT_GROUPS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_DECIMAL_COMMA = re.compile(r"[0-9]+,[0-9]{1,2}")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")

PATTERN = rf"(?:(?<![\w.,/])(?<![^\W\d]-)[0-9]+(?:[.,][0-9]+)*|(?<![\w-])(?:{_WORD}))(?!\w)"
"""A number in running text; compile with re.IGNORECASE."""

_FIGURE = re.compile(PATTERN, re.IGNORECASE)


def figure_value(text: str) -> Decimal | None:
    """Give the number that a figure or number word stands for; None for dates and the like."""
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if _COMMA_GROUPS.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _POINT_GROUPS.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _DECIMAL_COMMA.fullmatch(text):
        return Decimal(text.replace(",", "."))
    parts = text.casefold().split("-")
    if all(part in _WORDS for part in parts):
        return Decimal(sum(_WORDS[part] for part in parts))
    return None


def write_figure(value: Decimal, like: str) -> str:
    """Write a number the way another one was written: in words, grouped, with decimals."""
    if like[0].isalpha():
        return _write_word(value, like)
    plain = format(value, "f")
    if _POINT_GROUPS.fullmatch(like):
        return _places(value, like, ",").translate(str.maketrans(",.", ".,"))
    if _COMMA_GROUPS.fullmatch(like):
        return _places(value, like, ".")
    if _DECIMAL_COMMA.fullmatch(like):
        return _places(value, like, ",").replace(",", "").replace(".", ",")
    if "." in like:
        return _places(value, like, ".").replace(",", "")
    return plain


def replace_figures(text: str, old: Decimal, new: Decimal) -> str | None:
    """Put a new number wherever the old one stands in the words; None where it does not."""
    found = [match for match in _FIGURE.finditer(text) if figure_value(match[0]) == old]
    if not found:
        return None
    for match in reversed(found):
        text = text[: match.start()] + write_figure(new, match[0]) + text[match.end() :]
    return text


def _write_word(value: Decimal, like: str) -> str:
    word = next((word for word, number in _WORDS.items() if number == value), None)
    if word is None:
        return format(value, "f")
    return word.capitalize() if like[0].isupper() else word


def _places(value: Decimal, like: str, point: str) -> str:
    wanted = len(like.rpartition(point)[2]) if point in like else 0
    exponent = value.as_tuple().exponent
    needed = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return f"{value:,.{max(wanted, needed)}f}"
