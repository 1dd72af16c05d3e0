"""Rule books, clauses and their wordings."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.schemas.base import Currency, In, Money, Out, ShortText, example
from api.schemas.drafts import ConditionOut, ScopeOut
from api.schemas.references import CandidateRef, KindRef
from recommender.vocabulary import Role


class ParameterOut(Out):
    """A typed limit of a clause: the fact may be at most (max) or must be at least (min) it."""

    fact: str
    bound: Literal["max", "min"]
    limit: float
    unit: str | None


class RevisionOut(Out):
    """One wording of a clause."""

    number: int
    text: str
    parameters: list[ParameterOut]
    effective_from: datetime | None
    """None: from the beginning of time."""
    created_at: datetime
    """When it was taken down here."""
    candidate_id: str | None
    """The candidate it came from; None: imported."""
    retires: bool = False
    never_applies: bool = False
    """Other words took its place by its day, as where a change was taken back before it."""


class ClauseOut(Out):
    """A clause with the wording in force."""

    key: str
    section_key: str
    section_title: str
    owner: str | None
    never_bend: bool
    ceiling: float | None
    retired: bool = False
    revision: RevisionOut | None


class ExceptionOut(Out):
    """What a wording allows the cases of one kind alone."""

    sentence: str
    conditions: list[ConditionOut]
    scope: ScopeOut
    """Where it holds, and its last day."""
    since: date | None
    kind: KindRef | None
    """Null for those who read no kinds."""


class OriginOut(Out):
    """How a wording came to be: the kind with its cases, the change, who decided and why."""

    candidate: CandidateRef
    cases: int | None
    """Behind the kind at its promotion; null where too few people are, or none asked."""
    decided_on: date | None
    decided_as: Role | None
    reason: str | None


class ClausePage(ClauseOut):
    """A clause with all its wordings and what is being said about it."""

    policy_key: str
    policy_title: str
    revisions: list[RevisionOut]
    kinds: list[KindRef]
    candidates: list[CandidateRef]
    exceptions: list[ExceptionOut] = Field(default=[])
    """Those of the wording that is shown."""
    origin: OriginOut | None = None
    """Of the wording that is shown; null where it was imported, and for those who read no kinds."""


class PolicyOut(Out):
    """A rule book with its clauses in order."""

    key: str
    title: str
    owner: str | None
    clauses: list[ClauseOut]


class LibraryPage(Out):
    """All rule books."""

    policies: list[PolicyOut]
    unowned: list[str] = Field(default=[])
    """Clauses that nobody answers for: their desk is empty, or none is named."""


class PolicyImportIn(In):
    """A handbook as Markdown text."""

    model_config = example(
        file_name="returns.md",
        markdown="# Returns {#RET owner=returns-desk}\n\n## Return window {#RET-2}\n\n"
        "[RET-2.1]{.clause #RET-2.1} Unworn items are taken back within "
        "[14 days]{.parameter fact=days_since_delivery max=14 unit=day} of delivery.\n",
    )

    file_name: ShortText
    markdown: Annotated[str, StringConstraints(min_length=1, max_length=5_000_000)]
    dry_run: bool = False
    """Only say what it would change."""


class HandbookQuery(In):
    """What the document is called that is the request's body."""

    file_name: Annotated[ShortText, Field(examples=["handbook.docx"])]


class HandbookOut(Out):
    """A document as the Markdown that an import takes."""

    markdown: str


class PolicyImportOut(Out):
    """What an import of a handbook changed."""

    policy: str
    added: list[str]
    revised: list[str]
    unchanged: int
    missing: list[str]
    """Ours that the file no longer has: they stay."""
    numbers: int = 0
    """Numbers with a unit in the file that are no limits yet and may be."""
    decided: list[str] = Field(default=[])
    """Their wording came from a decision and differs from the file's: they stay too."""
    may_bend_now: list[str] = Field(default=[])
    """They were never bent, and the file no longer says so."""
    new: bool = False
    """There was no such rule book."""
    dry_run: bool = False


class NumberOut(Out):
    """A number with a unit in a clause's words that may be a limit."""

    fact: str
    bound: Literal["max", "min"]
    limit: float
    unit: str
    words: str
    start: int
    """Where its words begin in the wording's markup."""


class NumberIn(BaseModel):
    """One of them to make a limit, under this name of its fact."""

    model_config = ConfigDict(extra="forbid")

    words: ShortText
    start: Annotated[int, Field(ge=0)]
    fact: ShortText


class NumbersIn(In):
    """Numbers of a clause to make typed limits."""

    model_config = example(
        numbers=[{"words": "14 days", "start": 42, "fact": "days_since_delivery"}]
    )

    numbers: Annotated[list[NumberIn], Field(min_length=1, max_length=20)]


class CeilingIn(In):
    """The most that a peer's signature may approve under a clause; null lifts the ceiling."""

    model_config = example(amount=60.0, currency="EUR")

    amount: Money | None
    currency: Currency | None = None
    """Null: that of the clause's limits, and where those name none any."""


class ChangeOut(Out):
    """A piece of a word-level difference."""

    op: Literal["same", "removed", "added"]
    text: str
