"""The protection report."""

from api.schemas.base import Out


class ProtectionOut(Out):
    """What is kept about people here, who may read it, how long; in Markdown."""

    markdown: str
