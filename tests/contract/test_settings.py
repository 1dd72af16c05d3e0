"""Settings: misspelt or impossible ones stop the start, and none other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from recommender import config
from recommender.config import PREFIX, BadSetting, Settings, UnknownSetting, load_settings
from tests.contract.paging import page


def test_the_page_shows_the_direction_as_it_comes() -> None:
    shown = page("settings.md").replace("\n> ", "\n")
    assert str(Settings.model_fields["direction"].default) in " ".join(shown.split())


@pytest.mark.parametrize("name", ["RECOMMENDER_DATABSE_URL", "recommender_as_off"])
def test_a_misspelt_name_stops_the_start(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(UnknownSetting) as refused:
        load_settings()
    assert refused.value.field == name.upper()


def test_a_misspelt_name_in_the_env_file_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text("OTHER=1\nRECOMMENDER_SESION_HOURS=3\n", encoding="utf-8")
    monkeypatch.setattr(config, "ENV_FILE", file)
    with pytest.raises(UnknownSetting, match="RECOMMENDER_SESION_HOURS"):
        load_settings()


def test_a_misspelt_name_stops_the_command_line_with_1(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", "from recommender.cli.main import main; main()", "init"],
        cwd=tmp_path,
        env=os.environ | {"RECOMMENDER_DATABSE_URL": "sqlite:///x.sqlite"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "RECOMMENDER_DATABSE_URL" in answer.stderr
    assert list(tmp_path.glob("*.sqlite*")) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", "mysql://x"),
        ("dashboard_url", "desk.example.org"),
        ("as_of", "yesterday"),
        ("session_hours", "0"),
        ("api_port", "70000"),
        ("log_level", "loud"),
        ("people_floor_agents", "2"),
        ("people_floor_customers", "4"),
    ],
)
def test_an_impossible_value_stops_the_start_and_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"{PREFIX}{name.upper()}", value)
    with pytest.raises(BadSetting) as refused:
        load_settings()
    assert refused.value.field == f"{PREFIX}{name}".upper()


def test_the_environment_and_the_env_file_are_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text("RECOMMENDER_SESSION_HOURS=3\nRECOMMENDER_HOST=::1\n", encoding="utf-8")
    monkeypatch.setattr(config, "ENV_FILE", file)
    monkeypatch.setitem(Settings.model_config, "env_file", file)
    monkeypatch.setenv("RECOMMENDER_SESSION_HOURS", "4")
    found = load_settings(people_floor_agents=7)
    assert (found.session_hours, found.host, found.people_floor_agents) == (4, "::1", 7)


def test_settings_are_frozen(settings: Settings) -> None:
    with pytest.raises(ValidationError):
        settings.session_hours = 5


@pytest.mark.parametrize(
    ("url", "key_file", "secrets"),
    [
        ("sqlite:////srv/data/r.sqlite", None, "/srv/data/r.sqlite.keys"),
        ("sqlite:///r.sqlite", None, "r.sqlite.keys"),
        ("postgresql+psycopg://localhost/r", None, "recommender.keys"),
        ("sqlite:////srv/data/r.sqlite", "/etc/r.keys", "/etc/r.keys"),
    ],
)
def test_the_secrets_lie_beside_the_database_unless_told_otherwise(
    url: str, key_file: str | None, secrets: str
) -> None:
    told = Settings(database_url=url, key_file=None if key_file is None else Path(key_file))
    assert told.secrets_path == Path(secrets)
