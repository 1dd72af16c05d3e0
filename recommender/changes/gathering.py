"""The ground of a kind read from the database: its members, and the declined cases like them."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from recommender.cases.clock import today
from recommender.cases.evidence_rows import counts_as_evidence
from recommender.cases.outcomes import outcomes_of
from recommender.changes.askers import Askers
from recommender.changes.decided import Decided, read_decided
from recommender.changes.exceptions import said_already
from recommender.changes.ground import Ground
from recommender.changes.learnt import LEAST_OUT
from recommender.changes.parameters import LEAST_CASES
from recommender.kinds import batches
from recommender.kinds.catalogue import living_kind
from recommender.kinds.contrast import declined_like
from recommender.kinds.drilling import in_shown_kinds
from recommender.kinds.floors import hides_people
from recommender.kinds.masking import view
from recommender.kinds.rows import rows_by_kind
from recommender.kinds.standing import Standing, standings
from recommender.kinds.statistics import wilson
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind, Membership
from recommender.models.outcomes import OutcomeFacts
from recommender.models.policies import Clause, Revision
from recommender.policies.limiting import limits_of
from recommender.storage.house import Transaction
from recommender.vocabulary import CandidateState, CaseState, OutcomeReading


def find_ground(tx: Transaction, kind_id: str) -> Ground:
    """Gather what a living kind's draft stands on; raises UnknownKind.

    Signed cases are those since the live wording came into force, whatever it came from: what
    was answered is not drafted again. If it is the one before this kind's own change, which was
    taken back, they are those since it first did.
    """
    kind = living_kind(tx, kind_id)
    moment = today(tx).moment
    standing = standings(tx, [kind])[0]
    clause = None if kind.clause is None or kind.clause.newest.retires else kind.clause
    start = _live_since(tx, kind, clause, moment)
    members = _members(tx, standing, start, moment)
    rows = rows_by_kind(tx.session, moment, [kind.id]).get(kind.id, [])
    counting = {row.id for row in batches.counted([row for row in rows if row.id in members])}
    shown = view(standing.evidence, tx.settings)
    declined = [case for case in declined_like(tx, kind) if _inside(case, start, moment)]
    decided = read_decided(tx, clause, [*members.values(), *declined])
    others = _others(clause, members, decided)
    askers = None if clause is None else Askers(tx, clause, decided, start, moment)
    return Ground(
        kind=kind,
        clause=clause,
        base=None if clause is None else clause.newest,
        signed=list(members.values()),
        counted=[case for case in members.values() if case.id in counting],
        declined=declined,
        grade=standing.grade if standing.surfaced else None,
        surfaced=standing.surfaced,
        bad_low=standing.evidence.bad.share_low,
        usual_bad=_usual_bad(tx, members, others, decided.opened),
        complaints_stand_out=_complaints(members.values(), others.values()),
        effective_agents=shown.effective_agents,
        hides_people=hides_people(standing.evidence, tx.settings),
        limits=limits_of(tx, clause),
        protected=tuple((tx.settings.protected_facts or "").split(",")),
        state=standing.state,
        good_low=standing.evidence.good.share_low,
        as_of=moment.date(),
        said=said_already(tx, None if clause is None else clause.newest, kind.id),
        decided=decided,
        ruled_out=None if askers is None else askers.share_outside(),
        shares_past={}
        if clause is None or askers is None
        else askers.shares_past(clause.newest, members.values(), rows),
    )


def _live_since(
    tx: Transaction, kind: Kind, clause: Clause | None, moment: datetime
) -> datetime | None:
    live: Revision | None = None if clause is None else clause.revision_at(moment)
    taken_back = select(Candidate.base_revision_id).where(
        Candidate.kind_id == kind.id, Candidate.state == CandidateState.ROLLED_BACK
    )
    if live is not None and live.kept_from in set(tx.session.scalars(taken_back)) - {None}:
        live = tx.session.get_one(Revision, live.kept_from)
    return None if live is None else live.effective_from


def _inside(case: Case, start: datetime | None, end: datetime) -> bool:
    return (start is None or start <= case.occurred_at) and case.occurred_at <= end


def _members(
    tx: Transaction, standing: Standing, start: datetime | None, end: datetime
) -> dict[str, Case]:
    found = tx.session.scalars(
        select(Case)
        .join(Membership, Membership.case_id == Case.id)
        .where(Membership.kind_id == standing.kind.id, counts_as_evidence())
        .options(selectinload(Case.outcomes))
        .order_by(Case.source_system, Case.source_id)
    )
    return {
        case.id: case for case in found if case.id in standing.cases and _inside(case, start, end)
    }


def _others(
    clause: Clause | None, members: Mapping[str, Case], decided: Decided
) -> dict[str, OutcomeFacts]:
    """Give what came of each of the clause's other signed cases."""
    return {
        case.id: decided.outcomes[case.id]
        for case in decided.cases
        if clause is not None
        and case.state is CaseState.APPROVED
        and case.clause_id == clause.id
        and case.id not in members
        and case.id in decided.outcomes
    }


def _complaints(members: Iterable[Case], others: Iterable[OutcomeFacts]) -> bool:
    """Tell whether complaints are surely commoner than in the clause's other signed cases."""
    known, complained = _complaint_counts(case.outcome for case in members)
    usual = _usual(*_complaint_counts(others))
    if known < LEAST_CASES.value or usual is None:
        return False
    return wilson(complained, known)[0] > usual


def _usual_bad(
    tx: Transaction,
    members: Mapping[str, Case],
    others: Mapping[str, OutcomeFacts],
    opened: AbstractSet[str],
) -> float | None:
    """Give the share of bad outcomes in a clause's other cases, or where few are known the house's.

    The house's are read only for a kind that has several bad ones. Of both those count that may be
    opened, so that nobody learns of another one's end by what is drafted.
    """
    usual = _usual(*_bad_counts(one for case, one in others.items() if case in opened))
    if usual is not None:
        return usual
    if _bad_counts(case.outcome for case in members.values())[1] < LEAST_OUT:
        return None
    signed = outcomes_of(tx.session, select(Case.id).where(counts_as_evidence()))
    shown = in_shown_kinds(tx, signed.keys() - members.keys())
    return _usual(*_bad_counts(signed[case] for case in shown))


def _bad_counts(outcomes: Iterable[OutcomeFacts]) -> tuple[int, int]:
    known = [one.reading for one in outcomes if one.reading is not OutcomeReading.MISSING]
    return len(known), known.count(OutcomeReading.BAD)


def _usual(known: int, hits: int) -> float | None:
    """Give a share among other cases; None where too few are known to say what is usual.

    One hit and one miss are added, so that none among few is not never.
    """
    return None if known < LEAST_CASES.value else (hits + 1) / (known + 2)


def _complaint_counts(outcomes: Iterable[OutcomeFacts]) -> tuple[int, int]:
    known = [one.complaint for one in outcomes if one.complaint is not None]
    return len(known), sum(known)
