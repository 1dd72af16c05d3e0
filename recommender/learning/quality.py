"""How good a found group is: the values, and the floors below which it does not surface."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.learning.casetable import CaseTable

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class QualityFloor:
    """One floor of the quality gate: the value's name, the least that passes, and the words."""

    name: str
    label: str
    least: float
    words: str

    def sentence(self, value: float) -> str:
        """Say what was measured and what is needed."""
        return self.words.format(value=value, least=self.least)


QUALITY_FLOORS = (
    QualityFloor(
        name="stability",
        label="Stability",
        least=0.6,
        words="Its cases stayed together in {value:.0%} of repeated runs; {least:.0%} are needed.",
    ),
    QualityFloor(
        name="margin",
        label="Distance to its nearest rival",
        least=0.02,
        words="Its cases are {value:.2f} more alike than to the nearest other kind; "
        "{least:.2f} are needed.",
    ),
    QualityFloor(
        name="clause_share",
        label="Share of the dominant clause",
        least=0.5,
        words="{value:.0%} of the references name one clause; {least:.0%} are needed.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Shortfall:
    """A floor that a group misses: which, the value, the least needed, one sentence."""

    name: str
    value: float
    least: float
    sentence: str


@dataclass(frozen=True, kw_only=True)
class FoundGroup:
    """A group of at least `min_size` cases, and how it came about.

    Attributes
    ----------
    rows : the rows of the case table it was found in, ascending
    cohesion : mean weighed likeness between two members
    rival, rival_similarity : the nearest other group's number and the mean similarity to its
        members; None when this is the only group
    stability : mean share of the rounds in which its cases were grouped together
    clause, clause_share : the key most members name, and its share among members that name one;
        None where nobody names one (a possible gap)
    doubted : how many members name a clause that the text speaks clearly against
    """

    rows: tuple[int, ...]
    cohesion: float
    rival: int | None
    rival_similarity: float | None
    stability: float
    clause: str | None
    clause_share: float | None
    doubted: int

    @property
    def margin(self) -> float | None:
        """How much more alike its members are than to the nearest other group."""
        return None if self.rival_similarity is None else self.cohesion - self.rival_similarity

    def shortfalls(self) -> tuple[Shortfall, ...]:
        """Every floor this group misses; empty when it passes the gate. Unknown passes."""
        missed = []
        for floor in QUALITY_FLOORS:
            value: float | None = getattr(self, floor.name)
            if value is not None and value < floor.least:
                missed.append(
                    Shortfall(
                        name=floor.name,
                        value=value,
                        least=floor.least,
                        sentence=floor.sentence(value),
                    )
                )
        return tuple(missed)


def describe(
    labels: Integers, strength: Floats, cases: CaseTable, doubted: Bools, likeness: Floats
) -> tuple[FoundGroup, ...]:
    """Describe every group, by number.

    Parameters
    ----------
    labels : int array of shape (n,), groups from 0, -1 for unsorted
    strength : float array of shape (n,), the members' share of rounds with their group
    doubted : bool array of shape (n,), whose clause reference the texts overrule
    likeness : float array of shape (groups, groups), the mean between their cases
    """
    described = []
    for number in range(len(likeness)):
        rows = np.flatnonzero(labels == number)
        others = np.delete(likeness[number], number)
        nearest = int(others.argmax()) if len(others) else None
        rival = None if nearest is None else nearest + (nearest >= number)
        clause, share = _dominant_clause(rows, cases)
        described.append(
            FoundGroup(
                rows=tuple(rows.tolist()),
                cohesion=float(likeness[number, number]),
                rival=rival,
                rival_similarity=None if rival is None else float(likeness[number, rival]),
                stability=float(strength[rows].mean()),
                clause=clause,
                clause_share=share,
                doubted=int(doubted[rows].sum()),
            )
        )
    return tuple(described)


def _dominant_clause(rows: Integers, cases: CaseTable) -> tuple[str | None, float | None]:
    """Give the key named most, and the share of references that name it or its section."""
    named = Counter(cases.clauses[row] for row in rows) if cases.clauses else Counter()
    given = {key: count for key, count in named.items() if key is not None}
    if not given:
        return None, None
    clause = min(given, key=lambda key: (-given[key], key))
    support = sum(count for key, count in given.items() if _same_place(clause, key))
    return clause, support / sum(given.values())


def _same_place(a: str, b: str) -> bool:
    """Whether two keys are one clause, or a clause and its section: RET-2 and RET-2.1."""
    short, long = sorted((a, b), key=len)
    return long == short or (long.startswith(short) and long[len(short)] in ".-/")
