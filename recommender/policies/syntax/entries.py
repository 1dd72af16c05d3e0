"""A handbook's stretches in reading order, before keys are given: asides, headings, clauses."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from recommender.policies.syntax.attributes import Attributes, parse_attributes
from recommender.policies.syntax.handbook import BadClause
from recommender.policies.syntax.scan import Line

_TRAILING_ATTRIBUTES = re.compile(r"(?P<title>.*?)\s*\{(?P<inner>[^{}]*)\}")
_TRAILING_KEY = re.compile(r"(?P<title>.+?)\s+\((?P<key>[A-Za-z0-9]+(?:[-._][A-Za-z0-9]+)*)\)")
_SECTION_KEY = re.compile(r"(?=[^a-z]*$)[A-Z][A-Z0-9]*(?:[-._][A-Z0-9]+)+")


@dataclass(frozen=True, slots=True)
class Aside:
    """Text of the file that is neither a heading nor a clause."""

    raw: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with what it says about key and owner; `key` is None where it names none."""

    raw: str
    line: int
    level: int
    title: str
    key: str | None
    owner: str | None


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as it stands in the file: head, body and the white space after it."""

    head: str
    line: int
    key: str | None
    markup: str
    tail: str
    owner: str | None = None
    never_bend: bool = False


Entry = Aside | Heading | Clause


def headings_of(lines: Iterable[Line], *, strict: bool) -> dict[int, Heading]:
    """Read all headings of a file, by line number.

    Keys come from attributes (`{#RET}`) or, in a handbook without them, from brackets at the end
    (`Claims (IN-CLAIMS)`). The title of a file whose sections do so may carry any word as key.
    """
    found = [line for line in lines if line.sort == "heading"]
    keyed = any(_bracketed(line.title, any_word=False) for line in found[1:])
    return {
        line.number: _heading(line, strict=strict, any_word=keyed and line is found[0])
        for line in found
    }


def join_asides(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Put neighbouring asides together, so that a layout has no more parts than it needs."""
    pending: list[str] = []
    for entry in entries:
        if isinstance(entry, Aside):
            pending.append(entry.raw)
            continue
        if pending:
            yield Aside("".join(pending))
            pending = []
        yield entry
    if pending:
        yield Aside("".join(pending))


def _heading(line: Line, *, strict: bool, any_word: bool) -> Heading:
    title, key, owner = line.title, None, None
    match = _TRAILING_ATTRIBUTES.fullmatch(title)
    attributes = parse_attributes(match["inner"]) if match else None
    if match and attributes:
        title, key, owner = match["title"], attributes.key, attributes.values.get("owner")
        if strict:
            _refuse_clause_classes(attributes, line)
    elif match and strict and match["inner"].lstrip()[:1] in ("#", "."):
        raise BadClause(
            line.number,
            f"the attributes {{{match['inner']}}} of the heading cannot be read.",
            field="heading",
            remedy="Write ## Return window {#RET-2 owner=returns-desk}.",
        )
    elif bracketed := _bracketed(title, any_word=any_word):
        title, key = bracketed
    return Heading(line.raw, line.number, line.level, _clean(title), key, owner)


def _refuse_clause_classes(attributes: Attributes, line: Line) -> None:
    if {"clause", "never-bend"} & set(attributes.classes):
        raise BadClause(
            line.number,
            "a heading is a section and cannot be a clause or never-bend.",
            field="heading",
            remedy="Put the clause on a line of its own: [RET-2.1]{.clause #RET-2.1} text.",
        )


def _bracketed(title: str, *, any_word: bool) -> tuple[str, str] | None:
    match = _TRAILING_KEY.fullmatch(title)
    if match and (any_word or _SECTION_KEY.fullmatch(match["key"])):
        return match["title"], match["key"]
    return None


def _clean(title: str) -> str:
    return " ".join(re.sub(r"[*`]+", "", title).split())
