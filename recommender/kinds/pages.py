"""All about one kind: its card's cases, why each is here, its history. No person, days only."""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from recommender.cases.casebase import casebase
from recommender.kinds.centres import to_centre
from recommender.kinds.closely import close_view
from recommender.kinds.contrast import count_declined, declined_like
from recommender.kinds.dimensions import DimensionCount, dimensions
from recommender.kinds.drilling import beside
from recommender.kinds.floors import hides_people
from recommender.kinds.lineage import Step, steps_of
from recommender.kinds.listing import KindRow, kind_row
from recommender.kinds.masking import EvidenceView
from recommender.kinds.near_kinds import NearKind, near_kinds
from recommender.kinds.questions import Question, questions
from recommender.kinds.reasons import Card, Told, reasons
from recommender.kinds.standing import Standing
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind, Membership
from recommender.models.policies import Clause
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, Descent, Facts, OutcomeReading

MOST_CASES = 3
"""Cases of each sort on a page."""
USUAL_FACT = 0.5
"""A fact is the kind's own when more than this share of its cases carries it."""
_ITS_OWN = {
    Descent.SPLIT_FROM: "Split off from “{}”.",
    Descent.MERGED_INTO: "Merged into “{}”.",
    Descent.REBORN: "Found again.",
}
_ANOTHERS = {
    Descent.SPLIT_FROM: "“{}” was split off.",
    Descent.MERGED_INTO: "Took in “{}”.",
}


@dataclass(frozen=True, kw_only=True)
class KindCase:
    """A case on a kind's page: opaque id, day, redacted texts, and why it is here."""

    id: str
    day: date
    state: CaseState
    situation: str
    resolution: str | None
    reason: str | None
    decline_reason: str | None
    amount: float | None
    currency: str | None
    facts: Facts
    outcome: OutcomeReading
    why: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class HistoryStep:
    """One step in a kind's life."""

    at: date
    words: str


@dataclass(frozen=True, kw_only=True)
class KindDetail:
    """A kind's page. Lists of cases, terms and former names are empty where few are behind it."""

    kind: KindRow
    retired: bool
    """No run finds it any more; nothing is drafted from it."""
    version: int
    aliases: list[str]
    clause: Clause | None
    evidence: EvidenceView
    representative: list[KindCase]
    borderline: list[KindCase]
    nearest_outside: list[KindCase]
    declined: list[KindCase]
    terms: list[str]
    dimensions: list[DimensionCount] | None
    """None where few are behind it."""
    near: list[NearKind]
    history: list[HistoryStep]
    waiting: list[Question]
    asked_for: str | None
    """The id that was asked for, where this kind took the other one in."""


def detail(tx: Transaction, standing: Standing, asked_for: str | None = None) -> KindDetail:
    """Lay out a kind's page."""
    kind, card = standing.kind, standing.kind.card
    shown = _Shown(tx, kind, standing.cases)
    hidden = hides_people(standing.evidence, tx.settings)

    declined = [] if hidden else declined_like(tx, kind)

    def cases(name: str) -> list[KindCase]:
        return [] if hidden else shown.approved(card.get(name, []))

    return KindDetail(
        kind=kind_row(standing, tx.settings, declined=count_declined(tx, [standing]).get(kind.id)),
        retired=kind.retired_at is not None,
        version=kind.version,
        aliases=[] if hidden else kind.aliases,
        clause=kind.clause,
        evidence=close_view(tx, standing, declined),
        representative=cases("representatives"),
        borderline=cases("borderline"),
        nearest_outside=cases("nearest_outside"),
        declined=shown.each(declined),
        terms=[] if hidden else list(card.get("terms", [])),
        dimensions=dimensions(tx, standing),
        near=near_kinds(tx, standing),
        history=_history(tx, kind),
        waiting=[] if kind.retired_at is not None else questions(tx.session, kind),
        asked_for=None if asked_for == kind.id else asked_for,
    )


