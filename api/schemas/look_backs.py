"""A look back at a ledger: its columns, how far it is, what recurs, and the report."""

from typing import Literal

from api.schemas.base import In, Out, Problem, example
from api.schemas.imports import FileOut, MappingIn


class LookBackIn(In):
    """How to look back at a ledger that waits."""

    model_config = example(
        mapping={"fields": {"occurred_at": "Date", "situation": "Note"}}, rules=True
    )

    mapping: MappingIn | None = None
    """Which column stands for which of our fields; null: as the columns seem to be."""
    rules: bool = True
    """Hold it against the rule books here."""


class LedgerOut(FileOut):
    """A ledger that waits; `fields` are those that a column of it may stand for."""

    never_read: list[str]
    """Columns about people; nobody reads them, whatever a mapping says."""


class RecurringOut(Out):
    """A kind of exception that keeps coming back."""

    name: str
    line: str
    """One of its exceptions in a line, as it was told, redacted."""
    cases: int
    a_year: float | None
    """What such cases come to in a year; null where amounts or weeks are too few."""
    currency: str | None
    rule: str | None
    """The rule that it bends or names, with a question mark where it was guessed from the words."""


class LookBackOut(Out):
    """What a ledger says."""

    rows: int
    refused: int
    approved: int
    sorted_cases: int
    """Cases in the kinds below."""
    kinds: list[RecurringOut]
    unread: list[str]
    """Columns that nobody read."""


class LookBackJobOut(Out):
    """A look back that waits for its columns, is at work, or is through."""

    id: str
    file_name: str
    state: Literal["waiting", "running", "done", "failed"]
    """A failed one can be started anew, with another mapping."""
    step: Literal["waiting its turn", "reading", "comparing", "grouping", "writing"]
    done: int
    of: int
    """Of this step: rows, notes or rounds so far and in all; 0 where nobody can tell."""
    share: float
    """Of the whole, from 0 to 1."""
    found: LookBackOut | None
    failure: Problem | None


class LookBackReportOut(Out):
    """The report, which loads nothing and can be printed; nothing of it is kept any more."""

    file_name: str
    html: str
