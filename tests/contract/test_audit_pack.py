"""The audit pack holds what an auditor reads, checks itself, and names nobody."""

import hashlib
import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import text

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import actor_named, operator
from recommender.changes.examiner import examine
from recommender.changes.packs import altered, audit_pack
from recommender.changes.records import record
from recommender.policies.library import render_policy
from recommender.storage.events import read_checkpoint
from recommender.storage.house import House
from tests.conftest import HANDBOOK, AddPolicy, NewCase, RunCli
from tests.contract.changing import TODAY, Shop, open_shop
from tests.contract.conftest import Api
from tests.contract.test_examiner import fill
from tests.contract.test_promise_09_nobody_is_ranked import NAMES


@pytest.fixture
def changing(house: House, add_policy: AddPolicy, new_case: NewCase) -> Shop:
    return open_shop(house, add_policy, new_case)


def files(held: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(held)) as pack:
        assert pack.testzip() is None
        assert len(pack.namelist()) == len(set(pack.namelist()))
        return {name: pack.read(name) for name in pack.namelist()}


def test_the_manifest_names_every_other_file_with_its_digest(
    changing: Shop, auditor: Actor
) -> None:
    changing.accepted(changing.kind())
    held = files(audit_pack(changing.house, auditor))
    manifest = json.loads(held.pop("manifest.json"))
    assert {one["path"]: (one["sha256"], one["bytes"]) for one in manifest["files"]} == {
        path: (hashlib.sha256(content).hexdigest(), len(content)) for path, content in held.items()
    }


def test_one_byte_that_was_changed_is_found(
    changing: Shop, auditor: Actor, cli: RunCli, tmp_path: Path
) -> None:
    held = audit_pack(changing.house, auditor)
    assert altered(held) == []
    parts = files(held)
    for path, content in parts.items():
        if path == "manifest.json":
            continue
        changed = bytearray(content)
        changed[len(changed) // 2] ^= 1
        assert altered(zipped(parts | {path: bytes(changed)})) == [path]
    assert altered(zipped(parts | {"more.md": b"more"})) == ["more.md"]
    out = tmp_path / "pack.zip"
    out.write_bytes(held)
    assert cli("audit", "check-pack", out).exit_code == 0
    out.write_bytes(zipped(parts | {"README.md": b"#"}))
    told = cli("audit", "check-pack", out)
    assert (told.exit_code, told.stderr) == (1, "README.md: not as the manifest says\n")
    out.write_bytes(b"no zip")
    assert cli("audit", "check-pack", out).exit_code == 1


def test_a_byte_of_the_zip_itself_is_found(changing: Shop, auditor: Actor) -> None:
    held = bytearray(audit_pack(changing.house, auditor))
    with ZipFile(BytesIO(held)) as pack:
        start = pack.getinfo("events.jsonl").header_offset
    held[start + 200] ^= 1
    assert altered(bytes(held)) == ["events.jsonl"]


def zipped(parts: dict[str, bytes]) -> bytes:
    """Pack files anew, as somebody would who changed one."""
    held = BytesIO()
    with ZipFile(held, "w") as pack:
        for path, content in parts.items():
            pack.writestr(path, content)
    return held.getvalue()


def test_it_holds_rule_books_and_the_record_of_each_candidate(
    changing: Shop, auditor: Actor
) -> None:
    accepted = changing.accepted(changing.kind())
    waiting = changing.promoted(changing.kind(clause=changing.add_clause()))
    held = files(audit_pack(changing.house, auditor))
    with changing.house.reading(auditor) as tx:
        for one in (accepted, waiting):
            told = record(tx, one)
            assert held[f"records/{one}.md"].decode() == told.markdown
            assert held[f"records/{one}.html"].decode() == told.html
        assert held["policies/001-RET.md"].decode() == render_policy(tx, "RET", TODAY)
    assert json.loads(held["policies/001-RET.json"])["key"] == "RET"


def test_it_holds_the_report_of_each_kept_quarter(
    house: House, add_policy: AddPolicy, new_case: NewCase, auditor: Actor
) -> None:
    add_policy()
    fill(house, new_case)
    held = files(audit_pack(house, auditor))
    with house.reading(auditor) as tx:
        report = examine(tx, "2026-Q1")
    assert held["examiner/2026-Q1.md"].decode() == report.markdown
    assert held["examiner/2026-Q1.csv"].decode() == report.csv
    assert json.loads(held["examiner/2026-Q1.json"])["quarter"] == "2026-Q1"


def test_the_log_in_it_ends_with_its_making_and_verifies(changing: Shop, auditor: Actor) -> None:
    held = files(audit_pack(changing.house, auditor))
    entries = [json.loads(line) for line in held["events.jsonl"].splitlines()]
    assert (entries[-1]["verb"], entries[-1]["noun"]) == ("make_pack", "audit_pack")
    assert entries[-1]["noun_id"] == json.loads(held["manifest.json"])["pack"]
    log = json.loads(held["log.json"])
    assert log == {"sound": True, "entries": len(entries), "mac": entries[-1]["mac"]}
    with changing.house.reading(auditor) as tx:
        checkpoint = read_checkpoint(held["checkpoint.json"].decode())
        assert tx.house.log.verify(tx.session, checkpoint) == checkpoint


def test_of_a_broken_log_it_says_so_and_gives_no_checkpoint(changing: Shop, auditor: Actor) -> None:
    with changing.house.database.engine.begin() as raw:
        for (name,) in raw.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'")
        ).all():
            raw.execute(text(f"DROP TRIGGER {name}"))
        raw.execute(text("UPDATE events SET verb = 'nothing' WHERE sequence = 1"))
    held = files(audit_pack(changing.house, auditor))
    log = json.loads(held["log.json"])
    assert log["sound"] is False
    assert "Entry 1" in log["says"]
    assert "checkpoint.json" not in held
    assert held["events.jsonl"]


