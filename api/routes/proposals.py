"""Filing and co-signing: the front line's routes."""

from collections.abc import Iterable
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from api.deciding import decided
from api.deps import IfMatch, OpenedHouse, SignedIn, etag, require_version
from api.idempotency import IdempotencyKey, once
from api.schemas.base import ReasonIn
from api.schemas.cases import (
    CaseOut,
    CosignIn,
    DeclineIn,
    FilingPage,
    MinePage,
    ProposalIn,
    QueuePage,
    RuleOut,
)
from api.views.cases import case_out, case_outs
from api.views.policies import clause_out
from recommender.access import Act
from recommender.accounts.directory import find_account
from recommender.cases.clock import today
from recommender.cases.cosigning import cosign, decline, queue, signed_by_me
from recommender.cases.filing import (
    Wish,
    edit,
    file,
    filing_choices,
    my_cases,
    proposal,
    revoke,
    withdraw,
)
from recommender.kinds.drilling import require_open
from recommender.models.cases import Case
from recommender.policies.library import policies, wordings

router = APIRouter(tags=["cases"])


@router.get("/filing")
def read_filing(house: OpenedHouse, actor: SignedIn) -> FilingPage:
    """What the filing form offers: the direction, the clauses in force, words used before."""
    with house.reading(actor) as tx:
        moment = today(tx).moment
        choices = filing_choices(tx)
        return FilingPage(
            direction=house.settings.direction,
            clauses=[
                clause_out(clause, moment) for policy in policies(tx) for clause in policy.clauses
            ],
            actions=choices.actions,
            products=choices.products,
            currency=choices.currency,
            proposal_hours=house.settings.proposal_hours,
        )


@router.post("/proposals", status_code=HTTPStatus.CREATED)
def create_proposal(
    house: OpenedHouse, actor: SignedIn, body: ProposalIn, idempotency_key: IdempotencyKey = None
) -> CaseOut:
    """File a proposal. A peer's signature approves it; `breaches` says what peers cannot."""
    with house.transaction(actor) as tx:
        return once(
            tx,
            idempotency_key,
            body,
            CaseOut,
            lambda: case_out(tx, file(tx, _wish(body))),
        )


@router.get("/proposals/{case_id}")
def read_proposal(house: OpenedHouse, actor: SignedIn, case_id: str, response: Response) -> CaseOut:
    """One case; while it waits only for whom it concerns, with the hash a signature must name."""
    with house.reading(actor) as tx:
        case = require_open(tx, proposal(tx, case_id).id)
        response.headers["ETag"] = etag(case.version)
        return case_out(tx, case)


@router.put("/proposals/{case_id}")
def edit_proposal(
    house: OpenedHouse, actor: SignedIn, case_id: str, body: ProposalIn, if_match: IfMatch = None
) -> CaseOut:
    """Change one's own proposal; signatures given to the old text are void."""
    with house.transaction(actor) as tx:
        actor.require(Act.FILE)
        require_version(if_match, proposal(tx, case_id).version)
        return case_out(tx, edit(tx, case_id, _wish(body)))


@router.post("/proposals/{case_id}/cosign")
def cosign_proposal(
    house: OpenedHouse, actor: SignedIn, case_id: str, body: CosignIn, request: Request
) -> CaseOut:
    """Sign as a peer, which approves it; each is signed by itself."""
    return decided(house, actor, request, lambda tx: cosign(tx, case_id, body.content_hash))


@router.post("/proposals/{case_id}/decline")
def decline_proposal(
    house: OpenedHouse, actor: SignedIn, case_id: str, body: DeclineIn, request: Request
) -> CaseOut:
    """Say no as a peer, with the reason."""
    return decided(
        house, actor, request, lambda tx: decline(tx, case_id, body.content_hash, body.reason)
    )


@router.post("/proposals/{case_id}/withdraw")
def withdraw_proposal(house: OpenedHouse, actor: SignedIn, case_id: str) -> CaseOut:
    """Take one's own proposal back."""
    with house.transaction(actor) as tx:
        return case_out(tx, withdraw(tx, case_id))


@router.post("/cases/{case_id}/revoke")
def revoke_case(house: OpenedHouse, actor: SignedIn, case_id: str, body: ReasonIn) -> CaseOut:
    """Take back an approval that was not carried out."""
    with house.transaction(actor) as tx:
        return case_out(tx, revoke(tx, case_id, body.reason))


@router.get("/queue")
def read_queue(house: OpenedHouse, actor: SignedIn) -> QueuePage:
    """Proposals that the reader may answer: offered to them first, then the oldest."""
    with house.reading(actor) as tx:
        waiting = queue(tx)
        return QueuePage(
            direction=house.settings.direction,
            proposals=case_outs(tx, waiting),
            rules=[
                RuleOut(clause=key, text=text)
                for key, text in wordings(tx, _clauses(waiting), tx.at).items()
            ],
            ask_again_seconds=house.settings.queue_seconds,
        )


def _clauses(cases: Iterable[Case]) -> set[str]:
    return {case.clause_id for case in cases if case.clause_id is not None}


@router.get("/mine")
def read_mine(house: OpenedHouse, actor: SignedIn) -> MinePage:
    """The reader's own filings and signatures, and what became of them."""
    with house.reading(actor) as tx:
        return MinePage(
            filed=case_outs(tx, my_cases(tx)),
            signed=case_outs(tx, signed_by_me(tx)),
            credit=find_account(tx, actor.name).credit,
        )


def _wish(body: ProposalIn) -> Wish:
    return Wish(**body.model_dump())
