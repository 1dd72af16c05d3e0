"""What a handbook says once it is read: a policy, its sections, clauses and typed limits.

Everything here is a frozen value without a database: `read.parse_policy` and `rows.parse_rows`
make them, the policy services store them. The errors of a handbook stand here too.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from recommender.errors import Invalid

Bound = Literal["max", "min"]
Limit = int | float


@dataclass(frozen=True, slots=True)
class Parameter:
    """A typed limit of a clause: a case's fact must not pass it.

    `words` are what the reader sees (`14 days`); `start` and `end` bound the whole span in the
    clause's markup.
    """

    fact: str
    bound: Bound
    limit: Limit
    unit: str | None
    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LayoutPart:
    """One stretch of a handbook file: raw text, or the place of a clause.

    `raw` is the text itself or, where `clause` names a key, the clause's head as written;
    `tail` is the white space after the clause, which goes when the clause goes.
    """

    raw: str
    section: str
    clause: str | None = None
    tail: str = ""


Layout = tuple[LayoutPart, ...]


@dataclass(frozen=True, slots=True)
class ParsedSection:
    """A heading of a handbook with the owner that holds for the clauses under it."""

    key: str
    title: str
    level: int
    owner: str | None


@dataclass(frozen=True, slots=True)
class ParsedClause:
    """The smallest citable rule of a handbook.

    `markup` is the body after the head, exactly as written; `text` is the same without spans;
    `position` counts from 1 over the whole policy; `line` is where the clause starts.
    """

    key: str
    section_key: str
    section_title: str
    position: int
    owner: str | None
    never_bend: bool
    markup: str
    text: str
    parameters: tuple[Parameter, ...]
    line: int
    effective_from: date | None = None


@dataclass(frozen=True, slots=True)
class ParsedPolicy:
    """One rule book: what it says, and the layout that gives its file back byte for byte."""

    key: str
    title: str
    owner: str | None
    layout: Layout
    sections: tuple[ParsedSection, ...]
    clauses: tuple[ParsedClause, ...]

    @property
    def markup(self) -> dict[str, str]:
        """The clauses' markup by key, as `layout.render` wants it."""
        return {clause.key: clause.markup for clause in self.clauses}


class HandbookFault(Invalid):
    """A handbook cannot be read as meant; names the line, the field and the remedy."""

    title = "The handbook cannot be read"

    def __init__(self, line: int, problem: str, *, field: str, remedy: str) -> None:
        super().__init__(f"line {line}: {problem}", field=field, remedy=remedy, line=line)
        self.line = line
        self.problem = problem


class DuplicateClause(HandbookFault):
    """Two clauses or sections of one policy carry the same key."""

    title = "The key is taken"

    def __init__(self, line: int, key: str, first_line: int) -> None:
        super().__init__(
            line,
            f"the key {key} already stands on line {first_line}.",
            field=f"#{key}",
            remedy="Give each clause and section a key of its own.",
        )
        self.key = key
        self.first_line = first_line


class BadClause(HandbookFault):
    """A clause head, or the wording of a clause, breaks the handbook syntax."""

    title = "The clause cannot be read"


class BadParameter(HandbookFault):
    """A parameter span is incomplete, contradictory or misspelt."""

    title = "The parameter cannot be read"


class UnknownParameter(Invalid):
    """The clause states no such limit, or states two and the bound was not named."""

    title = "No such parameter"

    def __init__(self, fact: str, known: tuple[str, ...]) -> None:
        names = ", ".join(known) or "none"
        super().__init__(
            f"The clause has no single parameter {fact}; its parameters are: {names}.",
            field="fact",
            remedy="Name one of them, with its bound where a fact has both a max and a min.",
            fact=fact,
            known=known,
        )


class UnknownSection(Invalid):
    """The policy has no section of this key."""

    title = "No such section"

    def __init__(self, section: str) -> None:
        super().__init__(
            f"The policy has no section {section}.",
            field="section",
            remedy="Name a section of this policy.",
            section=section,
        )


class NotUtf8(Invalid):
    """The file is not UTF-8 text."""

    title = "Not UTF-8"

    def __init__(self, line: int) -> None:
        super().__init__(
            f"line {line}: the file is not UTF-8 text.",
            field="file",
            remedy="Save it as UTF-8 and import it again.",
            line=line,
        )