def kind_case(case: Case, why: Sequence[str] = ()) -> KindCase:
    """Show one case."""
    return KindCase(
        id=case.id,
        day=case.occurred_at.date(),
        state=case.state,
        situation=case.situation,
        resolution=case.resolution,
        reason=case.reason,
        decline_reason=case.decline_reason,
        amount=case.amount,
        currency=case.currency,
        facts=case.facts,
        outcome=case.outcome.reading,
        why=list(why),
    )


class _Shown:
    """Shows cases beside one kind, each with what it shares with the kind."""

    def __init__(self, tx: Transaction, kind: Kind, cases: AbstractSet[str]) -> None:
        self._tx = tx
        self._kind = kind
        self._card = _card(tx.session, kind, cases)

    def approved(self, ids: Sequence[str]) -> list[KindCase]:
        """Show those that may be read and are still approved, in the given order."""
        readable = beside(self._tx, ids)
        found = {
            case.id: case
            for case in self._tx.session.scalars(
                select(Case)
                .where(Case.id.in_(ids), Case.state == CaseState.APPROVED)
                .options(joinedload(Case.clause))
            )
        }
        return self.each([found[one] for one in ids if one in found and one in readable])

    def each(self, cases: Sequence[Case]) -> list[KindCase]:
        """Show the first of some cases."""
        return [kind_case(case, self._why(case)) for case in cases[:MOST_CASES]]

    def _why(self, case: Case) -> list[str]:
        told = Told(
            texts=[text for text in (case.situation, case.resolution, case.reason) if text],
            clause=None if case.clause is None else case.clause.key,
            action=case.granted_action,
            facts=case.facts,
        )
        return list(reasons(told, self._card, typical=self._to_typical(case.id)))

    def _to_typical(self, case_id: str) -> float | None:
        """Give a case's likeness to the most typical case; None for that case itself."""
        typical: str = next(iter(self._kind.card.get("representatives", [])), case_id)
        base = casebase(self._tx)
        if typical == case_id or typical not in base.place or case_id not in base.place:
            return None
        rows = [base.place[case_id]]
        return float(to_centre(base, [base.place[typical]], rows)[0])


def _card(session: Session, kind: Kind, cases: AbstractSet[str]) -> Card:
    return Card(
        clause=None if kind.clause is None else kind.clause.key,
        action=kind.card.get("action", ""),
        terms=kind.card.get("terms", []),
        facts=_usual_facts(session, kind, cases),
    )


def _usual_facts(session: Session, kind: Kind, cases: AbstractSet[str]) -> dict[str, list[object]]:
    """Give the facts that most of a kind's cases carry, with all their values."""
    found = session.execute(
        select(Case.id, Case.facts)
        .join(Membership, Membership.case_id == Case.id)
        .where(Membership.kind_id == kind.id)
    )
    rows = [facts for case_id, facts in found if case_id in cases]
    counts = Counter(name for facts in rows for name in facts)
    usual = sorted(name for name, count in counts.items() if count > USUAL_FACT * len(rows))
    return {name: [facts[name] for facts in rows if name in facts] for name in usual}


def _history(tx: Transaction, kind: Kind) -> list[HistoryStep]:
    steps = [(kind.born_at, "Found for the first time.")]
    steps += [(step.at, words) for step in steps_of(tx, kind.id) if (words := _told(step, kind))]
    if kind.dismissed_at is not None:
        steps.append((kind.dismissed_at, "Put aside."))
    if kind.retired_at is not None and kind.merged_into_id is None:
        steps.append((kind.retired_at, "No longer found by a run."))
    for candidate in tx.session.scalars(select(Candidate).where(Candidate.kind_id == kind.id)):
        steps.append((candidate.promoted_at, "Promoted to a candidate."))
        steps += [
            (decision.decided_at, f"Decision: {decision.verdict.replace('_', ' ')}.")
            for decision in candidate.decisions
        ]
    return [HistoryStep(at=at.date(), words=words) for at, words in sorted(steps)]


def _told(step: Step, kind: Kind) -> str | None:
    """Say a step of lineage from the kind's side; its birth and end are told from its own row."""
    told = _ITS_OWN if step.kind_id == kind.id else _ANOTHERS
    other = step.other_kind_name if step.kind_id == kind.id else step.kind_name
    return told[step.what].format(other) if step.what in told else None
