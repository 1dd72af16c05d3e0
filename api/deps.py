"""What a request needs, named once as annotated types."""

from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from recommender.access import Actor
from recommender.accounts.sign_ins import SignInNeeded, authenticate
from recommender.errors import Conflict
from recommender.storage.house import House

_bearer = HTTPBearer(auto_error=False, description="A token of /v1/sessions, or an API key.")


class VersionMoved(Conflict):
    """If-Match names a version that is no longer the current one."""


def opened_house(request: Request) -> House:
    """Give the house that the application opened."""
    house: House = request.app.state.house
    return house


OpenedHouse = Annotated[House, Depends(opened_house)]


def bearer_token(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> str:
    """Give the bearer token; raises SignInNeeded without one."""
    if credentials is None:
        raise SignInNeeded("This needs a sign-in.", remedy="Sign in, or send an API key.")
    return credentials.credentials


Token = Annotated[str, Depends(bearer_token)]


def signed_in(house: OpenedHouse, token: Token) -> Actor:
    """Give the account behind the token, as it is at this request: revoking works at once."""
    return authenticate(house, token)


SignedIn = Annotated[Actor, Depends(signed_in)]
IfMatch = Annotated[
    str | None, Header(description="The ETag that was read; refused when it has moved on.")
]


def etag(version: int | str) -> str:
    """Write a version, or whatever else tells two states apart, as an ETag."""
    return f'"{version}"'


def require_version(if_match: str | None, version: int | str) -> None:
    """Refuse with VersionMoved when If-Match was sent and names another version."""
    if if_match is not None and if_match not in {"*", etag(version)}:
        raise VersionMoved(
            "Somebody changed this after you opened it.",
            remedy="Load it again, then repeat your change.",
            version=version,
        )
