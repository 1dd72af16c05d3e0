"""The mapping editor: our fields, the column that stands for each, and a value of it beside."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from api.schemas.imports import ColumnOut, FileOut, ImportIn, MappingIn, UploadOut
from dashboard import kept
from dashboard.cards import chip
from dashboard.catalogue import mark, md, t, tn
from dashboard.markup import escape_md
from dashboard.widgets import as_text
from dashboard.words import short

NEEDED: Final = ("id", "occurred_at", "situation")
"""Without these no row can be taken in."""
_LABELS: Final = {
    "id": mark("Its number there"),
    "occurred_at": mark("When it happened"),
    "situation": mark("What happened"),
    "status": mark("Approved or declined"),
    "resolution": mark("What was done"),
    "reason": mark("Why it was fair"),
    "decline_reason": mark("Why not"),
    "policy_ref": mark("The rule it is about"),
    "granted_action": mark("What was granted, in a word"),
    "amount": mark("What it cost"),
    "currency": mark("Its currency"),
    "approved_at": mark("When it was answered"),
    "channel": mark("Channel"),
    "product": mark("Product"),
    "brand": mark("Brand"),
    "market": mark("Market"),
    "customer_id": mark("The customer's id"),
    "customer_tier": mark("The customer's tier"),
    "agent_id": mark("Who filed it"),
    "agent_team": mark("Their team or desk"),
    "cosigner_id": mark("Who signed it"),
    "source_system": mark("The system it comes from"),
    "filed_after_the_act": mark("Filed after the act"),
    "row": mark("The row as a whole"),
    "facts": mark("Facts"),
    "outcome": mark("What came of it"),
    "outcome.csat": mark("The customer's rating"),
    "outcome.complaint": mark("Whether they complained"),
    "outcome.retained": mark("Whether they stayed"),
    "outcome.actual_cost": mark("What it cost in the end"),
}
_SAMPLE: Final = 60
_FACT: Final = "facts."
_WAYS: Final = {
    "31/12/2026": mark("Day first: 31/12/2026"),
    "12/31/2026": mark("Month first: 12/31/2026"),
}
_ZONE: Final = "UTC"
_EXAMPLE: Final = '[convert.status.values]\nClosed = "approved"'


def label(field: str) -> str:
    """What one of our fields is called on screens."""
    return t(_LABELS[field]) if field in _LABELS else field


def wish_for(upload: UploadOut) -> ImportIn:
    """Draw the editor of an import, give what was chosen."""
    mapping = columns_for(upload, NEEDED)
    with st.expander(t("How values are written"), key=f"how-{place(upload)}"):
        zone = kept.line(
            t("Time zone, where a time names none"), placeholder=_ZONE, key=f"zone-{place(upload)}"
        )
        update = st.checkbox(
            t("Take over cases that have changed since an earlier import"),
            key=f"update-{place(upload)}",
        )
        mapping = mapping.model_copy(update={"conversions": conversions_for(upload)})
    return ImportIn(mapping=mapping, zone=zone.strip() or None, update=update)


def columns_for(upload: FileOut, needed: Sequence[str]) -> MappingIn:
    """Draw which column is what, give what was chosen; a field of the file's own kind stays one."""
    guessed = {column.field: column for column in upload.columns if column.field is not None}
    first = [*needed, *(field for field in _LABELS if field in guessed and field not in needed)]
    later = [field for field in _LABELS if field not in first and field in upload.fields]
    chosen: dict[str, str] = {field: column.name for field, column in guessed.items()}
    way = _way_of_days(upload, guessed.get("occurred_at"))
    with st.expander(t("Which column is what"), expanded=True, key=f"map-{place(upload)}"):
        st.caption(t("Our field, its column in your file, and a value of it."))
        for field in first:
            _choose(upload, field, guessed.get(field), chosen, needed=field in needed)
        _facts(upload, guessed, chosen)
        if later and st.toggle(t("More of our fields"), key=f"more-fields-{place(upload)}"):
            for field in later:
                _choose(upload, field, None, chosen, needed=False)
    ours = {column.name for column in upload.columns if _is_ours(column, upload)}
    left = sorted(ours - {*chosen.values()})
    mapping = MappingIn(fields=chosen, ignore=left)
    return mapping if way is None else mapping.model_copy(update={"way_of_days": way})


