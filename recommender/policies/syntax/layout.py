"""Handbook files written back: unchanged, with revised clauses, with new ones, from rows."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from recommender.policies.syntax.attributes import write_value
from recommender.policies.syntax.handbook import (
    Layout,
    LayoutPart,
    ParsedClause,
    ParsedPolicy,
    ParsedSection,
    UnknownSection,
)

_MARK = re.compile(r"\s+\.never-bend(?![\w-])")


@dataclass(frozen=True, slots=True)
class NewClause:
    """A clause that a handbook does not have yet: its key, its section and its flags."""

    key: str
    section_key: str
    never_bend: bool = False
    owner: str | None = None


def render(layout: Iterable[LayoutPart], markup: Mapping[str, str]) -> str:
    """Write the handbook with the wording of each clause; a clause without one is left out.

    With the markup that was read this is the file itself, character for character.
    """
    return "".join(_written(part, markup) for part in layout)


def clause_head(clause: NewClause) -> str:
    """Write the head of a clause: `[RET-2.1]{.clause #RET-2.1 .never-bend} `."""
    attributes = [".clause", f"#{clause.key}"]
    if clause.never_bend:
        attributes.append(".never-bend")
    if clause.owner:
        attributes.append(write_value("owner", clause.owner))
    label = re.sub(r"([\[\]\\])", r"\\\1", clause.key)
    return f"[{label}]{{{' '.join(attributes)}}} "


def add_clause(layout: Sequence[LayoutPart], clause: NewClause) -> Layout:
    """Make room for a new clause at the end of its section.

    Until a wording is given for it, `render` gives the same text as before. A plain handbook
    stays plain: the clause becomes a paragraph with its key in bold, without flags.
    """
    places = [n for n, part in enumerate(layout) if part.section == clause.section_key]
    if not places:
        raise UnknownSection(clause.section_key)
    at = places[-1] + 1
    before = layout[at - 1]
    ending = before.raw if before.clause is None else before.tail
    breaks = ending[len(ending.rstrip()) :]
    newline = "\r\n" if any("\r\n" in part.raw + part.tail for part in layout) else "\n"
    held = len(re.findall(r"\r\n|\r|\n", breaks))
    slots = [part for part in layout if part.clause is not None]
    plain = bool(slots) and not any("{" in part.raw for part in slots)
    head = f"**{clause.key}** " if plain else clause_head(clause)
    lead = newline * max(0, 2 - held)
    part = LayoutPart(lead + head, clause.section_key, clause.key, breaks)
    return (*layout[:at], part, *layout[at:])


def mark_never_bend(layout: Iterable[LayoutPart], key: str, *, never_bend: bool) -> Layout:
    """Write the mark of the never-bend list into a clause's head, or take it out.

    A plain handbook, whose heads carry no attributes, stays as it is.
    """
    return tuple(
        replace(part, raw=_marked(part.raw, never_bend=never_bend)) if part.clause == key else part
        for part in layout
    )


def next_key(section_key: str, keys: Collection[str]) -> str:
    """Suggest the key of a section's next clause: RET-2.3 after RET-2.2, MT-FEE-03 after -02.

    `keys` are the policy's clause keys; retired ones belong to them, since a key is never reused.
    """
    numbered = re.compile(re.escape(section_key) + r"(?P<mark>[-._])(?P<number>[0-9]+)")
    found = [match for key in keys if (match := numbered.fullmatch(key))]
    mark = found[-1]["mark"] if found else "."
    width = len(found[-1]["number"]) if found else 1
    number = max((int(match["number"]) for match in found), default=0) + 1
    return f"{section_key}{mark}{number:0{width}d}"


def attributed_layout(policy: ParsedPolicy) -> Layout:
    """Lay out a policy's clauses in our syntax, whatever file or rows they came from.

    Headings, keys, flags and clauses are written; an owner where it differs from the one above.
    """
    top = ParsedSection(policy.key, policy.title, 1, policy.owner)
    parts = [LayoutPart(_heading(top, 1, None), top.key), *_clause_parts(top, policy.clauses)]
    for section in policy.sections:
        if section.key != top.key:
            level = max(2, section.level)
            parts.append(LayoutPart(_heading(section, level, top.owner), section.key))
            parts += _clause_parts(section, policy.clauses)
    last = parts.pop()
    return (*parts, replace(last, tail="\n") if last.clause else last)


def _marked(head: str, *, never_bend: bool) -> str:
    bare = _MARK.sub("", head)
    end = bare.rfind("}")
    return f"{bare[:end]} .never-bend{bare[end:]}" if never_bend and end >= 0 else bare


def _clause_parts(section: ParsedSection, clauses: Iterable[ParsedClause]) -> list[LayoutPart]:
    heads = [
        NewClause(
            clause.key,
            section.key,
            never_bend=clause.never_bend,
            owner=clause.owner if clause.owner != section.owner else None,
        )
        for clause in clauses
        if clause.section_key == section.key
    ]
    return [LayoutPart(clause_head(head), section.key, head.key, "\n\n") for head in heads]


def _heading(section: ParsedSection, level: int, inherited: str | None) -> str:
    attributes = f"#{section.key}"
    if section.owner and section.owner != inherited:
        attributes += " " + write_value("owner", section.owner)
    return f"{'#' * level} {' '.join(section.title.split())} {{{attributes}}}\n\n"


def _written(part: LayoutPart, markup: Mapping[str, str]) -> str:
    if part.clause is None:
        return part.raw
    if part.clause not in markup:
        return ""
    return part.raw + markup[part.clause] + part.tail
