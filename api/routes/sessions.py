"""Signing in and out."""

from http import HTTPStatus

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn, Token
from api.schemas.accounts import MeOut, SignInIn, SignInOut
from recommender.access import Actor
from recommender.accounts.charter import charter
from recommender.accounts.directory import actor_named, find_account
from recommender.accounts.sign_ins import sign_in, sign_out
from recommender.notices import unread_count
from recommender.storage.house import House

router = APIRouter(tags=["sessions"])


@router.post("/sessions", status_code=HTTPStatus.CREATED)
def create_session(house: OpenedHouse, body: SignInIn) -> SignInOut:
    """Sign in; the token ends after the hours of the settings, or when it is revoked."""
    signed_in = sign_in(house, body.name, body.password)
    return SignInOut(
        token=signed_in.token,
        expires_at=signed_in.expires_at,
        account=_me(house, actor_named(house, signed_in.account)),
    )


@router.delete("/sessions/current", status_code=HTTPStatus.NO_CONTENT)
def end_session(house: OpenedHouse, token: Token) -> None:
    """Sign out: this token is worth nothing afterwards."""
    sign_out(house, token)


@router.get("/me")
def read_me(house: OpenedHouse, actor: SignedIn) -> MeOut:
    """Who the token belongs to, with how many notices wait."""
    return _me(house, actor)


def _me(house: House, actor: Actor) -> MeOut:
    with house.reading(actor) as tx:
        owner = find_account(tx, actor.name)
        return MeOut(
            name=owner.name,
            display_name=owner.display_name,
            roles=sorted(actor.roles),
            team=owner.team,
            unread=unread_count(tx),
            demo=house.settings.demo,
            charter_accepted=charter(tx).accepted_at is not None,
        )
