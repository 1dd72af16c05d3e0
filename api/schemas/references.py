"""Kinds and candidates as other things point to them."""

from api.schemas.base import Out
from recommender.vocabulary import CandidateState, Verdict


class KindRef(Out):
    """A kind by id and name."""

    id: str
    name: str


class CandidateRef(Out):
    """A candidate by id and state."""

    id: str
    state: CandidateState
    verdict: Verdict
    kind: KindRef | None
