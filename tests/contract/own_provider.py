"""An OpenID provider in the same process: by the standard, until a test lets it err."""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry
from pydantic import SecretStr
from sqlalchemy import select

from recommender import outbound
from recommender.accounts import provider
from recommender.accounts.directory import add_account, operator
from recommender.accounts.oidc import arrive, begin
from recommender.accounts.provider import TokenRefused
from recommender.models.events import Event
from recommender.storage.house import House
from recommender.vocabulary import Role

ISSUER = "https://id.example"
MAYA = "maya@shop.example"
CLIENT = {"oidc_client_id": "recommender", "oidc_client_secret": SecretStr("s3cret/+")}


_ANY_HEADER = JWSRegistry(strict_check_header=False)


@cache
def key(kid: str) -> RSAKey:
    """A key of the provider, made once."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@dataclass
class OwnProvider:
    """Says who somebody is; `claims` are put over what it would say, None takes one out."""

    claims: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] | None = None
    """What it says about them apart from the token; None: that address is not there."""
    description: dict[str, Any] = field(default_factory=dict)
    careful: bool = True
    """A code is good once, for who asked for it."""
    down: httpx.Response | type[httpx.TransportError] | None = None
    asked: list[httpx.Request] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def visit(self, url: str) -> dict[str, str]:
        """Sign in as people do at an address that the product sent them to; gives what returns."""
        assert url.startswith(f"{ISSUER}/authorize?")
        wish = {name: one for name, (one,) in parse_qs(urlsplit(url).query).items()}
        code = f"code-{len(self._codes)}"
        self._codes[code] = wish
        return {"code": code, "state": wish["state"], "issuer": ISSUER}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if isinstance(self.down, httpx.Response):
            return self.down
        if self.down is not None:
            raise self.down("down", request=request)
        rooms: dict[str, Callable[[httpx.Request], dict[str, Any] | None]] = {
            "/.well-known/openid-configuration": self._describe,
            "/token": self._token,
            "/keys": lambda _: {"keys": [{"kty": "new"}, key("one").as_dict(private=False)]},
            "/about": lambda _: self.about,
        }
        answer = rooms[request.url.path](request)
        return httpx.Response(400) if answer is None else httpx.Response(200, json=answer)

    def signed(self, claims: dict[str, Any]) -> str:
        """Sign claims; tests sign otherwise."""
        header = {"alg": "RS256", "kid": "one", "unheard": "of"}
        return jwt.encode(header, claims, key("one"), registry=_ANY_HEADER)

    def _describe(self, _request: httpx.Request) -> dict[str, Any]:
        own = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }
        if self.about is not None:
            own["userinfo_endpoint"] = f"{ISSUER}/about"
        return own | self.description

    def _token(self, request: httpx.Request) -> dict[str, Any] | None:
        form = {name: one for name, (one,) in parse_qs(request.content.decode()).items()}
        wish = self._codes.get(form["code"], {})
        if self.careful:
            self._codes.pop(form["code"], None)
            basic = base64.b64encode(b"recommender:s3cret%2F%2B").decode()
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if (
                wish.get("code_challenge") != challenge
                or wish.get("code_challenge_method") != "S256"
                or wish.get("redirect_uri") != form["redirect_uri"]
                or request.headers.get("authorization") != f"Basic {basic}"
            ):
                return None
        claims = {
            "iss": ISSUER,
            "aud": "recommender",
            "sub": "m-1",
            "nonce": wish.get("nonce"),
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "email": MAYA,
            "email_verified": True,
            "name": "Maya",
        } | self.claims
        kept = {name: value for name, value in claims.items() if value is not None}
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.signed(kept)}


def with_provider(house: House, **settings: object) -> None:
    """Let a house have the provider in its settings."""
    given = CLIENT | {"oidc_issuer": ISSUER, "dashboard_url": "https://here.example/"} | settings
    house.settings = house.settings.model_copy(update=given)


def answering(there: OwnProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what goes out reach this provider, and forget what another one described."""

    @contextmanager
    def connections(_address: str) -> Iterator[httpx.Client]:
        with httpx.Client(transport=httpx.MockTransport(there)) as http:
            yield http

    monkeypatch.setattr(outbound, "connections", connections)
    provider._described.cache_clear()


def provider_of(house: House, monkeypatch: pytest.MonkeyPatch) -> OwnProvider:
    """Give a house the provider, and Maya an account under her e-mail address."""
    there = OwnProvider()
    answering(there, monkeypatch)
    with_provider(house)
    with house.transaction(operator(house)) as tx:
        add_account(tx, name=MAYA, display_name="Maya", roles=[Role.AGENT])
    return there


def travel(house: House, there: OwnProvider, *, again: bool = False) -> str:
    """Go there and back; gives the token."""
    trip = begin(house, "/mine", again=again)
    return arrive(house, cookie=trip.cookie, **there.visit(trip.url)).signed_in.token


def refused(house: House, there: OwnProvider, *, again: bool = False) -> str:
    """Go there and back in vain; gives the check that failed."""
    with pytest.raises(TokenRefused) as caught:
        travel(house, there, again=again)
    return str(caught.value.facts["check"])


def events(house: House, verb: str) -> list[tuple[str, str, dict[str, Any]]]:
    with house.database.reading() as session:
        found = session.scalars(select(Event).where(Event.verb == verb).order_by(Event.sequence))
        return [(one.actor, one.noun_id, one.details) for one in found]
