"""Plain handbooks: every paragraph and list item is a clause.

A bold key in front (`- **IN-CLAIMS.01** text`) names the clause; else its key comes from the
heading and the order. Nothing in a plain file is an error.
"""

import re
from collections.abc import Iterable, Iterator

from recommender.policies.syntax.entries import Aside, Clause, Entry, headings_of
from recommender.policies.syntax.markup import LIST_MARKER
from recommender.policies.syntax.scan import Line

_ITEM = re.compile(LIST_MARKER)
_KEYED = re.compile(
    r"(?P<bold>\*\*|__)(?P<key>(?=[^\s*]*[0-9])[A-Za-z][A-Za-z0-9]*(?:[-._][A-Za-z0-9]+)+)"
    r"[.:]?(?P=bold)[.:]?\s+(?=\S)"
)
_REFERENCE = re.compile(r" {0,3}\[[^\]]+\]:[ \t]")


def plain_entries(lines: list[Line]) -> Iterator[Entry]:
    """Read the stretches of a plain handbook."""
    headings = headings_of(lines, strict=False)
    taken = {heading.key for heading in headings.values() if heading.key}
    for block in _blocks(lines):
        line = block[0]
        if line.sort == "heading":
            yield headings[line.number]
        else:
            yield _clause_or_aside("".join(part.raw for part in block), line, taken)


def _blocks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Group the lines of one paragraph or list item; a nested item stays with its parent."""
    block: list[Line] = []
    for line in lines:
        if block and not _continues(block, line):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _continues(block: list[Line], line: Line) -> bool:
    first = block[0]
    if line.sort != "text" or first.sort != "text":
        return line.sort == "blank" and first.sort == "text"
    if block[-1].sort == "blank":
        return False
    parent, marker = _ITEM.match(first.raw), _ITEM.match(line.raw)
    if marker is None:
        return True
    if parent is None:
        return marker[0].strip()[0].isdigit() and marker[0].strip()[:-1] != "1"
    return _indent(marker[0]) >= _indent(parent[0]) + 2


def _clause_or_aside(raw: str, line: Line, taken: set[str]) -> Entry:
    marker = _ITEM.match(raw)
    start = len(raw) - len(raw[marker.end() if marker else 0 :].lstrip())
    keyed = _KEYED.match(raw, start)
    key = keyed["key"] if keyed and keyed["key"] not in taken else None
    if keyed and key:
        taken.add(key)
        start = keyed.end()
    markup = raw[start:].rstrip()
    if line.sort != "text" or _REFERENCE.match(raw) or not re.search(r"\w", markup):
        return Aside(raw)
    return Clause(raw[:start], line.number, key, markup, raw[start + len(markup) :])


def _indent(marker: str) -> int:
    blank = marker.expandtabs(4)
    return len(blank) - len(blank.lstrip())
