"""Telling that a kind recurs although its rule was changed, with the cases that show it."""

from sqlalchemy import select

from recommender.access import Act
from recommender.cases.clock import today
from recommender.changes.desks import owners_of
from recommender.changes.following import follow
from recommender.kinds.answered import recurring
from recommender.kinds.drilling import in_shown_kinds
from recommender.kinds.rows import rows_by_kind
from recommender.kinds.standing import standings
from recommender.models.changes import Candidate
from recommender.notices import tell
from recommender.policies.safe_words import safe_name
from recommender.storage.house import Transaction
from recommender.vocabulary import CandidateState, KindState, NoticeTopic, Verdict

_IN_USE = (CandidateState.IN_FORCE, CandidateState.CONFIRMED)


def tell_regressed(tx: Transaction) -> int:
    """Tell, once a change, its desk and its promoter that the kind recurs; give how many changes.

    The kind can be promoted again; nothing is decided here.
    """
    tx.actor.require(Act.DECIDE)
    in_use = select(Candidate).where(Candidate.state.in_(_IN_USE), Candidate.kind_id.is_not(None))
    newest = {
        one.kind_id: one for one in tx.session.scalars(in_use.order_by(Candidate.promoted_at))
    }
    kinds = [
        one.kind for one in newest.values() if one.kind is not None and one.regressed_at is None
    ]
    again = {one.kind.id for one in standings(tx, kinds) if one.state is KindState.REGRESSED}
    for kind_id in sorted(again):
        _tell(tx, newest[kind_id])
    return len(again)


def recurred(tx: Transaction, found: Candidate) -> list[str]:
    """Give the cases that recurred under a candidate's wording and may be read, the first first."""
    if found.kind_id is None or follow(tx, found) is None:
        return []
    moment = today(tx).moment
    rows = rows_by_kind(tx.session, moment, [found.kind_id]).get(found.kind_id, [])
    again = [row.id for row in recurring(tx.session, rows, [found], moment)]
    readable = in_shown_kinds(tx, set(again))
    return [case for case in again if case in readable]


def _tell(tx: Transaction, found: Candidate) -> None:
    found.regressed_at = today(tx).moment
    tx.session.flush()
    tx.record("regress", "candidate", found.id, kind=found.kind_id)
    clause = "its clause" if found.clause is None else found.clause.key
    clarified = found.verdict is Verdict.CLARIFY_WORDING
    still = "still ask for what it allows" if clarified else "still have to ask"
    tell(
        tx,
        {*owners_of(tx.session, found), found.promoted_by},
        topic=NoticeTopic.REGRESSED,
        title=f"Exceptions come again: {safe_name(found.subject)}",
        body=f"{clause} was changed for this kind, and people {still}. The new cases are on the "
        "page of the change; the kind can be promoted again.",
        candidate_id=found.id,
        needs_you=True,
    )
