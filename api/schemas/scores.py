"""Why a kind stands where it does in the inbox."""

from api.schemas.base import Out


class ScorePartOut(Out):
    """One part of a score: its points of the most there are, and why, in words."""

    name: str
    points: float
    most: float
    words: str


class ScoreOut(Out):
    """A score, the sum of its parts; it orders kinds and judges nobody."""

    total: float
    parts: list[ScorePartOut]
