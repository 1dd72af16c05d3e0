"""A second look at another team's approvals."""

from datetime import date

from api.schemas.base import In, Out, Sentence, example
from api.schemas.cases import CaseOut
from recommender.vocabulary import ReviewVerdict


class ReviewOut(Out):
    """An approval that waits for the reader's team; not by which way it was drawn."""

    id: str
    day: date
    """When it was drawn."""
    case: CaseOut


class ReviewIn(In):
    """What the team found; misuse needs its reason."""

    model_config = example(verdict="fine")

    verdict: ReviewVerdict
    reason: Sentence | None = None


class ReviewedOut(Out):
    """A review as it was answered."""

    id: str
    verdict: ReviewVerdict
    reason: str | None
