"""The protection report: what is kept about people here, who may read it, and for how long.

Written from the settings and the access table as they are, as a basis for a data-protection
impact assessment or a talk with a works council. It reads no person and counts none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import make_url

from recommender.access import ALLOWED, Act
from recommender.accounts.charter import charter_version
from recommender.accounts.holdings import HOLDINGS, Holding
from recommender.config import PREFIX, Settings, is_local
from recommender.learning.redaction_measured import MEASURED
from recommender.storage.house import Transaction
from recommender.vocabulary import Role

_STAFF = ("agents", "everybody", "staff")
"""Words in what a holding is about that mean people who work here."""
_SETTINGS = (
    *("people_floor_agents", "people_floor_customers", "retention_days", "agent_id_days"),
    *("encrypt_raw", "break_glass_hours", "session_hours", "review_share", "demo"),
)
"""Settings that decide about people."""


def protection_report(tx: Transaction) -> str:
    """Write the report for this installation, in Markdown."""
    tx.actor.require(Act.READ_PROTECTION)
    return write_report(tx.settings)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Something that is kept about whoever has an account here, by whom it is read, how long."""

    what: str
    readers: str
    stays: str


def kept_about_staff(tx: Transaction) -> list[Kept]:
    """List what is kept about somebody who works here; the same for everybody."""
    tx.actor.require(Act.READ_CHARTER)
    return [
        Kept(what=one.what, readers=_readers(one), stays=one.stays)
        for one in HOLDINGS
        if any(words in one.about for words in _STAFF)
    ]


def write_report(settings: Settings) -> str:
    """Write the report for some settings, in Markdown."""
    parts = (
        _INTRODUCTION.format(version=charter_version()),
        "## Settings that decide about people",
        *_decided(settings),
        "## What is kept",
        *_kept(),
        "## Who may do what",
        *_roles(),
        "## What is seen of people",
        _SEEN.format(
            agents=settings.people_floor_agents,
            customers=settings.people_floor_customers,
            hours=settings.break_glass_hours,
        ),
        "## Redaction",
        *_redaction(),
        "## Where data go",
        *_flows(settings),
        "## What this does not protect from",
        _LIMITS,
    )
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _decided(settings: Settings) -> Iterator[str]:
    rows = [
        (f"`{PREFIX}{name.upper()}`", _value(getattr(settings, name)), _meaning(name))
        for name in _SETTINGS
    ]
    yield _table(("Setting", "Here", "What it decides"), rows)
    yield _list(_to_consider(settings)) or "Nothing in these settings calls for a second look."


def _to_consider(settings: Settings) -> Iterator[str]:
    if settings.retention_days is None:
        yield "Texts stay until somebody erases them: no retention is set."
    if settings.agent_id_days is None:
        yield "Cases keep who filed and signed them for good: no days are set to forget it."
    if not settings.encrypt_raw:
        yield "Texts as typed lie in the database unencrypted."
    if settings.demo:
        yield "Demo mode is on: everybody who knows the demo's password gets in."
    if not is_local(settings.host):
        yield f"It listens on {settings.host}: put a proxy with TLS before it."


def _kept() -> Iterator[str]:
    rows = [
        (one.what, one.about, _readers(one), one.stays, ", ".join(f"`{t}`" for t in one.tables))
        for one in HOLDINGS
    ]
    yield _table(("What", "About", "Who reads it", "How long", "Tables"), rows)


def _readers(holding: Holding) -> str:
    if isinstance(holding.reads, Act):
        return _names(ALLOWED[holding.reads])
    return holding.reads


def _roles() -> Iterator[str]:
    yield "What no row allows is refused, at every door alike: screens, HTTP, command line."
    rows = [(act.value, _names(roles)) for act, roles in sorted(ALLOWED.items())]
    yield _table(("Act", "Roles"), rows)


