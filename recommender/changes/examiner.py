"""The examiner's report: six questions about a quarter, answered from what was kept of it."""

import csv
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from math import ceil, floor
from typing import Final

from sqlalchemy import select

from recommender.access import Act
from recommender.changes.paper import page, said, table
from recommender.changes.weeks import exposures
from recommender.errors import NotFound
from recommender.kinds.slices import (
    ATTRIBUTES,
    Cell,
    Counted,
    Enough,
    Quarter,
    apart,
    checked,
    counted,
    parted,
    quarters,
)
from recommender.kinds.statistics import wilson
from recommender.models.accounts import Account
from recommender.models.changes import Decision
from recommender.models.policies import Clause
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
_HOW: Final = (
    "Counted are the cases that were kept when the quarter had been over for four weeks; "
    "corrections since then are not in it. Where too few people are behind a number, it is left "
    "out. Shares have 95 % intervals: of contacts with an exception, and of declines. A comparison "
    "is not a cause."
)
_WEEK: Final = timedelta(days=7)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class NoQuarter(NotFound):
    """No such quarter was kept."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A line of an answer: counts, and the share of declines with its 95 % interval.

    None where too few people are behind it, or it cannot be checked; `note` says so.
    """

    question: str
    attribute: str
    value: str
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
        heads = ("question", "attribute", "value", "exceptions", "declined", "low", "high", "note")
        writer.writerow(heads)
        for one in self.answers:
            writer.writerow([_inert(getattr(one, name)) for name in heads])
        return out.getvalue()


def examine(tx: Transaction, name: str | None = None) -> Examined:
    """Answer the questions about a quarter (`2026-Q1`), by default the newest that was kept."""
    tx.actor.require(Act.READ_EXAMINER)
    kept = quarters(tx)
    found = next((one for one in kept if name in {None, str(one)}), None)
    if found is None and name is None:
        return Examined(quarter=None, answers=[])
    if found is None:
        raise NoQuarter(
            "No such quarter was kept.",
            field="quarter",
            remedy=f"There are: {', '.join(map(str, kept)) or 'none yet'}. One is kept four weeks "
            "after its end, where enough people are behind it.",
        )
    cases = counted(tx, found)
    is_enough = checked(tx, cases)
    answers = [
        _share(tx, found, cases, is_enough),
        *_divided(cases, is_enough),
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
    monday = quarter.starts.date() + timedelta(days=-quarter.starts.weekday() % 7)
    weeks = []
    while monday < quarter.ends.date():
        weeks.append(monday)
        monday += _WEEK
    contacts = exposures(tx.session, "contacts", weeks, (None, ()))
    told = Answer(question="share", attribute="house", value="all")
    if not _may_part([frozenset(one.id for one in cases)], _rest(cases, approved), is_enough):
        return _noted(told, "few")
    if contacts is None or sum(contacts) < len(approved):
        return _noted(told, "not checkable: weeks without contacts", exceptions=len(approved))
    low, high = wilson(len(approved), int(sum(contacts)))
    return Answer(
        question="share",
        attribute="house",
        value="all",
        exceptions=len(approved),
        low=floor(low * 1000) / 1000,
        high=ceil(high * 1000) / 1000,
        note=f"of {sum(contacts):.0f} contacts in {len(weeks)} weeks",
    )


def _noted(answer: Answer, note: str, exceptions: int | None = None) -> Answer:
    return Answer(
        question=answer.question,
        attribute=answer.attribute,
        value=answer.value,
        exceptions=exceptions,
        note=note,
    )


def _divided(cases: Sequence[Counted], is_enough: Enough) -> Iterator[Answer]:
    """Give the cells of every attribute that can be divided, and name those that cannot."""
    divided, told = parted(cases, ATTRIBUTES, is_enough), list[list[list[Cell]]]()
    declined = {one.id for one in cases if one.declined}
    for name in ATTRIBUTES:
        question = {"clause": "reason", "product": "product"}.get(name, "attribute")
        cells = divided.get(name, [])
        if not cells:
            yield Answer(question=question, attribute=name, value="all", note="few, or one value")
        states = [[Cell(one.value, one.cases & declined) for one in cells]]
        states += [[Cell(one.value, one.cases - declined) for one in cells]]
        shown = _may_part([cell.cases for cell in cells], declined, is_enough) and all(
            apart(ours, theirs, is_enough)
            for other in told
            for ours, theirs in zip(states, other, strict=True)
        )
        told += [states] if shown else []
        for cell in cells:
            value = "all others" if cell.value is None else cell.value
            if not shown:
                note = f"{len(cell.cases)} cases; too few declines to tell apart"
                yield Answer(question=question, attribute=name, value=value, note=note)
                continue
            no = len(cell.cases & declined)
            low, high = wilson(no, len(cell.cases))
            yield Answer(
                question=question,
                attribute=name,
                value=value,
                exceptions=len(cell.cases) - no,
                declined=no,
                low=floor(low * 100) / 100,
                high=ceil(high * 100) / 100,
            )


def _may_part(
    cells: Collection[frozenset[str]], declined: Collection[str], is_enough: Enough
) -> bool:
    """Tell whether both states of every cell are of enough people, or of nobody."""
    no = set(declined)
    return all(not group or is_enough(group) for cell in cells for group in (cell & no, cell - no))


def _limits(
    tx: Transaction, quarter: Quarter, cases: Sequence[Counted], is_enough: Enough
) -> Iterator[Answer]:
    last = quarter.ends - timedelta(microseconds=1)
    clauses = tx.session.scalars(select(Clause).order_by(Clause.key)).all()
    for clause in clauses:
        live = clause.revision_at(last)
        if live is None or live.retires:
            continue
        words = [f"{one['fact']} {one['bound']} {one['limit']:g}" for one in live.parameters]
        words += ["never bent"] if clause.never_bend else []
        words += [] if clause.ceiling is None else [f"ceiling {clause.ceiling:g} today"]
        if words:
            told = ", ".join(words)
            yield Answer(question="limits", attribute="clause", value=clause.key, note=told)
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
        value = f"{role.replace('_', ' ')}s, of candidates"
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
                said(one.attribute),
                said(one.value),
                *("–" if count is None else f"{count}" for count in (one.exceptions, one.declined)),
                "–" if one.low is None else f"{one.low:.1%} to {one.high:.1%}",
                said(one.note),
            )
            for one in report.answers
            if one.question == question
        ]
        yield from (f"## {words}", "")
        yield from table(("by", "", "exceptions", "declined", "share", ""), rows)


def _inert(value: object) -> str:
    """Give a cell that no spreadsheet computes."""
    text = "" if value is None else " ".join(str(value).split())
    return f"'{text}" if text.startswith(_FORMULA) else text
