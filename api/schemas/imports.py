"""Files of cases, and what an import took in."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import In, Out, ShortText


class ImportQuery(In):
    """How to read the file that is the request's body."""

    file_name: Annotated[
        ShortText,
        Field(description="Its ending says the form: csv, jsonl, gz.", examples=["cases.csv"]),
    ]
    mapping: Annotated[
        ShortText | None,
        Field(description="zendesk, salesforce, servicenow.", examples=["zendesk"]),
    ] = None
    zone: Annotated[
        ShortText | None,
        Field(description="Zone of zone-less times.", examples=["Europe/Berlin"]),
    ] = None
    dry_run: Annotated[bool, Field(description="Report, but keep nothing.")] = False
    update: Annotated[bool, Field(description="Take over what changed since.")] = False


class SurveysQuery(In):
    """How to read the file of customers' answers that is the request's body."""

    file_name: Annotated[
        ShortText,
        Field(description="Its ending says the form: csv, jsonl, gz.", examples=["answers.csv"]),
    ]
    dry_run: Annotated[bool, Field(description="Report, but keep nothing.")] = False
    update: Annotated[bool, Field(description="Take over what changed since.")] = False


class RefusedRowOut(Out):
    """A row that an import refused."""

    line: int
    id: str | None
    field: str
    reason: str
    remedy: str


class ImportOut(Out):
    """What an import took in.

    rows = imported + unchanged + changed + updated + kept + erased + refused.
    """

    batch_id: str | None
    """The batch to undo it by; None where nothing was written."""
    dry_run: bool
    rows: int
    imported: int
    unchanged: int
    changed: int
    """New content for cases we have, left as they were: `update` takes it over."""
    updated: int
    kept: int
    """New content for cases on which a person decided here: these stay."""
    erased: int
    """Rows whose customer or whose texts were erased here: they are left out."""
    status_missing: int
    self_signed: int
    zone: str
    zoneless: int
    """Times without a zone, which were read in `zone`."""
    unknown_refs: int
    linked: int
    """Cases of earlier imports whose reference our library has come to know."""
    refused: list[RefusedRowOut]


class SurveysOut(Out):
    """What an import of answers took in: rows = added + unchanged + changed + updated + refused."""

    dry_run: bool
    rows: int
    added: int
    unchanged: int
    changed: int
    """Answers that differ from those we have, left as they were: `update` takes them over."""
    updated: int
    refused: list[RefusedRowOut]
