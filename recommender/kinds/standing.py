"""Where a kind stands now: its evidence inside its window, and what people decided about it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.kinds import surfacing
from recommender.kinds.answered import goes_on
from recommender.kinds.costs import Year, yearly
from recommender.kinds.evidence import Evidence, Window, gather
from recommender.kinds.floors import Held, held
from recommender.kinds.measured import Basis, Measured, measured
from recommender.kinds.rates import weeks_between
from recommender.kinds.rows import CaseFacts, rows_by_kind, rows_of
from recommender.kinds.surfacing import Life
from recommender.kinds.thresholds import COMES_BACK, NEW_DAYS
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind
from recommender.storage.house import Transaction
from recommender.vocabulary import DECIDED_CANDIDATES, CandidateState, KindState

_MAY_BE_NEW: Final = frozenset({KindState.GROWING, KindState.FADING, KindState.STABLE})
"""Only a kind in one of these is new instead, where it did not surface `NEW_DAYS` ago."""


@dataclass(frozen=True, kw_only=True)
class Standing(Measured):
    """A kind with its evidence, state and grade at one moment."""

    kind: Kind

    @property
    def surfaced(self) -> bool:
        """Tell whether it passes the surfacing rule and nobody has put it aside."""
        return self.state not in {KindState.EMERGING, KindState.DISMISSED} and (
            self.grade is not None or self.state is KindState.REGRESSED
        )


def standings(tx: Transaction, kinds: Sequence[Kind]) -> list[Standing]:
    """Measure kinds as of today, each by the cases that readers take for its own."""
    found = measured(tx, kinds, partial(_measure, tx.session))
    return [
        Standing(
            kind=kind,
            evidence=one.evidence,
            state=one.state,
            grade=one.grade,
            cases=one.cases,
            window=one.window,
            comes_back=one.comes_back,
            asked=one.asked,
            year=one.year,
        )
        for kind in kinds
        for one in (found[kind.id],)
    ]


def rows_behind(tx: Transaction, standing: Standing) -> list[CaseFacts]:
    """Give the cases that a kind's evidence was measured by, those outside its window left out."""
    group = held(tx.session, [standing.kind.id] if standing.kind.retired_at is None else [])
    rows = _rows(tx.session, [standing.kind.id], group, standing.window.end)[standing.kind.id]
    return [row for row in rows if standing.window.holds(row)]


def _measure(session: Session, kinds: Sequence[Kind], basis: Basis) -> dict[str, Measured]:
    ids = [kind.id for kind in kinds]
    rows = _rows(session, ids, basis.held, basis.moment)
    candidates = _candidates(session, ids)
    return {
        kind.id: _measured(session, kind, rows[kind.id], candidates[kind.id], basis)
        for kind in kinds
    }


def _rows(
    session: Session, kinds: Sequence[str], groups: Mapping[str, Held], moment: datetime
) -> dict[str, list[CaseFacts]]:
    rows: dict[str, list[CaseFacts]] = defaultdict(list, rows_by_kind(session, moment, kinds))
    for kind_id, group in groups.items():
        now = [row for row in rows[kind_id] if row.id in group.cases]
        gone = rows_of(session, moment, group.cases.difference(row.id for row in now))
        rows[kind_id] = sorted(now + gone, key=lambda row: row.source)
    return rows


def _gate(kind: Kind) -> tuple[str, ...]:
    """Say what a kind's quality lacks; who vouches for a kind knows better."""
    return tuple(kind.card.get("quality", {}).get("shortfalls", ()))


def _measured(
    session: Session,
    kind: Kind,
    rows: Sequence[CaseFacts],
    candidates: Sequence[Candidate],
    basis: Basis,
) -> Measured:
    window = Window(start=_window_start(kind, candidates, basis.moment), end=basis.moment)
    gate = () if kind.id in basis.vouched else _gate(kind)
    evidence = gather(rows, window, since=basis.since, gate=gate, contacts=basis.contacts)
    comes_back = _comes_back(candidates, evidence.counted_cases)
    life = Life(
        dismissed=is_dismissed(kind, evidence.counted_cases),
        settled=comes_back is None and _settled(candidates, basis.moment),
        regressed=goes_on(session, rows, candidates, basis.moment),
    )
    state = surfacing.state(evidence, evidence, life)
    if state in _MAY_BE_NEW:
        earlier = replace(window, end=basis.moment - timedelta(days=NEW_DAYS))
        before = gather(rows, earlier, since=basis.since, gate=gate, contacts=basis.contacts)
        state = surfacing.state(evidence, before, life)
    return Measured(
        evidence=evidence,
        state=state,
        grade=surfacing.grade(evidence),
        cases=frozenset(row.id for row in rows),
        window=window,
        comes_back=comes_back,
        asked=bool(candidates) and candidates[-1].state is CandidateState.RETURNED,
        year=_year(rows, evidence),
    )


def _year(rows: Sequence[CaseFacts], evidence: Evidence) -> Year | None:
    """Sum up a year in the commonest currency, of all cases: copies cost as much."""
    span = evidence.window
    if span.start is None or not evidence.costs:
        return None
    currency = evidence.costs[0].currency
    costs = (
        (row.day, row.cost)
        for row in rows
        if row.cost is not None and row.currency == currency and span.holds(row)
    )
    return yearly(costs, weeks_between(span.start, span.end))


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


def needed_again(rejected: Candidate) -> int:
    """Give with how many cases a rejected candidate may come back: twice those it was judged by."""
    return COMES_BACK * (rejected.evidence.get("counted_cases") or 1)


def _settled(candidates: Sequence[Candidate], moment: datetime) -> bool:
    """Tell whether the last candidate is decided, was not taken back, and tolerates nothing past.

    A rejection ends where the kind comes back.
    """
    last = candidates[-1] if candidates else None
    if last is None or last.state not in DECIDED_CANDIDATES - {CandidateState.ROLLED_BACK}:
        return False
    return last.until is None or last.until.date() >= moment.date()


def _comes_back(candidates: Sequence[Candidate], counted_cases: int) -> str | None:
    """Say why the kind may be promoted again though its last candidate was rejected.

    How its draft has moved is too much to ask for here: the upkeep keeps it with the candidate.
    """
    last = candidates[-1] if candidates else None
    if last is None or last.state is not CandidateState.REJECTED:
        return None
    if counted_cases >= needed_again(last):
        return "its cases have doubled since it was rejected"
    moved: str | None = last.draft.get("moved")
    return moved
