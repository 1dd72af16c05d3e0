"""The protection report."""

from api.schemas.base import Out


class ProtectionOut(Out):
    """What is kept about people here, who may read it, how long; in Markdown."""

    markdown: str


class KeptOut(Out):
    """Something that is kept about people who work here."""

    what: str
    readers: str
    stays: str


class KeptPage(Out):
    """What is kept, and after how many days texts go and cases forget people; null: never."""

    kept: list[KeptOut]
    texts_days: int | None
    people_days: int | None
    hours: int
    """How long a name can be read once a second person agreed."""
