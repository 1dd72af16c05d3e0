"""The charter."""

from datetime import datetime

from pydantic import PositiveInt

from api.schemas.base import In, Out, example


class CharterOut(Out):
    """The charter in force, in Markdown; `accepted_at` is the reader's own, null until then."""

    version: int
    text: str
    accepted_at: datetime | None


class CharterIn(In):
    """The version that was read."""

    model_config = example(version=1)

    version: PositiveInt
