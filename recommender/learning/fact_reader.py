"""Which number of a text states which typed fact, learnt from cases that carry both.

Nobody marks numbers: in a known case, a number that equals one of its facts is taken to state it,
and any other number not to. A logistic regression over pairs of a number and a fact learns the
rest: what holds for every fact (unit, usual size, words of the fact's name nearby) and what holds
for one (the words around it).
"""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recommender.learning.filler import grammar_words, stem
from recommender.learning.quantities import Quantity, quantities
from recommender.learning.units import CURRENCIES, TIMES, converted

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

SURE: Final = 0.4
"""How likely a number must state a fact before it is offered."""
NAMED: Final = 0.5
"""How likely a number states a fact that no known case carries, where the fact's name is near."""
AROUND: Final = 5
"""Words looked at on each side of a number."""
_STRENGTH: Final = 1.0
"""Inverse of the regression's penalty."""
_EQUAL: Final = 0.005
"""Relative difference up to which a number equals a fact: people round."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_MEASURES: Final = TIMES | {"km", "kg", "percent", "share"}

Texts = Mapping[str, str]
"""View -> text."""
Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ReadFact:
    """A number of one of the texts as the fact that it seems to state."""

    name: str
    value: float
    view: str
    quantity: Quantity
    likely: float
    """0 to 1."""


class FactReader:
    """Reads numeric facts from texts; until it has learnt from cases, by the facts' names."""

    def __init__(self) -> None:
        self._learnt: Pipeline | None = None
        self._usual: dict[str, tuple[float, float]] = {}

    def fit(
        self, texts: Sequence[Texts], facts: Sequence[Facts], asked: Sequence[Collection[str]]
    ) -> "FactReader":
        """Learn from n cases: their texts, their typed facts, and the facts asked of each.

        An asked fact that a case does not carry teaches which numbers are not it.
        """
        self._usual = _usual_sizes(facts)
        samples: list[dict[str, float]] = []
        stated: list[bool] = []
        for told, typed, wanted in zip(texts, facts, asked, strict=True):
            numbers = _numbers(typed)
            names = self._usual.keys() & {*numbers, *wanted}
            for pair in _pairs(told, names):
                samples.append(self._features(pair))
                stated.append(_equal(pair.value, numbers.get(pair.name)))
        if any(stated) and not all(stated):
            self._learnt = _fitted(samples, stated)
        return self

    def read(self, texts: Texts, wanted: Collection[str]) -> list[ReadFact]:
        """Give for each wanted fact the number that states it most likely, if any is sure.

        A number states one fact at most.
        """
        best: dict[str, ReadFact] = {}
        taken: set[tuple[str, int]] = set()
        for one in sorted(self._candidates(texts, wanted), key=lambda each: -each.likely):
            place = (one.view, one.quantity.start)
            if one.likely >= SURE and one.name not in best and place not in taken:
                best[one.name] = one
                taken.add(place)
        return list(best.values())

    def _candidates(self, texts: Texts, wanted: Collection[str]) -> list[ReadFact]:
        pairs = list(_pairs(texts, wanted))
        return [
            ReadFact(pair.name, pair.value, pair.view, pair.quantity, likely)
            for pair, likely in zip(pairs, self._likelihoods(pairs), strict=True)
        ]

    def _likelihoods(self, pairs: "Sequence[_Pair]") -> list[float]:
        named = [NAMED * pair.is_named for pair in pairs]
        if self._learnt is None or not pairs:
            return named
        learnt = self._learnt.predict_proba([self._features(pair) for pair in pairs])[:, 1]
        return [
            float(likely) if pair.name in self._usual else by_name
            for pair, likely, by_name in zip(pairs, learnt, named, strict=True)
        ]

    def _features(self, pair: "_Pair") -> dict[str, float]:
        alone, name = float(pair.rivals == 0), pair.name
        found = {
            "same unit": float(pair.quantity.unit == _unit_of(name)),
            "no unit": float(pair.quantity.unit is None),
            "words of the name": len(pair.name_words & {*pair.before, *pair.after}),
            "alone": alone,
            f"{name} in {pair.measure}": 1.0,
            f"{name} alone in {pair.measure}": alone,
            f"{name} largest": float(pair.largest),
        }
        if name in self._usual:
            mean, spread = self._usual[name]
            found["size"] = -min(3.0, abs(_size(pair.value) - mean) / spread)
        near = {f"near {word}": 0.4 for word in (*pair.before, *pair.after)}
        near |= {f"after {word}": 0.5 for word in pair.before[-1:]}
        near |= {f"before {word}": 0.5 for word in pair.after[:1]}
        return found | near | {f"{name} {what}": weight for what, weight in near.items()}


