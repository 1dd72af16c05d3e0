"""Settings: one frozen object, read once from the environment and `.env`; and the clock.

Every name carries the prefix RECOMMENDER_; a misspelt one stops the start. docs/settings.md
is checked against this file.
"""

import os
from datetime import UTC, date, datetime, time
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from recommender.errors import Invalid

PREFIX = "RECOMMENDER_"
ENV_FILE = Path(".env")


class UnknownSetting(Invalid):
    """The environment names a setting that does not exist."""


class BadSetting(Invalid):
    """A setting has a value that cannot be used."""


def _only_upward(floor: int) -> AfterValidator:
    def check(value: int) -> int:
        if value < floor:
            message = f"protects people and can only be raised; the least is {floor}"
            raise ValueError(message)
        return value

    return AfterValidator(check)


class Settings(BaseSettings):
    """Everything an administrator can decide."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, frozen=True, extra="ignore"
    )

    database_url: str = Field(
        default="sqlite:///recommender.sqlite",
        description="Where the data live: a SQLite file, or a PostgreSQL address.",
    )
    key_file: Path | None = Field(
        default=None,
        description="File with the random secrets; by default beside the SQLite file, else in "
        "the working folder.",
    )
    as_of: date | None = Field(
        default=None, description="The day that counts as today (ISO date), for looking back."
    )
    encoder: str = Field(
        default="builtin",
        description="`builtin`, `builtin-fast`, a local folder with a sentence-transformers model, "
        "or a hub name.",
    )
    encoder_revision: str | None = Field(
        default=None, description="Revision of a hub model; pins it."
    )
    encoder_threads: int = Field(
        default=1, ge=1, description="Processor threads for embedding in a serving process."
    )
    session_hours: int = Field(default=12, ge=1, description="How long a sign-in lasts.")
    reauthenticate: bool = Field(
        default=True,
        description="Whoever accepts a change or takes one back types their password again.",
    )
    proposal_hours: int = Field(
        default=24, ge=1, description="How long an unsigned proposal waits before it expires."
    )
    escalate_after_hours: int = Field(
        default=8, ge=1, description="How long a proposal waits for a peer before a lead is asked."
    )
    signers_shown: int = Field(
        default=3,
        ge=1,
        description="How many peers are told of a new proposal; all find it queued.",
    )
    queue_seconds: int = Field(
        default=10,
        ge=1,
        description="After how many seconds an open queue asks whether more proposals wait.",
    )
    outcome_after_days: int = Field(
        default=3, ge=1, description="After how many days a filer is asked what came of a case."
    )
    review_share: float = Field(
        default=0.05, ge=0, le=1, description="Share of approvals that a second team looks at."
    )
    process_notice_after: int = Field(
        default=50,
        ge=1,
        description="After so many answers without a no, owners and representatives are told.",
    )
    break_glass_hours: int = Field(
        default=24, ge=1, description="How long a granted identity stays open."
    )
    retention_days: int | None = Field(
        default=None, ge=1, description="After how many days the texts of a case are erased."
    )
    agent_id_days: int | None = Field(
        default=None, ge=1, description="After how many days a case forgets who filed and signed."
    )
    encrypt_raw: bool = Field(
        default=False, description="Keep what was typed encrypted, with a key of the key file."
    )
    review_days: int = Field(
        default=90, ge=1, description="After how many days an accepted change is looked at again."
    )
    answer_days: int = Field(
        default=30,
        ge=1,
        description="After how many days a suggestion without an answer is red, and a claim "
        "without one may be taken over by its desk.",
    )
    acknowledge_after_days: int = Field(
        default=7,
        ge=1,
        description="After how many days somebody who has not read a changed rule is reminded, "
        "once.",
    )
    baseline_weeks: int = Field(
        default=13,
        ge=6,
        description="How many weeks before an acceptance its effect is compared with, at most.",
    )
    people_floor_agents: Annotated[int, _only_upward(3)] = Field(
        default=3, description="Fewer agents than this are masked in manager views."
    )
    people_floor_customers: Annotated[int, _only_upward(5)] = Field(
        default=5, description="Fewer customers than this are masked in manager views."
    )
    direction: str = Field(
        default="Do what is right for the customer in front of you, as a fair colleague would "
        "see it. Ask a peer, say why, and leave a trace that others can learn from.",
        description="What we want for customers: one paragraph beside the form and the signature.",
    )
    protected_facts: str | None = Field(
        default=None,
        description="Words of facts, with commas between, on which no limit is ever drafted, "
        "beside age, sex, religion, names, addresses and the like.",
    )
    host: str = Field(default="127.0.0.1", description="Address the API and dashboard listen on.")
    api_port: int = Field(default=8000, ge=1, le=65535, description="Port of the API.")
    dashboard_port: int = Field(default=8501, ge=1, le=65535, description="Port of the dashboard.")
    api_url: str = Field(
        default="http://127.0.0.1:8000",
        description="Where a dashboard that is started by itself finds the API.",
    )
    dashboard_url: str | None = Field(
        default=None,
        description="Where people open the dashboard, through a proxy too; it answers under this "
        "name, and the OpenID provider leads back to it. By default its host and port.",
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="Address of the OpenID provider that people may sign in with; none is asked "
        "without it.",
    )
    oidc_client_id: str | None = Field(
        default=None, description="As what the provider knows this product."
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="The secret that the provider gave it, if it gave one."
    )
    oidc_client_secret_file: Path | None = Field(
        default=None, description="A file that holds this secret instead."
    )
    oidc_label: str = Field(
        default="your work account",
        description="What stands on the sign-in page after “Sign in with”.",
    )
    oidc_create: bool = Field(
        default=False,
        description="Whoever the provider knows and nobody here does gets an account, as an agent.",
    )
    demo: bool = Field(
        default=False,
        description="Demo mode: the sign-ins that the demo prints, with their one password, work.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="How much the servers write to standard error."
    )

    @model_validator(mode="after")
    def _known_database(self) -> Self:
        if not self.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
            message = "database_url must start with sqlite:/// or postgresql+psycopg://"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _whole_address(self) -> Self:
        if self.dashboard_url is not None and not urlsplit(self.dashboard_url).hostname:
            message = "dashboard_url must be an address, such as https://desk.example.org"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _whole_provider(self) -> Self:
        if self.oidc_issuer is None:
            return self
        addresses = (self.oidc_issuer, self.dashboard_address)
        if not all(map(is_safe_address, addresses)) or self.oidc_client_id is None:
            message = (
                "oidc_issuer needs oidc_client_id, and dashboard_url where the dashboard listens "
                "for more than this machine; both addresses begin with https unless they are on "
                "this machine"
            )
            raise ValueError(message)
        if self.oidc_client_secret is not None and self.oidc_client_secret_file is not None:
            message = "oidc_client_secret and oidc_client_secret_file say the same: set one"
            raise ValueError(message)
        return self

    @property
    def dashboard_address(self) -> str:
        """Where people open the dashboard, without a slash at the end."""
        own = f"http://{self.host}:{self.dashboard_port}"
        return (self.dashboard_url or own).rstrip("/")

    @property
    def oidc_secret(self) -> str | None:
        """The secret that the OpenID provider gave; raises BadSetting where its file is gone."""
        if self.oidc_client_secret is not None:
            return self.oidc_client_secret.get_secret_value()
        if self.oidc_client_secret_file is None:
            return None
        try:
            return self.oidc_client_secret_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(
                "The file with the provider's secret cannot be read.",
                field=f"{PREFIX}OIDC_CLIENT_SECRET_FILE",
                remedy="Name a file that this program may read.",
            ) from error

    @property
    def secrets_path(self) -> Path:
        """Where the key file lies."""
        if self.key_file is not None:
            return self.key_file
        if self.database_url.startswith("sqlite:///"):
            database = Path(self.database_url.removeprefix("sqlite:///"))
            return database.with_name(f"{database.name}.keys")
        return Path("recommender.keys")


def load_settings(**overrides: object) -> Settings:
    """Read the settings; an unknown RECOMMENDER_ name or a bad value stops the start.

    Raises UnknownSetting or BadSetting, naming the variable and the remedy.
    """
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    given = {name.upper() for name in (*os.environ, *dotenv_values(ENV_FILE))}
    unknown = sorted(name for name in given if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise UnknownSetting(
            f"There is no setting {unknown[0]}.",
            field=unknown[0],
            remedy="See docs/settings.md for the names, or remove it.",
        )
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        named = (word for word in first["msg"].split() if word in Settings.model_fields)
        name = str(first["loc"][0]) if first["loc"] else next(named)
        raise BadSetting(
            f"{first['msg'].removeprefix('Value error, ')}.",
            field=f"{PREFIX}{name}".upper(),
            remedy="Correct the value; docs/settings.md says what is allowed.",
        ) from error


def is_local(host: str) -> bool:
    """Tell whether a host name stands for this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_safe_address(address: str) -> bool:
    """Tell whether an address is encrypted or on this machine, and names nobody to sign in as."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    plain = parts.scheme == "http" and is_local(host or "")
    return bool(host) and (parts.scheme == "https" or plain) and "@" not in parts.netloc


def now() -> datetime:
    """Give the present moment in UTC; acts are stamped with it, whatever `as_of` says."""
    return datetime.now(UTC)


def end_of(day: date) -> datetime:
    """Give the last moment of a day in UTC: what an `as_of` date means."""
    return datetime.combine(day, time.max, tzinfo=UTC)