def conversions_for(upload: FileOut) -> str:
    """Draw how values are written, as a mapping says it; give what stands there."""
    return kept.area(
        t("Conversions, as docs/import-format.md describes them"),
        upload.conversions,
        key=f"conversions-{place(upload)}",
        height=160,
        placeholder=_EXAMPLE,
    )


def title(upload: FileOut, *, hidden: int = 0) -> None:
    """Say what file it is, and of how many rows and columns, those included that are not shown."""
    rows = tn("{n} row", "{n} rows", upload.rows)
    columns = tn("{n} column", "{n} columns", len(upload.columns) + hidden)
    st.subheader(
        md("{name}: {rows}, {columns}", name=upload.file_name, rows=rows, columns=columns),
        anchor=False,
    )


def sheets(upload: FileOut, screen: str, /, **query: str) -> None:
    """Choose another sheet of a workbook; each has an address."""
    if len(upload.sheets) > 1:
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="sheets"):
            st.caption(t("Its sheets"), width="content")
            for at, name in enumerate(upload.sheets):
                chosen = name == upload.sheet
                chip(name, screen, key=f"sheet-{at}", chosen=chosen, sheet=name, **query)


def place(upload: FileOut) -> str:
    """Give what tells the fields of a file, and of each of its sheets, from those of another."""
    if upload.sheet not in upload.sheets:
        return upload.id
    return f"{upload.id}-{upload.sheets.index(upload.sheet)}"


def _is_ours(column: ColumnOut, upload: FileOut) -> bool:
    """Tell whether a column is one of our fields by its own name, unless it is left out."""
    return column.name in upload.fields or column.name.startswith(_FACT)


def _way_of_days(upload: FileOut, column: ColumnOut | None) -> str | None:
    """Ask how days are written that can be read in two ways."""
    if not upload.ways_of_days:
        return None
    sample = next(iter(column.samples), "") if column is not None else ""
    with st.container(border=True, key=f"days-{place(upload)}"):
        return st.radio(
            t("A day in the file reads “{day}”. How are its days written?", day=escape_md(sample)),
            upload.ways_of_days,
            index=None,
            format_func=lambda way: t(_WAYS[way]) if way in _WAYS else way,
            key=f"way-{place(upload)}",
        )


def _facts(upload: FileOut, guessed: dict[str, ColumnOut], chosen: dict[str, str]) -> None:
    """Say which columns are facts of their own: numbers that cases are compared by."""
    facts = {column.name: field for field, column in guessed.items() if field.startswith(_FACT)}
    if not facts:
        return
    chosen_facts = kept.several(
        t("Facts: numbers, and yes or no, that cases are compared by"),
        [*facts],
        [*facts],
        key=f"facts-{place(upload)}",
    )
    for name in {*facts} - {*chosen_facts}:
        chosen.pop(facts[name])


def _choose(
    upload: FileOut,
    field: str,
    guessed: ColumnOut | None,
    chosen: dict[str, str],
    *,
    needed: bool,
) -> None:
    """Draw one field; what is chosen goes into `chosen`."""
    columns = {column.name: column for column in upload.columns}
    what, where, value = st.columns([3, 4, 4], vertical_alignment="center")
    what.markdown(f"**{label(field)}**" if needed else label(field))
    name = where.selectbox(
        t("The column for: {field}", field=label(field)),
        [None, *columns],
        index=0 if guessed is None else 1 + [*columns].index(guessed.name),
        format_func=lambda column: t("Not in the file") if column is None else column,
        key=f"field-{field}-{place(upload)}",
        label_visibility="collapsed",
    )
    if name is None:
        chosen.pop(field, None)
        return
    chosen[field] = name
    with value:
        as_text(short(next(iter(columns[name].samples), ""), _SAMPLE))
