"""Changed clauses: what is new to the reader, and how many of each team have read it."""

from datetime import date

from pydantic import Field

from api.schemas.base import In, Out, example
from api.schemas.policies import ChangeOut


class ChangedClauseOut(Out):
    """A clause that reads otherwise than the reader last acknowledged."""

    clause: str
    policy_title: str
    revision: int
    """What to send when it was read."""
    effective_from: date | None
    """None: from the beginning of time."""
    retired: bool
    """The clause applies no more."""
    text: str
    changes: list[ChangeOut]
    """From the wording that the reader knows to this one."""


class MyChangesPage(Out):
    """Clauses that wait for the reader to read them."""

    changes: list[ChangedClauseOut]


class AcknowledgeIn(In):
    """The number of the wording that was read."""

    model_config = example(revision=2)

    revision: int = Field(ge=1)


class TeamReadOut(Out):
    """How many of a team were asked and have read, as it was when it was asked."""

    team: str | None
    """Null: the teams that are too small to be told apart, together."""
    asked: int
    acknowledged: int | None
    """At least so many, in steps of the people floor; the exact number only if it is all."""
    masked: list[str]


class AcknowledgedPage(Out):
    """How many have read the wording of a clause that applies, by team; who has not, never."""

    clause: str
    revision: int | None
    """Null where no wording applies."""
    asked_on: date | None
    """Null: nobody was asked, because it has not changed."""
    teams: list[TeamReadOut]
