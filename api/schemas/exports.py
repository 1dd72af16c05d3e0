"""A rule book as data: every wording that it ever had."""

from datetime import date, datetime

from pydantic import Field

from api.schemas.base import Out
from api.schemas.drafts import ConditionOut, ScopeOut
from api.schemas.policies import ParameterOut


class ExceptionOut(Out):
    """What a wording allows the cases of one kind beyond its general limits."""

    key: str
    kind_id: str
    candidate_id: str | None = None
    sentence: str
    conditions: list[ConditionOut] = Field(default=[])
    scope: ScopeOut = Field(default_factory=ScopeOut)
    since: date | None = None


class WordingExportOut(Out):
    """A wording with the time in which it holds, and the SHA-256 of its markup.

    `effective_from` null is the beginning of time, `effective_to` null no end; what was overtaken
    never held.
    """

    number: int
    text: str
    markup: str
    parameters: list[ParameterOut]
    exceptions: list[ExceptionOut]
    effective_from: datetime | None
    effective_to: datetime | None
    overtaken: bool
    retires: bool
    review_at: datetime | None
    kept_from: int | None
    candidate_id: str | None
    sha256: str


class ClauseExportOut(Out):
    """A clause with all its wordings; `in_force` is the number of today's."""

    key: str
    section_key: str
    section_title: str
    owner: str | None
    never_bend: bool
    ceiling: float | None
    in_force: int | None
    revisions: list[WordingExportOut]


class PolicyExportOut(Out):
    """A rule book with every wording that it had."""

    key: str
    title: str
    owner: str | None
    as_of: datetime
    clauses: list[ClauseExportOut]
