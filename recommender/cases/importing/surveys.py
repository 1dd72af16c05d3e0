"""Survey answers per case: outcomes that the customers themselves reported."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.access import Act, Actor
from recommender.cases.importing.figures import Fields, keep_figures, read_figures
from recommender.cases.importing.mapping import ImportMapping, find_mapping
from recommender.cases.importing.refusals import RowRefused
from recommender.cases.importing.report import FiguresReport
from recommender.cases.importing.rows import OUTCOME, WORDS, ReportedOutcome, read_outcome
from recommender.cases.importing.values import LONGEST_ID, read_word, required_word
from recommender.models.cases import Case
from recommender.models.outcomes import Outcome
from recommender.storage.house import House, Transaction
from recommender.vocabulary import DECIDED_CASES, CaseState, OutcomeSource

SURVEY_FIELDS: Final = ("id", "source_system", *OUTCOME)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a customer answered about one case."""

    id: str
    source_system: str | None
    outcome: ReportedOutcome


class _Known(NamedTuple):
    case_id: str
    source_system: str
    state: CaseState


def import_surveys(
    house: House,
    actor: Actor,
    path: Path,
    *,
    mapping: str | Path | ImportMapping | None = None,
    dry_run: bool = False,
    update: bool = False,
) -> FiguresReport:
    """Take in customers' answers in one transaction: id, source_system if ids repeat, outcome.

    They stand beside what imports and agents report, and outrank it. The same answer again
    changes nothing; `update` takes over another one for a case whose customer answered before.
    Raises UnreadableFile and BadMapping.
    """
    actor.require(Act.IMPORT)
    rows = read_figures(path, find_mapping(mapping, SURVEY_FIELDS), SURVEY_FIELDS, read_answer)
    report = FiguresReport(dry_run=dry_run, rows=len(rows))
    with house.transaction(actor) as tx, tx.session.begin_nested() as everything:
        known = _cases_by_id(tx.session)

        def keep(tx: Transaction, answer: Answer) -> str:
            return _keep(tx, _find(known[answer.id], answer), answer.outcome, update=update)

        keep_figures(tx, rows, lambda answer: (answer.source_system, answer.id), keep, report)
        if dry_run:
            everything.rollback()
    return report


def read_answer(fields: Fields) -> Answer:
    """Check one row; raises RowRefused."""
    outcome = read_outcome(fields, prefix="")
    if outcome is None:
        raise RowRefused(
            "There is no answer in this row.",
            field="csat",
            remedy=f"Give one of {', '.join(OUTCOME)}.",
        )
    return Answer(
        required_word(fields, "id", LONGEST_ID),
        read_word(fields, "source_system", WORDS["source_system"]),
        outcome,
    )


def _keep(tx: Transaction, case_id: str, answered: ReportedOutcome, *, update: bool) -> str:
    held = tx.session.get(Outcome, (case_id, OutcomeSource.CUSTOMER))
    if held is not None:
        if all(getattr(held, name) == value for name, value in asdict(answered).items()):
            return "unchanged"
        if not update:
            return "changed"
    outcome = held or Outcome(case_id=case_id, source=OutcomeSource.CUSTOMER)
    for name, value in asdict(answered).items():
        setattr(outcome, name, value)
    outcome.recorded_at = tx.at
    tx.session.add(outcome)
    tx.record("record_outcome", "case", case_id, source=str(OutcomeSource.CUSTOMER))
    return "added" if held is None else "updated"


def _cases_by_id(session: Session) -> dict[str, list[_Known]]:
    known: dict[str, list[_Known]] = defaultdict(list)
    found = session.execute(select(Case.source_id, Case.id, Case.source_system, Case.state))
    for source_id, case_id, source_system, state in found:
        known[source_id].append(_Known(case_id, source_system, state))
    return known


def _find(known: Sequence[_Known], answer: Answer) -> str:
    """Find the one case that an answer is about; raises RowRefused."""
    found = [case for case in known if answer.source_system in {None, case.source_system}]
    if not found:
        raise RowRefused("There is no such case.", field="id", remedy="Import the cases first.")
    if len(found) > 1:
        raise RowRefused(
            "Cases of several systems have this id.",
            field="source_system",
            remedy="Say which system it is of.",
        )
    if found[0].state not in DECIDED_CASES:
        raise RowRefused(
            f"This case is {found[0].state.replace('_', ' ')}, so nothing came of it yet.",
            field="id",
            remedy="Import the answer once the case is decided.",
        )
    return found[0].case_id
