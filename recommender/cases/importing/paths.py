"""Paths into a record: `via.channel`, `custom_fields[id=360001].value`, `tags[tier_*]`.

A step into a list is the first object with a value, `[key=value]`, or the first text that begins
alike, `[tier_*]`, of which the part that the star stands for is taken.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from recommender.errors import Invalid

_STEP: Final = re.compile(
    r"(?:^|\.)(?P<key>[^.\[\]]+)"
    r"|\[(?P<name>[^\[\]=*]+)=(?P<value>[^\[\]]*)\]"
    r"|\[(?P<prefix>[^\[\]=*]+)\*\]"
)


class BadPath(Invalid):
    """A path into a record that cannot be followed."""


class _Step(Protocol):
    def find(self, value: object) -> tuple[str | int, object] | None:
        """Give where the step leads within a value (key or index) and what stands there."""

    def rest(self, left: object) -> object:
        """Give what remains of the place once its inside was taken out."""


@dataclass(frozen=True, slots=True)
class _Key:
    key: str

    def find(self, value: object) -> tuple[str | int, object] | None:
        if isinstance(value, Mapping) and self.key in value:
            return self.key, value[self.key]
        return None

    def rest(self, left: object) -> object:
        return left


@dataclass(frozen=True, slots=True)
class _Where:
    key: str
    value: str

    def find(self, value: object) -> tuple[str | int, object] | None:
        for place, one in enumerate(value if isinstance(value, list) else ()):
            if isinstance(one, Mapping) and str(one.get(self.key)) == self.value:
                return place, one
        return None

    def rest(self, left: object) -> object:
        return None if isinstance(left, Mapping) and set(left) <= {self.key} else left


@dataclass(frozen=True, slots=True)
class _Prefixed:
    prefix: str

    def find(self, value: object) -> tuple[str | int, object] | None:
        for place, one in enumerate(value if isinstance(value, list) else ()):
            if isinstance(one, str) and one.startswith(self.prefix):
                return place, one.removeprefix(self.prefix)
        return None

    def rest(self, left: object) -> object:
        return left


@dataclass(frozen=True, slots=True)
class RecordPath:
    """Where in a record a value stands; a column of exactly this name wins over the steps."""

    text: str
    steps: tuple[_Step, ...]

    def find(self, record: Mapping[str, object]) -> object:
        """Give the value, or None where the path leads nowhere."""
        if self.text in record:
            return record[self.text]
        value: object = record
        for step in self.steps:
            found = step.find(value)
            if found is None:
                return None
            _, value = found
        return value

    def without(self, record: Mapping[str, object]) -> dict[str, object]:
        """Give the record without the value, and without what that leaves empty."""
        if self.text in record:
            return {key: value for key, value in record.items() if key != self.text}
        left = _without(record, self.steps)
        return dict(left) if isinstance(left, Mapping) else {}


def read_path(text: str) -> RecordPath:
    """Read a path; raises BadPath, which says how one is written."""
    steps: list[_Step] = []
    end = 0
    while end < len(text) and (match := _STEP.match(text, end)):
        steps.append(_step(match))
        end = match.end()
    if not text or end < len(text):
        raise BadPath(
            f"{text!r} is no path into a record.",
            field="mapping",
            remedy="Write it like via.channel, custom_fields[id=360001].value or tags[tier_*].",
        )
    return RecordPath(text, tuple(steps))


def column_path(name: str) -> RecordPath:
    """Give the path to a column, whatever its name is made of."""
    return RecordPath(name, (_Key(name),))


def _step(match: re.Match[str]) -> _Step:
    part = match.groupdict()
    if part["key"] is not None:
        return _Key(part["key"])
    if part["name"] is not None:
        return _Where(part["name"], part["value"])
    return _Prefixed(part["prefix"])


def _without(value: object, steps: Sequence[_Step]) -> object:
    """Give a value without what the steps lead to; None where nothing is left."""
    if not steps:
        return None
    found = steps[0].find(value)
    if found is None:
        return value
    place, inside = found
    left = steps[0].rest(_without(inside, steps[1:]))
    if isinstance(value, Mapping):
        kept: object = {key: one for key, one in value.items() if key != place}
        return ({**kept, place: left} if left is not None else kept) or None  # type: ignore[dict-item]
    items = list(value) if isinstance(value, list) else []
    items[int(place) : int(place) + 1] = [] if left is None else [left]
    return items or None
