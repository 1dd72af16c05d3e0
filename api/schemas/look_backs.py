"""A look back at a ledger: what recurs, and the report."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import In, Out, ShortText


class LookBackQuery(In):
    """What the ledger is called that is the request's body, and what to hold it against."""

    file_name: Annotated[
        ShortText,
        Field(description="Its ending says the form: csv, jsonl, gz.", examples=["waivers.csv"]),
    ]
    mapping: Annotated[
        ShortText | None,
        Field(description="zendesk, salesforce, servicenow; else told by the columns' names."),
    ] = None
    rules: Annotated[bool, Field(description="Hold it against the rule books here.")] = True


class RecurringOut(Out):
    """A kind of exception that keeps coming back."""

    name: str
    cases: int
    a_year: float | None
    """What such cases come to in a year; null where amounts or weeks are too few."""
    currency: str | None
    rule: str | None


class LookBackOut(Out):
    """What a ledger says; nothing of it was kept."""

    rows: int
    refused: int
    approved: int
    sorted_cases: int
    """Cases in the kinds below."""
    kinds: list[RecurringOut]
    unread: list[str]
    """Columns that nobody read."""
    html: str
    """The report, which loads nothing and can be printed."""
