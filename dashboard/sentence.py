"""The sentence of a rule that names its limits, taken apart so that each can be a field.

A limit stands in a wording as `[14 days]{.parameter fact=days_since_delivery max=14 unit=day}`;
what is read here is only where it stands. What a wording means is the API's to say.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.schemas.drafts import ConditionOut

_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_SPAN: Final = re.compile(r"\[(?P<words>(?:\\.|[^\[\]\\])*)\]\{(?P<inner>[^{}]*)\}")
_FACT: Final = re.compile(r"(?<![\w-])fact=\"?(?P<fact>[\w.-]+)")
_SIDE: Final = re.compile(r"(?<![\w-])(min|max)=\"?(-?\d+(?:\.\d+)?)")
_NUMBER: Final = re.compile(r"\d[\d.,]*")
_END: Final = re.compile(r"(?<=[.!?])\s+|\n+")
_WRAPPED: Final = re.compile(r"(?<!\n)\r?\n(?!\s*(?:\n|[-*+•]\s|[0-9]{1,3}[.)]\s))[ \t]*")
"""The end of a line within a paragraph, which nobody reads."""


@dataclass(frozen=True)
class Field:
    """A limit in a sentence: which condition, its number, and the words on both sides of it."""

    condition: int
    limit: float
    before: str
    after: str


def plain(markup: str) -> str:
    """A wording as people read it."""
    return _shown(_unwrapped(markup))


def with_fields(markup: str, conditions: Sequence[ConditionOut]) -> list[str | Field] | None:
    """The sentences that state these limits, as words and fields in reading order.

    None where a number among them has no place of its own in the wording.
    """
    pieces: list[str | Field] = []
    begin, text = 0, _unwrapped(markup)
    for span in _SPAN.finditer(text):
        field = _field(span, conditions)
        if field is not None:
            pieces += [_shown(text[begin : span.start()]), field]
            begin = span.end()
    pieces.append(_shown(text[begin:]))
    found = [piece.condition for piece in pieces if isinstance(piece, Field)]
    numbers = [place for place, one in enumerate(conditions) if one.bound != "one_of"]
    return _trimmed(pieces) if numbers and sorted(found) == numbers else None


def limits_in(markup: str) -> dict[tuple[str, str], float]:
    """The numbers that a wording states, by fact and side."""
    found = {}
    for span in _SPAN.finditer(markup):
        fact = _FACT.search(span["inner"])
        if fact is not None:
            for side, limit in _SIDE.findall(span["inner"]):
                found[fact["fact"], side] = float(limit)
    return found


def changed_sentences(old: str, new: str) -> tuple[str, str]:
    """The sentences that only the one or only the other wording has."""
    before, after = _END.split(old.strip()), _END.split(new.strip())
    return (
        " ".join(one for one in before if one not in after),
        " ".join(one for one in after if one not in before),
    )


def _shown(markup: str) -> str:
    return _SPAN.sub(lambda span: span["words"], markup)


def _unwrapped(markup: str) -> str:
    return _WRAPPED.sub(" ", _COMMENT.sub("", markup.strip()))


def _field(span: re.Match[str], conditions: Sequence[ConditionOut]) -> Field | None:
    inner = span["inner"]
    fact = _FACT.search(inner)
    if fact is None or ".parameter" not in inner:
        return None
    number = _NUMBER.search(span["words"])
    before, after = ("", "") if number is None else span["words"].split(number[0], 1)
    for place, one in enumerate(conditions):
        limit = re.search(rf"(?<![\w-]){one.bound}=\"?(-?[\d.]+)", inner)
        if one.fact != fact["fact"] or limit is None or isinstance(one.limit, list):
            continue
        if float(limit[1]) == one.limit:
            return Field(place, one.limit, before.strip(), after.strip())
    return None


def _trimmed(pieces: list[str | Field]) -> list[str | Field]:
    """Leave out the sentences around that name none of the limits."""
    first, last = str(pieces[0]), str(pieces[-1])
    shown: list[str | Field] = [_END.split(first)[-1], *pieces[1:-1], _END.split(last)[0]]
    return [one for one in shown if isinstance(one, Field) or one.strip(" .") or one == "."]
