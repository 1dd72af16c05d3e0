"""The protection report says what the settings, the roles and the tables say."""

import re
from pathlib import Path

import pytest

from recommender.access import ALLOWED, Act, Actor, RoleMissing
from recommender.accounts.holdings import HOLDINGS
from recommender.accounts.protection import kept_about_staff, protection_report, write_report
from recommender.config import Settings
from recommender.learning.redaction_measured import MEASURED
from recommender.models.base import Base
from recommender.storage.house import House
from recommender.vocabulary import Role
from tests.conftest import RunCli
from tests.reference import DOCS, REPORT


def test_a_provider_of_sign_ins_is_named_as_what_is_asked_outside() -> None:
    asked = Settings(oidc_issuer="https://id.example", oidc_client_id="r", host="127.0.0.1")
    assert "Who signs in at https://id.example is asked of it" in write_report(asked)
    assert "Nothing is sent anywhere" not in write_report(asked)
    assert "Nothing is sent anywhere" in write_report(Settings())


def test_every_table_is_accounted_for_once() -> None:
    told = [table for holding in HOLDINGS for table in holding.tables]
    assert sorted(told) == sorted(Base.metadata.tables), "recommender/accounts/holdings.py"


def test_every_act_stands_there_with_its_roles() -> None:
    report = write_report(Settings())
    for act, roles in ALLOWED.items():
        (row,) = re.findall(rf"(?m)^\| {re.escape(act)} \| (.*) \|$", report)
        if roles == frozenset(Role):
            assert row == "everybody"
        elif roles == frozenset(Role) - {Role.AGENT}:
            assert row == "all but agents"
        else:
            assert set(row.split(", ")) == {role.replace("_", " ") for role in roles}


def test_no_agent_reads_names_or_raw_texts() -> None:
    for act in (Act.READ_RAW_TEXT, Act.ASK_IDENTITY, Act.GRANT_IDENTITY, Act.READ_IDENTITY_LOG):
        assert Role.AGENT not in ALLOWED[act]


def test_the_figures_are_those_of_the_page() -> None:
    text = (DOCS / "protection.md").read_text("utf-8").partition(REPORT)[0]
    for one in MEASURED:
        assert f"{one.found} of {one.labelled} = {one.recall:.3f}".replace("0.", ".") in text
        assert f"{one.right} of {one.replaced} = {one.precision:.3f}".replace("0.", ".") in text


def test_it_follows_the_settings(settings: Settings) -> None:
    strict = settings.model_copy(
        update={
            "people_floor_agents": 4,
            "people_floor_customers": 9,
            "retention_days": 700,
            "agent_id_days": 365,
            "encrypt_raw": True,
            "break_glass_hours": 2,
        }
    )
    report = write_report(strict)
    assert "fewer than 4 agents or 9 customers" in report
    assert "open for 2 hours" in report
    assert "| `RECOMMENDER_RETENTION_DAYS` | 700 |" in report
    assert "| `RECOMMENDER_ENCRYPT_RAW` | yes |" in report
    assert "Nothing in these settings calls for a second look." in report
    assert "a SQLite file" in report
    loose = settings.model_copy(
        update={
            "host": "0.0.0.0",  # noqa: S104 - what is warned of
            "demo": True,
            "encoder": "owner/model",
            "database_url": "postgresql+psycopg://rec:secret@db.example/rec",
        }
    )
    report = write_report(loose)
    for words in (
        "Demo mode is on",
        "It listens on 0.0.0.0",
        "no retention is set",
        "unencrypted",
        "PostgreSQL on db.example",
        "fetched from its hub once, `owner/model`",
    ):
        assert words in report
    assert "secret" not in report
    assert "listens on" not in write_report(settings.model_copy(update={"host": "localhost"}))
    assert "listens on shop.example" in write_report(
        settings.model_copy(update={"host": "shop.example"})
    )


def test_it_is_written_for_all_but_agents(
    house: House, cli: RunCli, maya: Actor, auditor: Actor, tmp_path: Path
) -> None:
    with house.reading(maya) as tx, pytest.raises(RoleMissing):
        protection_report(tx)
    with house.reading(auditor) as tx:
        expected = protection_report(tx)
    assert expected == write_report(house.settings)
    shown = cli("protection-report").stdout
    assert shown.startswith("# Protection report\n")
    file = tmp_path / "report.md"
    assert cli("--as", "auditor", "protection-report", "--out", file).exit_code == 0
    assert file.read_text(encoding="utf-8") == shown
    assert cli("--as", "maya", "protection-report").exit_code == 1


def test_everybody_reads_what_is_kept_of_staff(house: House, maya: Actor) -> None:
    with house.reading(maya) as tx:
        kept = kept_about_staff(tx)
    told = {one.what: one for one in kept}
    customers = {one.what for one in HOLDINGS if one.about.startswith("customers, under")}
    assert customers
    assert not customers & told.keys()
    assert told["The organisation's own words for redaction"].readers == "admin"
    accounts = next(one for one in kept if one.what.startswith("Accounts"))
    assert accounts.stays == "for good, deactivated ones too"
