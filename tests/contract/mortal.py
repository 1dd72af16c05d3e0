"""A program that acts on a house and is killed: at a named point, or at any instant.

It reads orders, one JSON object a line, and answers each with a line. A forked child carries an
order out and SIGKILL ends it, so that libraries are loaded once and no clean-up ever runs. The
points are seen from outside, by SQLAlchemy's events; the product knows nothing of them.
"""

import json
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import event

from api.importing import Imports
from api.looking_back import LookBacks
from recommender.accounts.directory import actor_named, operator
from recommender.cases.cosigning import cosign
from recommender.cases.filing import Wish, file
from recommender.cases.importing import uploads
from recommender.cases.importing.mapping import ImportMapping
from recommender.cases.importing.taking import import_cases
from recommender.changes.accepting import accept
from recommender.changes.rolling_back import roll_back
from recommender.config import Settings
from recommender.kinds.runs import discover
from recommender.learning.redaction import Redactor
from recommender.policies.conditions import Scope
from recommender.retrospect.findings import LookBack
from recommender.retrospect.looking_back import Watched, look_back
from recommender.storage.engine import _WRITES
from recommender.storage.house import House
from recommender.vocabulary import AccountName

WRITES = ("INSERT", "UPDATE", "DELETE")
WISH = Wish(situation="The boots came late.", resolution="Take them back.")
REDACTOR = Redactor()


def die() -> None:
    """End at once, as the kernel ends a program that has used up the memory."""
    os.kill(os.getpid(), signal.SIGKILL)


