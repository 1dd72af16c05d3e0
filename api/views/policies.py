"""Clauses and their wordings as the API shows them."""

from datetime import datetime

from api.schemas.policies import ClauseOut, ParameterOut, RevisionOut
from recommender.models.policies import Clause, Revision


def revision_out(revision: Revision) -> RevisionOut:
    """Show one wording."""
    return RevisionOut(
        number=revision.number,
        text=revision.text,
        parameters=[ParameterOut(**parameter) for parameter in revision.parameters],
        effective_from=revision.effective_from,
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
