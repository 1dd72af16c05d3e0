"""Clauses and their wordings as the API shows them."""

from datetime import datetime

from api.schemas.drafts import ConditionOut, ScopeOut
from api.schemas.policies import ClauseOut, ExceptionOut, OriginOut, ParameterOut, RevisionOut
from api.schemas.references import CandidateRef, KindRef
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind
from recommender.models.policies import Clause, Revision
from recommender.policies.exceptions import exceptions_of
from recommender.storage.house import Transaction
from recommender.vocabulary import DecisionVerdict

_ACCEPTED = {DecisionVerdict.ACCEPT, DecisionVerdict.ACCEPT_WITH_EDITS}


def revision_out(revision: Revision) -> RevisionOut:
    """Show one wording."""
    return RevisionOut(
        number=revision.number,
        text=revision.text,
        parameters=[ParameterOut(**parameter) for parameter in revision.parameters],
        effective_from=revision.effective_from,
        created_at=revision.created_at,
        candidate_id=revision.candidate_id,
        retires=revision.retires,
        never_applies=revision not in revision.clause.applied,
    )


def clause_out(clause: Clause, moment: datetime) -> ClauseOut:
    """Show a clause with the wording in force at a moment."""
    revision = clause.revision_at(moment)
    return ClauseOut(
        key=clause.key,
        section_key=clause.section_key,
        section_title=clause.section_title,
        owner=clause.desk,
        never_bend=clause.never_bend,
        ceiling=clause.ceiling,
        retired=revision is not None and revision.retires,
        revision=None if revision is None else revision_out(revision),
    )


def exceptions_out(
    tx: Transaction, revision: Revision | None, *, reviews: bool
) -> list[ExceptionOut]:
    """Show what a wording allows single kinds; which kinds they are only to those who `reviews`."""
    found = []
    for one in () if revision is None else exceptions_of(revision):
        kind = tx.session.get(Kind, one.kind_id) if reviews else None
        found.append(
            ExceptionOut(
                sentence=one.sentence,
                conditions=[ConditionOut.model_validate(each) for each in one.conditions],
                scope=ScopeOut.model_validate(one.scope),
                since=one.since,
                kind=None if kind is None else KindRef.model_validate(kind),
            )
        )
    return found


def origin_out(tx: Transaction, revision: Revision | None) -> OriginOut | None:
    """Show what a wording came of; None where it was imported."""
    found = None
    if revision is not None and revision.candidate_id is not None:
        found = tx.session.get(Candidate, revision.candidate_id)
    if found is None:
        return None
    said = next((one for one in reversed(found.decisions) if one.verdict in _ACCEPTED), None)
    return OriginOut(
        candidate=CandidateRef.model_validate(found),
        cases=(found.evidence or {}).get("cases"),
        decided_on=None if said is None else said.decided_at.date(),
        decided_as=None if said is None else said.decided_as,
        reason=None if said is None else said.reason,
    )
