"""What a look back found, frozen: the ledger, its recurring kinds, what is unknown.

No field here knows a person, and every text is redacted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recommender.cases.importing.refusals import RefusedRow
from recommender.kinds.costs import Year
from recommender.policies.syntax.compare import Change
from recommender.retrospect.codes import (
    Coded,
    Counted,
    Course,
    Differing,
    Settled,
    Spread,
    Together,
)
from recommender.retrospect.quotes import Line, Quote


@dataclass(frozen=True, kw_only=True)
class Month:
    """A calendar month of a kind: how many exceptions, and what they came to."""

    first: date
    cases: int
    cost: float


@dataclass(frozen=True, kw_only=True)
class Money:
    """What the exceptions of one currency came to; `a_year` is None under four whole weeks."""

    currency: str | None
    total: float
    median: float
    p90: float
    a_year: Year | None
    without_amount: float
    """Share of the cases that state no amount."""


@dataclass(frozen=True, kw_only=True)
class NearestRule:
    """The clause that a kind bends, as it reads; guessed from the words where no case cites it."""

    key: str
    text: str
    guessed: bool
    section: str | None = None
    """The title above it, where it is a part of more."""
    together: Sequence[tuple[str, str]] = ()
    """The key and words of all rules of its section, itself too, where they are one sentence."""


@dataclass(frozen=True, kw_only=True)
class ListedValue:
    """A value that is a rule by itself, and how many exceptions were granted for it."""

    value: str
    key: str
    granted: int


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Values like those that name a kind, each a rule of its own in one section of the handbook."""

    section: str
    values: Sequence[ListedValue]
    """The one with most exceptions first."""
    opening: NearestRule | None
    """The rule with which the section begins, where it is no value."""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """The change that the data carry so far, word by word."""

    verdict: str
    reason: str
    changes: Sequence[Change]


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """One exception as the ledger holds it: its line there, and its values that differ."""

    line: int
    day: date
    values: Sequence[str | None]
    """Under the kind's `heads`."""
    amount: float | None
    currency: str | None


@dataclass(frozen=True, kw_only=True)
class Days:
    """On how many days a kind's exceptions fell."""

    number: int
    busiest: date
    cases: int
    """How many fell on the busiest."""
    none_since: bool
    """The ledger went on for longer without any than ever before between two of them."""


@dataclass(frozen=True, kw_only=True)
class FoundKind:
    """A recurring kind of exception, in the order in which to look at it."""

    number: int
    name: str
    cases: int
    distinct: int
    """Without copies of a text and most cases of one busy day."""
    first: date
    last: date
    days: Days
    months: Sequence[Month]
    course: str
    money: Money | None
    rule: NearestRule | None
    cited: Counted | None
    """The rule that most of its rows name where the handbook, if there is one, has none such."""
    in_words: NearestRule | None
    """Where it bends none, the rule in whose words its exceptions were granted."""
    in_no_rule: Sequence[str]
    """What sets its notes apart and no rule speaks of."""
    listed: Listed | None
    """Where the handbook lists others of its sort."""
    line: Line
    often: Sequence[Course]
    """Values of the ledger's columns that most of its cases share."""
    typical: Sequence[Quote]
    edge: Sequence[Quote]
    latest: Sequence[Quote]
    """Of a kind that codes tell: others than those."""
    turned_away: Sequence[Quote]
    """Requests that were not granted and are near it."""
    suggestion: Suggestion | None
    coded: Coded | None
    settled: Settled | None
    """How its own values were decided, where nearly all of it was granted in the same words."""
    heads: Sequence[str]
    rows: Sequence[LedgerRow]
    unsure: Sequence[str]

    @property
    def rule_in_short(self) -> str | None:
        """The rule that it bends or names, with a question mark where it was guessed."""
        if self.rule is not None:
            return f"{self.rule.key}?" if self.rule.guessed else self.rule.key
        return None if self.cited is None else self.cited.value


@dataclass(frozen=True, kw_only=True)
class Left:
    """The exceptions in no kind."""

    cases: int
    on_busiest: int
    """How many of them fell on the busiest day, where there is one."""
    often: Sequence[Course]
    """Values of the ledger's columns that most of them share."""
    heads: Sequence[str]
    rows: Sequence[LedgerRow]
    """The others, where the ledger is coded."""


@dataclass(frozen=True, kw_only=True)
class ThinKind:
    """A group that is not yet sure enough, and the first thing that it lacks."""

    name: str
    cases: int
    lacks: str


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """What the ledger does not tell, what that leaves open, and which column would answer it."""

    what: str
    leaves_open: str
    ask_for: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """The ledger as a file: what was read of it, what never was, and which rows were refused."""

    name: str
    rows: int
    taken: int
    twice: int
    approved: int
    until: date | None
    """The day of its last row of whatever sort."""
    within_rules: int
    """Rows of what no exception was needed for."""
    read: Sequence[tuple[str, str]]
    """Our field, its column."""
    empty: Sequence[str]
    """Columns that could have been read, and hold nothing."""
    people: Sequence[str]
    """Columns about people, left unread on purpose."""
    unread: Sequence[str]
    """What stands for none of our fields."""
    refused: Sequence[RefusedRow]
    handbook: Sequence[str]
    rule: str | None
    """How a rule of the handbook is named, as an example."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """How a report came about, so that somebody else gets the same."""

    version: str
    seed: int
    encoder: str
    on: date


@dataclass(frozen=True, kw_only=True)
class LookBack:
    """All that a report says."""

    source: Source
    first: date | None
    last: date | None
    months: float
    money: Money | None
    recurring: Money | None
    sorted_cases: int
    course: Sequence[Month]
    """All exceptions by month."""
    busiest: tuple[date, int] | None
    """A day on which more than a fifth of all fell."""
    apart: tuple[int, int] | None
    """The recurring ones and all, without the busiest day."""
    spreads: Sequence[Spread]
    years: Sequence[int]
    together: Sequence[Together]
    declined: int
    """Requests that were turned away."""
    turned_away: Sequence[Quote]
    """The latest of them."""
    turned_away_as: tuple[str, int] | None
    """Words that at least half of their reasons share, and how many do."""
    granted_since: tuple[date, int] | None
    """When the first was turned away, and how many were granted since, where that came late."""
    other_currencies: Sequence[str]
    kinds: Sequence[FoundKind]
    differing: Sequence[Differing]
    left: Left
    thin: Sequence[ThinKind]
    unknowns: Sequence[Unknown]
    made: Made
