"""A real rule and its real exceptions, replayed by date with nobody's name in them.

`make bench PYTEST_ARGS='-k licences'` prints the tables and keeps the figures in `bench-results/`.
Each recorded day is imported, discovery runs, kinds are drafted as of that day; then the dated
changes of the rule are set beside what was suggested. The record has eighteen days in seven years,
86 of its 154 approvals on the first: a day counts three cases of a kind at most. Nothing here
passes or fails by a figure, but for the rejection that has to be respected.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.bench import results
from tests.bench.licence_replay import (
    RECORDS,
    Change,
    Replay,
    Suggested,
    real_changes,
)
from tests.bench.sets import Row, rows_of
from tests.bench.tables import show

pytestmark = pytest.mark.skipif(
    not RECORDS.is_file(), reason="the licence exceptions lie beside the repository"
)


def test_licences_by_date(tmp_path: Path) -> None:
    """When each real change would have been suggested, and what else was."""
    replay = Replay.opened(tmp_path)
    seen: list[Suggested] = []
    days = []
    kinds: list[Suggested] = []
    for day, kinds in replay.days(tmp_path):
        surfaced = [one for one in kinds if one.drafted.surfaced]
        seen += surfaced
        days.append({"day": str(day), "kinds": len(kinds), "surfaced": len(surfaced)})
        print(f"  {day}: {len(kinds)} kinds, {len(surfaced)} surfaced", flush=True)
    changes = [_change_row(change, seen, replay) for change in real_changes()]
    first: dict[str, Suggested] = {}
    for one in seen:
        first.setdefault(one.kind, one)
    last = {one.kind: one for one in seen}
    suggested = [one.as_row() | _ended(last[kind]) for kind, one in first.items()]
    show("Days of the record", days)
    show("Real changes of the rule, and when a kind of them first surfaced", changes)
    emerging = [one.as_row() for one in kinds if one.kind not in first]
    show("All that surfaced, as it first did", suggested)
    show("What never surfaced, as it stands at the end", emerging)
    kept = {"days": days, "changes": changes, "suggested": suggested, "emerging": emerging}
    results.write("licences-by-date", kept)


def test_licences_rejection_stays(tmp_path: Path) -> None:
    """MPL-2.0 is rejected by hand when it first surfaces: what later days may ask again."""
    replay = Replay.opened(tmp_path)
    rejected: dict[str, int] = {}
    rows: list[dict[str, Any]] = []
    for _, kinds in replay.days(tmp_path):
        for one in kinds:
            if not one.drafted.surfaced or not one.about_mpl:
                continue
            counted = len(one.drafted.ground.counted)
            answer = replay.asked_again(one)
            again = answer.startswith("promoted")
            rows.append(
                {
                    **one.as_row(),
                    "rejected with": rejected.get(one.kind),
                    "asked": answer,
                    "new kind": one.kind not in rejected,
                }
            )
            if again:
                rejected[one.kind] = counted
    show("MPL-2.0 after it was rejected", rows)
    results.write("licences-rejection", {"asked": rows})
    assert all(
        row["counted"] >= 2 * row["rejected with"]
        for row in rows
        if row["asked"].startswith("promoted") and row["rejected with"]
    )


def _change_row(change: Change, seen: Sequence[Suggested], replay: Replay) -> dict[str, Any]:
    """Set a change beside the first kind that is mostly about it."""
    about = [one for one in seen if change.meets(one)]
    asked = _asked(change, replay)
    row: dict[str, Any] = {
        "change": "never" if change.day is None else str(change.day),
        "about": change.words[:48],
        "signed before": len(asked),
        "on days": len({row["occurred_at"][:10] for row in asked}),
    }
    if not about:
        return {**row, "suggested": "never"}
    lead = None if change.day is None else (change.day - about[0].day).days
    told = about[0].as_row()
    return {
        **row,
        "suggested": told["day"],
        "days ahead": lead,
        "cases": told["cases"],
        "counted": told["counted"],
        "verdict": told["verdict"],
        "licence": told["licence"],
    }


def _asked(change: Change, replay: Replay) -> list[Row]:
    """Give the approved requests about a change that the record holds before it."""
    until = str(change.day or date.max)
    return [
        row
        for row in rows_of(RECORDS)
        if row["status"] == "approved"
        and row["occurred_at"][:10] < until
        and change.asks(replay.labels[row["id"]])
    ]


def _ended(last: Suggested) -> dict[str, Any]:
    told = last.as_row()
    return {"last": told["day"], "cases then": told["cases"], "verdict then": told["verdict"]}
