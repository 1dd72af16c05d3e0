"""How like two cases are, part by part, and the words that say so."""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from recommender.learning.filler import everyday_words, stem
from recommender.vocabulary import Facts, FactValue

NEAR_FACT: Final = 0.5
"""Closeness from which a number is a reason to show a case, and below which it differs [J]."""
FACTS_SAID: Final = 3
WORDS_SAID: Final = 4
_SHORTEST_WORD: Final = 3

Floats = npt.NDArray[np.float32]
Rarity = Mapping[str, float]
"""How telling each stem is; one that is not there is rarer than all."""

_PLACEHOLDER: Final = re.compile(r"\[[^\]]*\]")
_WORD: Final = re.compile(r"[^\W\d_]+")


def closeness(ours: FactValue, theirs: FactValue) -> float:
    """Give how close two values of a fact are: 1 alike, 0 apart; numbers by their ratio."""
    if isinstance(ours, str) and isinstance(theirs, str):
        return float(ours.casefold() == theirs.casefold())
    if isinstance(ours, bool | str) or isinstance(theirs, bool | str):
        return float(type(ours) is type(theirs) and ours == theirs)
    largest = max(abs(ours), abs(theirs))
    return 1.0 if largest == 0 else max(0.0, 1 - abs(ours - theirs) / largest)


def shared_closeness(ours: Facts, theirs: Facts) -> float:
    """Give the mean closeness of the facts that both carry; NaN without any."""
    shared = ours.keys() & theirs.keys()
    if not shared:
        return float("nan")
    return sum(closeness(ours[name], theirs[name]) for name in shared) / len(shared)


def shared_names(ours: Facts, theirs: Facts) -> float:
    """Give which share of all their facts' names both carry; NaN where one carries none."""
    if not ours or not theirs:
        return float("nan")
    return len(ours.keys() & theirs.keys()) / len(ours.keys() | theirs.keys())


def same_word(ours: str | None, theirs: str | None) -> float:
    """Tell 1 where both say the same, 0 where they say other things; NaN where one is silent."""
    if not ours or not theirs:
        return float("nan")
    return float(ours.casefold() == theirs.casefold())


def fact_reasons(ours: Facts, theirs: Facts) -> list[str]:
    """Say which facts are alike, the closest first: `days late: 4, yours 5`."""
    close = {name: closeness(ours[name], theirs[name]) for name in ours.keys() & theirs.keys()}
    told = sorted((-near, name) for name, near in close.items() if near >= NEAR_FACT)
    return [_fact_words(name, ours[name], theirs[name]) for _, name in told[:FACTS_SAID]]


def fact_differences(ours: Facts, theirs: Facts) -> list[str]:
    """Say which facts are far apart, the farthest first, then what only the earlier case says."""
    close = {name: closeness(ours[name], theirs[name]) for name in ours.keys() & theirs.keys()}
    far = sorted((near, name) for name, near in close.items() if near < NEAR_FACT)
    told = [_fact_words(name, ours[name], theirs[name]) for _, name in far]
    silent = [f"{_label(name)}: {said(theirs[name])}, yours not given" for name in theirs]
    only = [words for name, words in zip(theirs, silent, strict=True) if name not in ours]
    return [*told, *only][:FACTS_SAID]


def common_words(draft: str, text: str, rarity: Rarity) -> list[str]:
    """Give the text's words that the draft says too, the rarest first.

    Word forms are brought together; everyday words and placeholders of personal data are left
    out.
    """
    ours, theirs = _words(draft), _words(text)
    return _rarest(theirs, theirs.keys() & ours.keys(), rarity)


def own_words(draft: str, text: str, rarity: Rarity, once: float) -> list[str]:
    """Give the text's words that the draft does not say, the rarest first.

    Words as rare as `once` are one story's own: they come only where there are no others.
    """
    ours, theirs = _words(draft), _words(text)
    own = theirs.keys() - ours.keys()
    shared = {key for key in own if rarity.get(key, once) < once}
    return _rarest(theirs, shared or own, rarity)


def why(clause_key: str | None, facts: list[str], words: list[str]) -> list[str]:
    """Put the reasons into short lines; there is always one."""
    lines = [] if clause_key is None else [f"same clause: {clause_key}"]
    lines += facts
    if words:
        lines.append(f"words in common: {', '.join(words[:WORDS_SAID])}")
    return lines or ["told in a similar way"]


def said(value: FactValue) -> str:
    """Say a fact's value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{value:.12g}"


def _fact_words(name: str, ours: FactValue, theirs: FactValue) -> str:
    if ours == theirs:
        return f"{_label(name)}: {said(theirs)}, the same"
    return f"{_label(name)}: {said(theirs)}, yours {said(ours)}"


def _label(name: str) -> str:
    return name.replace("_", " ")


def _rarest(words: Mapping[str, str], chosen: set[str], rarity: Rarity) -> list[str]:
    rarest = sorted(chosen, key=lambda key: (-rarity.get(key, float("inf")), key))
    return [words[key] for key in rarest]


def _words(text: str) -> dict[str, str]:
    """Give the content words of a text by their stems."""
    found = _WORD.findall(_PLACEHOLDER.sub(" ", text.casefold()))
    empty = everyday_words()
    return {stem(word): word for word in found if len(word) >= _SHORTEST_WORD and word not in empty}
