"""People who sign in, and their accounts."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.base import In, Out, ShortText, example
from recommender.vocabulary import Role


class SignInIn(In):
    """A name and a password."""

    model_config = example(name="maya", password="four words of mine")  # noqa: S106 - an example

    name: ShortText
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class MeOut(Out):
    """The reader's own account."""

    name: str
    display_name: str
    roles: list[Role]
    team: str | None
    unread: int = 0
    """Notices not read yet."""
    demo: bool = False
    charter_accepted: bool = True
    """The charter in force; without it nobody files or signs."""


class SignInOut(Out):
    """A token for the Authorization header (Bearer), until `expires_at`."""

    token: str
    expires_at: datetime
    account: MeOut


class AccountIn(In):
    """A new account."""

    model_config = example(
        name="maya",
        display_name="Maya",
        roles=["agent"],
        team="north",
        password="four words of hers",  # noqa: S106 - an example
    )

    name: ShortText
    display_name: ShortText
    roles: Annotated[list[Role], Field(min_length=1)]
    team: ShortText | None = None
    lead: ShortText | None = None
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000)] | None = None


class AccountOut(Out):
    """An account, for administrators."""

    name: str
    display_name: str
    roles: list[Role]
    team: str | None
    lead: str | None
    active: bool
