"""What a file's columns seem to be: how it is written, its first rows, our field for each column.

A guess is a beginning for somebody who knows the file; nothing is imported by it alone.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from recommender.cases.importing.mapping import (
    BUILT_IN,
    OPEN_FIELDS,
    FileForm,
    ImportMapping,
    built_in,
    is_blank,
    is_known,
    read_mapping,
    to_column,
)
from recommender.cases.importing.paths import RecordPath
from recommender.cases.importing.reading import (
    Encoding,
    Record,
    has_header,
    read_records,
    unpacked,
)
from recommender.cases.importing.rows import FIELDS

SAMPLES: Final = 5
_LOOKED_AT: Final = 200
_LONGEST_SAMPLE: Final = 200
_ENOUGH: Final = 0.7
"""Of a built-in mapping's fields, so many must be in a file that it is taken for that system's."""
_DELIMITERS: Final = ",;\t|"
_ALSO: Final[Mapping[str, str]] = {
    "id": "id case_id case_number case_no ticket ticket_id ticket_number ticket_no number key "
    "reference ref",
    "occurred_at": "occurred_at occurred created_at created opened_at opened date created_on "
    "created_date day happened_at happened timestamp",
    "approved_at": "approved_at approved closed_at closed_on decided_at resolved_at closed_date",
    "situation": "situation description what_happened request problem issue text body details "
    "comment customer_request note notes memo",
    "resolution": "resolution what_was_done what_was_given solution action_taken outcome_text "
    "close_notes",
    "reason": "reason why justification rationale reason_note override_reason",
    "decline_reason": "decline_reason rejection_reason declined_because",
    "status": "status state decision approval",
    "channel": "channel origin contact_type",
    "product": "product item article",
    "market": "market country region",
    "brand": "brand shop",
    "customer_id": "customer_id customer customer_number account_id client client_id",
    "customer_tier": "customer_tier tier segment loyalty",
    "agent_id": "agent_id agent assignee employee handled_by filed_by",
    "agent_team": "agent_team team desk group department",
    "cosigner_id": "cosigner_id cosigner approved_by second_approver approver",
    "policy_ref": "policy_ref policy clause rule policy_clause paragraph",
    "granted_action": "granted_action exception granted action",
    "amount": "amount value sum refund refund_amount cost credit waived amount_waived goodwill",
    "currency": "currency",
    "outcome.csat": "csat satisfaction rating",
    "outcome.complaint": "complaint complained",
}
"""What others call our fields, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its first values, and the field that it seems to be."""

    name: str
    samples: Sequence[str]
    field: str | None


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file holds: its rows, its columns, and what else a mapping of it would say (TOML)."""

    rows: int
    columns: Sequence[Column]
    conversions: str
    system: str | None
    """The built-in mapping that fits it."""


def look_into(path: Path) -> Looked:
    """Look at a file without importing it; raises UnreadableFile."""
    form = _form(path)
    rows = read_records(path, encoding=form.encoding, delimiter=form.delimiter)
    good = [row.fields for row in rows if isinstance(row, Record)][:_LOOKED_AT]
    names = dict.fromkeys(name for row in good for name in _flat(row))
    system = next((name for name in BUILT_IN if _fits(_mapping(name), good)), None)
    if system is None:
        taken = _guessed(names)
    else:
        paths = _mapping(system).fields.items()
        taken = {path.text: field for field, path in paths if _found(path, good)}
    return Looked(
        rows=len(rows),
        columns=[
            Column(name, _samples(name, good), taken.get(name))
            for name in dict.fromkeys((*names, *taken))
        ],
        conversions=_written(form) if system is None else _without_fields(built_in(system)),
        system=system,
    )


def _form(path: Path) -> FileForm:
    """Tell how a file is written: by its bytes, and by its header."""
    content = unpacked(path)
    try:
        content.decode("utf-8")
        encoding: Encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = "cp1252"
    header = content.split(b"\n", 1)[0].decode(encoding, errors="replace")
    delimiter = max(_DELIMITERS, key=header.count)
    usual = not has_header(path) or delimiter not in header or delimiter == ","
    return FileForm(encoding=encoding, delimiter=None if usual else delimiter)


def _written(form: FileForm) -> str:
    said = form.model_dump(exclude_defaults=True)
    lines = [f"{name} = {json.dumps(value)}" for name, value in said.items()]
    return "\n".join(["[file]", *lines, ""]) if said else ""


def _flat(row: Mapping[str, object], under: str = "") -> Iterator[str]:
    """Give the names of a record's values; of an object within it, path by path."""
    for name, value in row.items():
        if isinstance(value, dict) and name not in OPEN_FIELDS:
            yield from _flat(value, f"{under}{name}.")
        else:
            yield f"{under}{name}"


def _guessed(names: Iterable[str]) -> dict[str, str]:
    """Give the field that a column is called, each field once: by its own name before others."""
    taken = {name: name for name in names if is_known(name, FIELDS)}
    plain = {_plain(name): name for name in names if name not in taken}
    for field, others in _ALSO.items():
        if field in taken.values():
            continue
        name = next((plain[each] for each in others.split() if each in plain), None)
        if name is not None and name not in taken:
            taken[name] = field
    return taken


def _plain(name: str) -> str:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", apart.lower()).strip("_")


def _fits(mapping: ImportMapping, rows: Sequence[Mapping[str, object]]) -> bool:
    """Tell whether a file is likely one of the system that a mapping is for."""
    found = [field for field, path in mapping.fields.items() if _found(path, rows)]
    needed = {"id", "occurred_at", "situation"}
    return needed <= {*found} and len(found) >= _ENOUGH * len(mapping.fields)


def _found(path: RecordPath, rows: Iterable[Mapping[str, object]]) -> bool:
    return any(path.find(row) is not None for row in rows)


def _mapping(system: str) -> ImportMapping:
    return read_mapping(built_in(system), FIELDS)


def _without_fields(text: str) -> str:
    """Give a mapping's TOML without what says which column is which field."""
    tables = re.split(r"(?m)^(?=\[)", text)
    return "".join(each for each in tables[1:] if not each.startswith("[fields]"))


def _samples(name: str, rows: Iterable[Mapping[str, object]]) -> list[str]:
    path = to_column(name)
    values = (path.find(row) for row in rows)
    written = (str(value).strip() for value in values if not is_blank(value))
    return [one[:_LONGEST_SAMPLE] for one in islice(written, SAMPLES)]
