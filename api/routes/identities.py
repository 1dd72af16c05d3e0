"""Break-glass: who filed or answered a case, for a reason and with a second person's yes."""

from http import HTTPStatus

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.identities import (
    IdentityIn,
    IdentityOut,
    IdentityRequestOut,
    IdentityRequestsPage,
    LookedAtPage,
    LookedOut,
)
from recommender.cases.identities import (
    ask_identity,
    grant_identity,
    identity_requests,
    looked_at,
    open_identity,
    state_of,
)
from recommender.models.accounts import Account
from recommender.models.protection import BreakGlass
from recommender.storage.house import Transaction

router = APIRouter(tags=["identities"])


@router.get("/identities")
def list_identities(house: OpenedHouse, actor: SignedIn) -> IdentityRequestsPage:
    """Who asked whose name to see, and why: all for those who watch, else the reader's own."""
    with house.reading(actor) as tx:
        return IdentityRequestsPage(requests=[_request(tx, one) for one in identity_requests(tx)])


@router.post("/identities", status_code=HTTPStatus.CREATED)
def create_identity_request(
    house: OpenedHouse, actor: SignedIn, body: IdentityIn
) -> IdentityRequestOut:
    """Ask who filed or answered a case, with the reason that the person will read."""
    with house.transaction(actor) as tx:
        return _request(tx, ask_identity(tx, body.case_id, body.who, body.reason))


@router.post("/identities/{request_id}/grant")
def grant_identity_request(
    house: OpenedHouse, actor: SignedIn, request_id: str
) -> IdentityRequestOut:
    """Agree as a second person of another role; it is open for the hours of the settings."""
    with house.transaction(actor) as tx:
        return _request(tx, grant_identity(tx, request_id))


@router.post("/identities/{request_id}/open")
def read_identity(house: OpenedHouse, actor: SignedIn, request_id: str) -> IdentityOut:
    """Read the name, if the reader asked and it is open; the person is told, with the reason."""
    with house.transaction(actor) as tx:
        name = open_identity(tx, request_id)
        return IdentityOut(name=name, shown_as=_shown_as(tx, name))


@router.get("/me/looked-at")
def list_looked_at(house: OpenedHouse, actor: SignedIn) -> LookedAtPage:
    """Who has read the reader's own name: in which role, why and when; nobody else's list."""
    with house.reading(actor) as tx:
        return LookedAtPage(looked=[LookedOut.model_validate(one) for one in looked_at(tx)])


def _request(tx: Transaction, request: BreakGlass) -> IdentityRequestOut:
    return IdentityRequestOut(
        **{
            name: getattr(request, name)
            for name in IdentityRequestOut.model_fields
            if name not in {"asker", "granter", "mine", "state"}
        },
        asker=_shown_as(tx, request.asked_by),
        granter=None if request.granted_by is None else _shown_as(tx, request.granted_by),
        state=state_of(tx, request),
        mine=request.asked_by == tx.actor.name,
    )


def _shown_as(tx: Transaction, name: str) -> str:
    """Give what people call an account; its name where the account is not known here."""
    account = tx.session.get(Account, name)
    return name if account is None else account.display_name
