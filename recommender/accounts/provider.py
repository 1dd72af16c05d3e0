"""What an OpenID provider is asked, and what of its answer is believed.

Code flow with PKCE (RFC 7636). An ID token counts once its signature, issuer, audience, nonce and
times fit (OpenID Connect Core 1.0, 3.1.3.7); anything else is TokenRefused, naming the check.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote_plus, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet
from joserfc.jws import JWSRegistry

from recommender.accounts.sign_ins import SignInNeeded
from recommender.config import is_safe_address
from recommender.errors import Unavailable
from recommender.outbound import AddressUnsafe, OutsideRefused, OutsideSilent, ask

ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "Ed25519", "EdDSA"),
)
"""Signatures that only the provider can make: neither none, nor one by a shared secret."""
LEEWAY: Final = 60
"""So many seconds two clocks may differ."""
_KNOWN_SECONDS: Final = 600
_LONGEST_SUBJECT: Final = 255
_SCOPE: Final = "openid email profile"


class ProviderSilent(Unavailable):
    """The provider does not answer, or not as one."""


class TokenRefused(SignInNeeded):
    """What came back from the provider does not hold; `check` says at which check."""


@dataclass(frozen=True)
class Client:
    """What the settings say: which provider, and as what it knows this product."""

    issuer: str
    id: str
    secret: str | None
    label: str


@dataclass(frozen=True)
class Provider:
    """Where a provider is asked for what, as its own description says."""

    authorization: str
    token: str
    keys: str
    userinfo: str | None
    posts_secret: bool
    """It takes the client's secret in the form only."""


@dataclass(frozen=True)
class Request:
    """What a sign-in at the provider is tied to."""

    redirect: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Who the provider says it is."""

    subject: str
    email: str | None
    """Only where the provider says that it was verified."""
    name: str | None
    authenticated_at: datetime | None
    """When it asked them who they are; None where it does not say."""


def provider(client: Client) -> Provider:
    """Give the provider's addresses, as it described them within the last minutes."""
    try:
        return _described(client.issuer, int(time.time() // _KNOWN_SECONDS))
    except (AddressUnsafe, OutsideRefused, OutsideSilent, _NoProvider) as error:
        raise _silent(client, error) from error


def authorization_url(client: Client, request: Request, challenge: str, *, again: bool) -> str:
    """Write the address where somebody says who they are; `again` asks whoever is known there."""
    address = provider(client).authorization
    query = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": request.redirect,
        "scope": _SCOPE,
        "state": request.state,
        "nonce": request.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if again:
        query |= {"prompt": "login", "max_age": "0"}
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def identity(client: Client, request: Request, code: str) -> Identity:
    """Exchange a code for who it is. Raises ProviderSilent or TokenRefused."""
    there = provider(client)
    try:
        answer = _exchange(there, client, request, code)
        keys = ask(there.keys)
    except (AddressUnsafe, OutsideRefused, OutsideSilent) as error:
        if isinstance(error, OutsideRefused) and error.status == HTTPStatus.BAD_REQUEST:
            raise refused("code") from error
        raise _silent(client, error) from error
    claims = _claims(client, answer.get("id_token"), keys, request.nonce)
    about = claims
    if "email_verified" not in claims:
        about = _more(there, answer.get("access_token"), claims["sub"])
    email, name = about.get("email"), about.get("name")
    verified = about.get("email_verified") is True and isinstance(email, str)
    return Identity(
        subject=claims["sub"],
        email=email if verified else None,
        name=name if isinstance(name, str) else None,
        authenticated_at=_moment(claims.get("auth_time")),
    )


def refused(check: str) -> TokenRefused:
    """Tell that a check failed, without repeating what was sent."""
    return TokenRefused(
        "The answer of the provider does not hold, so nobody was signed in.",
        remedy=f"Begin again on the sign-in page; if it stays, tell an admin that it is {check}.",
        check=check,
    )


class _NoProvider(Exception):
    """The description is not that of the provider in the settings."""


@lru_cache(maxsize=4)
def _described(issuer: str, _period: int) -> Provider:
    found = ask(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    authorization, token, keys = (str(found.get(name)) for name in names)
    userinfo = found.get("userinfo_endpoint")
    if found.get("issuer") != issuer or not all(map(is_safe_address, (authorization, token, keys))):
        raise _NoProvider("Its description names another issuer, or an address without https.")
    methods = found.get("token_endpoint_auth_methods_supported")
    known = methods if isinstance(methods, list) else []
    return Provider(
        authorization=authorization,
        token=token,
        keys=keys,
        userinfo=userinfo if isinstance(userinfo, str) else None,
        posts_secret="client_secret_post" in known and "client_secret_basic" not in known,
    )


def _silent(client: Client, why: Exception) -> ProviderSilent:
    return ProviderSilent(
        f"Signing in with {client.label} does not work right now.",
        remedy="Use your name and password if you have one here, or try again in a moment.",
        reason=str(why),
    )


def _exchange(there: Provider, client: Client, request: Request, code: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": request.redirect,
        "code_verifier": request.verifier,
    }
    if client.secret is None:
        return ask(there.token, form | {"client_id": client.id})
    if there.posts_secret:
        return ask(there.token, form | {"client_id": client.id, "client_secret": client.secret})
    # RFC 6749, 2.3.1: both are written as in a form before they become a basic authorization.
    return ask(there.token, form, basic=(quote_plus(client.id), quote_plus(client.secret)))


def _claims(client: Client, token: object, keys: Mapping[str, Any], nonce: str) -> dict[str, Any]:
    if not isinstance(token, str):
        raise refused("token")
    try:
        # A header's parameters that nobody knows are ignored, as RFC 7515, 4, wants it.
        rules = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        signed = jwt.decode(token, _key_set(keys), registry=rules)
    except (JoseError, ValueError, TypeError) as error:
        raise refused("signature") from error
    claims = signed.claims
    registry = jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": client.issuer},
        aud={"essential": True, "value": client.id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        registry.validate(claims)
    except JoseError as error:
        raise refused(str(getattr(error, "claim", "claims"))) from error
    if not _is_for(claims, client.id):
        raise refused("azp")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= _LONGEST_SUBJECT:
        raise refused("sub")
    return claims


def _key_set(keys: Mapping[str, Any]) -> KeySet:
    """Read the keys; one of a sort that is not known is left out, as RFC 7517, 5, wants it."""
    known: list[Key] = []
    listed = keys.get("keys")
    for one in listed if isinstance(listed, list) else ():
        with suppress(JoseError, ValueError, TypeError):
            known.append(JWKRegistry.import_key(one))
    return KeySet(known)


def _is_for(claims: Mapping[str, Any], own_id: str) -> bool:
    """Tell whether a token that names a party, or several readers, was asked for by us."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    party = claims.get("azp", None if several else own_id)
    return bool(party == own_id)


def _more(there: Provider, access_token: object, subject: str) -> dict[str, Any]:
    """Ask for the e-mail where the token does not say it; silence says nothing."""
    if there.userinfo is None or not isinstance(access_token, str):
        return {}
    try:
        found = ask(there.userinfo, bearer=access_token)
    except Unavailable:
        return {}
    return found if found.get("sub") == subject else {}


def _moment(seconds: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
    except (OverflowError, OSError, ValueError):
        return None