class Points:
    """Counts the writing statements of the n-th writing transaction, and dies at one of them.

    `statement` 1 is before the first, 2 between the first and the second; "commit" is after the
    last and before the commit.
    """

    def __init__(self, house: House, transaction: int, statement: int | str | None) -> None:
        self.statements = 0
        self._transactions = 0
        self._wanted = transaction
        self._statement = statement
        event.listen(house.database.engine, "begin", self._begin)
        event.listen(house.database.engine, "before_cursor_execute", self._execute)
        event.listen(house.database.engine, "commit", self._commit)

    def _begin(self, connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's signature
        self._transactions += bool(connection.get_execution_options().get(_WRITES))

    def _execute(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if self._transactions == self._wanted and statement.lstrip().upper().startswith(WRITES):
            self.statements += 1
            if self.statements == self._statement:
                die()

    def _commit(self, connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's signature
        writes = connection.get_execution_options().get(_WRITES)
        if writes and self._transactions == self._wanted and self._statement == "commit":
            die()


def _cosign(house: House, given: Mapping[str, Any]) -> None:
    with house.transaction(actor_named(house, "tom")) as tx:
        cosign(tx, given["case"], given["content_hash"])


def _import(house: House, given: Mapping[str, Any]) -> None:
    import_cases(house, operator(house), Path(given["file"]))


def _import_upload(house: House, given: Mapping[str, Any]) -> None:
    """Take a waiting file in as the service does, beside the requests."""
    with house.reading(operator(house)) as tx:
        upload = uploads.find_upload(tx, given["upload"])
    if given.get("statement") == "dropped":
        vars(uploads)["drop_upload"] = lambda _: die()
    imports = Imports()
    job = imports.start(
        lambda told: uploads.take_upload(house, operator(house), upload, ImportMapping(), told),
        dry_run=False,
    )
    imports.join()
    if job.state != "done":
        raise RuntimeError(job.state)


def _look_back(house: House, given: Mapping[str, Any]) -> None:
    """Look back at a ledger as the service does, and die when its notes are to be grouped."""

    def act(path: Path, watched: Watched) -> LookBack:
        told = replace(watched, grouping=lambda *_: die())
        return look_back(house.settings, operator(house), path, home=house, watched=told)

    looks = LookBacks(house.settings)
    ledger = Path(given["file"])
    job = looks.lay_down(AccountName("ines"), ledger.name, ledger.read_bytes())
    looks.start(job, act)
    looks.join(job)


def _publish(house: House, given: Mapping[str, Any]) -> None:
    _think_once(Path(given["thought"]))
    discover(house, operator(house))


def _think_once(kept: Path) -> None:
    """Let what a run thinks be the same in all children: it writes nothing and takes seconds."""
    thinking = import_module("recommender.kinds.thinking")
    think = thinking.think

    def thought(*given: object) -> object:
        if not kept.exists():
            kept.write_bytes(pickle.dumps(think(*given)))
        return pickle.loads(kept.read_bytes())  # noqa: S301 - our own

    vars(thinking)["think"] = thought


def _accept(house: House, given: Mapping[str, Any]) -> None:
    with house.transaction(actor_named(house, "ruth")) as tx:
        scope = Scope.from_json(given.get("scope", {}))
        accept(tx, given["candidate"], reason="Fair.", scope=scope)


def _roll_back(house: House, given: Mapping[str, Any]) -> None:
    with house.transaction(actor_named(house, "ruth")) as tx:
        roll_back(tx, given["candidate"], reason="Dear.")


def _work(house: House, given: Mapping[str, Any]) -> None:
    """File, sign and import until killed; tell of each act once it has been acknowledged."""
    told = os.open(given["told"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    maya, tom = (actor_named(house, name) for name in ("maya", "tom"))
    rows = Path(given["told"]).with_suffix(".jsonl")
    turn = 0
    while True:
        with house.transaction(maya) as tx:
            case = file(tx, WISH)
            case_id, seen = case.id, case.content_hash
        os.write(told, f"filed {case_id}\n".encode())
        with house.transaction(tom) as tx:
            cosign(tx, case_id, seen)
        os.write(told, f"signed {case_id}\n".encode())
        turn += 1
        rows.write_text("\n".join(row(f"{turn}-{number}") for number in range(7)), "utf-8")
        report = import_cases(house, operator(house), rows)
        os.write(told, f"imported {report.batch_id}\n".encode())


def row(number: str) -> str:
    """Write a row of history."""
    return json.dumps(
        {
            "id": number,
            "occurred_at": "2026-03-01T10:00:00Z",
            "situation": f"The zip of coat {number} broke.",
            "agent_id": "maya",
            "cosigner_id": "tom",
            "outcome": {"csat": 4},
        }
    )


ACTS: Mapping[str, Callable[[House, Mapping[str, Any]], None]] = {
    "accept": _accept,
    "cosign": _cosign,
    "import": _import,
    "import_upload": _import_upload,
    "look_back": _look_back,
    "publish": _publish,
    "roll_back": _roll_back,
    "work": _work,
}


def _carry_out(order: Mapping[str, Any], counted: int) -> None:
    house = House(Settings(database_url=order["database"], encoder="hashing"))
    points = Points(house, order.get("transaction", 1), order.get("statement"))
    ACTS[order["act"]](house, order)
    os.write(counted, str(points.statements).encode())
    if order.get("statement") == "acknowledged":
        die()


def _await_first_word(told: Path) -> None:
    while not told.exists() or told.stat().st_size == 0:
        time.sleep(0.005)


def _obey(order: Mapping[str, Any]) -> dict[str, int]:
    """Let a child carry the order out; give the signal that ended it and what it counted."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _carry_out(order, writing)
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 1)
    os.close(writing)
    if "seconds" in order:
        _await_first_word(Path(order["told"]))
        time.sleep(order["seconds"])
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as counted:
        statements = int(counted.read() or 0)
    code = os.waitstatus_to_exitcode(status)
    return {"signal": max(-code, 0), "failed": int(code > 0), "statements": statements}


def main() -> None:
    """Load what takes long, then obey until the input ends."""
    REDACTOR.redact("Late.")
    import_module("recommender.kinds.thinking")
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(_obey(json.loads(line)))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
