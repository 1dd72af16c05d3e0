"""Promise 9, thin: no answer of API or command line names, counts or ranks a person.

Two looks: at the shapes that the doors declare, and at everything that they say about a shop whose
people and customers are known.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from recommender.accounts.directory import actor_named, add_account, operator
from recommender.changes.accepting import accept
from recommender.changes.candidates import claim, promote
from recommender.cli.main import VERBS, find_command, recommender
from recommender.kinds import catalogue
from recommender.models.cases import Case
from recommender.models.kinds import Run
from recommender.storage.house import House
from recommender.vocabulary import CaseState, Role
from tests.contract.conftest import Api
from tests.contract.doors import DOORS
from tests.contract.small_shop import AGENTS

ABOUT_A_PERSON = {"MeOut", "SignInOut", "AccountOut"} | {"IdentityOut", "IdentityRequestOut"}
"""The reader's own account, the list of accounts that administrators keep, and break-glass: one
name that was granted, and who asked for it, which those see who watch over it.
"""
PERSON = re.compile(
    r"(^|_)(agent|cosigner|signer|filer|customer|person|employee|user|colleague)(_|$)|_by$|^by$"
)
OPEN_MAPS = {"Problem.facts", "CaseOut.facts", "KindCaseOut.facts", "PrecedentOut.facts"} | {
    "FilledProposalOut.facts",
    "RunOut.counts",
    "RunOut.diff",
}
"""Objects whose names the schema leaves open; what stands in them is looked at below."""
READERS = {"ines": Role.MANAGER, "ruth": Role.POLICY_OWNER, "auditor": Role.AUDITOR} | {
    "emil": Role.EMPLOYEE_REPRESENTATIVE,
    "admin": Role.ADMIN,
    "maya": Role.AGENT,
}
NAMES = re.compile(rf"\b({'|'.join(sorted({*AGENTS, *READERS, 'local-operator'}))})\b|customer-")

SETTLED = {"/v1/me", "/v1/accounts", "/openapi.json", "/v1/protection-report", "/v1/kept"} | {
    "/v1/audit-pack"
}
"""Pages about the reader, accounts as such, shapes and roles, whose words are names here too; and
a zip, whose files test_audit_pack reads.
"""

Told = tuple[Api, dict[str, str]]


@pytest.fixture
def told(shop_api: Api) -> Told:
    """The shop after a decision, so that every page has something to say; and ids to ask for."""
    house = shop_api.house
    with house.transaction(operator(house)) as tx:
        add_account(tx, name="emil", display_name="E", roles=[Role.EMPLOYEE_REPRESENTATIVE])
    with house.transaction(actor_named(house, "ines")) as tx:
        kind_id = next(kind.id for kind in catalogue.kinds(tx) if kind.clause == "RET-2.1")
        candidate_id = promote(tx, kind_id).id
    with house.transaction(actor_named(house, "ruth")) as tx:
        claim(tx, candidate_id)
        accept(tx, candidate_id, reason="Late parcels are not theirs.")
    with house.database.reading() as session:
        approved = select(Case.id).where(Case.state == CaseState.APPROVED)
        case_id = session.scalars(approved.order_by(Case.id)).first()
        run_id = session.scalars(select(Run.id)).one()
    admin = shop_api.by("admin")
    named = {"file_name": "cases.csv"}
    upload_id = admin.post("/v1/uploads", params=named, content=b"id\n1\n").json()["id"]
    job = admin.post(f"/v1/uploads/{upload_id}/import", json={"dry_run": True})
    return shop_api, {
        "upload_id": upload_id,
        "import_id": job.json()["id"],
        "kind_id": kind_id,
        "candidate_id": candidate_id,
        "case_id": str(case_id),
        "run_id": run_id,
        "key": "RET-2.1",
    }


# What the API declares


def answered(openapi: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Give the shapes that answers are made of, by name."""
    shapes = openapi["components"]["schemas"]
    return {
        name: shape
        for name, shape in shapes.items()
        if "properties" in shape and not name.endswith("In")
    }


def test_no_answer_has_a_field_for_a_person(api: Api) -> None:
    shapes = answered(api.app.openapi())
    assert len(shapes) > 30
    found = {
        f"{name}.{field}"
        for name, shape in shapes.items()
        if name not in ABOUT_A_PERSON
        for field in shape["properties"]
        if PERSON.search(field)
    }
    assert found == {"EvidenceOut.signer_pairs"}, "how many pairs there are, not who"


def test_what_is_about_a_person_has_no_number(api: Api) -> None:
    shapes = answered(api.app.openapi())
    numbers = {
        f"{name}.{field}"
        for name in ABOUT_A_PERSON
        for field, kind in shapes[name]["properties"].items()
        if {"integer", "number"} & types(kind)
    }
    assert numbers == {"MeOut.unread"}


def test_no_answer_counts_under_names_of_its_own(api: Api) -> None:
    shapes = answered(api.app.openapi())
    found = {
        f"{name}.{field}"
        for name, shape in shapes.items()
        for field, kind in shape["properties"].items()
        if "object" in types(kind) and "$ref" not in json.dumps(kind)
    }
    assert found == OPEN_MAPS


def types(kind: Mapping[str, Any]) -> set[str]:
    """Give the JSON types that a property may have."""
    either = [kind, *kind.get("anyOf", ())]
    return {one["type"] for one in either if "type" in one}


# What the API says


