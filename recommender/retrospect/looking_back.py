"""Looking back at a ledger: everything in a house of its own, of which only the report remains."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from recommender.access import Act, Actor
from recommender.cases.importing.mapping import ImportMapping
from recommender.cases.importing.refusals import RefusedRow, UnreadableFile
from recommender.cases.importing.report import ImportReport
from recommender.cases.importing.taking import import_cases
from recommender.config import Settings
from recommender.kinds.runs import discover
from recommender.learning.progress import Progress, unseen
from recommender.models.cases import Case
from recommender.policies.importing import import_policy
from recommender.policies.syntax.handbook import ParsedPolicy
from recommender.retrospect.borrowing import borrowed, redact_as_in, room_for
from recommender.retrospect.coded_kinds import tell_by_codes
from recommender.retrospect.findings import LookBack, Source
from recommender.retrospect.gathering import gather
from recommender.retrospect.ledger import Ledger, lay_out
from recommender.retrospect.notes import lend_numbers, take_back
from recommender.retrospect.rules import guess_rules
from recommender.storage.house import House
from recommender.vocabulary import CaseState


@dataclass(frozen=True)
class Watched:
    """Who is told how far the four works have come."""

    reading: Progress = unseen
    embedding: Progress = unseen
    grouping: Progress = unseen
    writing: Progress = unseen


def look_back(
    settings: Settings,
    actor: Actor,
    path: Path,
    *,
    mapping: str | Path | ImportMapping | None = None,
    books: Sequence[ParsedPolicy] = (),
    home: House | None = None,
    seed: int = 0,
    watched: Watched | None = None,
) -> LookBack:
    """Look back at a ledger and give what was found; nothing of it is kept.

    `home` is a house whose own words and people redaction is to know; it is read and never written
    to. The same ledger, rules and seed give the same report. Raises BadMapping, and
    UnreadableFile, also where no row could be read.
    """
    actor.require(Act.LOOK_BACK)
    told = watched or Watched()
    within = None if home is None else room_for(home.settings)
    with borrowed(settings, within) as (house, operator, folder):
        _furnish(house, operator, books, home)
        ledger = lay_out(path, mapping, folder)
        report = import_cases(
            house, operator, ledger.path, mapping=ledger.mapping, progress=told.reading
        )
        _require_rows(ledger, report)
        _find(house, operator, seed, told)
        told.writing(0, 1)
        with house.transaction(operator) as tx:
            guessed = guess_rules(tx)
            tell_by_codes(tx, ledger.read)
        with house.reading(operator) as tx:
            states = Counter(tx.session.scalars(select(Case.state)))
            until = tx.session.scalar(select(func.max(Case.occurred_at)))
            source = _source(ledger, report, states, books, until)
            return gather(tx, source, guessed, seed)


def _furnish(
    house: House, operator: Actor, books: Sequence[ParsedPolicy], home: House | None
) -> None:
    """Bring in the rules, and what redaction knows at home."""
    with house.transaction(operator) as tx:
        for book in books:
            import_policy(tx, book)
        if home is not None:
            with home.database.reading() as session:
                redact_as_in(session, tx.session)


def _find(house: House, operator: Actor, seed: int, told: Watched) -> None:
    with house.transaction(operator) as tx:
        had = lend_numbers(tx)
    discover(house, operator, seed, embedding=told.embedding, grouping=told.grouping)
    with house.transaction(operator) as tx:
        take_back(tx, had)


def _require_rows(ledger: Ledger, report: ImportReport) -> None:
    if report.imported == 0:
        refused = _refused(ledger, report)
        first = f" Line {refused[0].line}: {refused[0].reason}" if refused else ""
        raise UnreadableFile(
            f"No row of {ledger.name} could be read.{first}",
            field="file",
            remedy="State a mapping: docs/import-format.md.",
        )


def _refused(ledger: Ledger, report: ImportReport) -> list[RefusedRow]:
    """Give all refused rows by their lines, a field by the column that it was read from."""
    named = [
        RefusedRow(one.line, None, ledger.read.get(one.field, one.field), one.reason, one.remedy)
        for one in (*ledger.refused, *report.refused)
    ]
    return sorted(named, key=lambda one: one.line)


def _source(
    ledger: Ledger,
    report: ImportReport,
    states: Counter[CaseState],
    books: Sequence[ParsedPolicy],
    until: datetime | None,
) -> Source:
    return Source(
        name=ledger.name,
        rows=ledger.rows,
        taken=report.imported,
        twice=ledger.twice,
        approved=states[CaseState.APPROVED],
        until=None if until is None else until.date(),
        within_rules=states[CaseState.IN_POLICY],
        read=sorted(ledger.read.items()),
        empty=ledger.empty,
        people=ledger.people,
        unread=ledger.unread,
        refused=_refused(ledger, report),
        handbook=[book.title for book in books],
        rule=next((clause.key for book in books for clause in book.clauses), None),
    )