def _redaction() -> Iterator[str]:
    yield _REDACTION
    rows = [
        (
            one.texts,
            f"{one.found} of {one.labelled} = {one.recall:.3f}",
            f"{one.right} of {one.replaced} = {one.precision:.3f}",
        )
        for one in MEASURED
    ]
    yield _table(("Labelled texts", "Found", "Rightly replaced"), rows)


def _flows(settings: Settings) -> Iterator[str]:
    database = make_url(settings.database_url)
    place = "a SQLite file on the machine that runs the program"
    if database.get_backend_name() != "sqlite":
        place = f"PostgreSQL on {database.host or 'the machine that runs the program'}"
    model = "runs on the same machine"
    if settings.encoder not in {"builtin", "builtin-fast"} and "/" in settings.encoder:
        model = f"is fetched from its hub once, `{settings.encoder}`, and runs on the same machine"
    outside = "Nothing is sent anywhere: no telemetry, no service outside."
    if settings.oidc_issuer is not None:
        outside = (
            f"Who signs in at {settings.oidc_issuer} is asked of it; it learns who and when. "
            "Nothing else is sent anywhere: no telemetry, no other service outside."
        )
    yield _FLOWS.format(place=place, model=model, outside=outside)


def _meaning(name: str) -> str:
    return str(Settings.model_fields[name].description)


def _value(value: object) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _names(roles: Iterable[Role]) -> str:
    given = frozenset(roles)
    if given == frozenset(Role):
        return "everybody"
    if given == frozenset(Role) - {Role.AGENT}:
        return "all but agents"
    return ", ".join(role.replace("_", " ") for role in sorted(given))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


_INTRODUCTION = """\
# Protection report

Written by `recommender protection-report` from the settings and the access table of this
installation. It is a basis for a data-protection impact assessment or a talk with a works council,
and no legal advice. Nobody was counted for it.

Agents ask for exceptions to rules, a colleague signs first, and what recurs becomes a suggestion to
change the rule. Rules are judged here, not people. Version {version} of the charter is in force;
nobody files or signs before having accepted it (`recommender charter`).
"""

_SEEN = """\
- Managers, policy owners and watchers see cases by opaque ids and days, without names.
- A number is masked where fewer than {agents} agents or {customers} customers are behind it, and so
  is what would betray it. Both floors can only be raised.
- Nothing counts, compares or ranks agents: no screen, no request, no export, no command.
- A name behind a case is shown by break-glass alone: a manager or administrator asks with a reason,
  an auditor or employee representative who may not ask agrees, it stays open for {hours} hours,
  each reading is recorded, and the person and the employee representatives are told.
- When somebody leaves, their lead sees which of their proposals still wait.
- A second team looks at some approvals, without names; what it calls misuse is no evidence any
  more, and counts against nobody.
"""

_REDACTION = """\
Personal data are replaced before a text is embedded or shown. Measured on labelled texts that were
not read while the rules were written; docs/protection.md says what is missed, and how wide the
intervals are.
"""

_FLOWS = """\
- Data lie in {place}; the keys in a file of their own, never in the database.
- They come in by the forms, by requests with a key of an account, and by files that administrators
  import. Such a file waits beside the database as it was sent, for its owner's eyes alone: an hour,
  or until it is taken in or a customer is erased.
- {outside} The model that compares texts {model}.
- They go out where somebody exports them: rule books, decision records without a name, and the
  event log, in which people bear pseudonyms that differ from case to case; or all in an audit pack.
- Backups of the database hold all of it; keep the key file apart from them.
"""

_LIMITS = """\
- The event log keeps account names for good; a case that forgot its people is still named there,
  for who reads the database itself.
- A forgotten name is a keyed pseudonym. Who has both the database and the key file can try names
  against it.
- The team of the filer stays with a case; a team of one is a person.
- Redaction is no anonymisation: an unusual story can point at somebody.
- Administrators can read texts as typed. It is recorded, not prevented.
- The command line acts as any account that it names, for whoever may run it on the machine.
"""