def test_nobody_is_named_in_any_file(changing: Shop, auditor: Actor) -> None:
    changing.accepted(changing.kind())
    for path, content in files(audit_pack(changing.house, auditor)).items():
        assert not NAMES.search(content.decode()), path


def test_a_keys_letters_are_no_path(house: House, add_policy: AddPolicy, auditor: Actor) -> None:
    add_policy(HANDBOOK)
    with house.database.engine.begin() as raw:
        raw.execute(text("UPDATE policies SET key = '../../etc/é x'"))
    paths = set(files(audit_pack(house, auditor)))
    assert "policies/001-_etc_x.md" in paths
    assert not any(path.startswith("/") or ".." in path for path in paths)


@pytest.mark.parametrize("name", ["maya", "ines", "ruth"])
def test_only_auditors_and_admins_make_one(house: House, name: str) -> None:
    with pytest.raises(RoleMissing):
        audit_pack(house, actor_named(house, name))
    with house.reading(operator(house)) as tx:
        verbs = tx.session.execute(text("SELECT verb FROM events")).scalars().all()
    assert "make_pack" not in verbs


def test_api_and_command_line_write_a_zip(
    changing: Shop, cli: RunCli, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = tmp_path_factory.mktemp("pack") / "pack.zip"
    told = cli("--as", "auditor", "audit", "pack", "--out", out)
    assert told.exit_code == 0, told.output
    held = out.read_bytes()
    assert hashlib.sha256(held).hexdigest() in told.stdout
    answer = Api(changing.house).by("auditor").get("/v1/audit-pack")
    assert answer.headers["Content-Type"] == "application/zip"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert set(files(answer.content)) == set(files(held))


def test_the_log_is_checked_over_http(changing: Shop) -> None:
    auditor = Api(changing.house).by("auditor")
    before = auditor.get("/v1/audit-log").json()["entries"]
    with changing.house.database.transaction() as session:
        last = session.scalar(text("SELECT max(sequence) FROM events"))
        assert before == last
        session.execute(text("DROP TRIGGER IF EXISTS events_no_update"))
    assert auditor.get("/v1/audit-log").json() == {"entries": last}
