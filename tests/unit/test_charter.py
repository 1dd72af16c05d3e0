"""The charter: its text, and who has accepted which version."""

from pathlib import Path

import pytest
from sqlalchemy import delete, select

from recommender.access import Actor
from recommender.accounts import charter as charters
from recommender.accounts.charter import (
    CharterMoved,
    CharterUnread,
    accept_charter,
    charter,
    charter_text,
    charter_version,
    require_charter,
)
from recommender.accounts.directory import add_account, operator
from recommender.models.events import Event
from recommender.models.protection import CharterAcceptance
from recommender.storage.house import House
from recommender.vocabulary import Role
from tests.conftest import RunCli


@pytest.fixture
def noor(house: House) -> Actor:
    """An agent on their first day."""
    with house.transaction(operator(house)) as tx:
        actor = add_account(tx, name="noor", display_name="Noor", roles=[Role.AGENT]).actor
        tx.session.flush()
        tx.session.execute(
            delete(CharterAcceptance).where(CharterAcceptance.account_name == "noor")
        )
        return actor


def test_the_text_has_its_promises_and_its_exclusions() -> None:
    text = charter_text(charter_version())
    promises, excluded = text.split("## What it does not cover")
    for word in ("no misconduct", "emergency", "ranks", "second person", "told", "declin"):
        assert word in promises or word in excluded
    for word in ("**Crime.**", "**Self-dealing.**", "**Safety.**"):
        assert word in excluded


def test_it_is_accepted_once_and_then_holds(house: House, noor: Actor) -> None:
    with house.transaction(noor) as tx:
        assert charter(tx).accepted_at is None
        with pytest.raises(CharterUnread) as refused:
            require_charter(tx)
        assert refused.value.facts["version"] == charter_version()
        first = accept_charter(tx, charter_version())
    with house.transaction(noor) as tx:
        assert accept_charter(tx, charter_version()) == charter(tx) == first
        require_charter(tx)
        recorded = select(Event).where(Event.verb == "accept_charter", Event.actor == "noor")
        assert len(tx.session.scalars(recorded).all()) == 1


def test_a_new_version_is_read_anew(
    house: House, noor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.transaction(noor) as tx:
        accept_charter(tx, 1)
    for version in (1, 2, 10):
        (tmp_path / f"{version}.md").write_text(f"Text {version}", encoding="utf-8")
    monkeypatch.setattr(charters, "_TEXTS", tmp_path)
    charter_version.cache_clear()
    charter_text.cache_clear()
    try:
        with house.transaction(noor) as tx:
            assert charter(tx) == charters.Charter(10, "Text 10", None)
            with pytest.raises(CharterUnread):
                require_charter(tx)
            with pytest.raises(CharterMoved, match="version 10") as refused:
                accept_charter(tx, 1)
            assert refused.value.field == "version"
            accept_charter(tx, 10)
            require_charter(tx)
            held = tx.session.scalars(
                select(CharterAcceptance.version)
                .where(CharterAcceptance.account_name == "noor")
                .order_by(CharterAcceptance.version)
            )
            assert held.all() == [1, 10], "what was accepted before stays known"
    finally:
        charter_version.cache_clear()
        charter_text.cache_clear()


@pytest.mark.usefixtures("noor")
def test_the_command_line_shows_it_and_takes_the_acceptance(cli: RunCli) -> None:
    shown = cli("--as", "noor", "charter")
    assert shown.exit_code == 0
    assert "What it does not cover" in shown.stdout
    assert "Not accepted yet" in shown.stdout
    assert cli("--as", "noor", "charter", "--accept", "99").exit_code == 1
    assert "was accepted" in cli("--as", "noor", "charter", "--accept", "1").stdout
    assert '"accepted_at": "' in cli("--as", "noor", "charter", "--json").stdout
