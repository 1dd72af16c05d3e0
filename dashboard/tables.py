"""Small tables of our own numbers as HTML: aligned, readable aloud, every character escaped."""

import html
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import streamlit as st

from dashboard.words import DASH

_FIGURE: Final = re.compile(rf"[+−-]?[\d.,]+({DASH}[\d.,]+)?( %| [A-Z]{{3}})?")


class Link(NamedTuple):
    """A cell that leads to an address, in a tab of its own: what is half typed here stays."""

    words: str
    address: str


class Row(NamedTuple):
    """A label, its value, a smaller note under the value, and a mark of ours under that."""

    label: str
    value: str
    note: str = ""
    mark: str = ""


def pairs(rows: Sequence[Row], *, key: str) -> None:
    """A two-column table of labels and values."""
    body = "".join(
        f"<tr><th scope='row'>{html.escape(row.label)}</th><td>{html.escape(row.value)}"
        f"{_note(row.note)}{row.mark}</td></tr>"
        for row in rows
    )
    _show(f"<table class='numbers pairs'>{body}</table>", key)


def grid(head: Sequence[str], rows: Sequence[Sequence[str | Link]], *, key: str) -> None:
    """A table with a head; the first cell of each row names it, columns of figures end alike."""
    _show(grid_html(head, rows), key)


def grid_html(head: Sequence[str], rows: Sequence[Sequence[str | Link]]) -> str:
    """The table as HTML in which every character of a cell is escaped."""
    figures = [_all_figures([row[place] for row in rows]) for place in range(len(head))]
    classes = [" class='figures'" if each else "" for each in figures]
    top = "".join(
        f"<th scope='col'{each}>{html.escape(cell)}</th>"
        for cell, each in zip(head, classes, strict=True)
    )
    body = "".join(
        f"<tr><th scope='row'>{_cell(row[0])}</th>"
        + "".join(
            f"<td{each}>{_cell(cell)}</td>" for cell, each in zip(row[1:], classes[1:], strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return f"<table class='numbers'><tr>{top}</tr>{body}</table>"


def _cell(cell: str | Link) -> str:
    if isinstance(cell, str):
        return html.escape(cell)
    return f"<a href='{html.escape(cell.address)}' target='_blank'>{html.escape(cell.words)}</a>"


def _all_figures(cells: Sequence[str | Link]) -> bool:
    """Tell whether a column holds figures, and dashes where there is none."""
    written = [cell for cell in cells if cell not in {DASH, ""}]
    return bool(written) and all(
        isinstance(cell, str) and _FIGURE.fullmatch(cell) for cell in written
    )


def _note(note: str) -> str:
    return f"<small>{html.escape(note)}</small>" if note else ""


def _show(markup: str, key: str) -> None:
    with st.container(key=key):
        st.html(markup)
