"""Keys for programs that act as an account; the secret is shown once."""

import secrets
from datetime import datetime

from sqlalchemy import select

from recommender.access import Act
from recommender.accounts.directory import find_account
from recommender.accounts.sign_ins import KEY_PREFIX, hash_secret
from recommender.errors import Invalid, NotFound
from recommender.models.accounts import ApiKey
from recommender.storage.house import Transaction


class UnknownKey(NotFound):
    """There is no key of that id."""


class BadKey(Invalid):
    """A key needs a label, and an end that lies ahead."""


def make_key(tx: Transaction, account: str, label: str, expires_at: datetime | None = None) -> str:
    """Make a key for an account and give its secret, which is kept nowhere."""
    tx.actor.require(Act.ADMINISTER_ACCOUNTS)
    find_account(tx, account)
    if not label.strip():
        raise BadKey("A key needs a label.", field="label", remedy="Say what it is for.")
    if expires_at is not None and expires_at <= tx.at:
        raise BadKey(
            "The key would have ended already.", field="expires_at", remedy="Take a later day."
        )
    secret = KEY_PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(
        account_name=account,
        label=label.strip(),
        secret_hash=hash_secret(secret),
        created_at=tx.at,
        expires_at=expires_at,
    )
    tx.session.add(key)
    tx.session.flush()
    tx.record("make", "key", key.id, account=account)
    return secret


def revoke_key(tx: Transaction, key_id: str) -> None:
    """End a key; raises UnknownKey."""
    tx.actor.require(Act.ADMINISTER_ACCOUNTS)
    key = tx.session.get(ApiKey, key_id)
    if key is None:
        raise UnknownKey(
            f"There is no key {key_id}.", field="key", remedy="`recommender keys list` shows all."
        )
    if key.revoked_at is None:
        key.revoked_at = tx.at
        tx.record("revoke", "key", key.id, account=key.account_name)


def keys(tx: Transaction) -> list[ApiKey]:
    """List all keys, the ended ones included, oldest first."""
    tx.actor.require(Act.ADMINISTER_ACCOUNTS)
    return list(tx.session.scalars(select(ApiKey).order_by(ApiKey.created_at, ApiKey.id)))
