"""The examiner's report: six questions about a quarter, answered from what was kept of it."""

import csv
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from io import StringIO
from typing import Final

from sqlalchemy import select

from recommender.access import Act
from recommender.changes.paper import page, said, table
from recommender.kinds.fairness import (
    Part,
    Slice,
    divided,
    find_quarter,
    may_part,
    rounded,
    weeks_of,
)
from recommender.kinds.slices import Counted, Enough, Quarter, checked, counted
from recommender.kinds.weeks import Contacts
from recommender.models.accounts import Account
from recommender.models.changes import Decision
from recommender.models.policies import Clause
from recommender.policies.conditions import Condition
from recommender.policies.figures import money
from recommender.storage.house import Transaction
from recommender.vocabulary import Role

QUESTIONS: Final = {
    "share": "What share of contacts had an exception?",
    "attribute": "Are customers treated alike?",
    "product": "Which products have exceptions?",
    "reason": "Why: which rules were departed from?",
    "limits": "Which limits were in force, and what went past them?",
    "deciders": "Who decided?",
}
_QUESTION_OF: Final = {"clause": "reason", "dimension": "reason", "product": "product"}
_HOW: Final = (
    "Counted are the cases that were kept when the quarter had been over for four weeks; "
    "corrections since then are not in it. Where too few people are behind a number, it is left "
    "out. Shares have 95 % intervals: of contacts with an exception, and of declines. A comparison "
    "is not a cause."
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A line of an answer: counts, and the share of declines with its 95 % interval.

    None where too few people are behind it, or it cannot be checked; `note` says so.
    """

    question: str
    attribute: str
    value: str
    label: str = ""
    """The value as people call it, where that is something else."""
    cases: int | None = None
    """Exceptions and declines together, where the cases are divided."""
    exceptions: int | None = None
    declined: int | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Examined:
    """The report of a quarter: its answers in the order of the questions."""

    quarter: str | None
    """None: none was kept yet."""
    answers: list[Answer]

    @property
    def markdown(self) -> str:
        """The report on paper."""
        return page(_lines(self))

    @property
    def csv(self) -> str:
        """The report as a table; no cell is a formula to whatever opens it."""
        out = StringIO()
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        heads = [each.name for each in fields(Answer)]
        writer.writerow(heads)
        for one in self.answers:
            writer.writerow([_inert(getattr(one, name)) for name in heads])
        return out.getvalue()


def examine(tx: Transaction, name: str | None = None) -> Examined:
    """Answer the questions about a quarter (`2026-Q1`), by default the newest that was kept."""
    tx.actor.require(Act.READ_EXAMINER)
    found = find_quarter(tx, name)
    if found is None:
        return Examined(quarter=None, answers=[])
    cases = counted(tx, found)
    is_enough = checked(tx, cases)
    answers = [
        _share(tx, found, cases, is_enough),
        *_divided(divided(cases, is_enough, found, Contacts.read(tx.session)), _titles(tx)),
        *_limits(tx, found, cases, is_enough),
        *_deciders(tx, found, cases, is_enough),
    ]
    order = list(QUESTIONS)
    return Examined(
        quarter=str(found), answers=sorted(answers, key=lambda one: order.index(one.question))
    )


def _share(
    tx: Transaction, quarter: Quarter, cases: Sequence[Counted], is_enough: Enough
) -> Answer:
    """Compare exceptions with the contacts of the weeks that begin in the quarter."""
    approved = {one.id for one in cases if not one.declined}
    weeks = weeks_of(quarter)
    contacts = Contacts.read(tx.session).of_all(weeks)
    told = Answer(question="share", attribute="house", value="all")
    if not may_part([frozenset(one.id for one in cases)], _rest(cases, approved), is_enough):
        return replace(told, note="few")
    if contacts is None or sum(contacts) < len(approved):
        note = "not checkable: weeks without contacts"
        return replace(told, exceptions=len(approved), note=note)
    low, high = rounded(len(approved), int(sum(contacts)), 3)
    note = f"of {sum(contacts):.0f} contacts in {len(weeks)} weeks"
    return replace(told, exceptions=len(approved), low=low, high=high, note=note)


def _titles(tx: Transaction) -> dict[str, str]:
    """Give the clauses by key as people call them: by their section, with the key after it."""
    asked = select(Clause.key, Clause.section_title)
    return {key: f"{title} ({key})" for key, title in tx.session.execute(asked)}


def _divided(slices: Sequence[Slice], titles: Mapping[str, str]) -> Iterator[Answer]:
    """Give the cells of every attribute that can be divided, and name those that cannot."""
    for one in slices:
        question = _QUESTION_OF.get(one.attribute, "attribute")
        if not one.parts:
            note = "few, or one value"
            yield Answer(question=question, attribute=one.attribute, value="all", note=note)
        for part in one.parts:
            yield Answer(
                question=question,
                attribute=one.attribute,
                value="all others" if part.value is None else part.value,
                label=titles.get(part.value or "", "") if one.attribute == "clause" else "",
                cases=part.cases,
                exceptions=part.exceptions,
                declined=part.declined,
                low=part.low,
                high=part.high,
                note=_note(part),
            )


def _note(part: Part) -> str:
    if part.declined is None:
        return "too few declines to tell apart"
    if part.rate_low is None:
        return ""
    return f"{part.rate_low:.1%} to {part.rate_high:.1%} of its contacts had an exception"


def _limits(
    tx: Transaction, quarter: Quarter, cases: Sequence[Counted], is_enough: Enough
) -> Iterator[Answer]:
    last = quarter.ends - timedelta(microseconds=1)
    clauses = tx.session.scalars(select(Clause).order_by(Clause.key)).all()
    for clause in clauses:
        live = clause.revision_at(last)
        if live is None or live.retires:
            continue
        words = [Condition.from_json(one).words for one in live.parameters]
        words += ["never bent"] if clause.never_bend else []
        words += (
            [] if clause.ceiling is None else [f"peers approve up to {money(clause.ceiling)} today"]
        )
        if words:
            yield Answer(
                question="limits",
                attribute="clause",
                value=clause.key,
                label=f"{clause.section_title} ({clause.key})",
                note=", ".join(words),
            )
    routed = _by_owners(tx, cases, is_enough)
    note = "few" if routed is None else f"{routed} cases past a limit, answered by policy owners"
    yield Answer(question="limits", attribute="house", value="breaches routed", note=note)


def _deciders(
    tx: Transaction, quarter: Quarter, cases: Sequence[Counted], is_enough: Enough
) -> Iterator[Answer]:
    """Count decisions by role, where so many people have it that none is counted."""
    routed = _by_owners(tx, cases, is_enough)
    counts = {"colleagues": None if routed is None else len(cases) - routed}
    for who, count in (counts | {"policy owners": routed}).items():
        note = "few" if count is None else f"{count} decisions"
        yield Answer(question="deciders", attribute="role", value=f"{who}, of cases", note=note)
    made: Counter[Role] = Counter()
    people: defaultdict[Role, set[str]] = defaultdict(set)
    taken = select(Decision).where(
        Decision.decided_at >= quarter.starts, Decision.decided_at < quarter.ends
    )
    for one in tx.session.scalars(taken):
        account = tx.session.get(Account, one.decided_by)
        roles = () if account is None else account.roles
        role = one.decided_as or (Role.POLICY_OWNER if Role.POLICY_OWNER in roles else Role.ADMIN)
        made[role] += 1
        people[role].add(one.decided_by)
    for role in sorted(made):
        shown = len(people[role]) >= tx.settings.people_floor_agents
        note = f"{made[role]} decisions" if shown else "fewer people than are counted"
        value = f"{role.replace('_', ' ')}s, of suggested changes"
        yield Answer(question="deciders", attribute="role", value=value, note=note)


def _by_owners(tx: Transaction, cases: Sequence[Counted], is_enough: Enough) -> int | None:
    """Count what policy owners answered; None where that would count what one of them did."""
    routed = frozenset(one.id for one in cases if one.by_owner)
    seats = sum(
        Role.POLICY_OWNER in one.roles
        for one in tx.session.scalars(select(Account).where(Account.active))
    )
    if seats < tx.settings.people_floor_agents and routed:
        return None
    both = (routed, _rest(cases, routed))
    return len(routed) if all(not one or is_enough(one) for one in both) else None


def _rest(cases: Sequence[Counted], group: Collection[str]) -> set[str]:
    return {one.id for one in cases} - set(group)


def _lines(report: Examined) -> Iterator[str]:
    if report.quarter is None:
        yield "No quarter was kept yet: one is four weeks after its end, if many are in it."
        return
    yield from (f"# Examiner's report, {report.quarter}", "")
    yield from (_HOW, "")
    for question, words in QUESTIONS.items():
        rows = [
            (
                said(one.attribute.replace("_", " ")),
                said(one.label or one.value),
                *("–" if n is None else f"{n}" for n in (one.cases, one.exceptions, one.declined)),
                "–" if one.low is None else f"{one.low:.1%} to {one.high:.1%}",
                said(one.note),
            )
            for one in report.answers
            if one.question == question
        ]
        yield from (f"## {words}", "")
        yield from table(("by", "", "cases", "exceptions", "declined", "share", ""), rows)


def _inert(value: object) -> str:
    """Give a cell that no spreadsheet computes."""
    text = "" if value is None else " ".join(str(value).split())
    return f"'{text}" if text.startswith(_FORMULA) else text
