"""Promise 13: what the event log shows, and what it shows only against a checkpoint."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from recommender.access import Actor
from recommender.models.cases import Case, RawText
from recommender.models.events import Event
from recommender.storage.engine import Database
from recommender.storage.events import (
    BadCheckpoint,
    Checkpoint,
    EventLog,
    LogBroken,
    commitment,
    read_checkpoint,
    write_checkpoint,
)
from recommender.storage.house import House
from tests.conftest import NewCase, RunCli


@pytest.fixture
def log(house: House, maya: Actor) -> Database:
    """A log of some entries beyond those of the people that were added."""
    for number in range(5):
        with house.transaction(maya) as tx:
            tx.record("file", "case", f"case-{number}", commitment="ab" * 32)
    return house.database


def attack(house: House, *statements: str) -> None:
    """Do what somebody with the database file can do: the guards are the first to go."""
    path = house.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TRIGGER events_no_update")
        connection.execute("DROP TRIGGER events_no_delete")
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, "the attack missed"


def verify(house: House, checkpoint: Checkpoint | None = None) -> Checkpoint:
    with house.database.reading() as session:
        return house.log.verify(session, checkpoint)


@pytest.mark.usefixtures("log")
def test_an_untouched_log_verifies_and_gives_its_end(house: House) -> None:
    end = verify(house)
    assert verify(house, end) == end
    with house.database.reading() as session:
        last = session.scalars(select(Event).order_by(Event.sequence.desc())).first()
        assert last is not None
        assert (end.sequence, end.mac) == (last.sequence, last.mac)


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("statement", ["UPDATE events SET actor = 'x'", "DELETE FROM events"])
def test_the_database_itself_refuses_to_edit_or_delete(house: House, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        house.database.transaction() as session,
    ):
        session.execute(text(statement))
    verify(house)


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    "change",
    [
        "at = datetime(at, '+1 second')",
        "actor = 'tom'",
        "verb = 'withdraw'",
        "noun = 'kind'",
        "noun_id = 'case-9'",
        """details = '{"commitment": "cd"}'""",
        "details = '{}'",
        f"mac = '{'0' * 64}'",
    ],
)
def test_any_edit_is_found(house: House, change: str) -> None:
    attack(house, f"UPDATE events SET {change} WHERE sequence = 8")  # noqa: S608 - the test's own
    with pytest.raises(LogBroken) as refused:
        verify(house)
    assert refused.value.facts["sequence"] == 8


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("gone", [1, 8])
def test_a_deletion_is_found(house: House, gone: int) -> None:
    attack(house, f"DELETE FROM events WHERE sequence = {gone}")  # noqa: S608 - the test's own
    with pytest.raises(LogBroken) as refused:
        verify(house)
    assert refused.value.facts["sequence"] == gone


@pytest.mark.usefixtures("log")
def test_a_deletion_with_the_rest_moved_up_is_found(house: House) -> None:
    attack(
        house,
        "DELETE FROM events WHERE sequence = 8",
        "UPDATE events SET sequence = sequence - 1 WHERE sequence > 8",
    )
    with pytest.raises(LogBroken):
        verify(house)


@pytest.mark.usefixtures("log")
def test_a_reordering_is_found(house: House) -> None:
    attack(
        house,
        "UPDATE events SET sequence = 999 WHERE sequence = 8",
        "UPDATE events SET sequence = 8 WHERE sequence = 9",
        "UPDATE events SET sequence = 9 WHERE sequence = 999",
    )
    with pytest.raises(LogBroken) as refused:
        verify(house)
    assert refused.value.facts["sequence"] == 8


@pytest.mark.usefixtures("log")
def test_an_entry_slipped_in_is_found(house: House) -> None:
    attack(
        house,
        "INSERT INTO events SELECT sequence + 1, at, 'tom', verb, noun, noun_id, details, mac "
        "FROM events ORDER BY sequence DESC LIMIT 1",
    )
    with pytest.raises(LogBroken):
        verify(house)


@pytest.mark.usefixtures("log")
def test_a_truncation_is_found_against_a_checkpoint_and_only_so(house: House) -> None:
    kept = verify(house)
    attack(house, f"DELETE FROM events WHERE sequence > {kept.sequence - 2}")  # noqa: S608 - the test's own
    assert verify(house).sequence == kept.sequence - 2
    with pytest.raises(LogBroken, match="cut off"):
        verify(house, kept)


@pytest.mark.usefixtures("log")
def test_a_full_rewrite_with_the_key_is_found_against_a_checkpoint_and_only_so(
    house: House,
) -> None:
    kept = verify(house)
    with house.database.reading() as session:
        entries = [_content(event) for event in session.scalars(select(Event))]
    attack(house, "DELETE FROM events")
    with house.database.transaction() as session:
        for entry in entries:
            house.log.append(session, **(entry | {"actor": "somebody-else"}))
    assert verify(house).sequence == kept.sequence
    with pytest.raises(LogBroken, match="rewritten"):
        verify(house, kept)


@pytest.mark.usefixtures("log")
def test_a_log_grows_on_past_its_checkpoint(house: House, maya: Actor) -> None:
    kept = verify(house)
    with house.transaction(maya) as tx:
        tx.record("file", "case", "one-more")
    assert verify(house, kept).sequence == kept.sequence + 1


@pytest.mark.usefixtures("log")
def test_nobody_without_the_key_can_write_a_log_that_verifies(house: House) -> None:
    other = EventLog(b"another key, of the same length.")
    with house.database.reading() as session, pytest.raises(LogBroken):
        other.verify(session)
    attack(house, "DELETE FROM events")
    with house.database.transaction() as session:
        _append(other, session)
    with pytest.raises(LogBroken):
        verify(house)


def test_an_act_that_fails_leaves_no_entry(house: House, maya: Actor) -> None:
    before = verify(house)

    def fail() -> None:
        with house.transaction(maya) as tx:
            tx.record("file", "case", "never")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert verify(house) == before


def test_erasing_what_was_written_leaves_the_log_verifiable_and_mute(
    house: House, maya: Actor, new_case: NewCase
) -> None:
    with house.transaction(maya) as tx:
        case = new_case(tx.session, situation="Mrs. Abendrot wept about her boots.")
        case_id, committed = case.id, commitment(case)
        tx.record("file", "case", case_id, commitment=committed)
    with house.database.transaction() as session:
        written = session.get_one(Case, case_id)
        assert commitment(written) == committed, "until then the entry proves the content"
        session.delete(written)
    with house.database.reading() as session:
        assert session.get(RawText, case_id) is None
        entries = [event.details for event in session.scalars(select(Event))]
    assert entries[-1] == {"commitment": committed}
    assert "Abendrot" not in json.dumps(entries)
    verify(house)


@given(st.integers(1), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_checkpoint_survives_its_line_of_json(sequence: int, mac: str) -> None:
    written = write_checkpoint(Checkpoint(sequence, mac))
    assert read_checkpoint(written) == Checkpoint(sequence, mac)
    assert "\n" not in written


@pytest.mark.parametrize(
    "line",
    ["", "[]", "{}", '{"sequence": 1}', '{"sequence":1,"a":2}', "x"]
    + [json.dumps({"sequence": odd, "mac": "0" * 64}) for odd in (0, -1, 1.5, True, "1", None)]
    + [json.dumps({"sequence": 1, "mac": odd}) for odd in ("", "0" * 63, "é" * 64, 1, None)],
)
def test_what_is_no_checkpoint_is_refused(line: str) -> None:
    with pytest.raises(BadCheckpoint):
        read_checkpoint(line)


@pytest.mark.usefixtures("log")
def test_the_command_line_verifies_against_a_kept_checkpoint(
    house: House, cli: RunCli, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text(cli("audit", "checkpoint").stdout, encoding="utf-8")
    sound = cli("audit", "verify", "--checkpoint", kept, "--json")
    assert sound.exit_code == 0
    assert json.loads(sound.stdout) == {
        "entries": verify(house).sequence,
        "mac": verify(house).mac,
        "checkpoint": True,
    }
    attack(house, f"DELETE FROM events WHERE sequence = {verify(house).sequence}")  # noqa: S608 - the test's own
    assert cli("audit", "verify").exit_code == 0
    broken = cli("audit", "verify", "--checkpoint", kept)
    assert broken.exit_code == 1
    assert "cut off" in broken.stderr
    assert cli("--as", "maya", "audit", "verify").exit_code == 1


@pytest.mark.usefixtures("log")
def test_the_export_has_all_entries_and_no_name(house: House, tom: Actor, cli: RunCli) -> None:
    with house.transaction(tom) as tx:
        tx.record("tell", "case", "case-1", signers=["maya", {"by": "tom"}])
    answer = cli("--as", "auditor", "audit", "export")
    assert answer.exit_code == 0
    entries = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [entry["sequence"] for entry in entries] == list(range(1, verify(house).sequence + 1))
    for name in ("maya", "tom", "ruth", "local-operator"):
        assert f'"{name}"' not in answer.stdout
    assert entries[-1]["details"]["signers"][1] == {"by": entries[-1]["actor"]}
    filed = [entry["actor"] for entry in entries if entry["verb"] == "file"]
    assert len(set(filed)) == len(filed) == 5, "maya filed five, which the export does not tell"


def test_a_pseudonym_holds_within_a_case_and_nowhere_else(
    house: House, maya: Actor, tom: Actor, cli: RunCli
) -> None:
    for case in ("case-1", "case-2"):
        for actor, verb in ((maya, "file"), (maya, "edit"), (tom, "cosign")):
            with house.transaction(actor) as tx:
                tx.record(verb, "case", case)
    for _ in range(2):
        with house.transaction(maya) as tx:
            tx.record("sign_in", "account", "maya")
    entries = [json.loads(line) for line in cli("audit", "export").stdout.splitlines()]
    people: dict[str, list[str]] = {}
    for entry in entries:
        people.setdefault(entry["noun_id"], []).append(entry["actor"])
    for case in ("case-1", "case-2"):
        filed, edited, signed = people[case]
        assert filed == edited != signed
    assert not set(people["case-1"]) & set(people["case-2"])
    about_accounts = [entry for entry in entries if entry["noun"] == "account"]
    everybody = [entry["actor"] for entry in about_accounts]
    assert len(set(everybody)) == len(everybody) > 7
    assert all(
        (entry["noun_id"] == entry["actor"]) is (entry["verb"] == "sign_in")
        for entry in about_accounts[1:]  # the first: the local operator made itself
    )


def _content(event: Event) -> dict[str, Any]:
    kept = ("actor", "verb", "noun", "noun_id", "at")
    return {name: getattr(event, name) for name in kept} | event.details


def _append(log: EventLog, session: Session) -> None:
    moment = datetime(2026, 6, 1, tzinfo=UTC)
    log.append(session, actor="tom", verb="file", noun="case", noun_id="c", at=moment)
