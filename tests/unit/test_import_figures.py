"""Contact volumes and survey answers: figures that stand beside the cases."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.cases.importing.contacts import import_contacts
from recommender.cases.importing.report import FiguresReport
from recommender.cases.importing.surveys import import_surveys
from recommender.cases.outcomes import record_outcome
from recommender.models.cases import Case
from recommender.models.contacts import ContactVolume
from recommender.models.events import Event
from recommender.models.outcomes import Outcome
from recommender.storage.house import House
from recommender.vocabulary import OutcomeSource
from tests.imports import case_id, row, taker


def counts(report: FiguresReport) -> dict[str, int]:
    names = ("added", "unchanged", "changed", "updated")
    found = {name: getattr(report, name) for name in names if getattr(report, name)}
    return found | ({"refused": len(report.refused)} if report.refused else {})


def written(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "figures.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def events(house: House) -> list[str]:
    with house.database.reading() as session:
        return [one.noun for one in session.scalars(select(Event)) if one.verb != "add"]


def volumes(house: House) -> list[tuple[date, str, str, int]]:
    with house.database.reading() as session:
        found = session.scalars(select(ContactVolume).order_by(ContactVolume.contacts))
        return [(one.week, one.product, one.channel, one.contacts) for one in found]


def test_contacts_are_kept_by_week_product_and_channel(
    house: House, admin: Actor, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        [
            {"week": "2026-03-05", "contacts": 10},
            {"week": "2026-W10", "product": "boots", "channel": "phone", "contacts": "20"},
            {"week": "2026-03-02", "contacts": 30},
            {"week": "2026-03-09", "contacts": 40},
        ],
    )
    report = import_contacts(house, admin, path)
    assert counts(report) == {"added": 3, "refused": 1}
    assert (report.refused[0].line, "line 1" in report.refused[0].reason) == (3, True)
    monday = date(2026, 3, 2)
    assert volumes(house) == [
        (monday, "", "", 10),
        (monday, "boots", "phone", 20),
        (date(2026, 3, 9), "", "", 40),
    ]
    assert events(house)[-1] == "contacts"


def test_contacts_again_change_nothing_and_other_figures_need_update(
    house: House, admin: Actor, tmp_path: Path
) -> None:
    path = written(tmp_path, [{"week": "2026-03-02", "contacts": 10}])
    import_contacts(house, admin, path)
    recorded = events(house)
    assert counts(import_contacts(house, admin, path)) == {"unchanged": 1}
    written(tmp_path, [{"week": "2026-03-02", "contacts": 11}])
    assert counts(import_contacts(house, admin, path)) == {"changed": 1}
    assert counts(import_contacts(house, admin, path, update=True, dry_run=True)) == {"updated": 1}
    assert (volumes(house)[0][3], events(house)) == (10, recorded)
    assert counts(import_contacts(house, admin, path, update=True)) == {"updated": 1}
    assert volumes(house)[0][3] == 11


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"contacts": 1}, "week"),
        ({"week": "March", "contacts": 1}, "week"),
        ({"week": "0001-W00", "contacts": 1}, "week"),
        ({"week": "2026-03-02"}, "contacts"),
        ({"week": "2026-03-02", "contacts": 1.5}, "contacts"),
        ({"week": "2026-03-02", "contacts": -1}, "contacts"),
        ({"week": "2026-03-02", "contacts": 3_000_000_000}, "contacts"),
        ({"week": "2026-03-02", "contacts": 1, "channel": ["x"]}, "channel"),
    ],
)
def test_contacts_that_cannot_be(
    house: House, admin: Actor, tmp_path: Path, given: dict[str, Any], field: str
) -> None:
    report = import_contacts(house, admin, written(tmp_path, [given]))
    assert report.took_nothing
    assert report.refused[0].field == field


def test_contacts_take_a_mapping_and_name_its_columns(
    house: House, admin: Actor, tmp_path: Path
) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text("[fields]\ncontacts = 'calls'\n", encoding="utf-8")
    path = written(tmp_path, [{"week": "2026-03-02", "calls": 7}, {"week": "x", "calls": "many"}])
    path.write_text(f"{path.read_text(encoding='utf-8')}\nno json", encoding="utf-8")
    report = import_contacts(house, admin, path, mapping=mapping)
    assert counts(report) == {"added": 1, "refused": 2}
    assert report.refused[0].reason == "calls: This is no number."


def test_answers_stand_beside_what_others_report_and_outrank_it(
    house: House, admin: Actor, tmp_path: Path
) -> None:
    taker(house, admin, tmp_path)([row(1, outcome={"csat": 1, "actual_cost": 9}), row(2)])
    path = written(tmp_path, [{"id": "A-1", "csat": 5, "retained": "yes"}])
    assert counts(import_surveys(house, admin, path, dry_run=True)) == {"added": 1}
    assert counts(import_surveys(house, admin, path)) == {"added": 1}
    with house.database.reading() as session:
        case = session.get_one(Case, case_id(house))
        assert {one.source for one in case.outcomes} == {
            OutcomeSource.IMPORT,
            OutcomeSource.CUSTOMER,
        }
        outcome = case.outcome
        assert (outcome.csat, outcome.retained, outcome.actual_cost) == (5, True, 9)
    assert events(house)[-1] == "case"
    assert counts(import_surveys(house, admin, path)) == {"unchanged": 1}


def test_an_answer_recorded_here_needs_update(house: House, admin: Actor, tmp_path: Path) -> None:
    taker(house, admin, tmp_path)([row(1)])
    with house.transaction(admin) as tx:
        record_outcome(tx, case_id(house), source=OutcomeSource.CUSTOMER, csat=2)
    path = written(tmp_path, [{"id": "A-1", "csat": 5}])
    assert counts(import_surveys(house, admin, path)) == {"changed": 1}
    with house.database.reading() as session:
        assert session.scalars(select(Outcome.csat)).all() == [2]
    assert counts(import_surveys(house, admin, path, update=True)) == {"updated": 1}
    with house.database.reading() as session:
        assert session.scalars(select(Outcome.csat)).all() == [5]


def test_answers_that_cannot_be(house: House, admin: Actor, tmp_path: Path) -> None:
    take = taker(house, admin, tmp_path)
    take([row(1), row(1, source_system="web"), row(2, status="pending"), row(3)])
    answers: list[dict[str, Any]] = [
        {"id": "A-1", "csat": 5},
        {"id": "A-1", "csat": 5, "source_system": "web"},
        {"id": "A-2", "csat": 5},
        {"id": "A-3"},
        {"id": "A-4", "csat": 5},
        {"csat": 5},
        {"id": "A-3", "csat": 7},
        {"id": "A-3", "complaint": False},
        {"id": "A-3", "complaint": False},
    ]
    report = import_surveys(house, admin, written(tmp_path, answers))
    assert counts(report) == {"added": 2, "refused": 7}
    assert [(refused.line, refused.field) for refused in report.refused] == [
        (1, "source_system"),
        (3, "id"),
        (4, "csat"),
        (5, "id"),
        (6, "id"),
        (7, "csat"),
        (9, "row"),
    ]


def test_only_admins_import_figures(house: House, ines: Actor, tmp_path: Path) -> None:
    path = written(tmp_path, [])
    with pytest.raises(RoleMissing):
        import_contacts(house, ines, path)
    with pytest.raises(RoleMissing):
        import_surveys(house, ines, path)
