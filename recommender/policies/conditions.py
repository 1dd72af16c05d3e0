"""Conditions on facts and the scope of a change: what a wording says, as data."""

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final, Literal, Self

from recommender.models.cases import Case
from recommender.policies.safe_words import day_words, fact_words, safe_name
from recommender.policies.syntax.handbook import Bound
from recommender.policies.syntax.markup import parameter_span

_FACT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_UNIT: Final = re.compile(r"[A-Za-z][A-Za-z_ ]*")
_SIDES: Final = {"max": "at most", "min": "at least"}
_LEAD: Final = r"(?:(?:\A|[,;:(.])\s*|\b(?i:where|and|if|when|while)\s+)(?:the\s+)?"
"""What stands before a condition, so that no longer fact's name ends with its own."""
_NUMBER: Final = r"(-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)"
_END: Final = r"(?!(?:,[^.;]*)? or\b)(?=\Z|[.,;:)](?![0-9])| and\b[^.;]* is )"
"""What comes behind it: no other unit, and no choice that goes on."""
_PLACES: Final = {
    "market": "in market",
    "brand": "for brand",
    "product": "for",
    "channel": "by",
    "team": "in team",
}


@dataclass(frozen=True)
class Condition:
    """What a fact has to be: a number on one side of a limit, or one of some words.

    With `one_of` the limit holds the words; a fact that is true or false has the words yes and no.
    """

    fact: str
    bound: Literal["max", "min", "one_of"]
    limit: float | tuple[str, ...]
    unit: str | None = None

    @classmethod
    def from_json(cls, read: Mapping[str, Any]) -> Self:
        """Read it as `to_json` wrote it."""
        limit = read["limit"]
        return cls(
            read["fact"],
            read["bound"],
            tuple(limit) if isinstance(limit, list | tuple) else limit,
            read.get("unit"),
        )

    def to_json(self) -> dict[str, Any]:
        """Give what a JSON column holds."""
        limit = list(self.limit) if isinstance(self.limit, tuple) else self.limit
        return {"fact": self.fact, "bound": self.bound, "limit": limit, "unit": self.unit}

    @property
    def side(self) -> Bound | None:
        """Which side a number closes; None where it is one of some words."""
        return None if self.bound == "one_of" else self.bound

    @property
    def number(self) -> float | None:
        """The limit as a number; None where it is one of some words."""
        return None if isinstance(self.limit, tuple) else self.limit

    def admits(self, value: object) -> bool | None:
        """Tell whether a value meets the condition; None where it is missing or of no use."""
        if isinstance(self.limit, tuple):
            word = word_of(value)
            return None if word is None else _folded(word) in {_folded(one) for one in self.limit}
        if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
            return None
        return value <= self.limit if self.bound == "max" else value >= self.limit

    @property
    def figure(self) -> str:
        """The limit with its unit where the fact's name does not hold it: `35 EUR`, `17`."""
        if isinstance(self.limit, tuple):
            return " or ".join(safe_name(one) for one in self.limit)
        unit = self.unit or ""
        if not self._names_unit:
            return f"{self.limit:.12g}"
        plural = "s" if unit.isalpha() and unit.islower() and len(unit) > len("km") else ""
        return f"{self.limit:.12g} {safe_name(unit)}{plural if self.limit != 1 else ''}"

    @property
    def words(self) -> str:
        """The condition in words: `days over is at most 17`, `coverage is basic or full`."""
        return self._saying(self.figure)

    def said_in(self, text: str) -> bool:
        """Tell whether a text says exactly this: no other number, unit or longer list of words."""
        return bool(re.search(f"{_LEAD}{re.escape(self.words)}{self._unit_named}{_END}", text))

    def read_back(self, text: str) -> "Condition | None":
        """Read its limit from a text that says the same of the fact, with any number.

        None where the text does not, or says it twice.
        """
        side = _SIDES.get(self.bound)
        if side is None:
            return self if self.said_in(text) else None
        said = re.escape(f"{fact_words(self.fact)} is {side} ")
        unit = re.escape(f" {safe_name(self.unit or '')}") + "s?" if self._names_unit else ""
        found = re.findall(f"{_LEAD}{said}{_NUMBER}{unit}{self._unit_named}{_END}", text)
        return replace(self, limit=float(found[0])) if len(found) == 1 else None

    @property
    def span(self) -> str:
        """The condition in words, its number a typed limit where the fact's name can be one."""
        if self.number is None or self.side is None or not _FACT.fullmatch(self.fact):
            return self.words
        if self.unit and not _UNIT.fullmatch(self.unit):
            return self.words
        return self._saying(
            parameter_span(self.figure, self.fact, self.side, self.number, self.unit)
        )

    @property
    def _names_unit(self) -> bool:
        """Tell whether its words name the unit, since the fact's name does not."""
        return bool(self.unit) and self.unit not in self._parts

    @property
    def _unit_named(self) -> str:
        """A pattern of the unit that a text may add, since the fact's name holds it."""
        if self.side is None or self._names_unit:
            return ""
        return f"(?: (?:{'|'.join(map(re.escape, sorted(self._parts)))})s?)?"

    @property
    def _parts(self) -> set[str]:
        return {part.removesuffix("s") for part in self.fact.split("_")}

    def _saying(self, figure: str) -> str:
        side = _SIDES.get(self.bound)
        return f"{fact_words(self.fact)} is {f'{side} {figure}' if side else figure}"


@dataclass(frozen=True, kw_only=True)
class Where:
    """Where a case was dealt with; None: not known."""

    brand: str | None = None
    market: str | None = None
    channel: str | None = None
    product: str | None = None
    team: str | None = None

    @classmethod
    def of(cls, case: Case) -> "Where":
        """Read it off a case."""
        return Where(
            brand=case.brand,
            market=case.market,
            channel=case.channel,
            product=case.product,
            team=case.agent_team,
        )


@dataclass(frozen=True, kw_only=True)
class Scope(Where):
    """Where a change holds, and its last day; None: everywhere, and for good."""

    until: date | None = None

    @classmethod
    def from_json(cls, read: Mapping[str, Any]) -> Self:
        """Read it as `to_json` wrote it; {} holds everywhere."""
        until = read.get("until")
        return cls(**dict(read) | {"until": None if until is None else date.fromisoformat(until)})

    def to_json(self) -> dict[str, Any]:
        """Give what a JSON column holds: what is limited, and nothing else."""
        return {name: str(value) for name, value in asdict(self).items() if value is not None}

    @property
    def words(self) -> str:
        """Where and until when, in words: `in market DE, by chat, until 1 Mar 2027`."""
        said = {name: getattr(self, name) for name in _PLACES}
        told = [f"{_PLACES[name]} {safe_name(one)}" for name, one in said.items() if one]
        return ", ".join([*told, *([f"until {day_words(self.until)}"] if self.until else [])])

    def holds(self, where: Where, day: date) -> bool | None:
        """Tell whether it holds there on a day; None where that cannot be told."""
        if self.until is not None and day > self.until:
            return False
        wanted = asdict(self) | {"until": None}
        known = asdict(where)
        verdicts = {
            None if known[name] is None else _folded(known[name]) == _folded(value)
            for name, value in wanted.items()
            if value is not None
        }
        if False in verdicts:
            return False
        return None if None in verdicts else True


EVERYWHERE: Final = Scope()
"""No scope: for everybody, for good."""


def word_of(value: object) -> str | None:
    """Give what a fact says where it is no number: its word, or yes or no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else None


def _folded(word: str) -> str:
    return word.strip().casefold()