@dataclass(frozen=True, slots=True)
class _Pair:
    """A number of a text and a fact that it may state."""

    name: str
    value: float
    """In the fact's unit."""
    view: str
    quantity: Quantity
    before: Sequence[str]
    after: Sequence[str]
    """Stems around the number."""
    rivals: int
    """Other numbers of the case in the same measure."""
    largest: bool
    """None of the rivals is larger."""

    @property
    def measure(self) -> str:
        return _measure(self.quantity)

    @property
    def name_words(self) -> frozenset[str]:
        """Stems of the fact's name that say more than its unit."""
        words = [word for word in self.name.lower().split("_") if not _is_measure(word)]
        return frozenset(stem(word) for word in words if word not in grammar_words())

    @property
    def is_named(self) -> bool:
        """The words of the fact's name stand around the number, and its unit is the number's."""
        unit = _unit_of(self.name)
        named = self.name_words <= {*self.before, *self.after}
        return named and (bool(self.name_words) or unit is not None) and self.quantity.unit == unit


def _pairs(texts: Texts, names: Collection[str]) -> Iterator[_Pair]:
    """Pair each number with each of the facts whose unit it can have."""
    said = [(view, one) for view, text in texts.items() for one in quantities(text)]
    values: defaultdict[str, list[float]] = defaultdict(list)
    for _, one in said:
        values[_measure(one)].append(one.value)
    for view, one in said:
        same = values[_measure(one)]
        before = _words(texts[view][: one.start])[-AROUND:]
        after = _words(texts[view][one.end :])[:AROUND]
        for name in sorted(names):
            value = _as_fact(one, name)
            if value is not None:
                rivals, largest = len(same) - 1, one.value == max(same)
                yield _Pair(name, value, view, one, before, after, rivals, largest)


def _measure(quantity: Quantity) -> str:
    return "money" if quantity.unit in CURRENCIES.values() else str(quantity.unit)


def _words(text: str) -> list[str]:
    return [stem(word) for word in _WORD.findall(text.lower())]


def _fitted(samples: list[dict[str, float]], stated: list[bool]) -> "Pipeline":
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    return make_pipeline(DictVectorizer(), LogisticRegression(C=_STRENGTH, max_iter=1000)).fit(
        samples, stated
    )


def _numbers(facts: Facts) -> dict[str, float]:
    return {
        name: float(value)
        for name, value in facts.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def _usual_sizes(facts: Sequence[Facts]) -> dict[str, tuple[float, float]]:
    """Mean and spread of each fact's sizes; the spread is never below a tenth."""
    sizes: defaultdict[str, list[float]] = defaultdict(list)
    for typed in facts:
        for name, value in _numbers(typed).items():
            sizes[name].append(_size(value))
    found = {}
    for name, values in sizes.items():
        mean = sum(values) / len(values)
        variance = sum((each - mean) ** 2 for each in values) + 0.5
        found[name] = mean, max(0.1, math.sqrt(variance / len(values)))
    return found


def _size(value: float) -> float:
    return math.copysign(math.log1p(abs(value)), value)


def _equal(said: float, typed: float | None) -> bool:
    return typed is not None and math.isclose(said, typed, rel_tol=_EQUAL)


def _as_fact(quantity: Quantity, name: str) -> float | None:
    """Give a number in the unit that a fact's name tells; None where it cannot be that fact."""
    unit = _unit_of(name)
    if quantity.unit is None or unit is None:
        return quantity.value
    return converted(quantity.value, quantity.unit, unit)


def _unit_of(name: str) -> str | None:
    return next((_single(word) for word in name.lower().split("_") if _is_measure(word)), None)


def _is_measure(word: str) -> bool:
    return _single(word) in _MEASURES


def _single(word: str) -> str:
    return word.removesuffix("s")
