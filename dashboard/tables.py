"""Small tables of our own numbers as HTML: aligned, readable aloud, every character escaped."""

import html
from collections.abc import Sequence
from typing import Final, NamedTuple

import streamlit as st

_STYLE: Final = """<style>
.numbers { border-collapse: collapse; width: 100%; line-height: 1.35; }
.numbers th { font-weight: 400; opacity: .72; text-align: left; padding: .28rem .8rem .28rem 0;
  vertical-align: top; }
.numbers td { padding: .28rem .8rem .28rem 0; vertical-align: top;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.numbers td:last-child, .numbers th:last-child { padding-right: 0; }
.numbers tr + tr > * { border-top: 1px solid rgba(128, 128, 128, .22); }
.numbers small { display: block; opacity: .72; font-size: .84em; }
.numbers.pairs { width: auto; }
.numbers.pairs th { padding-right: 2rem; }
.spark { display: flex; align-items: flex-end; gap: 2px; height: 24px; }
.spark span { width: 6px; border-radius: 1px; background: currentColor; opacity: .5; }
.spark span:last-child { opacity: 1; }
</style>"""


class Row(NamedTuple):
    """A label, its value, and a smaller note under the value."""

    label: str
    value: str
    note: str = ""


def pairs(rows: Sequence[Row], *, key: str) -> None:
    """A two-column table of labels and values."""
    body = "".join(
        f"<tr><th scope='row'>{html.escape(row.label)}</th><td>{html.escape(row.value)}"
        f"{_note(row.note)}</td></tr>"
        for row in rows
    )
    _show(f"<table class='numbers pairs'>{body}</table>", key)


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], *, key: str) -> None:
    """A table with a head; the first cell of each row names it."""
    top = "".join(f"<th scope='col'>{html.escape(cell)}</th>" for cell in head)
    body = "".join(
        f"<tr><th scope='row'>{html.escape(row[0])}</th>"
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    _show(f"<table class='numbers'><tr>{top}</tr>{body}</table>", key)


def sparkline(per_week: Sequence[int], *, key: str, most: int = 0) -> None:
    """Weekly counts as small bars, the newest last; also said in words.

    `most` is the highest bar of all that are to be compared, by default the highest of these.
    """
    _show(sparkline_html(per_week, most), key)


def sparkline_html(per_week: Sequence[int], most: int = 0) -> str:
    """The bars with their numbers as a text."""
    most = most or max(per_week, default=0) or 1
    bars = "".join(
        f"<span style='height: {max(8, 100 * each // most)}%'></span>" for each in per_week
    )
    said = f"Cases a week, oldest first: {', '.join(str(each) for each in per_week)}"
    return f"<div class='spark' role='img' aria-label='{said}' title='{said}'>{bars}</div>"


def _note(note: str) -> str:
    return f"<small>{html.escape(note)}</small>" if note else ""


def _show(markup: str, key: str) -> None:
    with st.container(key=key):
        st.html(_STYLE + markup)
