"""A backup is taken while others write, is whole, and copying it back gives the house again."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.accounts.audit import verify
from recommender.accounts.directory import set_password
from recommender.accounts.opening import initialise
from recommender.accounts.sign_ins import sign_in
from recommender.config import Settings
from recommender.models.events import Event as Entry
from recommender.storage.backing_up import (
    CHECKED,
    CHECKPOINT,
    SUMS,
    Backup,
    BackupExists,
    BackupFailed,
    CopyUnsound,
    NotSqlite,
    back_up,
)
from recommender.storage.events import LogBroken, log_length, read_checkpoint
from recommender.storage.house import House
from recommender.storage.keys import make_keys
from tests.conftest import NewCase, RunCli
from tests.contract.test_storage import everything

pytestmark = pytest.mark.usefixtures("own_statements")

PASSWORD = "four words of hers"


def copied_back(backup: Backup, settings: Settings, into: Path) -> House:
    """Copy a backup into a new folder and open it there."""
    into.mkdir()
    shutil.copy(backup.folder / backup.database, into)
    for keys in backup.apart.glob("*.keys"):
        shutil.copy(keys, into)
    url = f"sqlite:///{into / backup.database}"
    return House(settings.model_copy(update={"database_url": url}))


def test_copying_back_gives_the_same_rows_texts_sign_ins_and_log(
    house: House, admin: Actor, tmp_path: Path, new_case: NewCase
) -> None:
    sealing = House(house.settings.model_copy(update={"encrypt_raw": True}))
    with sealing.transaction(admin) as tx:
        set_password(tx, "maya", PASSWORD)
        new_case(tx.session, situation="The zip broke.")
    backup = back_up(sealing, admin, tmp_path / "backup")
    kept = everything(sealing)
    kept["events"] = [row for row in kept["events"] if CHECKED not in row]  # noted afterwards
    assert "The zip broke." in kept["raw_texts"][0]
    with sealing.transaction(admin) as tx:
        new_case(tx.session, situation="Too late for the backup.")
    sealing.database.close()
    again = copied_back(backup, sealing.settings, tmp_path / "again")
    done = initialise(again)
    assert (done.migrated, done.keys_made, done.operator_made) == (False, False, False)
    assert everything(again) == kept
    checkpoint = read_checkpoint((backup.apart / CHECKPOINT).read_text("utf-8"))
    with again.reading(admin) as tx:
        assert verify(tx, checkpoint) == checkpoint == backup.checkpoint
    assert sign_in(again, "maya", PASSWORD).account == "maya"
    again.database.close()


def test_others_write_meanwhile_and_the_copy_holds_whole_transactions(
    house: House, admin: Actor, tmp_path: Path
) -> None:
    stop, under_way = Event(), Event()

    def write() -> None:
        while not stop.is_set():
            with house.transaction(admin) as tx:
                tx.record("write", "pair", "first")
                tx.record("write", "pair", "second")
            under_way.set()

    writer = Thread(target=write)
    writer.start()
    under_way.wait()
    backups = [back_up(house, admin, tmp_path / str(number)) for number in range(3)]
    stop.set()
    writer.join()
    before = [backup.checkpoint.sequence for backup in backups]
    assert before == sorted(set(before))
    for backup in backups:
        again = copied_back(backup, house.settings, tmp_path / f"again {backup.folder.name}")
        with again.reading(admin) as tx:
            assert verify(tx) == backup.checkpoint
            pairs = tx.session.scalars(select(Entry.noun_id).where(Entry.noun == "pair")).all()
            assert pairs == ["first", "second"] * (len(pairs) // 2)
        again.database.close()


def test_only_its_owner_may_read_a_backup_and_its_digests_hold(
    house: House, admin: Actor, tmp_path: Path
) -> None:
    backup = back_up(house, admin, tmp_path / "backup")
    files = {path for path in backup.folder.rglob("*") if path.is_file()}
    assert {path.relative_to(backup.folder).as_posix() for path in files} == {
        "SHA256SUMS",
        "recommender.sqlite",
        "apart/checkpoint.json",
        "apart/recommender.sqlite.keys",
    }
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (backup.folder, backup.apart)} == {0o700}
    check = ["sha256sum", "--check", "--quiet", SUMS]
    assert subprocess.run(check, cwd=backup.folder, check=False).returncode == 0
    with (backup.folder / backup.database).open("ab") as file:
        file.write(b"!")
    assert subprocess.run(check, cwd=backup.folder, check=False).returncode == 1


def test_a_folder_that_is_there_and_one_that_cannot_be_made_are_refused(
    house: House, admin: Actor, tmp_path: Path
) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "note").touch()
    with pytest.raises(BackupExists):
        back_up(house, admin, tmp_path / "backup")
    assert (tmp_path / "backup" / "note").exists()
    with house.database.reading() as session:
        entries = log_length(session)
    with pytest.raises(BackupFailed, match="folder above"):
        back_up(house, admin, tmp_path / "not mounted" / "backup")
    with house.database.reading() as session:
        assert log_length(session) == entries


def test_what_fails_half_way_leaves_no_folder(house: House, admin: Actor, tmp_path: Path) -> None:
    assert house.keys.audit
    house.settings.secrets_path.unlink()
    with pytest.raises(BackupFailed, match="keys"):
        back_up(house, admin, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_damaged_database_is_told_and_leaves_no_folder(
    house: House, admin: Actor, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "recommender.sqlite")) as raw:
        raw.executescript("""
            CREATE TABLE one (a); CREATE INDEX one_a ON one (a); INSERT INTO one VALUES (1);
            CREATE TABLE two (a); CREATE INDEX two_a ON two (a);
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET rootpage =
                (SELECT rootpage FROM sqlite_schema WHERE name = 'two_a') WHERE name = 'one_a';
        """)
    with pytest.raises(CopyUnsound, match="damaged"):
        back_up(house, admin, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_of_a_broken_log_there_is_a_copy_without_a_checkpoint(tmp_path: Path, cli: RunCli) -> None:
    with closing(sqlite3.connect(tmp_path / "recommender.sqlite")) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("UPDATE events SET actor = 'nobody' WHERE sequence = 2")
        raw.commit()
    answer = cli("backup", tmp_path / "backup")
    assert (answer.exit_code, "Entry 2" in answer.output) == (1, True)
    assert sorted(path.name for path in (tmp_path / "backup").rglob("*")) == [
        "SHA256SUMS",
        "apart",
        "recommender.sqlite",
        "recommender.sqlite.keys",
    ]


def test_another_houses_keys_do_not_verify_the_log(
    house: House, admin: Actor, tmp_path: Path
) -> None:
    backup = back_up(house, admin, tmp_path / "backup")
    (backup.apart / "recommender.sqlite.keys").unlink()
    make_keys(backup.apart / "recommender.sqlite.keys")
    again = copied_back(backup, house.settings, tmp_path / "again")
    with pytest.raises(LogBroken), again.reading(admin) as tx:
        verify(tx)
    again.database.close()


def test_administrators_back_up_and_nobody_else(
    house: House, auditor: Actor, tmp_path: Path
) -> None:
    with pytest.raises(RoleMissing):
        back_up(house, auditor, tmp_path / "backup")


def test_another_database_has_tools_of_its_own(admin: Actor, tmp_path: Path) -> None:
    elsewhere = House(Settings(database_url="postgresql+psycopg://127.0.0.1/nowhere"))
    with pytest.raises(NotSqlite) as refused:
        back_up(elsewhere, admin, tmp_path / "backup")
    assert "pg_dump" in str(refused.value)
