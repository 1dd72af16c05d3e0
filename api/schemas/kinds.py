"""Kinds as managers see them."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.base import In, Out, Sentence, example
from api.schemas.drafts import DraftOut
from api.schemas.evidence import EvidenceOut, OutcomesOut, YearOut
from api.schemas.policies import ClauseOut
from api.schemas.references import CandidateRef
from api.schemas.runs import RunOut
from api.schemas.scores import ScoreOut
from recommender.vocabulary import (
    CaseState,
    Descent,
    Dimension,
    EvidenceMode,
    Facts,
    Grade,
    KindState,
    OutcomeReading,
    WaitingChange,
)


class SnoozeOut(Out):
    """Not among the first until a day, or until so many more cases have come."""

    until: date | None
    more_cases: int | None
    reason: str


class KindOut(Out):
    """A kind in a list.

    Below a people floor every count is null and named in `masked`, and no day, amount or week is
    told; a count of an identity that the import does not carry is null.
    """

    id: str
    name: str
    clause: str | None
    gap: bool
    state: KindState
    grade: Grade | None
    evidence_mode: EvidenceMode
    cases: int | None
    agents: int | None
    teams: int | None
    customers: int | None
    first: date | None
    last: date | None
    masked: list[str]
    per_week: list[int]
    """Cases in each of the last 12 weeks, oldest first; [] where masked."""
    cost: float | None
    currency: str | None
    why: str
    """One sentence: why look at this now."""
    clause_text: str | None = None
    """What the clause says today."""
    outcomes: OutcomesOut | None = None
    declined_like: int | None = None
    """How many declined cases are told like it. Null, and named in `masked`, also where not all
    declined cases of the house may be read, or there are none."""
    year: YearOut | None = None
    """What such cases cost in a year; null where masked, or too early to tell."""
    returned: bool = False
    """Its candidate came back with a question, or it may be promoted again after a rejection."""
    score: ScoreOut | None = None
    """Null where masked, and on a kind's own page."""
    snoozed: SnoozeOut | None = None


class InboxPage(Out):
    """What a manager sees first."""

    kinds: list[KindOut]
    emerging: int
    """How many kinds are below the threshold."""
    cases: int | None
    unsorted: int | None
    """Cases in no kind that may be shown; null, as all cases, where that tells of few people."""
    masked: list[str] = Field(default=[])
    last_run: RunOut | None
    as_of: date
    as_of_source: str
    first: list[str] = Field(default=[])
    """Ids of the kinds to look at first, in this order."""
    why_none: list[str] = Field(default=[])
    """Where nothing surfaced: what is missing, sentence by sentence."""


class KindCaseOut(Out):
    """A case on a kind's page: opaque id, day, redacted text."""

    id: str
    day: date
    state: CaseState
    situation: str
    resolution: str | None
    reason: str | None
    decline_reason: str | None
    amount: float | None
    currency: str | None
    facts: Facts
    outcome: OutcomeReading
    why: list[str] = Field(default_factory=list)


class QuestionOut(Out):
    """A change that runs would make; with `decide` it waits for a person, else for a second run."""

    what: WaitingChange
    other_kind_id: str | None
    since: date
    decide: bool
    words: str


class StepOut(Out):
    """One step in a kind's life; without a run a person did it."""

    at: datetime
    what: Descent
    kind_id: str
    kind_name: str
    other_kind_id: str | None
    other_kind_name: str | None
    run_id: str | None


class HistoryOut(Out):
    """One step in the life of a kind or candidate; `by` is a role, never a name."""

    at: date
    words: str


class DimensionCountOut(Out):
    """How many of a kind's cases depart from the script in one way, as their filers said."""

    dimension: Dimension
    cases: int


class NearKindOut(Out):
    """A surfaced kind that is told much like another one."""

    id: str
    name: str
    clause: str | None
    gap: bool
    cases: int | None
    why: str
    """What the two share: the clause, what was granted, words."""


class KindPage(Out):
    """All about one kind."""

    kind: KindOut
    version: int
    aliases: list[str]
    clause: ClauseOut | None
    evidence: EvidenceOut
    representative: list[KindCaseOut]
    borderline: list[KindCaseOut]
    nearest_outside: list[KindCaseOut]
    declined: list[KindCaseOut]
    terms: list[str]
    dimensions: list[DimensionCountOut] | None = None
    """The commonest first; null where too few people are behind the kind."""
    near: list[NearKindOut] = Field(default=[])
    """The surfaced kinds nearest to it; none where too few people are behind the kind."""
    candidate: CandidateRef | None
    draft: DraftOut | None
    history: list[HistoryOut]
    waiting: list[QuestionOut] = Field(default=[])
    asked_for: str | None = None


class OpenedOut(Out):
    """The cases behind a number, the newest first; null and none where masked."""

    total: int | None
    cases: list[KindCaseOut]
    after: str | None
    """What to ask for next with; null: these are the last."""
    masked: list[str]


class RenameIn(In):
    """A human name for a kind."""

    model_config = example(name="Returns after a late parcel")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=120)]


class SnoozeIn(In):
    """Putting a kind off: until a day, or until so many more cases have come."""

    model_config = example(more_cases=10, reason="One season more will tell.")

    until: date | None = None
    more_cases: Annotated[int, Field(ge=1)] | None = None
    reason: Sentence
