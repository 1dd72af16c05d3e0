"""Limits, pauses and the never-bend list, kept by policy owners; and what is routed to them."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from api.deciding import decided
from api.deps import IfMatch, OpenedHouse, SignedIn, etag, require_version
from api.schemas.cases import CaseOut, CosignIn, DeclineIn
from api.schemas.limits import (
    LimitsIn,
    LimitsOut,
    LimitsPage,
    NeverBendIn,
    PauseIn,
    PauseOut,
    PausesPage,
    RoutedPage,
)
from api.views.cases import case_outs
from api.views.limits import limits_out, may_limit, pause_out
from recommender.access import Act
from recommender.cases.guardrails import PEERS
from recommender.cases.routing import approve_routed, decline_routed, routed_to_me
from recommender.policies.library import clause_by_key, policies
from recommender.policies.limiting import (
    Limits,
    lift,
    limits_version,
    pause,
    pauses,
    set_limits,
    set_never_bend,
)

router = APIRouter(tags=["limits"])


@router.get("/limits")
def list_limits(house: OpenedHouse, actor: SignedIn) -> LimitsPage:
    """What holds peers under each clause whose limits the reader keeps."""
    with house.reading(actor) as tx:
        kept = [
            limits_out(tx, clause)
            for policy in policies(tx)
            for clause in policy.clauses
            if may_limit(tx, clause)
        ]
        return LimitsPage(clauses=kept)


@router.get("/clauses/{key}/limits")
def read_limits(house: OpenedHouse, actor: SignedIn, key: str, response: Response) -> LimitsOut:
    """What holds peers under a clause: ceiling, budget and what is left of it, counts, pauses."""
    with house.reading(actor) as tx:
        clause = clause_by_key(tx, key)
        response.headers["ETag"] = etag(limits_version(tx, clause))
        return limits_out(tx, clause)


@router.put("/clauses/{key}/limits")
def change_limits(
    house: OpenedHouse, actor: SignedIn, key: str, body: LimitsIn, if_match: IfMatch = None
) -> LimitsOut:
    """Replace all limits of a clause but its ceiling; what is left out is not limited."""
    with house.transaction(actor) as tx:
        actor.require(Act.SET_LIMITS)
        clause = clause_by_key(tx, key)
        require_version(if_match, limits_version(tx, clause))
        set_limits(tx, key, _limits(body))
        return limits_out(tx, clause)


@router.put("/clauses/{key}/never-bend")
def change_never_bend(
    house: OpenedHouse, actor: SignedIn, key: str, body: NeverBendIn
) -> LimitsOut:
    """Put a clause on the never-bend list, or take it off."""
    with house.transaction(actor) as tx:
        set_never_bend(tx, key, never_bend=body.never_bend)
        return limits_out(tx, clause_by_key(tx, key))


@router.get("/pauses")
def read_pauses(house: OpenedHouse, actor: SignedIn, *, lifted: bool = False) -> PausesPage:
    """The pauses that last, or with `lifted` all that ever were."""
    with house.reading(actor) as tx:
        found = pauses(tx, lasting_only=not lifted)
        return PausesPage(pauses=[pause_out(tx, one) for one in found])


@router.post("/pauses", status_code=HTTPStatus.CREATED)
def create_pause(house: OpenedHouse, actor: SignedIn, body: PauseIn) -> PauseOut:
    """Let peers approve nothing under a clause, or without one under any, until it is lifted."""
    with house.transaction(actor) as tx:
        return pause_out(tx, pause(tx, body.clause_key, body.reason))


@router.post("/pauses/{pause_id}/lift")
def lift_pause(house: OpenedHouse, actor: SignedIn, pause_id: str) -> PauseOut:
    """End a pause."""
    with house.transaction(actor) as tx:
        return pause_out(tx, lift(tx, pause_id))


@router.get("/routed")
def read_routed(house: OpenedHouse, actor: SignedIn) -> RoutedPage:
    """Proposals that peers cannot approve and the reader's desk can answer, each with why."""
    with house.reading(actor) as tx:
        return RoutedPage(
            direction=house.settings.direction,
            proposals=case_outs(tx, routed_to_me(tx), PEERS),
        )


@router.post("/routed/{case_id}/approve")
def approve_as_owner(
    house: OpenedHouse, actor: SignedIn, case_id: str, body: CosignIn, request: Request
) -> CaseOut:
    """Approve one case as the clause's owner, which is no peer's signature."""
    return decided(house, actor, request, lambda tx: approve_routed(tx, case_id, body.content_hash))


@router.post("/routed/{case_id}/decline")
def decline_as_owner(
    house: OpenedHouse, actor: SignedIn, case_id: str, body: DeclineIn, request: Request
) -> CaseOut:
    """Decline one case as the clause's owner, with the reason."""
    return decided(
        house,
        actor,
        request,
        lambda tx: decline_routed(tx, case_id, body.content_hash, body.reason),
    )


def _limits(body: LimitsIn) -> Limits:
    return Limits(
        monthly_budget=body.monthly_budget,
        currency=body.currency,
        per_customer=body.repeat_cases,
        per_customer_days=body.repeat_days,
        roles={one.role: one.amount for one in body.roles},
    )
