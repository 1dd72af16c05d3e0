"""From the stretches of a handbook to a policy: keys, sections, owners, layout."""

import re
import unicodedata
from collections.abc import Sequence

from recommender.policies.syntax.entries import Aside, Clause, Entry, Heading
from recommender.policies.syntax.handbook import (
    DuplicateClause,
    LayoutPart,
    ParsedClause,
    ParsedPolicy,
    ParsedSection,
)
from recommender.policies.syntax.markup import plain_text, read_parameters

_SLUG_LENGTH = 48


def slug(title: str) -> str:
    """Make a key out of a heading: `Späte Rückgaben!` gives `spate-ruckgaben`."""
    folded = unicodedata.normalize("NFKD", title.casefold())
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    joined = "-".join(re.findall(r"[^\W_]+", bare))
    if len(joined) <= _SLUG_LENGTH:
        return joined
    return joined[:_SLUG_LENGTH].rpartition("-")[0] or joined[:_SLUG_LENGTH]


def assemble(entries: Sequence[Entry], name: str, *, strict: bool) -> ParsedPolicy:
    """Give every stretch its key and section; `strict` refuses a key that stands twice."""
    return _Assembly(entries, name, _Keys(entries, strict=strict)).policy()


class _Keys:
    """The keys of one policy: those written down first, then new ones around them."""

    def __init__(self, entries: Sequence[Entry], *, strict: bool) -> None:
        self._lines: dict[str, int] = {}
        self._written: dict[int, str] = {}
        self._used: dict[str, int] = {}
        for entry in entries:
            if isinstance(entry, Aside) or entry.key is None:
                continue
            if entry.key not in self._lines:
                self._lines[entry.key] = entry.line
                self._written[entry.line] = entry.key
            elif strict:
                raise DuplicateClause(entry.line, entry.key, self._lines[entry.key])

    def of_heading(self, heading: Heading) -> str:
        return self._written.get(heading.line) or self.named(heading.title, "section")

    def of_clause(self, clause: Clause, section: str, order: int) -> str:
        written = self._written.get(clause.line)
        while written is None:
            written = self._new(f"{section}.{order}", clause.line)
            order += 1
        return written

    def named(self, title: str, otherwise: str) -> str:
        stem = slug(title) or otherwise
        key = None
        while key is None:
            used = self._used[stem] = self._used.get(stem, 0) + 1
            key = self._new(stem if used == 1 else f"{stem}-{used}", 0)
        return key

    def _new(self, key: str, line: int) -> str | None:
        if key in self._lines:
            return None
        self._lines[key] = line
        return key


class _Assembly:
    """One walk over the stretches of a handbook."""

    def __init__(self, entries: Sequence[Entry], name: str, keys: _Keys) -> None:
        self._entries = entries
        self._keys = keys
        first = next((entry for entry in entries if isinstance(entry, Heading)), None)
        self._head = first if first is not None and first.level == 1 else None
        title = (self._head.title if self._head else first.title if first else "") or name
        key = keys.of_heading(self._head) if self._head else keys.named(name, "policy")
        self._top = ParsedSection(key, title, 0, self._head.owner if self._head else None)
        self._open = [self._top]
        self._layout: list[LayoutPart] = []
        self._sections: list[ParsedSection] = []
        self._clauses: list[ParsedClause] = []
        self._order: dict[str, int] = {}

    def policy(self) -> ParsedPolicy:
        for entry in self._entries:
            if isinstance(entry, Heading):
                self._heading(entry)
            elif isinstance(entry, Clause):
                self._clause(entry)
            else:
                self._layout.append(LayoutPart(entry.raw, self._open[-1].key))
        sections = [self._top, *self._sections] if self._top.key in self._order else self._sections
        return ParsedPolicy(
            key=self._top.key,
            title=self._top.title,
            owner=self._top.owner,
            layout=tuple(self._layout),
            sections=tuple(sections),
            clauses=tuple(self._clauses),
        )

    def _heading(self, heading: Heading) -> None:
        if heading is not self._head:
            while self._open[-1].level >= heading.level:
                self._open.pop()
            owner = heading.owner or self._open[-1].owner
            key = self._keys.of_heading(heading)
            section = ParsedSection(key, heading.title or key, heading.level, owner)
            self._open.append(section)
            self._sections.append(section)
        self._layout.append(LayoutPart(heading.raw, self._open[-1].key))

    def _clause(self, clause: Clause) -> None:
        section = self._open[-1]
        order = self._order[section.key] = self._order.get(section.key, 0) + 1
        key = self._keys.of_clause(clause, section.key, order)
        line = clause.line + len(re.findall(r"\r\n|\r|\n", clause.head))
        self._layout.append(LayoutPart(clause.head, section.key, key, clause.tail))
        self._clauses.append(
            ParsedClause(
                key=key,
                section_key=section.key,
                section_title=section.title,
                position=len(self._clauses) + 1,
                owner=clause.owner or section.owner,
                never_bend=clause.never_bend,
                markup=clause.markup,
                text=plain_text(clause.markup),
                parameters=read_parameters(clause.markup, line=line),
                line=clause.line,
            )
        )
