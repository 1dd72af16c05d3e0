"""What the tests of importing share: rows, and what became of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from recommender.access import Actor
from recommender.cases.importing.report import ImportReport
from recommender.cases.importing.taking import import_cases
from recommender.models.cases import Case, Embedding, ImportBatch, RawText
from recommender.models.events import Event
from recommender.models.outcomes import Outcome
from recommender.storage.house import House

Rows = list[dict[str, Any]]
Take = Callable[..., ImportReport]


def taker(house: House, actor: Actor, folder: Path) -> Take:
    """Give a function that imports rows: `take(rows, update=True)`."""

    def take(rows: Rows, **options: Any) -> ImportReport:  # noqa: ANN401 - import_cases's own
        path = folder / "rows.jsonl"
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        return import_cases(house, actor, path, **options)

    return take


def row(number: int, **given: object) -> dict[str, Any]:
    """Give a good row of March 2026; any field can be given otherwise."""
    return {
        "id": f"A-{number}",
        "occurred_at": f"2026-03-{number:02}T10:00:00Z",
        "status": "approved",
        "situation": f"Her boots gave in on day {number}, she walks to work.",
        "agent_id": "maya",
        "cosigner_id": "tom",
        "source_system": "till",
    } | given


def counts(report: ImportReport) -> dict[str, int]:
    """Give the counts of a report that are not zero."""
    names = ("imported", "unchanged", "changed", "updated", "kept")
    found = {name: getattr(report, name) for name in names if getattr(report, name)}
    return found | ({"refused": len(report.refused)} if report.refused else {})


def everything(house: House) -> tuple[list[int | None], list[tuple[object, ...]]]:
    """Give how many rows each table of cases has, and what each case says."""
    tables = (Case, RawText, Outcome, ImportBatch, Event, Embedding)
    with house.database.reading() as session:
        sizes = [session.scalar(select(func.count()).select_from(table)) for table in tables]
        cases = session.scalars(select(Case).order_by(Case.source_system, Case.source_id))
        says: list[tuple[object, ...]] = [
            (case.id, case.version, case.state, case.content_hash, case.raw.situation, case.extra)
            for case in cases
        ]
    return sizes, says


def case_id(house: House, number: int = 1) -> str:
    """Give the opaque id of the case that came from `row(number)`."""
    with house.database.reading() as session:
        return session.scalars(select(Case.id).where(Case.source_id == f"A-{number}")).one()