@pytest.mark.parametrize("reader", READERS)
def test_no_page_names_a_person(told: Told, reader: str) -> None:
    api, ids = told
    ledger = b"date,note,handled by\n2026-03-01,Late.,maya\n"
    own = api.by(reader).post("/v1/look-backs", params={"file_name": "l.csv"}, content=ledger)
    ids["look_back_id"] = own.json().get("id", "nobody's")
    asked = 0
    for (method, path), door in DOORS.items():
        if method != "GET" or path in SETTLED:
            continue
        filled = path.replace("/policies/{key}", "/policies/RET").format(**ids)
        answer = api.by(reader).get(filled, params=door.query)
        if door.roles is not None and READERS[reader] not in door.roles:
            continue
        assert answer.status_code in {200, 503}, (filled, answer.text)
        assert not NAMES.search(answer.text), (filled, NAMES.search(answer.text))
        asked += 1
    assert asked >= 10


# What the command line says

ARGUMENTS: dict[str, list[str] | None] = {
    "accounts list": None,
    "accounts import": None,
    "keys list": None,
    "charter": [],
    "handed-over": [],
    "identities list": [],
    "policies import": None,
    "policies export": ["RET"],
    "policies show": ["RET-2.1"],
    "policies parameters": [],
    "policies diff": ["RET-2.1", "1", "2"],
    "policies limits": [],
    "retrospect": None,
    "import": None,
    "contacts": None,
    "file": None,
    "cosign": [],
    "answer": [],
    "precedents": ["--situation", "Unworn boots came back after the window."],
    "search": ["boots"],
    "discover": [],
    "kinds": ["--all"],
    "kinds confirm": ["{kind_id}", "--dry-run"],
    "kinds corrections": [],
    "kinds lineage": ["{kind_id}"],
    "kinds merge": None,
    "kinds move": None,
    "kinds not-a-kind": ["{kind_id}", "--reason", "They are not alike.", "--dry-run"],
    "kinds show": ["{kind_id}"],
    "kinds split": None,
    "kinds undo": None,
    "map": [],
    "memberships": [],
    "runs": [],
    "runs show": [],
    "evaluate": None,
    "draft": ["{kind_id}"],
    "backtest": ["{kind_id}"],
    "promote": None,
    "candidates": [],
    "deputy": [],
    "effects": [],
    "record": ["{candidate_id}"],
    "examiner": [],
    "claim": None,
    "release": None,
    "accept": None,
    "reject": None,
    "defer": None,
    "confirm": None,
    "rollback": None,
    "redaction words list": [],
    "raw": None,
    "erase": None,
    "audit verify": [],
}
"""Every command with --json; None: it writes, or lists the accounts for an administrator."""


def commands(name: str, command: click.Command) -> Iterator[str]:
    """Give the whole names of a command and those below it that print JSON."""
    if any("--json" in parameter.opts for parameter in command.params):
        yield name
    if isinstance(command, click.Group):
        for below, found in command.commands.items():
            yield from commands(f"{name} {below}", found)


def test_the_table_has_every_command_that_prints_json() -> None:
    assert {name for verb in VERBS for name in commands(verb, find_command(verb))} == set(ARGUMENTS)


@pytest.mark.slow
def test_no_command_names_a_person(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    api, ids = told
    use(api.house, monkeypatch)
    for name, arguments in ARGUMENTS.items():
        for reader in READERS if arguments is not None else ():
            words = [word.format(**ids) for word in arguments or []]
            answer = CliRunner().invoke(
                recommender, ["--as", reader, *name.split(), *words, "--json"]
            )
            if answer.exit_code == 1:
                assert "Your account may not" in answer.stderr, (name, reader, answer.stderr)
                continue
            assert answer.exit_code == 0, (name, reader, answer.output)
            json.loads(answer.stdout)
            assert not NAMES.search(answer.stdout), (name, reader, NAMES.search(answer.stdout))


def test_nothing_printed_has_a_field_for_a_person(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    api, ids = told
    use(api.house, monkeypatch)
    found = set()
    for name, arguments in ARGUMENTS.items():
        if arguments is None:
            continue
        words = [word.format(**ids) for word in arguments]
        answer = CliRunner().invoke(recommender, [*name.split(), *words, "--json"])
        if answer.exit_code == 0:
            printed = set(fields(json.loads(answer.stdout)))
            found |= {f"{name}: {field}" for field in printed if PERSON.search(field)}
    limits = {f"policies limits: per_customer{more}" for more in ("", "_days")}
    assert found == limits, "what owners set, not what anybody did"


def fields(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Give all names in a JSON value, however deep."""
    if isinstance(value, dict):
        yield from value
        for one in value.values():
            yield from fields(one)
    elif isinstance(value, list):
        for one in value:
            yield from fields(one)


def test_no_exported_act_counts_a_person(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever acted bears no name in the log's export that the days or nouns have in common."""
    api, _ = told
    use(api.house, monkeypatch)
    answer = CliRunner().invoke(recommender, ["audit", "export"])
    entries = [json.loads(line) for line in answer.stdout.splitlines()]
    assert len(entries) > 5
    assert not NAMES.search(answer.stdout)
    assert {field for entry in entries for field in fields(entry) if PERSON.search(field)} == set()


def test_the_list_of_accounts_says_nothing_of_what_they_did(
    shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(shop, monkeypatch)
    answer = CliRunner().invoke(recommender, ["accounts", "list", "--json"])
    for account in json.loads(answer.stdout):
        identity = {"name", "display_name", "roles", "team", "lead"}
        assert set(account) == identity | {"active", "password"}
        assert {type(account["active"]), type(account["password"])} == {bool}


def use(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command line open this house."""
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", house.settings.database_url)
    monkeypatch.setenv("RECOMMENDER_ENCODER", house.settings.encoder)
