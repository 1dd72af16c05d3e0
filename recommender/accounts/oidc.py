"""Signing in at an OpenID provider: the provider says who, roles stay ours.

A trip begins on the sign-in page and has to end in the same browser within minutes: its id travels
in a signed cookie, and state, nonce and verifier are made of that id, so that nothing is kept
here until somebody is signed in.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from recommender.access import Act, Actor
from recommender.accounts.directory import (
    AccountExists,
    add_account,
    end_sign_ins,
    operator,
    require_no_operator,
)
from recommender.accounts.provider import (
    LEEWAY,
    Client,
    Identity,
    Request,
    authorization_url,
    identity,
    refused,
)
from recommender.accounts.sign_ins import SignedIn, SignInNeeded, open_sign_in
from recommender.errors import Conflict, NotFound
from recommender.models.accounts import Account, SignIn
from recommender.models.base import new_id
from recommender.storage.house import House, Transaction
from recommender.vocabulary import Role

TRIP_SECONDS: Final = 600
"""So long a trip to the provider may take."""
BACK_PATH: Final = "/signin/oidc/back"
"""Where the provider leads people back to, below the dashboard's address."""
_LONGEST_SHOWN: Final = 200


class NoProvider(NotFound):
    """No OpenID provider is set up."""


class TripOver(SignInNeeded):
    """A trip to the provider was not begun here, took too long, or has ended already."""


class TiedAlready(Conflict):
    """Another account is this person at the provider already."""


class NobodyHere(SignInNeeded):
    """The provider knows them, but nobody here is them."""


@dataclass(frozen=True)
class Trip:
    """Where to send the browser, and what it has to bring back."""

    url: str
    cookie: str


@dataclass(frozen=True)
class Arrival:
    """A sign-in that came of a trip, and the page that was wanted."""

    signed_in: SignedIn
    then: str


def provider_label(house: House) -> str | None:
    """Give what the provider is called on the sign-in page; None without one."""
    return None if house.settings.oidc_issuer is None else house.settings.oidc_label


def begin(house: House, then: str, *, again: bool = False) -> Trip:
    """Begin a trip that leads on to a page; `again` has whoever is known there asked anew.

    Raises NoProvider or ProviderSilent.
    """
    client = _client(house)
    trip_id = new_id()
    request = _request(house, trip_id)
    challenge = _base64(hashlib.sha256(request.verifier.encode()).digest())
    url = authorization_url(client, request, challenge, again=again)
    return Trip(url, _signer(house).dumps([trip_id, then, again]))


def arrive(
    house: House, *, cookie: str, state: str, code: str, issuer: str | None = None
) -> Arrival:
    """End a trip: sign in whoever the provider names.

    `issuer` is what the provider's answer calls itself, where it does (RFC 9207). Raises
    NoProvider, TripOver, ProviderSilent, TokenRefused or NobodyHere.
    """
    client = _client(house)
    (trip_id, then, again), begun = _trip(house, cookie)
    request = _request(house, trip_id)
    if not hmac.compare_digest(state.encode(), request.state.encode()):
        raise _over()
    if issuer not in {None, client.issuer}:
        raise refused("issuer")
    found = identity(client, request, code)
    if again:
        _require_asked_again(found, begun)
    try:
        with house.transaction(_actor(house, found)) as tx:
            _require_unused(tx.session, trip_id)
            signed_in = open_sign_in(tx, oidc_trip=trip_id, asked_again=again)
    except IntegrityError as error:
        raise _over() from error
    return Arrival(signed_in, then)


def tie(tx: Transaction, account: Account, subject: str | None) -> None:
    """Say who an account is at the provider, by its number there; None takes that back.

    Sign-ins of whoever it was before end. Raises NoProvider or TiedAlready.
    """
    tx.actor.require(Act.ADMINISTER_ACCOUNTS)
    require_no_operator(account.name)
    issuer = _client(tx.house).issuer
    other = None if subject is None else _tied(tx, issuer, subject)
    if other not in {None, account}:
        raise TiedAlready(
            "Another account is this person there.",
            field="subject",
            remedy="Take that tie back first: give the other account an empty number.",
        )
    if account.oidc_subject is not None:
        end_sign_ins(tx, account.name)
    account.oidc_issuer = None if subject is None else issuer
    account.oidc_subject = subject
    tx.record("tie_to_provider", "account", account.name, tied=subject is not None)


