"""Handbooks in our syntax: `[RET-2.1]{.clause #RET-2.1 .never-bend} text`.

A clause starts at the beginning of a line, list marker allowed, and reaches to the next clause
or heading; white space at its end is not part of it.
"""

import re
from collections.abc import Iterable, Iterator

from recommender.policies.syntax.attributes import Attributes, parse_attributes
from recommender.policies.syntax.entries import Aside, Clause, Entry, headings_of
from recommender.policies.syntax.handbook import BadClause
from recommender.policies.syntax.markup import LIST_MARKER, SPAN, without_code
from recommender.policies.syntax.scan import Line

_CLAUSE_CLASS = re.compile(r"\]\{[^{}]*?\.(?:clause|never-bend)(?![\w-])")
_HEAD = re.compile(rf"(?:{LIST_MARKER}|[ \t]*){SPAN}\s*")
_REMEDY = "Write [RET-2.1]{.clause #RET-2.1} at the start of a line, .never-bend and owner=desk \
allowed."


def is_attributed(lines: Iterable[Line]) -> bool:
    """Tell whether the file marks clauses; a file that does not is a plain handbook."""
    return any(_marks_clause(line.raw) for line in lines if line.sort in ("text", "heading"))


def attributed_entries(lines: list[Line]) -> Iterator[Entry]:
    """Read the stretches of a file in our syntax; a clause head out of place is refused."""
    headings = headings_of(lines, strict=True)
    opened: tuple[Line, re.Match[str]] | None = None
    body: list[str] = []
    for line in lines:
        head = _head(line)
        if opened and (head or line.sort == "heading"):
            yield _clause(*opened, "".join(body))
            opened = None
        if head:
            opened, body = (line, head), [line.raw[head.end() :]]
        elif opened:
            body.append(line.raw)
        elif line.sort == "heading":
            yield headings[line.number]
        else:
            yield Aside(line.raw)
    if opened:
        yield _clause(*opened, "".join(body))


def _head(line: Line) -> re.Match[str] | None:
    if line.sort not in ("text", "heading") or not _marks_clause(line.raw):
        return None
    head = _HEAD.match(line.raw) if line.sort == "text" else None
    if head is None or not _CLAUSE_CLASS.search(head[0]):
        problem = "a clause head stands whole at the start of a line."
        raise BadClause(line.number, problem, field="clause", remedy=_REMEDY)
    if _marks_clause(line.raw[head.end() :]):
        problem = "two clause heads stand on one line."
        raise BadClause(line.number, problem, field="clause", remedy=_REMEDY)
    return head


def _clause(line: Line, head: re.Match[str], body: str) -> Clause:
    attributes = _checked(parse_attributes(head["inner"]), head["inner"], line.number)
    markup = body.strip()
    if not markup:
        problem = f"the clause {attributes.key} says nothing."
        remedy = "Write its text, or remove it."
        raise BadClause(line.number, problem, field="clause", remedy=remedy)
    lead = len(body) - len(body.lstrip())
    return Clause(
        head=head[0] + body[:lead],
        line=line.number,
        key=attributes.key,
        markup=markup,
        tail=body[lead + len(markup) :],
        owner=attributes.values.get("owner"),
        never_bend="never-bend" in attributes.classes,
    )


def _checked(attributes: Attributes | None, inner: str, line: int) -> Attributes:
    if attributes is None:
        problem = f"the attributes {{{inner}}} cannot be read."
        raise BadClause(line, problem, field="clause", remedy=_REMEDY)
    if attributes.key is None or "clause" not in attributes.classes:
        problem = f"{{{inner}}} needs the class .clause and a key such as #RET-2.1."
        raise BadClause(line, problem, field="clause", remedy=_REMEDY)
    unknown = [f".{name}" for name in attributes.classes if name not in ("clause", "never-bend")]
    unknown += [name for name in attributes.values if name != "owner"]
    if unknown:
        problem = f"a clause has no {unknown[0]}."
        raise BadClause(line, problem, field=unknown[0], remedy=_REMEDY)
    return attributes


def _marks_clause(raw: str) -> bool:
    return _CLAUSE_CLASS.search(without_code(raw)) is not None
