"""Signing in: tokens that are signed, expire and can be revoked."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from recommender.access import Actor
from recommender.accounts.passwords import DEMO_PASSWORD, matches
from recommender.config import now
from recommender.errors import NotAllowed
from recommender.models.accounts import Account, ApiKey, SignIn
from recommender.models.events import Event
from recommender.storage.house import House, Transaction

KEY_PREFIX = "rk-"
TRIES: Final = 5
"""So many wrong passwords within WAIT, and the next one is not looked at."""
WAIT: Final = timedelta(minutes=15)
FRESH: Final = timedelta(minutes=5)
"""So long after the provider asked somebody anew who they are, decisions do not ask again."""
_REFUSED: Final = "refuse_password"


class SignInNeeded(NotAllowed):
    """Nobody is signed in with this token, or no longer."""


class SignInRefused(SignInNeeded):
    """Name and password do not fit; which of them is not said."""


class DemoPassword(SignInNeeded):
    """The demo's password opens nothing outside the demo."""


class PersonNeeded(NotAllowed):
    """A key for programs asks for what only a person does."""


class SignInAgain(NotAllowed):
    """The decision asks for a fresh sign-in at the provider, as there is no password here."""


class PasswordWrong(NotAllowed):
    """The password that a decision asks for again is missing or does not fit."""


class TooManyTries(NotAllowed):
    """The password did not fit too often; it is asked for again later."""


@dataclass(frozen=True)
class SignedIn:
    """An open sign-in: the token to send along, until when it works, and as whom."""

    token: str
    expires_at: datetime
    account: str


def sign_in(house: House, name: str, password: str) -> SignedIn:
    """Open a sign-in. The refusal is the same, and takes as long, for whatever does not fit."""
    if password == DEMO_PASSWORD and not house.settings.demo:
        raise DemoPassword(
            "This password works in the demo only.", remedy="Ask an admin for one of your own."
        )
    with house.database.reading() as session:
        account = session.get(Account, name)
        password_hash = account.password_hash if account is not None and account.active else None
    if not matches(password_hash, password) or account is None:
        raise SignInRefused(
            "Name and password do not fit.", remedy="Try again, or ask an admin for a new password."
        )
    with house.transaction(account.actor) as tx:
        return open_sign_in(tx)


def open_sign_in(
    tx: Transaction, *, oidc_trip: str | None = None, asked_again: bool = False
) -> SignedIn:
    """Open a sign-in of the actor, whoever made sure that it is them.

    `oidc_trip` is the trip that it came of; `asked_again` if the provider asked them anew on it.
    """
    opened = SignIn(
        account_name=tx.actor.name,
        created_at=tx.at,
        expires_at=tx.at + timedelta(hours=tx.settings.session_hours),
        oidc_trip=oidc_trip,
        asked_again_at=tx.at if asked_again else None,
    )
    tx.session.add(opened)
    tx.session.flush()
    by = {} if oidc_trip is None else {"by": "provider"}
    tx.record("sign_in", "account", tx.actor.name, sign_in=opened.id, **by)
    return SignedIn(
        token=_signer(tx.house).dumps(opened.id),
        expires_at=opened.expires_at,
        account=tx.actor.name,
    )


def authenticate(house: House, token: str) -> Actor:
    """Tell who sends a token: a sign-in's or a key's. Raises SignInNeeded."""
    with house.database.reading() as session:
        is_key = token.startswith(KEY_PREFIX)
        name = _of_key(session, token) if is_key else _of_sign_in(house, session, token)
        account = None if name is None else session.get(Account, name)
        if account is None or not account.active:
            raise SignInNeeded("You are not signed in, or no longer.", remedy="Sign in.")
        return account.actor


def confirm_person(house: House, token: str, actor: Actor, password: str | None) -> None:
    """Make sure that whoever sends a token is the person themselves.

    By their password, of which a wrong one is recorded; or by what the provider just asked them.
    Raises PersonNeeded for a key, SignInAgain, PasswordWrong, TooManyTries.
    """
    asked = what_decisions_ask(house, token, actor)
    if asked == "nothing":
        return
    if token.startswith(KEY_PREFIX):
        raise PersonNeeded("A key for programs does not decide this.", remedy="Sign in yourself.")
    if asked == "provider":
        raise SignInAgain(
            "This decision asks that you sign in once more.",
            remedy=f"Sign in again with {house.settings.oidc_label}; then decide within "
            f"{FRESH.seconds // 60} minutes.",
        )
    if not password:
        raise PasswordWrong(
            "This decision asks for your password again.",
            field="password",
            remedy="Type the password that you sign in with.",
        )
    with house.transaction(actor) as tx:
        _require_tries_left(tx)
        fits = matches(tx.session.get_one(Account, actor.name).password_hash, password)
        if not fits:
            tx.record(_REFUSED, "account", actor.name)
    if not fits:
        raise PasswordWrong("The password does not fit.", field="password", remedy="Try again.")


def what_decisions_ask(
    house: House, token: str, actor: Actor
) -> Literal["nothing", "password", "provider"]:
    """Tell what makes sure, at a decision, that whoever sends a token is the person themselves."""
    if not house.settings.reauthenticate:
        return "nothing"
    with house.database.reading() as session:
        sign_in_id = _read_token(house, token)
        opened = None if sign_in_id is None else session.get(SignIn, sign_in_id)
        fresh = None if opened is None else opened.asked_again_at
        if fresh is not None and house.clock() - fresh <= FRESH:
            return "nothing"
        has_password = session.get_one(Account, actor.name).password_hash is not None
    return "password" if has_password or house.settings.oidc_issuer is None else "provider"


def sign_out(house: House, token: str) -> None:
    """End a sign-in; a token that is no good any more is no error."""
    sign_in_id = _read_token(house, token)
    with house.database.reading() as session:
        opened = None if sign_in_id is None else session.get(SignIn, sign_in_id)
        account = None if opened is None else session.get(Account, opened.account_name)
    if account is None:
        return
    with house.transaction(account.actor) as tx:
        ending = tx.session.get_one(SignIn, sign_in_id)
        if ending.revoked_at is None:
            ending.revoked_at = tx.at
            tx.record("sign_out", "account", account.name, sign_in=ending.id)


def hash_secret(secret: str) -> str:
    """Hash a key's secret; it is random enough to need no salt and no slowness."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _require_tries_left(tx: Transaction) -> None:
    wrong = select(func.count()).where(
        Event.verb == _REFUSED, Event.noun_id == tx.actor.name, Event.at > tx.at - WAIT
    )
    if (tx.session.scalar(wrong) or 0) >= TRIES:
        raise TooManyTries(
            "The password did not fit too often.",
            field="password",
            remedy=f"Try again in {WAIT.seconds // 60} minutes.",
        )


def _of_sign_in(house: House, session: Session, token: str) -> str | None:
    sign_in_id = _read_token(house, token)
    opened = None if sign_in_id is None else session.get(SignIn, sign_in_id)
    if opened is None or opened.revoked_at is not None or opened.expires_at <= now():
        return None
    return opened.account_name


def _of_key(session: Session, secret: str) -> str | None:
    key = session.scalars(
        select(ApiKey).where(ApiKey.secret_hash == hash_secret(secret))
    ).one_or_none()
    if key is None or key.revoked_at is not None:
        return None
    return key.account_name if key.expires_at is None or key.expires_at > now() else None


def _read_token(house: House, token: str) -> str | None:
    try:
        return str(_signer(house).loads(token))
    except BadSignature:
        return None


def _signer(house: House) -> URLSafeSerializer:
    return URLSafeSerializer(
        house.keys.session,
        salt="sign-in",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
