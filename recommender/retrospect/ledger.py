"""The ledger that a company already has: which of its columns are read, and which never are.

Waivers, refund overrides and goodwill credits come with a note. Nothing about people is read:
columns of staff and customers are dropped before anything else looks at a row, and so is every
column that stands for none of our fields. A ledger's own numbers only tell copies of a row apart.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from recommender.cases.importing.columns import plain
from recommender.cases.importing.guessing import Column, Looked, look_into
from recommender.cases.importing.mapping import (
    FileForm,
    ImportMapping,
    find_mapping,
    is_blank,
    put_together,
)
from recommender.cases.importing.reading import Record, read_records
from recommender.cases.importing.refusals import RefusedRow, UnreadableFile
from recommender.cases.importing.rows import FIELDS, OUTCOME

PEOPLE: Final = frozenset({"agent_id", "agent_team", "cosigner_id", "customer_id", "customer_tier"})
"""Fields about people: never read here."""
_READ: Final = frozenset(
    {"occurred_at", "approved_at", "situation", "resolution", "reason", "decline_reason", "status"}
    | {"channel", "product", "brand", "market", "policy_ref", "granted_action"}
    | {"amount", "currency", "outcome", "facts"}
    | {f"outcome.{name}" for name in OUTCOME}
)
_PERSON: Final = re.compile(
    r"(?i)(?<![a-z])(agent|staff|employee|user|clerk|manager|supervisor|team|customer|client|member"
    r"|account|name|e ?mail|phone|address|postcode|birth|age|gender|signer|approver)(?![a-z])"
)
_THING: Final = re.compile("(?i)(article|brand|item|plan|policy|product|rule|shop|store) name")
"""Names that are no person's."""
_SENTENCE: Final = 5
"""Words in a cell, on average, from which on a column tells something, whatever it is called."""
_NOTES: Final = ("situation", "reason", "resolution")
"""Where a ledger has one note, whatever it is called, that tells what happened."""
_ROW: Final = "row "
READABLE: Final = ("id", *(name for name in FIELDS if name in _READ))
"""Our fields that a column of a ledger may stand for; an id only tells copies of a row apart."""


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """A ledger laid out as a file of cases without people, and what became of its columns."""

    name: str
    rows: int
    twice: int
    """Rows that say the same as an earlier one, number and all."""
    read: Mapping[str, str]
    """Our field -> the column that it was read from, where that holds anything."""
    empty: tuple[str, ...]
    people: tuple[str, ...]
    unread: tuple[str, ...]
    """Columns about people, and those that stand for none of our fields, each left unread."""
    refused: tuple[RefusedRow, ...]
    path: Path
    mapping: ImportMapping


@dataclass(frozen=True, slots=True)
class Columns:
    """What a ledger's columns seem to be, and those about people, which nobody reads."""

    looked: Looked
    people: Sequence[str]


@dataclass
class _Layout:
    """Rows on the lines that they had, so that a refusal names the ledger's own line."""

    lines: dict[int, str] = field(default_factory=dict)
    refused: list[RefusedRow] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    twice: int = 0
    told: set[str] = field(default_factory=set)
    """Our fields that any row says something of."""

    def add(self, line: int, number: object, fields: Mapping[str, object]) -> None:
        told = json.dumps([number, fields], default=_plain, sort_keys=True, ensure_ascii=False)
        if number is not None and told in self.seen:
            self.twice += 1
            return
        self.seen.add(told)
        row = {"id": f"{_ROW}{line}", **fields}
        self.lines[line] = json.dumps(row, default=_plain, ensure_ascii=False)

    def text(self) -> str:
        last = max(self.lines, default=0)
        return "\n".join(self.lines.get(line, "") for line in range(1, last + 1))


def look_at(path: Path, sheet: str | None = None) -> Columns:
    """Look at a ledger, or one sheet of a workbook, before it is read; raises UnreadableFile."""
    looked = look_into(path, sheet)
    people = [column.name for column in looked.columns if _is_about_people(column)]
    columns = [_readable(column) for column in looked.columns if column.name not in people]
    return Columns(replace(looked, columns=columns), people)


def line_of(laid_out_id: str) -> int:
    """Give the line of the ledger that a case stood on, by the id that it was laid out with."""
    return int(laid_out_id.removeprefix(_ROW))


