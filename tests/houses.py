"""A house as this version keeps it, written down for later ones: `python -m tests.houses`.

Run it once after a new migration; what earlier versions wrote stays in tests/data/houses. It goes
through the command line alone, which changes least.
"""

import gzip
import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import chdir, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from click.testing import CliRunner

HOUSES: Final = Path(__file__).parent / "data" / "houses"
AGENTS: Final = ("maya", "tom", "lena", "omar", "pia")
PASSWORD: Final = "four words of hers"
TYPED: Final = "Mrs Olive Marsh rang: the heel of her boots came off on the stairs."
HANDBOOK: Final = """\
# Returns {#RET owner=returns-desk}

## Return window {#RET-2}

[RET-2.1]{.clause #RET-2.1} Unworn shoes come back within
[14 days]{.parameter fact=days_since_delivery max=14 unit=day} of delivery.
"""
_FACES: Final = ("from Leeds", "with twins", "on crutches", "who sews", "with a van", "from choir")
_THINGS: Final = ("boots", "sandals", "trainers", "slippers", "clogs", "brogues", "loafers")
_SETTINGS: Final = {"RECOMMENDER_ENCODER": "hashing", "RECOMMENDER_ENCRYPT_RAW": "true"}


def write() -> Path:
    """Write the house down as SQL, with its keys, checkpoint and counts of rows beside."""
    with TemporaryDirectory() as folder, chdir(folder):
        os.environ |= _SETTINGS
        _live()
        checkpoint = json.loads(_say("audit checkpoint"))
        with closing(sqlite3.connect("recommender.sqlite")) as database:
            (revision,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
            script = "\n".join(database.iterdump())
            rows = counted(database)
        beside = {
            "keys": json.loads(Path("recommender.sqlite.keys").read_text("utf-8")),
            "checkpoint": checkpoint,
            "rows": rows,
        }
    path = HOUSES / f"{revision}.sql.gz"
    path.write_bytes(gzip.compress(script.encode(), mtime=0))
    path.with_name(f"{revision}.json").write_text(json.dumps(beside, indent=1) + "\n", "utf-8")
    return path


def counted(database: sqlite3.Connection) -> dict[str, int]:
    """Count the rows of every table that has any."""
    names = database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    rows = {
        name: database.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - our own names
        for (name,) in sorted(names)
    }
    return {name: count for name, count in rows.items() if count}


def _live() -> None:
    """Let the house live: people, handbook, history, a kind, its change in force, two proposals."""
    _say("init")
    for name in AGENTS:
        _say("accounts add", name, "--role", "agent", "--team", "north")
        _say("charter --accept 1 --as", name)
    _say("accounts add ines --role manager")
    _say("accounts add ruth --role policy_owner --team returns-desk")
    for name in ("maya", "ruth"):
        _say("accounts password", name, "--password", PASSWORD)
    Path("handbook.md").write_text(HANDBOOK, "utf-8")
    _say("policies import handbook.md")
    Path("cases.jsonl").write_text("".join(json.dumps(_row(n)) + "\n" for n in range(21)), "utf-8")
    _say("import cases.jsonl")
    _say("discover")
    kind = json.loads(_say("kinds --json"))[0]["id"]
    found = json.loads(_say("promote --as ines --json", kind))["id"]
    _say("claim --as ruth", found)
    _say("accept --as ruth --reason", "Late parcels are not their fault.", found)
    proposals = [
        json.loads(_say("file --as maya --json --situation", text, "--resolution", "A new pair."))
        for text in (TYPED, "The left shoe is a size smaller.")
    ]
    asked = proposals[0]
    _say("cosign --as tom --hash", asked["content_hash"], asked["id"])
    _say("catch-up")


def _row(number: int) -> Mapping[str, Any]:
    declined = number >= 18
    days = 16 + number % 9 + 40 * declined
    face, thing = _FACES[number % 6], _THINGS[(number * 3 + number // 7) % 7]
    return {
        "id": f"L-{number:02}",
        "occurred_at": f"2026-{1 + number // 5:02}-{1 + number % 5 * 5:02}T10:00:00Z",
        "status": "declined" if declined else "approved",
        "situation": f"A customer {face} returned unworn {thing} {days} days after delivery",
        "resolution": "Return taken back and the money refunded to the card",
        "reason": "The parcel was late, so the window was over before it began",
        "agent_id": AGENTS[number % 5],
        "cosigner_id": AGENTS[(number + 1) % 5],
        "customer_id": f"customer-{number}",
        "policy_ref": "RET-2.1",
        "granted_action": "refund",
        "amount": 20 + number,
        "currency": "EUR",
        "facts": {"days_since_delivery": days},
        "outcome": {"csat": 5},
    }


def _say(verb: str, *more: str) -> str:
    from recommender.cli.main import recommender

    answer = CliRunner().invoke(recommender, [*verb.split(), *more], catch_exceptions=False)
    if answer.exit_code:
        message = f"{verb}: {answer.output}"
        raise RuntimeError(message)
    return answer.stdout


if __name__ == "__main__":
    print(write())  # noqa: T201 - where it is
