"""Filling the demo world: a shop, its handbook, its people, a year of exceptions and decisions.

Everything goes through the doors that real data take: the policy import, the case import, filing,
discovery, promoting and answering. Days are relative to the day of seeding: what happened before is
done through a house whose clock stands on its day, in the order of days.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from recommender.accounts.charter import accept_charter, charter_version
from recommender.accounts.directory import actor_named, deactivate, find_account, operator
from recommender.accounts.opening import initialise
from recommender.accounts.passwords import DEMO_PASSWORD, hash_password
from recommender.accounts.people import import_people, read_people
from recommender.cases.filing import Wish, file
from recommender.cases.importing.taking import import_cases
from recommender.cases.routing import route_waiting
from recommender.changes.accepting import bring_into_force
from recommender.changes.leaving import hand_over_leavers
from recommender.changes.looking import ask_for_reviews, look_at_effects
from recommender.changes.regressing import tell_regressed
from recommender.demo.history import DEEDS, Deed, filing, reading_notices, signing
from recommender.demo.past import Past
from recommender.errors import RecommenderError
from recommender.kinds.floors import release
from recommender.kinds.runs import discover
from recommender.kinds.slices import keep_quarters
from recommender.learning.progress import Progress, unseen
from recommender.policies.importing import import_policy
from recommender.policies.library import set_ceiling
from recommender.policies.limiting import Limits, set_limits
from recommender.policies.syntax.read import parse_policy
from recommender.storage.house import House, Transaction

WORLD: Final = Path(str(files("recommender.demo"))) / "world"
CEILINGS: Final = {
    "DEL-3.1": 60.0,
    "DEL-3.2": 80.0,
    "PAY-7.1": 150.0,
    "PAY-7.3": 50.0,
    "PRI-5.1": 130.0,
    "WAR-4.1": 150.0,
}
BUDGETS: Final = {"PAY-7.3": 250.0}
OPENED: Final = 361
"""So many days ago the house was opened, the day before its first case."""
RUNS: Final = (188, 76, 31)
"""So many days ago discovery ran, on all that had been decided by then; and it runs today."""
NOTICES_READ: Final = 29
LEAVER: Final = "oskar"
FILED_WITHIN: Final = 20
"""Hours before now, in which the proposals that wait were filed."""
DECISION_HOURS: Final = 2
_DUE: Final[tuple[Callable[[Transaction], object], ...]] = (
    bring_into_force,
    look_at_effects,
    ask_for_reviews,
    tell_regressed,
    keep_quarters,
    release,
    route_waiting,
    hand_over_leavers,
)


@dataclass(frozen=True)
class DemoSignIn:
    """An account to try, and what it is for."""

    name: str
    part: str


SIGN_INS: Final = (
    DemoSignIn("maya", "agent: file an exception, see what became of it"),
    DemoSignIn("tom", "peer: co-sign or decline"),
    DemoSignIn("ines", "manager: browse kinds, promote one"),
    DemoSignIn("ruth", "policy owner of returns: accept, edit or reject"),
    DemoSignIn("anton", "policy owner of deliveries: what was put off, what is asked of the desk"),
    DemoSignIn("rosa", "employee representative: what is kept about people, names that were read"),
    DemoSignIn("admin", "admin: accounts and imports"),
    DemoSignIn("olga", "auditor: read everything, change nothing"),
)


def seed(house: House, progress: Progress = unseen) -> None:
    """Fill an empty house with the demo world, a year long, and discover its kinds.

    `progress` is told how many of the cases have been read.
    """
    with closing(Past(house)) as past:
        past.on(OPENED, "07:00")
        initialise(past.house)
        deeds = _deeds(_open_doors(past.house))
        rows = _lines("cases.jsonl")
        for start, day, end in zip((OPENED, *RUNS), RUNS, (*RUNS[1:], 0), strict=False):
            past.on(day, "23:00")
            _take_in(past, [row for row in rows if day <= row["days_ago"] < start])
            _look_at_it_all(past.house, _part(progress, rows, start, day))
            for deed in deeds:
                if end < deed.days_ago <= day:
                    _play(past, deed)
        past.on(1, "01:00")
        _take_in(past, [row for row in rows if row["days_ago"] < RUNS[-1]])
        _file_proposals(past)
        past.come_back()
        _look_at_it_all(past.house, _part(progress, rows, RUNS[-1], 0))


def _open_doors(house: House) -> list[str]:
    """Let everybody in: people with the demo's password, handbook and limits; give the names.

    Hashing is slow on purpose, so the one password is hashed once.
    """
    people = read_people(WORLD / "people.csv")
    names = [str(person["name"]) for person in people]
    hashed = hash_password(DEMO_PASSWORD)
    with house.transaction(operator(house)) as tx:
        import_people(tx, people)
        for name in names:
            find_account(tx, name).password_hash = hashed
            tx.record("set_password", "account", name)
        import_policy(tx, parse_policy((WORLD / "handbook.md").read_text("utf-8"), "handbook"))
        for key, amount in CEILINGS.items():
            set_ceiling(tx, key, amount, "EUR")
        for key, amount in BUDGETS.items():
            set_limits(tx, key, Limits(monthly_budget=amount, currency="EUR"))
    for name in names:
        with house.transaction(actor_named(house, name)) as tx:
            accept_charter(tx, charter_version())
    return names


def _deeds(names: Iterable[str]) -> list[Deed]:
    """Give everything that was done before today, in its order."""
    deeds = [*DEEDS, *(Deed(NOTICES_READ, "07:00", name, reading_notices) for name in names)]
    for row in _lines("approved.jsonl"):
        day, filer, signer = (row.pop(key) for key in ("days_ago", "agent", "cosigner"))
        deeds.append(Deed(day, "10:00", filer, filing(Wish(**row))))
        deeds.append(Deed(day, "10:20", signer, signing))
    return sorted(deeds, key=lambda one: (-one.days_ago, one.at))


def _play(past: Past, deed: Deed) -> None:
    """Do it, or leave it where no kind allowed it then: the demo opens on any day of the week."""
    past.on(deed.days_ago, deed.at)
    with (
        suppress(RecommenderError),
        past.house.transaction(actor_named(past.house, deed.who)) as tx,
    ):
        deed.act(tx)


def _take_in(past: Past, rows: Iterable[Mapping[str, Any]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cases.jsonl"
        path.write_text("\n".join(_dated(past, row) for row in rows), "utf-8")
        import_cases(past.house, operator(past.house), path)


def _dated(past: Past, row: Mapping[str, Any]) -> str:
    told = dict(row)
    occurred = past.moment(told.pop("days_ago"), told.pop("at"))
    told["occurred_at"] = occurred.isoformat()
    told["approved_at"] = (occurred + timedelta(hours=DECISION_HOURS)).isoformat()
    return json.dumps(told, ensure_ascii=False)


def _look_at_it_all(house: House, progress: Progress) -> None:
    """Discover, then do what is due by now, each in a transaction of its own."""
    admin = operator(house)
    discover(house, admin, embedding=progress)
    for due in _DUE:
        with house.transaction(admin) as tx:
            due(tx)


def _file_proposals(past: Past) -> None:
    """File what waits for a peer when the demo opens; one of the filers has left since."""
    wishes = _lines("proposals.jsonl")
    for place, row in enumerate(wishes):
        past.ago(FILED_WITHIN * (1 - place / len(wishes)))
        with past.house.transaction(actor_named(past.house, row.pop("agent"))) as tx:
            file(tx, Wish(**row))
    with past.house.transaction(operator(past.house)) as tx:
        deactivate(tx, LEAVER)


def _part(progress: Progress, rows: Sequence[Mapping[str, Any]], start: int, end: int) -> Progress:
    """Tell of the part of all cases that lies between two days."""
    before = sum(row["days_ago"] >= start for row in rows)
    part = sum(end <= row["days_ago"] < start for row in rows)
    return lambda done, total: progress(before + part * done // max(total, 1), len(rows))


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (WORLD / name).read_text("utf-8").splitlines()]
