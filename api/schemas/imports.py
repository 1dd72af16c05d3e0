"""Files of cases, and what an import took in."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.schemas.base import In, Out, Problem, ShortText, example

SheetName = Annotated[
    ShortText | None,
    Field(description="A sheet of a workbook; else its first.", examples=["Cases"]),
]
Toml = Annotated[str, StringConstraints(max_length=20_000)]


class ImportQuery(In):
    """How to read the file that is the request's body."""

    file_name: Annotated[
        ShortText,
        Field(
            description="Its ending says the form: csv, xlsx, jsonl, gz.", examples=["cases.csv"]
        ),
    ]
    sheet: SheetName = None
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


class FiguresQuery(In):
    """How to read the file of answers or weeks that is the request's body."""

    file_name: Annotated[
        ShortText,
        Field(
            description="Its ending says the form: csv, xlsx, jsonl, gz.", examples=["answers.csv"]
        ),
    ]
    dry_run: Annotated[bool, Field(description="Report, but keep nothing.")] = False
    update: Annotated[bool, Field(description="Take over what changed since.")] = False
    guess: Annotated[
        bool, Field(description="Take columns for what they seem to be, and tell which.")
    ] = False
    columns: Annotated[
        list[ShortText],
        Field(
            default_factory=list,
            description="FIELD=COLUMN each; no other column counts.",
            examples=["csat=Rating"],
        ),
    ]


class UploadQuery(In):
    """What the file is called that is the request's body."""

    file_name: Annotated[
        ShortText,
        Field(
            description="Its ending says the form: csv, xlsx, jsonl, gz.", examples=["cases.csv"]
        ),
    ]
    sheet: SheetName = None


class SheetQuery(In):
    """Which sheet of a workbook to look at."""

    sheet: SheetName = None


class ColumnOut(Out):
    """A column of a file, with its first values and the field that it seems to be."""

    name: str
    samples: list[str]
    field: str | None


class FileOut(Out):
    """A file that waits for an hour, with its columns and what they seem to be."""

    id: str
    file_name: str
    rows: int
    columns: list[ColumnOut]
    fields: list[str]
    """Our fields, one of which a column can stand for; `facts.NAME` is one of its own."""
    sheets: list[str] = Field(default=[])
    """The sheets of a workbook."""
    sheet: str | None = None
    """The one that was looked at, of several."""
    ways_of_days: list[str] = Field(default=[])
    """Ways to write a day, told by the last of 2026, that all fit: `way_of_days` says which."""
    conversions: str
    """What else a mapping of it would say: how it is written, which words stand for ours; TOML."""
    system: str | None
    """The system that its columns look like."""


class UploadOut(FileOut):
    """A file that waits for an hour to be imported."""


class MappingIn(In):
    """Which column stands for which of our fields, which are left out, and all else as TOML."""

    fields: dict[ShortText, ShortText] = Field(default_factory=dict)
    ignore: list[ShortText] = Field(default_factory=list)
    conversions: Toml = ""
    way_of_days: ShortText | None = None
    """One of an upload's `ways_of_days`, where it has several."""


class ImportIn(In):
    """How to import a file that waits."""

    model_config = example(
        mapping={"fields": {"id": "Ticket No", "situation": "What happened"}}, dry_run=True
    )

    mapping: MappingIn = MappingIn()
    zone: ShortText | None = None
    update: bool = False
    dry_run: bool = False


class BatchOut(Out):
    """An import that was taken in."""

    id: str
    file_name: str
    imported_at: datetime
    rows: int
    imported: int
    updated: int
    refused: int
    undone_at: datetime | None
    stays: str | None
    """Why it cannot be undone any more; null: it can."""


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


class ImportJobOut(Out):
    """An import at work, or what became of it."""

    id: str
    state: Literal["running", "done", "failed"]
    dry_run: bool
    done: int
    of: int
    """Rows read so far and in all, of those that say something new."""
    report: ImportOut | None
    failure: Problem | None


class FiguresOut(Out):
    """What an import of answers or weeks took in.

    rows = added + unchanged + changed + updated + refused.
    """

    dry_run: bool
    rows: int
    added: int
    unchanged: int
    changed: int
    """Rows that differ from those we have, left as they were: `update` takes them over."""
    updated: int
    refused: list[RefusedRowOut]
    columns: list[ColumnOut] = Field(default=[])
    """The file's columns and the field that each was read as, where that was guessed or chosen."""
