"""From a checked row to a case: texts redacted, references resolved, what was typed kept apart."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete

from recommender.cases.importing.rows import TEXTS, WORDS, ImportRow, ReportedOutcome
from recommender.cases.redacting_again import redact_all
from recommender.models.base import check_move
from recommender.models.cases import Case, Embedding, RawText
from recommender.models.outcomes import Outcome
from recommender.models.policies import Clause
from recommender.policies.library import Resolved, resolve_ref
from recommender.storage.house import Transaction
from recommender.vocabulary import CASE_MOVES, DECIDED_CASES, Facts, FieldSource, OutcomeSource

_AS_GIVEN = (
    *(name for name in WORDS if name not in {"granted_action", "source_system"}),
    *("occurred_at", "filed_after_the_act", "amount", "currency"),
)
_LONGEST_ACTION = WORDS["granted_action"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a row may be shown and embedded: everything that was typed, redacted."""

    texts: dict[str, str | None]
    granted_action: str | None
    facts: Facts
    extra: dict[str, Any]


def show(row: ImportRow, redact: Callable[[str], str]) -> Shown:
    """Redact a row's texts, its facts in words and everything kept under extra."""
    typed = {name: getattr(row, name) for name in TEXTS}
    return Shown(
        texts={name: None if text is None else redact(text) for name, text in typed.items()},
        granted_action=row.granted_action and redact(row.granted_action)[:_LONGEST_ACTION],
        facts=redact_all(row.facts, redact),
        extra=redact_all(row.extra, redact),
    )


class Library:
    """The policy library during one import: each reference is looked up once."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._known: dict[str | None, Resolved] = {None: Resolved()}

    def resolve(self, ref: str | None) -> Resolved:
        """Tell what a reference means: a clause, a section, or nothing that we know."""
        if ref not in self._known:
            self._known[ref] = resolve_ref(self._session, ref)
        return self._known[ref]

    def knows(self, ref: str | None) -> bool:
        """Tell whether a reference means a clause or a section."""
        return self.resolve(ref) != Resolved()


def new_case(tx: Transaction, row: ImportRow, shown: Shown, library: Library) -> Case:
    """Make the case of a row that we do not have yet."""
    case = Case(
        source_system=row.source_system,
        source_id=row.id,
        state=row.state,
        gap=False,
        raw=RawText(),
    )
    _write(tx, case, row, shown, library)
    return case


def take_over(tx: Transaction, case: Case, row: ImportRow, shown: Shown, library: Library) -> None:
    """Give a case the row's new content; raises IllegalMove where its state cannot follow.

    What a person reported of the outcome stays; vectors of texts that changed are dropped, for
    catch-up to make anew.
    """
    if case.state is not row.state:
        case.state = check_move(CASE_MOVES, "case", case.state, row.state)
    if any(getattr(case.raw, name) != getattr(row, name) for name in TEXTS):
        tx.session.execute(delete(Embedding).where(Embedding.case_id == case.id))
    _write(tx, case, row, shown, library)


def link(case: Case, resolved: Resolved) -> None:
    """Point a case at what its reference means, and at the wording in force when it happened."""
    case.clause, case.section_key = resolved.clause, resolved.section_key
    case.revision_id = None
    if case.state in DECIDED_CASES and case.clause is not None:
        case.revision_id = _wording(case.clause, case)


def _wording(clause: Clause, case: Case) -> str | None:
    revision = clause.revision_at(case.occurred_at)
    return None if revision is None else revision.id


def _write(tx: Transaction, case: Case, row: ImportRow, shown: Shown, library: Library) -> None:
    for name in _AS_GIVEN:
        setattr(case, name, getattr(row, name))
    for name, text in shown.texts.items():
        setattr(case.raw, name, getattr(row, name))
        setattr(case, name, text)
    case.granted_action = shown.granted_action
    case.facts, case.extra = shown.facts, shown.extra
    case.filed_at = row.occurred_at
    case.decided_at = row.approved_at if row.state in DECIDED_CASES else None
    link(case, library.resolve(row.policy_ref))
    _report(tx, case, row.outcome)
    case.provenance = _provenance(row)
    case.imported_state, case.row_hash = row.state, row.hash
    case.seal()


def _report(tx: Transaction, case: Case, reported: ReportedOutcome | None) -> None:
    """Keep what the import says of the outcome beside what others say."""
    ours = [one for one in case.outcomes if one.source is OutcomeSource.IMPORT]
    if reported is None:
        for one in ours:
            case.outcomes.remove(one)
        return
    outcome = ours[0] if ours else Outcome(source=OutcomeSource.IMPORT)
    outcome.csat, outcome.complaint = reported.csat, reported.complaint
    outcome.retained, outcome.actual_cost = reported.retained, reported.actual_cost
    outcome.recorded_at = tx.at
    if not ours:
        case.outcomes.append(outcome)


def _provenance(row: ImportRow) -> dict[str, str]:
    given = [name for name in (*TEXTS, *WORDS, "amount") if getattr(row, name) is not None]
    return dict.fromkeys(
        (*given, *(f"facts.{name}" for name in row.facts)), FieldSource.IMPORTED.value
    )
