"""What somebody left open who is gone."""

from datetime import date

from api.schemas.base import Out


class LeftProposalOut(Out):
    """A proposal that waits for an answer and whose filer left the reader's line."""

    id: str
    filed_on: date
    clause: str | None
    section: str | None = None
    """Under which heading the rule book has its clause."""
    gap: bool
    situation: str
    resolution: str | None
    reason: str | None
    amount: float | None
    currency: str | None


class LeftProposalsPage(Out):
    """The reader's list, oldest first; a peer may still answer each of them."""

    proposals: list[LeftProposalOut]
