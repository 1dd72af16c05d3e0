"""Signing in and out."""

from http import HTTPStatus

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn, Token
from api.schemas.accounts import MeOut, SignInIn, SignInOut
from api.views.accounts import me_out
from recommender.accounts.directory import actor_named
from recommender.accounts.sign_ins import sign_in, sign_out

router = APIRouter(tags=["sessions"])


@router.post("/sessions", status_code=HTTPStatus.CREATED)
def create_session(house: OpenedHouse, body: SignInIn) -> SignInOut:
    """Sign in; the token ends after the hours of the settings, or when it is revoked."""
    signed_in = sign_in(house, body.name, body.password)
    return SignInOut(
        token=signed_in.token,
        expires_at=signed_in.expires_at,
        account=me_out(house, actor_named(house, signed_in.account), signed_in.token),
    )


@router.delete("/sessions/current", status_code=HTTPStatus.NO_CONTENT)
def end_session(house: OpenedHouse, token: Token) -> None:
    """Sign out: this token is worth nothing afterwards."""
    sign_out(house, token)


@router.get("/me")
def read_me(house: OpenedHouse, actor: SignedIn, token: Token) -> MeOut:
    """Who the token belongs to, with how many notices wait."""
    return me_out(house, actor, token)
