"""Signing in at an OpenID provider, for the dashboard: a trip there and back."""

from http import HTTPStatus

from fastapi import APIRouter

from api.deps import OpenedHouse
from api.schemas.accounts import ArrivalIn, ArrivalOut, ProviderOut, TripIn, TripOut
from api.views.accounts import me_out
from recommender.accounts.directory import actor_named
from recommender.accounts.oidc import arrive, begin, provider_label

router = APIRouter(tags=["sessions"])


@router.get("/sessions/oidc")
def read_provider(house: OpenedHouse) -> ProviderOut:
    """What the other way to sign in is called, if there is one."""
    return ProviderOut(label=provider_label(house))


@router.post("/sessions/oidc/trips", status_code=HTTPStatus.CREATED)
def create_trip(house: OpenedHouse, body: TripIn) -> TripOut:
    """Begin to sign in at the provider: where the browser goes, and what it has to bring back."""
    return TripOut.model_validate(begin(house, body.then, again=body.again))


@router.post("/sessions/oidc", status_code=HTTPStatus.CREATED)
def create_session_by_provider(house: OpenedHouse, body: ArrivalIn) -> ArrivalOut:
    """Sign in whoever the provider names; one that nobody here is tied to is refused."""
    arrival = arrive(house, **body.model_dump())
    signed_in = arrival.signed_in
    return ArrivalOut(
        token=signed_in.token,
        expires_at=signed_in.expires_at,
        account=me_out(house, actor_named(house, signed_in.account), signed_in.token),
        then=arrival.then,
    )
