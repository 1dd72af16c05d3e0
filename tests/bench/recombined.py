"""Casebases of any size told in the project's own words: shipped cases recombined, two by two.

A case is told by one earlier case, of Zipf frequency, whose words are mixed with another's and who
lends its clause, action and facts. Its vectors are those of the two, mixed, with some noise. What
is near in words is near in vectors, and no two cases are the same; kinds are easier than real ones:
read time and memory, not quality.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from recommender.learning.arrays import UnitVectors
from recommender.policies.syntax.handbook import ParsedPolicy
from recommender.policies.syntax.read import parse_policy
from recommender.vocabulary import Facts
from tests.bench.sets import SHOP, SHOP_HANDBOOK, TUNING_AT, WRITTEN, files_of, rows_of
from tests.bench.vectors import StoredEncoder

VIEWS: Final = ("situation", "resolution")
ZIPF: Final = 0.8
OTHER_WORDS: Final = 0.15
"""Share of a text's words that are the other case's."""
OTHER_VECTOR: Final = 0.5
NOISE: Final = 0.5
"""Length of the noise beside a unit vector; every case has its own."""
DRAFTS: Final = 1 << 20
"""How many drafts there are; their seeds begin where no casebase's are."""

_SENTENCES: Final = re.compile(r"(?<=[.!?])\s+")

Integers = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Told:
    """A case as its filer would have typed it."""

    situation: str
    resolution: str
    clause: str | None
    action: str | None
    product: str | None
    facts: Facts = field(default_factory=dict)
    amount: float | None = None


@cache
def handbooks() -> tuple[ParsedPolicy, ParsedPolicy]:
    """The shop's handbook, and one with the clauses that the cases written for tuning name.

    Those have no wording of their own; they are given that of the first case under them.
    """
    shop = parse_policy(SHOP_HANDBOOK.read_text("utf-8"), "shop")
    first: dict[str, str] = {}
    for row in _written():
        first.setdefault(row["policy_ref"], re.sub(r"[^\w ,.'-]", " ", row["situation"]))
    clauses = "\n\n".join(f"[{key}]{{.clause #{key}}} {text}" for key, text in first.items())
    page = f"# Other houses {{#OH owner=other-desk}}\n\n## Rules {{#OH-1}}\n\n{clauses}\n"
    return shop, parse_policy(page, "others")


@cache
def originals() -> Sequence[Told]:
    """The shipped cases that texts are made of; none is under a clause that is never bent."""
    never = {clause.key for book in handbooks() for clause in book.clauses if clause.never_bend}
    rows = [*rows_of(files_of(SHOP)[0]), *_written()]
    return [
        Told(
            situation=row["situation"],
            resolution=row["resolution"],
            clause=row["policy_ref"],
            action=row["granted_action"],
            product=row.get("product"),
            facts=row["facts"] or {},
            amount=row.get("amount"),
        )
        for row in rows
        if row["situation"] and row["resolution"] and row["policy_ref"] not in never
    ]


def told(size: int, seed: int) -> Iterator[Told]:
    """Tell so many cases, in the order of `vectors`."""
    rng = np.random.default_rng(seed)
    parents = _parents(size, rng)
    for one, other in parents.tolist():
        yield _mixed(originals()[one], originals()[other], rng)


def drafts(seed: int) -> Iterator[Told]:
    """Tell drafts, which no casebase of this module holds, as many as anybody asks for."""
    return told(DRAFTS, seed + DRAFTS)


def vectors(size: int, seed: int, encoder: StoredEncoder) -> dict[str, UnitVectors]:
    """Give the vectors of those cases by view, each of shape (size, d)."""
    rng = np.random.default_rng(seed)
    parents = _parents(size, rng)
    found = {}
    for view in VIEWS:
        rows = encoder.encode_documents([getattr(one, view) for one in originals()])
        noise = rng.standard_normal((size, rows.shape[1]), dtype=np.float32)
        noise *= NOISE / np.sqrt(rows.shape[1], dtype=np.float32)
        noise += rows[parents[:, 0]]
        noise += OTHER_VECTOR * rows[parents[:, 1]]
        found[view] = UnitVectors(noise / np.linalg.norm(noise, axis=1, keepdims=True))
    return found


@cache
def _written() -> Sequence[dict[str, Any]]:
    return [row for name in WRITTEN for row in rows_of(TUNING_AT / f"{name}.jsonl.gz")]


def _parents(size: int, rng: np.random.Generator) -> Integers:
    """Draw who tells each case and who lends words, shape (size, 2)."""
    number = len(originals())
    shares = 1 / np.arange(1, number + 1) ** ZIPF
    frequent = rng.permutation(number)[rng.choice(number, size=size, p=shares / shares.sum())]
    return np.column_stack([frequent, rng.integers(number, size=size)]).astype(np.intp)


def _mixed(one: Told, other: Told, rng: np.random.Generator) -> Told:
    drawn = rng.random(3)
    return replace(
        one,
        situation=_text(one.situation, other.situation, rng),
        resolution=_text(one.resolution, other.resolution, rng),
        clause=one.clause if drawn[0] > OTHER_WORDS else None,
        facts={name: _varied(value, drawn[1]) for name, value in one.facts.items()},
        amount=round(float(5 + 95 * drawn[2]), 2),
    )


def _text(one: str, other: str, rng: np.random.Generator) -> str:
    """Give a text with some words of another, and one of its sentences."""
    lent, sentences = other.split(), _SENTENCES.split(other)
    words = one.split()
    replaced = (rng.random(len(words)) < OTHER_WORDS).tolist()
    chosen = rng.integers(len(lent), size=len(words)).tolist()
    told = [
        lent[place] if swap else word
        for word, swap, place in zip(words, replaced, chosen, strict=True)
    ]
    return " ".join([*told, sentences[int(rng.integers(len(sentences)))]])


def _varied(value: object, drawn: float) -> Any:  # noqa: ANN401 - a fact's own type
    """Give another number of the same size; other values stay."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return type(value)(round(value * (0.5 + drawn), 1))
