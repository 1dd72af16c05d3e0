"""A decision on paper: one text in two forms."""

from api.schemas.base import Out


class DecisionRecordOut(Out):
    """The record of a decision: Markdown, the same ready to print, and the Markdown's SHA-256."""

    candidate_id: str
    markdown: str
    html: str
    sha256: str


class AuditLogOut(Out):
    """A log in which every entry is as it was written."""

    entries: int
