"""Rule books: reading for everybody, importing and ceilings for their owners."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse
from sqlalchemy import select

from api.deps import OpenedHouse, SignedIn
from api.schemas.policies import (
    CeilingIn,
    ChangeOut,
    ClauseOut,
    ClausePage,
    LibraryPage,
    PolicyImportIn,
    PolicyImportOut,
    PolicyOut,
)
from api.schemas.references import KindRef
from api.views.candidates import candidate_ref
from api.views.policies import clause_out, revision_out
from recommender.access import Act
from recommender.cases.clock import today
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind
from recommender.policies.importing import import_policy
from recommender.policies.library import (
    clause_by_key,
    diff,
    policies,
    render_policy,
    set_ceiling,
    unowned,
)
from recommender.policies.syntax.read import parse_policy
from recommender.storage.house import Transaction

router = APIRouter(tags=["policies"])


@router.get("/library")
def read_library(house: OpenedHouse, actor: SignedIn) -> LibraryPage:
    """All rule books with the wordings in force today."""
    with house.reading(actor) as tx:
        moment = today(tx).moment
        return LibraryPage(
            unowned=[one.key for one in unowned(tx.session)],
            policies=[
                PolicyOut(
                    key=policy.key,
                    title=policy.title,
                    owner=policy.owner,
                    clauses=[clause_out(clause, moment) for clause in policy.clauses],
                )
                for policy in policies(tx)
            ],
        )


@router.get("/policies/{key}/markdown", response_class=PlainTextResponse)
def export_policy(house: OpenedHouse, actor: SignedIn, key: str) -> str:
    """A rule book as Markdown, as it would be imported again."""
    with house.reading(actor) as tx:
        return render_policy(tx, key, today(tx).moment)


@router.post("/policies", status_code=HTTPStatus.CREATED)
def create_policy(house: OpenedHouse, actor: SignedIn, body: PolicyImportIn) -> PolicyImportOut:
    """Import a handbook; changed clauses get a new revision, missing ones are only listed."""
    parsed = parse_policy(body.markdown, body.file_name)
    with house.transaction(actor) as tx:
        report = import_policy(tx, parsed)
        return PolicyImportOut(
            policy=report.policy,
            added=report.added,
            revised=report.changed,
            unchanged=len(report.unchanged),
            missing=report.missing,
        )


@router.get("/clauses/{key}")
def read_clause(house: OpenedHouse, actor: SignedIn, key: str) -> ClausePage:
    """One clause with all its wordings, the kinds that defy it and what was suggested."""
    with house.reading(actor) as tx:
        clause = clause_by_key(tx, key)
        reviews = actor.may(Act.READ_KINDS)
        return ClausePage(
            **clause_out(clause, today(tx).moment).model_dump(),
            policy_key=clause.policy.key,
            policy_title=clause.policy.title,
            revisions=[revision_out(revision) for revision in clause.revisions],
            kinds=_kinds_of(tx, clause.id) if reviews else [],
            candidates=[candidate_ref(found) for found in _candidates_of(tx, clause.id)]
            if reviews
            else [],
        )


@router.get("/clauses/{key}/diff")
def compare_revisions(
    house: OpenedHouse,
    actor: SignedIn,
    key: str,
    old: Annotated[int, Query(ge=1)],
    new: Annotated[int, Query(ge=1)],
) -> list[ChangeOut]:
    """What changed between two wordings, word by word."""
    with house.reading(actor) as tx:
        return [ChangeOut.model_validate(change) for change in diff(tx, key, old, new)]


@router.put("/clauses/{key}/ceiling")
def change_ceiling(house: OpenedHouse, actor: SignedIn, key: str, body: CeilingIn) -> ClauseOut:
    """Say the most that a peer's signature may approve under this clause."""
    with house.transaction(actor) as tx:
        set_ceiling(tx, key, body.amount, body.currency)
        return clause_out(clause_by_key(tx, key), today(tx).moment)


def _kinds_of(tx: Transaction, clause_id: str) -> list[KindRef]:
    living = select(Kind).where(Kind.clause_id == clause_id, Kind.retired_at.is_(None))
    return [KindRef.model_validate(kind) for kind in tx.session.scalars(living.order_by(Kind.name))]


def _candidates_of(tx: Transaction, clause_id: str) -> list[Candidate]:
    suggested = select(Candidate).where(Candidate.clause_id == clause_id)
    return list(tx.session.scalars(suggested.order_by(Candidate.promoted_at)))
