"""Discovery judged through the product: import, discover, and what a manager then sees."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from recommender.accounts.directory import operator
from recommender.accounts.opening import initialise
from recommender.cases.importing.taking import import_cases
from recommender.config import Settings
from recommender.demo.seeding import seed
from recommender.kinds import catalogue
from recommender.kinds.listing import KindRow
from recommender.kinds.runs import discover
from recommender.kinds.scoring import score
from recommender.learning.evaluation import truth_from_labels
from recommender.policies.importing import import_policy
from recommender.policies.syntax.rows import parse_rows
from recommender.storage.house import House
from tests.bench.sets import DATA, DEMO_TRUTH, rows_of
from tests.bench.vectors import builtin

HABITS: Final = frozenset({"habit", "single_agent"})
HABIT_KINDS: Final = frozenset({"friends_discount"})
STORMS: Final = frozenset({"batch"})
LABELS: Final = {
    "demo": DEMO_TRUTH,
    "telecom": DATA / "telecom_cases" / "cases.labels.jsonl",
    "stream_insurance": DATA / "stream_insurance.labels.jsonl",
}


def judged(name: str, folder: Path) -> dict[str, Any]:
    """Take a set through the product on a fresh database, and judge what it surfaces.

    `habits` and `storms` name the surfaced kinds of which more than half is one agent's habit, or
    cases of one storm.
    """
    address = f"sqlite:///{folder / name}.sqlite"
    house = House(Settings(database_url=address, encoder="builtin", demo=name == "demo"))
    house.encoder = builtin()
    _fill(house, name)
    labels = list(rows_of(LABELS[name]))
    with house.reading(operator(house)) as tx:
        living = catalogue.kinds(tx, include_all=True)
        surfaced = catalogue.kinds(tx)
        places = {row.id: row.kind_id for row in catalogue.memberships(tx)}
        scores = score(tx, truth_from_labels(labels))
    house.database.close()
    return {
        "set": name,
        "surfaced": len(surfaced),
        "emerging": len(living) - len(surfaced),
        "habits": _mostly(surfaced, places, _profiles(labels, HABITS, HABIT_KINDS)),
        "storms": _mostly(surfaced, places, _profiles(labels, STORMS)),
        **scores.as_dict(),
    }


def _fill(house: House, name: str) -> None:
    if name == "demo":
        seed(house)
        return
    initialise(house)
    admin = operator(house)
    handbook = "telecom_cases/policy_telecom_handbook" if name == "telecom" else f"policy_{name}"
    with house.transaction(admin) as tx:
        for policy in parse_rows((DATA / f"{handbook}.jsonl").read_text("utf-8")).policies:
            import_policy(tx, policy)
    cases = "telecom_cases/cases" if name == "telecom" else name
    import_cases(house, admin, DATA / f"{cases}.jsonl")
    discover(house, admin)


def _profiles(
    labels: list[dict[str, Any]],
    profiles: frozenset[str],
    kinds: frozenset[str] = frozenset(),
) -> set[str]:
    return {row["id"] for row in labels if row["profile"] in profiles or row["kind"] in kinds}


def _mostly(
    surfaced: list[KindRow], places: Mapping[str, str | None], cases: set[str]
) -> list[str]:
    members = Counter(places.values())
    inside = Counter(places[case] for case in cases if case in places)
    return [row.name for row in surfaced if 2 * inside[row.id] > members[row.id]]
