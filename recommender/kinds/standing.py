"""Where a kind stands now: its evidence inside its window, and what people decided about it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.cases.clock import today
from recommender.kinds import surfacing
from recommender.kinds.answered import recurring
from recommender.kinds.evidence import Evidence, Window, gather
from recommender.kinds.floors import held
from recommender.kinds.rows import CaseFacts, first_moment, rows_by_kind, rows_of
from recommender.kinds.surfacing import Life
from recommender.kinds.teaching import vouched_kinds
from recommender.kinds.thresholds import COMES_BACK, NEW_DAYS, RECURS
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind
from recommender.storage.house import Transaction
from recommender.vocabulary import DECIDED_CANDIDATES, CandidateState, Grade, KindState


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A kind with its evidence, state and grade at one moment."""

    kind: Kind
    evidence: Evidence
    state: KindState
    grade: Grade | None
    cases: frozenset[str]
    """All its approved cases as readers know them, those before its window too."""

    @property
    def surfaced(self) -> bool:
        """Tell whether it passes the surfacing rule and nobody has put it aside."""
        return self.state not in {KindState.EMERGING, KindState.DISMISSED} and (
            self.grade is not None or self.state is KindState.REGRESSED
        )


def standings(tx: Transaction, kinds: Sequence[Kind]) -> list[Standing]:
    """Measure kinds as of today, each by the cases that readers take for its own."""
    moment = today(tx).moment
    ids = [kind.id for kind in kinds]
    rows = _rows(tx.session, kinds, moment)
    candidates = _candidates(tx.session, ids)
    since = first_moment(tx.session)
    vouched = vouched_kinds(tx.session)
    return [
        _standing(
            tx.session,
            kind,
            rows.get(kind.id, []),
            candidates[kind.id],
            (since, moment),
            gate=() if kind.id in vouched else _gate(kind),
        )
        for kind in kinds
    ]


def _rows(session: Session, kinds: Sequence[Kind], moment: datetime) -> dict[str, list[CaseFacts]]:
    living = [kind.id for kind in kinds if kind.retired_at is None]
    rows = rows_by_kind(session, moment, [kind.id for kind in kinds])
    for kind_id, group in held(session, living).items():
        now = [row for row in rows.get(kind_id, []) if row.id in group.cases]
        rows[kind_id] = now + rows_of(session, moment, group.cases.difference(r.id for r in now))
    return rows


def _gate(kind: Kind) -> tuple[str, ...]:
    """Say what a kind's quality lacks; who vouches for a kind knows better."""
    return tuple(kind.card.get("quality", {}).get("shortfalls", ()))


def _standing(
    session: Session,
    kind: Kind,
    rows: Sequence[CaseFacts],
    candidates: Sequence[Candidate],
    span: tuple[datetime | None, datetime],
    *,
    gate: tuple[str, ...],
) -> Standing:
    since, moment = span
    window = Window(start=_window_start(kind, candidates, moment), end=moment)
    evidence = gather(rows, window, since=since, gate=gate)
    before = gather(
        rows, replace(window, end=moment - timedelta(days=NEW_DAYS)), since=since, gate=gate
    )
    life = Life(
        dismissed=is_dismissed(kind, evidence.counted_cases),
        settled=_settled(candidates, evidence.counted_cases),
        regressed=_regressed(session, rows, candidates, moment),
    )
    return Standing(
        kind=kind,
        evidence=evidence,
        state=surfacing.state(evidence, before, life),
        grade=surfacing.grade(evidence),
        cases=frozenset(row.id for row in rows),
    )


def is_dismissed(kind: Kind, counted_cases: int) -> bool:
    """Tell whether a dismissal still holds: it ends when the evidence has doubled."""
    least = max(kind.dismissed_with_cases or 0, 1)
    return kind.dismissed_at is not None and counted_cases < COMES_BACK * least


def _candidates(session: Session, kinds: Sequence[str]) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = defaultdict(list)
    for kind_id, candidate in session.execute(
        select(Kind.id, Candidate)
        .join(Candidate.kind)
        .where(Kind.id.in_(kinds))
        .order_by(Candidate.promoted_at)
    ):
        found[kind_id].append(candidate)
    return found


def _window_start(kind: Kind, candidates: Sequence[Candidate], moment: datetime) -> datetime | None:
    """Say since when the clause reads as it does.

    Wordings that answered this kind do not cut, nor does the one before them, taken up again.

    The evidence that led to a decision stays on the kind's page; what happened after it is
    judged as a regression.
    """
    if kind.clause is None:
        return None
    own = {candidate.id for candidate in candidates}
    taken_back = [one for one in candidates if one.state is CandidateState.ROLLED_BACK]
    bases = {one.base_revision_id for one in taken_back} - {None}
    others = [
        revision
        for revision in kind.clause.revisions
        if revision.in_force_from(moment)
        and revision.candidate_id not in own
        and revision.kept_from not in bases
    ]
    return others[-1].effective_from if others else None


def _settled(candidates: Sequence[Candidate], counted_cases: int) -> bool:
    """Tell whether the last candidate is decided, and was not taken back.

    A rejection ends when the evidence doubles.
    """
    last = candidates[-1] if candidates else None
    if last is None or last.state not in DECIDED_CANDIDATES - {CandidateState.ROLLED_BACK}:
        return False
    if last.state is not CandidateState.REJECTED:
        return True
    judged = last.evidence.get("counted_cases") or 1
    return counted_cases < COMES_BACK * judged


def _regressed(
    session: Session,
    rows: Sequence[CaseFacts],
    candidates: Sequence[Candidate],
    moment: datetime,
) -> bool:
    """Tell whether it recurs under the wording that answered it; earlier cases never count."""
    return len(recurring(session, rows, candidates, moment)) >= RECURS.least
