"""Discovery runs, and which kind they put each case in."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.schemas.base import In, Out, example
from recommender.vocabulary import RunState


class RunIn(In):
    """A discovery run."""

    model_config = example(seed=0)

    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class RunOut(Out):
    """One discovery pass."""

    id: str
    state: RunState
    seed: int
    encoder: str
    counts: dict[str, object]
    diff: dict[str, object]
    started_at: datetime
    ended_at: datetime | None
    failure: str | None


class MembershipOut(Out):
    """Which kind an approved case is in; unsorted ones have null."""

    source_system: str | None
    id: str
    kind_id: str | None
    kind_name: str | None
    strength: float | None
    origin: str | None
