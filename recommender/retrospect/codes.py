"""What a ledger's own codes count, of all its exceptions and of one kind, frozen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from recommender.policies.safe_words import fact_words

IN_NOTES: Final = " (in the notes)"
"""Behind the name of a column that stands in the notes."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A value of a column, and in how many exceptions it stands."""

    column: str
    value: str
    cases: int

    @property
    def in_notes(self) -> bool:
        """Whether a form wrote it into the notes; else it is a column of its own."""
        return self.column.endswith(IN_NOTES)

    @property
    def head(self) -> str:
        """The name of its column, or of its place in the notes."""
        return self.column.removesuffix(IN_NOTES)


def name_by(values: Sequence[Counted]) -> str:
    """Name what bears some values, one that a form wrote with the word before its place."""
    name = ", ".join(
        f"{fact_words(one.head)} {one.value}" if one.in_notes else one.value for one in values
    )
    return name[:1].upper() + name[1:]


@dataclass(frozen=True, kw_only=True)
class Course(Counted):
    """A value with its course in the whole ledger: how often, in which year, when at last."""

    everywhere: int
    by_year: Sequence[int]
    last: date


@dataclass(frozen=True, kw_only=True)
class Named(Course):
    """A value that names a kind, and the lines of those rows of the kind that have another."""

    lacking: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How the exceptions spread over one column; `different` rare values stand in `others`."""

    column: str
    values: Sequence[Course]
    others: int
    different: int
    blank: int


@dataclass(frozen=True, kw_only=True)
class Together:
    """Values of two columns that recur together, and how often in each of the ledger's years."""

    columns: tuple[str, str]
    values: tuple[str, str]
    cases: int
    by_year: Sequence[int]
    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Coded:
    """A kind as the ledger's own codes tell it."""

    naming: Sequence[Named]
    """What nearly all its rows share, and others do not; of the notes, where they tell any."""
    outside: Sequence[int]
    """The lines of rows that share all of it, and are not in the kind."""
    different: Counted | None
    """About how many values stand where all notes leave a blank for anything."""
    words: Sequence[Course]
    """Words that most of those values hold, and others do not."""


@dataclass(frozen=True, kw_only=True)
class Otherwise:
    """What some rows were given in words of their own, None where nothing is told."""

    given: str | None
    lines: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Differing:
    """Something that was granted more than once, in different words."""

    thing: str
    ways: Sequence[Otherwise]


@dataclass(frozen=True, kw_only=True)
class Settled:
    """How all requests that bear a kind's own values were decided, in the kind or not."""

    values: Sequence[str]
    granted: int
    alike: int
    """Granted in nearly the same words as the kind."""
    of_latest: tuple[int, int]
    """How many of the latest were, and of how many."""
    otherwise: Sequence[Otherwise]
    """What the others were given, the commonest first."""
    among_more: Sequence[int]
    """Lines of exceptions in which the values stand beside others; not counted."""
    declined: int
    within_rules: int
