"""Signing in at an OpenID provider: whatever is forged, stolen or broken signs nobody in."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from joserfc import jwk, jwt

from recommender.access import LOCAL_OPERATOR, Actor
from recommender.accounts import oidc
from recommender.accounts.directory import set_password
from recommender.accounts.oidc import TripOver, arrive, begin
from recommender.accounts.provider import ProviderSilent, TokenRefused
from recommender.accounts.sign_ins import authenticate, sign_in
from recommender.storage.house import House
from recommender.vocabulary import Role
from tests.contract.conftest import PASSWORD
from tests.contract.own_provider import (
    ISSUER,
    MAYA,
    OwnProvider,
    events,
    key,
    provider_of,
    refused,
    travel,
    with_provider,
)


@pytest.fixture
def there(house: House, monkeypatch: pytest.MonkeyPatch) -> OwnProvider:
    """The provider of the house, in which Maya has an account under her e-mail address."""
    return provider_of(house, monkeypatch)


# What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "check"),
    [
        ({"nonce": "other"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "another"}, "aud"),
        ({"aud": ["another"]}, "aud"),
        ({"aud": ["recommender", "another"]}, "azp"),
        ({"azp": "another"}, "azp"),
        ({"exp": int(time.time()) - 600}, "exp"),
        ({"exp": None}, "exp"),
        ({"iat": int(time.time()) + 6000}, "iat"),
        ({"nbf": int(time.time()) + 6000}, "nbf"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": "x" * 256}, "sub"),
    ],
)
def test_a_token_that_says_anything_else_is_refused(
    house: House, there: OwnProvider, claims: dict[str, object], check: str
) -> None:
    there.claims = claims
    assert refused(house, there) == check
    assert events(house, "sign_in") == []


def test_several_readers_are_fine_where_we_asked(house: House, there: OwnProvider) -> None:
    there.claims = {"aud": ["another", "recommender"], "azp": "recommender"}
    assert travel(house, there)


def by_another(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key("two"))


def by_nobody(claims: dict[str, Any]) -> str:
    said = jwt.encode({"alg": "RS256"}, claims, key("one")).split(".")[1]
    return f"eyJhbGciOiJub25lIn0.{said}."


def by_the_secret(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "HS256"}, claims, jwk.OctKey.import_key("s3cret/+"))


def by_the_public_key(claims: dict[str, Any]) -> str:
    head = "eyJhbGciOiJIUzI1NiIsImtpZCI6Im9uZSJ9"
    said = jwt.encode({"alg": "RS256"}, claims, key("one")).split(".")[1]
    mac = hmac.new(key("one").as_pem(private=False), f"{head}.{said}".encode(), hashlib.sha256)
    return f"{head}.{said}.{base64.urlsafe_b64encode(mac.digest()).rstrip(b'=').decode()}"


def changed(claims: dict[str, Any]) -> str:
    head, _, signature = jwt.encode({"alg": "RS256"}, claims, key("one")).split(".")
    said = jwt.encode({"alg": "RS256"}, claims | {"sub": "x"}, key("one")).split(".")[1]
    return f"{head}.{said}.{signature}"


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    "sign",
    [
        by_another,
        by_nobody,
        by_the_secret,
        by_the_public_key,
        changed,
        lambda _: "a.b",
        lambda _: 7,
    ],
)
def test_a_token_that_the_provider_did_not_sign_is_refused(
    house: House,
    there: OwnProvider,
    sign: Callable[[dict[str, Any]], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(there, "signed", sign)
    assert refused(house, there) in {"signature", "token"}


def test_a_trip_ends_once_and_in_the_browser_that_began_it(
    house: House, there: OwnProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.careful = False
    trip, other = begin(house, "/"), begin(house, "/")
    back, others = there.visit(trip.url), there.visit(other.url)
    for cookie, brought in (
        (other.cookie, back),
        (trip.cookie, back | {"state": others["state"]}),
        (trip.cookie, back | {"state": "é"}),
        (trip.cookie[:-1], back),
        (f"x{trip.cookie}", back),
        (sign_in_token(house), back),
        ("", back),
    ):
        with pytest.raises(TripOver):
            arrive(house, cookie=cookie, **brought)
    assert [one.url.path for one in there.asked] == ["/.well-known/openid-configuration"]
    arrive(house, cookie=trip.cookie, **back)
    with pytest.raises(TripOver):
        arrive(house, cookie=trip.cookie, **back)
    monkeypatch.setattr(oidc, "TRIP_SECONDS", -1)
    with pytest.raises(TripOver):
        arrive(house, cookie=other.cookie, **others)


def sign_in_token(house: House) -> str:
    with house.transaction(Actor(LOCAL_OPERATOR, frozenset({Role.ADMIN}))) as tx:
        set_password(tx, "tom", PASSWORD)
    return sign_in(house, "tom", PASSWORD).token


@pytest.mark.parametrize("careful", [True, False])
def test_somebody_elses_code_signs_nobody_in(
    house: House, there: OwnProvider, *, careful: bool
) -> None:
    there.careful = careful
    stolen = there.visit(begin(house, "/").url)
    trip = begin(house, "/")
    back = there.visit(trip.url) | {"code": stolen["code"]}
    with pytest.raises(TokenRefused) as caught:
        arrive(house, cookie=trip.cookie, **back)
    assert caught.value.facts["check"] == ("code" if careful else "nonce")


def test_an_answer_of_another_provider_is_refused(house: House, there: OwnProvider) -> None:
    trip = begin(house, "/")
    back = there.visit(trip.url) | {"issuer": "https://evil.example"}
    with pytest.raises(TokenRefused):
        arrive(house, cookie=trip.cookie, **back)
    assert "/token" not in {one.url.path for one in there.asked}


# The provider is away, or not one -------------------------------------------------------------


@pytest.mark.parametrize(
    "down",
    [
        httpx.ConnectError,
        httpx.ReadTimeout,
        httpx.Response(500),
        httpx.Response(302, headers={"location": "https://evil.example"}),
        httpx.Response(200, text="<h1>Hello</h1>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, text=json.dumps({"issuer": "x" * 1_000_001})),
    ],
)
def test_without_the_provider_names_and_passwords_still_work(
    house: House, there: OwnProvider, down: httpx.Response | type[httpx.TransportError]
) -> None:
    there.down = down
    with pytest.raises(ProviderSilent, match="your work account") as caught:
        begin(house, "/")
    assert "name and password" in str(caught.value.remedy)
    assert authenticate(house, sign_in_token(house)).name == "tom"
    there.down = None
    trip = begin(house, "/")
    back = there.visit(trip.url)
    there.down = down
    with pytest.raises(ProviderSilent):
        arrive(house, cookie=trip.cookie, **back)
    there.down = None
    assert arrive(house, cookie=trip.cookie, **back).signed_in.account == MAYA


@pytest.mark.parametrize(
    "description",
    [
        {"issuer": f"{ISSUER}/"},
        {"token_endpoint": "http://id.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "https://me@id.example/token"},
    ],
)
def test_a_description_that_leads_elsewhere_is_none(
    house: House, there: OwnProvider, description: dict[str, object]
) -> None:
    there.description = description
    with pytest.raises(ProviderSilent):
        begin(house, "/")


def test_a_secret_goes_as_the_provider_wants_it(house: House, there: OwnProvider) -> None:
    there.careful = False
    there.description = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    travel(house, there)
    with_provider(house, oidc_client_secret=None)
    travel(house, there)
    first, second = (
        parse_qs(one.content.decode()) for one in there.asked if one.url.path == "/token"
    )
    assert first["client_secret"] == ["s3cret/+"]
    assert second["client_id"] == ["recommender"]
    assert "client_secret" not in second
