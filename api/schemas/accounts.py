"""People who sign in, and their accounts."""

from datetime import datetime
from typing import Annotated, Literal

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
    decisions_ask: Literal["nothing", "password", "provider"] = "password"
    """What makes sure, when they accept a change or take one back, that it is them: `nothing` once
    the provider has asked them anew within the last minutes, or where the settings say so.
    """


class SignInOut(Out):
    """A token for the Authorization header (Bearer), until `expires_at`."""

    token: str
    expires_at: datetime
    account: MeOut


class ProviderOut(Out):
    """The OpenID provider that people may sign in with."""

    label: str | None
    """What it is called; null where there is none."""


class TripIn(In):
    """Somebody wants to sign in at the provider."""

    model_config = example(then="/inbox", again=False)

    then: Annotated[str, StringConstraints(max_length=2000)] = "/"
    """The dashboard's page to lead on to."""
    again: bool = False
    """Have somebody whom the provider knows asked anew, because a decision wants to know."""


class TripOut(Out):
    """Where to send the browser, and the cookie that it has to bring back within ten minutes."""

    url: str
    cookie: str


Answered = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class ArrivalIn(In):
    """What the browser brought back: the cookie, and the provider's answer."""

    model_config = example(cookie="WyIuLi4iXQ...", state="f3Kd...", code="SplxlOBeZQQYbYS6WxSbIA")

    cookie: Answered
    state: Answered
    code: Answered
    issuer: Answered | None = None


class ArrivalOut(SignInOut):
    """A token, and the page that was wanted."""

    then: str


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


class AccountChangeIn(In):
    """What changes of an account; what is left out stays."""

    model_config = example(roles=["agent", "manager"], team="north", lead=None)

    roles: Annotated[list[Role], Field(min_length=1)] = Field(default_factory=list)
    team: ShortText | None = None
    lead: ShortText | None = None


class AccountOut(Out):
    """An account, for administrators; `version` goes into If-Match."""

    name: str
    display_name: str
    roles: list[Role]
    team: str | None
    lead: str | None
    active: bool
    version: str


class PeopleQuery(In):
    """How to read the list of people that is the request's body."""

    file_name: Annotated[
        ShortText,
        Field(description="Its ending says the form: csv, xlsx, jsonl.", examples=["people.csv"]),
    ]
    dry_run: Annotated[bool, Field(description="Report, but keep nothing.")] = False


class RefusedPersonOut(Out):
    """A row of a list of people that was not taken; rows count from 1."""

    row: int
    name: str
    field: str
    reason: str


class PeopleOut(Out):
    """What a list of people changed, by account name; accounts that it does not list stay."""

    added: list[str]
    changed: list[str]
    deactivated: list[str]
    unchanged: list[str]
    refused: list[RefusedPersonOut]