def lay_out(path: Path, mapping: str | Path | ImportMapping | None, folder: Path) -> Ledger:
    """Lay a ledger out in a folder, without people; raises UnreadableFile and BadMapping.

    Without a mapping its columns are told by their names.
    """
    given = None if mapping is None else find_mapping(mapping, FIELDS)
    looked = look_into(path, None if given is None else given.file.sheet)
    names = [column.name for column in looked.columns]
    people = {column.name for column in looked.columns if _is_about_people(column)}
    found = _without_columns(_guessed(looked) if given is None else given, people)
    taken = _columns(found, names)
    _require_notes(path, taken)
    layout, form = _Layout(), found.file
    records = read_records(path, **form.written | {"sheet": form.sheet or looked.sheet})
    for record in records:
        if isinstance(record, Record):
            fields = found.rename(record.fields, FIELDS).fields
            layout.told |= {name for name, value in fields.items() if value != {}}
            layout.add(record.line, *_without_people(fields, taken))
        else:
            layout.refused.append(record)
    laid = folder / "ledger.jsonl"
    laid.write_text(layout.text(), "utf-8")
    known = {name: column for name, column in taken.items() if name != "id"}
    read = {name: column for name, column in known.items() if name in layout.told}
    return Ledger(
        name=path.name,
        rows=len(records),
        twice=layout.twice,
        read=read,
        empty=tuple(name for name in names if name in {*known.values()} - {*read.values()}),
        people=tuple(name for name in names if name in people),
        unread=tuple(name for name in names if name not in {*people, *known.values()}),
        refused=tuple(layout.refused),
        path=laid,
        mapping=ImportMapping(
            file=FileForm(zone=form.zone),
            convert={name: how for name, how in found.convert.items() if _may_read(name)},
        ),
    )


def _guessed(looked: Looked) -> ImportMapping:
    fields = {column.field: column.name for column in looked.columns if column.field is not None}
    return put_together(fields, [], looked.conversions, FIELDS)


def _is_about_people(column: Column) -> bool:
    """Tell whether a column is one of people, by what it seems to be, else by its name.

    What it holds speaks for it where each cell tells a story.
    """
    words = [len(sample.split()) for sample in column.samples]
    if sum(words) >= _SENTENCE * max(1, len(words)):
        return False
    if column.field is None or column.field.startswith("facts."):
        return _names_a_person(plain(column.name))
    return column.field in PEOPLE


def _names_a_person(name: str) -> bool:
    return _PERSON.search(_THING.sub("", name.replace("_", " "))) is not None


def _readable(column: Column) -> Column:
    if column.field in {None, "id"} or _may_read(str(column.field)):
        return column
    return replace(column, field=None)


def _without_columns(mapping: ImportMapping, people: Collection[str]) -> ImportMapping:
    """Give a mapping that leads to no column of people."""
    kept = {name: path for name, path in mapping.fields.items() if path.text not in people}
    return mapping.model_copy(update={"fields": kept})


def _columns(mapping: ImportMapping, names: Iterable[str]) -> dict[str, str]:
    """Say which column each field that may be read comes from."""
    given = {name: path.text for name, path in mapping.fields.items()}
    named = {name: name for name in names if name in FIELDS or name.startswith("facts.")}
    return {
        name: column for name, column in (named | given).items() if _may_read(name) or name == "id"
    }


def _may_read(name: str) -> bool:
    if name.startswith("facts."):
        return not _names_a_person(plain(name.removeprefix("facts.")))
    return name in _READ


def _require_notes(path: Path, taken: Mapping[str, str]) -> None:
    if "occurred_at" not in taken or not taken.keys() & set(_NOTES):
        missing = "date" if "occurred_at" not in taken else "note of what happened"
        raise UnreadableFile(
            f"No column of {path.name} is known for its {missing}.",
            field="file",
            remedy="Name it occurred_at or situation, or state a mapping (docs/import-format.md).",
        )


def _without_people(
    fields: Mapping[str, object], taken: Mapping[str, str]
) -> tuple[object, dict[str, object]]:
    """Give a row's own number and what may be read of it; its only note is the situation."""
    number = fields.get("id") if "id" in taken else None
    kept = {name: value for name, value in fields.items() if _may_read(name)}
    if isinstance(kept.get("facts"), dict):
        kept["facts"] = _impersonal(kept["facts"])
    if is_blank(kept.get("situation")):
        note = next((name for name in _NOTES if not is_blank(kept.get(name))), None)
        if note is not None:
            kept["situation"] = kept.pop(note)
    return number, kept


def _impersonal(facts: object) -> object:
    if not isinstance(facts, dict):
        return facts
    return {name: value for name, value in facts.items() if _may_read(f"facts.{name}")}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
