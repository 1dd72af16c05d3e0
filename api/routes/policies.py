"""Rule books: reading for everybody, importing and ceilings for their owners."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Query
from fastapi.responses import PlainTextResponse
from sqlalchemy import select

from api.deps import OpenedHouse, SignedIn
from api.laid_down import laid_down
from api.schemas.policies import (
    CeilingIn,
    ChangeOut,
    ClauseOut,
    ClausePage,
    HandbookOut,
    HandbookQuery,
    LibraryPage,
    NumberOut,
    NumbersIn,
    PolicyImportIn,
    PolicyImportOut,
    PolicyOut,
)
from api.schemas.references import KindRef
from api.views.candidates import candidate_ref
from api.views.policies import clause_out, exceptions_out, origin_out, revision_out
from recommender.access import Act
from recommender.cases.clock import today
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind
from recommender.policies.importing import import_policy
from recommender.policies.library import (
    StaleSuggestion,
    clause_by_key,
    confirm_parameters,
    diff,
    policies,
    render_policy,
    set_ceiling,
    suggestions,
    unowned,
)
from recommender.policies.syntax.read import parse_policy
from recommender.policies.syntax.suggest import suggest_parameters
from recommender.policies.syntax.word import markdown_of
from recommender.storage.house import Transaction

router = APIRouter(tags=["policies"])

AsOf = Annotated[date | None, Query(description="As it reads at the end of this day.")]


@router.get("/library")
def read_library(house: OpenedHouse, actor: SignedIn, on: AsOf = None) -> LibraryPage:
    """All rule books with the wordings in force today, or on a day those that stood then."""
    with house.reading(actor) as tx:
        moment = _moment(tx, on)
        return LibraryPage(
            unowned=[one.key for one in unowned(tx.session)],
            policies=[
                PolicyOut(
                    key=policy.key,
                    title=policy.title,
                    owner=policy.owner,
                    clauses=[
                        clause_out(clause, moment)
                        for clause in policy.clauses
                        if on is None or clause.revision_at(moment) is not None
                    ],
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
        trial = tx.session.begin_nested()
        report = import_policy(tx, parsed)
        tx.session.flush()
        if body.dry_run:
            trial.rollback()
        return PolicyImportOut(
            policy=report.policy,
            added=report.added,
            revised=report.changed,
            unchanged=len(report.unchanged),
            missing=report.missing,
            decided=report.decided,
            may_bend_now=report.may_bend_now,
            new=report.new,
            numbers=sum(len(suggest_parameters(clause.markup)) for clause in parsed.clauses),
            dry_run=body.dry_run,
        )


@router.post("/handbooks")
def read_handbook(
    actor: SignedIn,
    query: Annotated[HandbookQuery, Query()],
    body: Annotated[bytes, Body(media_type="application/octet-stream")],
) -> HandbookOut:
    """Read a word processor's document (.docx) as the Markdown of a handbook; keeps nothing."""
    actor.require(Act.MAINTAIN_POLICIES)
    with laid_down(query.file_name, body) as path:
        return HandbookOut(markdown=markdown_of(path))


@router.get("/clauses/{key}")
def read_clause(house: OpenedHouse, actor: SignedIn, key: str, on: AsOf = None) -> ClausePage:
    """One clause with all its wordings, the kinds that defy it and what was suggested."""
    with house.reading(actor) as tx:
        clause = clause_by_key(tx, key)
        reviews = actor.may(Act.READ_KINDS)
        moment = _moment(tx, on)
        shown = clause.revision_at(moment)
        return ClausePage(
            **clause_out(clause, moment).model_dump(),
            exceptions=exceptions_out(tx, shown, reviews=reviews),
            origin=origin_out(tx, shown) if reviews else None,
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


@router.get("/clauses/{key}/numbers")
def read_numbers(house: OpenedHouse, actor: SignedIn, key: str) -> list[NumberOut]:
    """The numbers in a clause's newest wording that are no limits yet and may be."""
    with house.reading(actor) as tx:
        offered = suggestions(clause_by_key(tx, key))
        return [NumberOut.model_validate(one) for one in offered]


@router.post("/clauses/{key}/numbers")
def confirm_numbers(house: OpenedHouse, actor: SignedIn, key: str, body: NumbersIn) -> ClauseOut:
    """Make numbers of a clause typed limits: the same words, in force since the same day."""
    with house.transaction(actor) as tx:
        tx.actor.require(Act.MAINTAIN_POLICIES)
        offered = {(one.start, one.words): one for one in suggestions(clause_by_key(tx, key))}
        chosen = []
        for one in body.numbers:
            number = offered.get((one.start, one.words))
            if number is None:
                raise StaleSuggestion(
                    f"The words of {key} have changed since.", remedy="Look at its numbers again."
                )
            chosen.append(replace(number, fact=one.fact))
        confirm_parameters(tx, key, chosen)
        return clause_out(clause_by_key(tx, key), today(tx).moment)


@router.put("/clauses/{key}/ceiling")
def change_ceiling(house: OpenedHouse, actor: SignedIn, key: str, body: CeilingIn) -> ClauseOut:
    """Say the most that a peer's signature may approve under this clause."""
    with house.transaction(actor) as tx:
        set_ceiling(tx, key, body.amount, body.currency)
        return clause_out(clause_by_key(tx, key), today(tx).moment)


def _moment(tx: Transaction, on: date | None) -> datetime:
    """The end of a day, by default that of today."""
    return today(tx).moment if on is None else datetime.combine(on, time.max, UTC)


def _kinds_of(tx: Transaction, clause_id: str) -> list[KindRef]:
    living = select(Kind).where(Kind.clause_id == clause_id, Kind.retired_at.is_(None))
    return [KindRef.model_validate(kind) for kind in tx.session.scalars(living.order_by(Kind.name))]


def _candidates_of(tx: Transaction, clause_id: str) -> list[Candidate]:
    suggested = select(Candidate).where(Candidate.clause_id == clause_id)
    return list(tx.session.scalars(suggested.order_by(Candidate.promoted_at)))
