"""Policies as JSONL rows, one clause a line: good rows become policies, bad ones are reported."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from recommender.policies.syntax.attributes import KEY
from recommender.policies.syntax.handbook import (
    HandbookFault,
    ParsedClause,
    ParsedPolicy,
    ParsedSection,
)
from recommender.policies.syntax.layout import attributed_layout
from recommender.policies.syntax.markup import plain_text, read_parameters, typed_limit
from recommender.policies.syntax.read import check_wording
from recommender.policies.syntax.scan import BYTE_ORDER_MARK
from recommender.policies.syntax.suggest import state_parameter


class BadRow(HandbookFault):
    """A policy row lacks something or holds the wrong thing."""

    title = "The policy row cannot be read"


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken: where, which field, what is wrong and what to do."""

    line: int
    field: str
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ParsedRows:
    """What a JSONL file of policy rows gave: one policy per doc_id, and the refused rows."""

    policies: tuple[ParsedPolicy, ...]
    refused: tuple[RefusedRow, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    clause: str
    doc: str
    doc_title: str | None
    section: str
    section_title: str | None
    order: float
    markup: str
    owner: str | None
    never_bend: bool
    effective_from: date | None


def parse_rows(text: str) -> ParsedRows:
    """Read policy rows; sections keep the order of the file, clauses their `order` within."""
    taken: dict[tuple[str, str], tuple[int, str]] = {}
    documents: dict[str, list[_Row]] = {}
    refused: list[RefusedRow] = []
    lines = re.split(r"\r\n|\r|\n", text.removeprefix(BYTE_ORDER_MARK))
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            row = _Reader(number, _object(raw, number)).row()
            _claim(taken, row)
        except HandbookFault as fault:
            remedy = fault.remedy or ""
            refused.append(RefusedRow(number, fault.field or "row", fault.problem, remedy))
        else:
            documents.setdefault(row.doc, []).append(row)
    policies = tuple(_policy(doc, rows) for doc, rows in documents.items())
    return ParsedRows(policies, tuple(refused))


class _Reader:
    """Reads the fields of one row, each with its own refusal."""

    def __init__(self, line: int, fields: dict[str, object]) -> None:
        self._line = line
        self._fields = fields

    def row(self) -> _Row:
        doc = self._key("doc_id", None)
        return _Row(
            line=self._line,
            clause=self._key("clause_id", None),
            doc=doc,
            doc_title=self._words("doc_title"),
            section=self._key("section_id", doc),
            section_title=self._words("section_title"),
            order=self._order(),
            markup=self._markup(),
            owner=self._words("owner"),
            never_bend=self._never_bend(),
            effective_from=self._date(),
        )

    def _fault(self, field: str, problem: str, remedy: str) -> BadRow:
        return BadRow(self._line, problem, field=field, remedy=remedy)

    def _words(self, field: str) -> str | None:
        value = self._fields.get(field)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self._fault(field, f"{field} is not text.", "Write it in quotes.")
        if re.search(r"[\x00\ud800-\udfff]", value):
            problem = f"{field} holds characters that are no text."
            raise self._fault(field, problem, "Write it as UTF-8 text.")
        return value.strip() or None

    def _key(self, field: str, otherwise: str | None) -> str:
        key = self._words(field) or otherwise
        if key is None:
            raise self._fault(field, f"{field} is missing.", "Every row names it.")
        if not KEY.fullmatch(key):
            problem = f"{key!r} cannot be a key."
            raise self._fault(field, problem, "Use no blanks, quotes, braces, # or =.")
        return key

    def _order(self) -> float:
        value = self._fields.get("order")
        if value is None:
            return self._line
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - NaN
            raise self._fault("order", "order is not a number.", "Write 1, 2, 3 or leave it out.")
        return value

    def _never_bend(self) -> bool:
        value = self._fields.get("never_bend")
        if not isinstance(value, bool | None):
            problem = "never_bend is neither true nor false."
            raise self._fault("never_bend", problem, "Write true or false without quotes.")
        return bool(value)

    def _date(self) -> date | None:
        value = self._words("effective_from")
        try:
            return None if value is None else date.fromisoformat(value)
        except ValueError as error:
            problem = f"{value!r} is not a date."
            raise self._fault("effective_from", problem, "Write it as 2026-01-31.") from error

    def _markup(self) -> str:
        markup = self._words("text")
        if markup is None:
            raise self._fault("text", "text is missing.", "Every row has the clause's wording.")
        stated = self._fields.get("parameters")
        if not isinstance(stated, list | None):
            remedy = 'Write [{"fact": "days_late", "max": 3, "unit": "day"}].'
            raise self._fault("parameters", "parameters is not a list.", remedy)
        try:
            for one in stated or ():
                fact, bound, limit, unit = typed_limit(self._limit(one), self._line)
                markup = state_parameter(markup, fact, bound, limit, unit)
            check_wording(markup)
        except BadRow:
            raise
        except HandbookFault as fault:
            field = "parameters" if stated else "text"
            raise self._fault(field, fault.problem, fault.remedy or "") from fault
        return markup

    def _limit(self, one: object) -> dict[str, str]:
        if not isinstance(one, dict):
            remedy = 'Write {"fact": "days_late", "max": 3, "unit": "day"}.'
            raise self._fault("parameters", "a parameter is not an object.", remedy)
        for name in ("max", "min"):
            value = one.get(name)
            if isinstance(value, bool) or not isinstance(value, int | float | None):
                problem = f"the {name} is {value!r}, not a number."
                raise self._fault("parameters", problem, "Write it without quotes.")
        return {name: str(value) for name, value in one.items() if value is not None}


def _object(raw: str, line: int) -> dict[str, object]:
    try:
        row = json.loads(raw)
    except (ValueError, RecursionError) as error:
        problem = "the line is not JSON."
        raise BadRow(line, problem, field="row", remedy="Write one JSON object a line.") from error
    if not isinstance(row, dict):
        problem = "the line is not a JSON object."
        raise BadRow(line, problem, field="row", remedy="Write one JSON object a line.")
    return row


def _claim(taken: dict[tuple[str, str], tuple[int, str]], row: _Row) -> None:
    """Take the row's keys: a clause's key stands once in its document, and names no section."""
    for key, field in ((row.section, "section_id"), (row.clause, "clause_id")):
        line, other = taken.get((row.doc, key), (0, field))
        repeated = field == "clause_id" and (line or key in (row.doc, row.section))
        if repeated or other != field:
            where = f"on line {line}" if line else "for its section or policy"
            remedy = "Give each clause and section a key of its own."
            raise BadRow(
                row.line, f"the key {key} already stands {where}.", field=field, remedy=remedy
            )
    taken.setdefault((row.doc, row.section), (row.line, "section_id"))
    taken[row.doc, row.clause] = (row.line, "clause_id")


def _policy(doc: str, rows: Sequence[_Row]) -> ParsedPolicy:
    title = next((row.doc_title for row in rows if row.doc_title), doc)
    by_section: dict[str, list[_Row]] = {doc: []}
    for row in rows:
        by_section.setdefault(row.section, []).append(row)
    if not by_section[doc]:
        del by_section[doc]
    sections: list[ParsedSection] = []
    clauses: list[ParsedClause] = []
    for key, members in by_section.items():
        named = next((row.section_title for row in members if row.section_title), None)
        heading, level = (title, 0) if key == doc else (key, 2)
        section = ParsedSection(key, named or heading, level, _common(members))
        sections.append(section)
        for row in sorted(members, key=lambda row: row.order):
            clauses.append(_clause(row, section, len(clauses) + 1))
    policy = ParsedPolicy(doc, title, _common(rows), (), tuple(sections), tuple(clauses))
    return replace(policy, layout=attributed_layout(policy))


def _clause(row: _Row, section: ParsedSection, position: int) -> ParsedClause:
    return ParsedClause(
        key=row.clause,
        section_key=section.key,
        section_title=section.title,
        position=position,
        owner=row.owner,
        never_bend=row.never_bend,
        markup=row.markup,
        text=plain_text(row.markup),
        parameters=read_parameters(row.markup),
        line=row.line,
        effective_from=row.effective_from,
    )


def _common(rows: Sequence[_Row]) -> str | None:
    owners = {row.owner for row in rows}
    return owners.pop() if len(owners) == 1 else None
