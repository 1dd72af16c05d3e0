"""How like two cases are, part by part, and the words that say so."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from recommender.learning.filler import everyday_words, stem
from recommender.vocabulary import Facts, FactValue

WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {"situation": 0.4, "resolution": 0.2, "clause": 0.2, "facts": 0.2}
)
"""What each part counts for [J], over the parts that both sides carry."""

NEAR_FACT: Final = 0.5
"""Closeness from which a number is a reason to show a case [J]."""
FACTS_SAID: Final = 3
WORDS_SAID: Final = 4
_SHORTEST_WORD: Final = 3

Floats = npt.NDArray[np.float32]

_PLACEHOLDER: Final = re.compile(r"\[[^\]]*\]")
_WORD: Final = re.compile(r"[^\W\d_]+")


def blend(parts: Mapping[str, Floats]) -> Floats:
    """Give the weighted mean of likenesses (each 0 to 1, shape (n,)) over what is known.

    NaN marks what one side does not carry: it neither raises nor lowers. Where nothing is known
    the mean is 0.
    """
    values = np.stack(list(parts.values()))
    weights = np.array([[WEIGHTS[name]] for name in parts]) * ~np.isnan(values)
    total = weights.sum(axis=0)
    weighed = (np.nan_to_num(values) * weights).sum(axis=0)
    mean: Floats = np.divide(weighed, np.maximum(total, 1e-9)).astype(np.float32)
    return mean


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


def fact_reasons(ours: Facts, theirs: Facts) -> list[str]:
    """Say which facts are alike, the closest first: `days late: 4, yours 5`."""
    close = {name: closeness(ours[name], theirs[name]) for name in ours.keys() & theirs.keys()}
    told = sorted((-near, name) for name, near in close.items() if near >= NEAR_FACT)
    return [_fact_words(name, ours[name], theirs[name]) for _, name in told[:FACTS_SAID]]


def word_reasons(draft: str, texts: Iterable[str]) -> list[list[str]]:
    """Give for each text the words that it shares with the draft, the rarest first.

    Word forms are brought together; everyday words and placeholders of personal data are left
    out. Rare is what few of the given texts say.
    """
    ours = _words(draft)
    theirs = [_words(text) for text in texts]
    spoken = Counter(key for words in theirs for key in words)
    return [
        [words[key] for key in sorted(ours.keys() & words.keys(), key=lambda k: (spoken[k], k))]
        for words in theirs
    ]


def why(clause_key: str | None, facts: list[str], words: list[str]) -> list[str]:
    """Put the reasons into short lines; there is always one."""
    lines = [] if clause_key is None else [f"same clause: {clause_key}"]
    lines += facts
    if words:
        lines.append(f"words in common: {', '.join(words[:WORDS_SAID])}")
    return lines or ["told in a similar way"]


def _fact_words(name: str, ours: FactValue, theirs: FactValue) -> str:
    label = name.replace("_", " ")
    if ours == theirs:
        return f"{label}: {_said(theirs)}, the same"
    return f"{label}: {_said(theirs)}, yours {_said(ours)}"


def _said(value: FactValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{value:.12g}"


def _words(text: str) -> dict[str, str]:
    """Give the content words of a text by their stems."""
    found = _WORD.findall(_PLACEHOLDER.sub(" ", text.casefold()))
    empty = everyday_words()
    return {stem(word): word for word in found if len(word) >= _SHORTEST_WORD and word not in empty}
