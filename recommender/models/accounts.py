"""People who sign in, their sign-ins and their keys for programs."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from recommender.access import Actor
from recommender.models.base import Base, new_id
from recommender.vocabulary import AccountName, Role


class Account(Base):
    """A person or desk. Its name is what cases carry as agent_id, so imported history meets it."""

    __tablename__ = "accounts"
    __table_args__ = (Index("ix_accounts_oidc", "oidc_issuer", "oidc_subject", unique=True),)

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    display_name: Mapped[str] = mapped_column(String(200))
    roles: Mapped[list[str]]
    team: Mapped[str | None] = mapped_column(String(120))
    lead: Mapped[str | None] = mapped_column(String(120), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    credit: Mapped[bool] = mapped_column(default=False)
    """They want to be named where their case changed a rule."""
    deputy: Mapped[str | None] = mapped_column(String(120))
    """Who decides in an owner's place while they are away."""
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    """The last day away; None: until somebody says otherwise."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    oidc_issuer: Mapped[str | None] = mapped_column(String(255))
    """The OpenID provider that knows them, by the subject below; it alone tells two apart."""
    oidc_subject: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime]

    @property
    def version(self) -> str:
        """What tells two states apart of all that an administrator changes."""
        state = json.dumps([sorted(self.roles), self.team, self.lead, self.active])
        return hashlib.sha256(state.encode()).hexdigest()[:16]

    def is_away(self, day: date) -> bool:
        """Tell whether they said that they are away on a day."""
        if self.away_from is None or day < self.away_from:
            return False
        return self.away_until is None or day <= self.away_until

    @property
    def actor(self) -> Actor:
        """The account as somebody who acts."""
        return Actor(
            AccountName(self.name), frozenset(Role(role) for role in self.roles), self.team
        )


class SignIn(Base):
    """One signed-in browser or program; ends by expiry or by being revoked."""

    __tablename__ = "sign_ins"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    account_name: Mapped[str] = mapped_column(ForeignKey("accounts.name"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    oidc_trip: Mapped[str | None] = mapped_column(String(12), index=True, unique=True)
    """The one trip to the OpenID provider that it came of; none comes of the same trip again."""
    asked_again_at: Mapped[datetime | None]
    """When the provider asked them anew who they are, because a decision wanted to know."""


class ApiKey(Base):
    """A key for a program that acts as an account; only its hash is kept."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    account_name: Mapped[str] = mapped_column(ForeignKey("accounts.name"), index=True)
    label: Mapped[str] = mapped_column(String(120))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdempotentAnswer(Base):
    """The answer once given under an Idempotency-Key, repeated when the request is."""

    __tablename__ = "idempotent_answers"
    __table_args__ = (UniqueConstraint("account_name", "key"),)

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    account_name: Mapped[str] = mapped_column(ForeignKey("accounts.name"))
    key: Mapped[str] = mapped_column(String(200))
    request_hash: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