def _tied(tx: Transaction, issuer: str, subject: str) -> Account | None:
    known = select(Account).where(Account.oidc_issuer == issuer, Account.oidc_subject == subject)
    return tx.session.scalars(known).one_or_none()


def _client(house: House) -> Client:
    settings = house.settings
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        raise NoProvider(
            "No other way to sign in is set up here.", remedy="Sign in with name and password."
        )
    return Client(
        issuer=settings.oidc_issuer,
        id=settings.oidc_client_id,
        secret=settings.oidc_secret,
        label=settings.oidc_label,
    )


def _trip(house: House, cookie: str) -> tuple[tuple[str, str, bool], datetime]:
    try:
        (trip_id, then, again), begun = _signer(house).loads(
            cookie, max_age=TRIP_SECONDS, return_timestamp=True
        )
    except BadSignature as error:
        raise _over() from error
    with house.database.reading() as session:
        _require_unused(session, trip_id)
    return (trip_id, then, again), begun


def _require_unused(session: Session, trip_id: str) -> None:
    if session.scalars(select(SignIn.id).where(SignIn.oidc_trip == trip_id)).first() is not None:
        raise _over()


def _over() -> TripOver:
    return TripOver(
        "This sign-in was not begun in this browser, or too long ago, or is over.",
        remedy="Begin again on the sign-in page.",
    )


def _require_asked_again(found: Identity, begun: datetime) -> None:
    """Refuse with TokenRefused what a provider says that did not ask anew, or does not tell."""
    asked_at = found.authenticated_at
    if asked_at is None or asked_at < begun - timedelta(seconds=LEEWAY):
        raise refused("auth_time")


def _actor(house: House, found: Identity) -> Actor:
    """Find whoever arrives; of two first arrivals at the same moment the second finds the first."""
    try:
        return _arriving(house, found)
    except (AccountExists, IntegrityError):
        return _arriving(house, found)


def _arriving(house: House, found: Identity) -> Actor:
    """Find the account of somebody: by the number known, else by the verified e-mail."""
    with house.transaction(operator(house)) as tx:
        issuer = _client(house).issuer
        account = _tied(tx, issuer, found.subject) or _first_time(tx, found)
        if not account.active:
            raise NobodyHere("Your account here is deactivated.", remedy="Ask an admin.")
        return account.actor


def _first_time(tx: Transaction, found: Identity) -> Account:
    """Tie somebody to the account that is named like their e-mail, or make one where allowed."""
    if found.email is None or "@" not in found.email:
        raise NobodyHere(
            "You are not known here yet, and no verified e-mail address came along.",
            remedy=f"Ask an admin to tie your account to {found.subject}.",
        )
    account = _named(tx, found.email)
    if account is None and tx.settings.oidc_create:
        shown = (found.name or found.email)[:_LONGEST_SHOWN]
        account = add_account(tx, name=found.email, display_name=shown, roles=[Role.AGENT])
    if account is None:
        raise NobodyHere(
            f"There is no account {found.email} here.",
            remedy=f"Ask an admin for one of that name, or to tie yours to {found.subject}.",
        )
    if account.oidc_issuer == tx.settings.oidc_issuer:
        if account.oidc_subject == found.subject:
            return account
        raise NobodyHere(
            f"The account {found.email} belongs to somebody else there.", remedy="Ask an admin."
        )
    tie(tx, account, found.subject)
    return account


def _named(tx: Transaction, email: str) -> Account | None:
    """Find an account by e-mail, also in small letters, as far as letters have no doubles."""
    account = tx.session.get(Account, email)
    if account is None and email.isascii():
        account = tx.session.get(Account, email.lower())
    return account


def _request(house: House, trip_id: str) -> Request:
    return Request(
        redirect=f"{house.settings.dashboard_address}{BACK_PATH}",
        state=_derived(house, "state", trip_id),
        nonce=_derived(house, "nonce", trip_id),
        verifier=_derived(house, "verifier", trip_id),
    )


def _derived(house: House, use: str, trip_id: str) -> str:
    key = hmac.new(house.keys.session, b"trips to the provider", hashlib.sha256).digest()
    return _base64(hmac.new(key, f"{use} {trip_id}".encode(), hashlib.sha256).digest())


def _base64(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _signer(house: House) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        house.keys.session,
        salt="trip to the provider",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
