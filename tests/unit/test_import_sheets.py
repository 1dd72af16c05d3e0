"""Workbooks: cells become what they mean, and a hostile file is refused in words."""

from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from recommender.access import Actor
from recommender.cases.importing.mapping import FileForm, ImportMapping
from recommender.cases.importing.reading import Record, read_records
from recommender.cases.importing.refusals import UnreadableFile
from recommender.cases.importing.taking import import_cases
from recommender.models.cases import Case
from recommender.office import archive, sheets
from recommender.storage.house import House
from tests.workbooks import rewritten, workbook

HEADER = ("id", "occurred_at", "situation")
SHEET = "xl/worksheets/sheet1.xml"


def test_cells_become_what_they_mean(tmp_path: Path) -> None:
    moment = datetime(2026, 3, 2, 10, 15, 1)  # noqa: DTZ001 - a cell knows no zone
    path = workbook(
        tmp_path / "a.xlsx",
        [
            ("id", "when", "day", "said", "n", "x", "yes", "fault", "blank"),
            (7, moment, date(2026, 3, 2), "Ten days late", 3.0, 2.5, True, "#N/A", "  "),
        ],
    )
    assert read_records(path) == [
        Record(
            2,
            {
                "id": 7,
                "when": "2026-03-02T10:15:01",
                "day": "2026-03-02T00:00:00",
                "said": "Ten days late",
                "n": 3,
                "x": 2.5,
                "yes": True,
                "fault": None,
                "blank": None,
            },
        )
    ]


def test_a_formula_counts_by_its_last_value(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [("id", "amount", "never"), (1, "=2*6", "=1+1")])
    rewritten(path, SHEET, lambda xml: xml.replace(b"<f>2*6</f><v />", b"<f>2*6</f><v>12</v>"))
    assert read_records(path) == [Record(2, {"id": 1, "amount": 12, "never": None})]


def test_a_title_and_empty_rows_above_the_header_are_passed_over(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        [("Exceptions of 2026",), (), HEADER, (1, "2026-03-01", "Late."), (), (2, None, "Lost.")],
    )
    rows = read_records(path)
    assert [(row.line, row.fields["id"]) for row in rows if isinstance(row, Record)] == [
        (4, 1),
        (6, 2),
    ]


def test_the_first_sheet_with_rows_is_read_unless_one_is_named(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        {"Cover": [], "Notes": [("Ask Ines",)], "Cases": [("id",), (1,)], "Old": [("id",), (9,)]},
    )
    assert sheets.sheet_names(path) == ["Cover", "Notes", "Cases", "Old"]
    assert read_records(path) == [Record(2, {"id": 1})]
    assert read_records(path, sheet="Old") == [Record(2, {"id": 9})]
    with pytest.raises(UnreadableFile, match="no sheet 'New'") as refused:
        read_records(path, sheet="New")
    assert refused.value.remedy == "Its sheets are Cover, Notes, Cases, Old."
    assert read_records(workbook(tmp_path / "b.xlsx", [])) == []


def test_a_sheet_is_named_for_workbooks_only(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id\n1\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="has no sheets"):
        read_records(path, sheet="Cases")


def test_a_case_from_a_workbook_is_the_case_that_the_csv_tells(
    house: House, admin: Actor, tmp_path: Path
) -> None:
    table = [(*HEADER, "amount", "facts.days"), ("A-1", "2026-03-01T10:00:00", "Late.", 12.5, 4)]
    report = import_cases(house, admin, workbook(tmp_path / "a.xlsx", table))
    assert report.imported == 1
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in table), encoding="utf-8")
    assert import_cases(house, admin, path).unchanged == 1
    with house.database.reading() as session:
        case = session.query(Case).one()
        assert (case.amount, case.facts) == (12.5, {"days": 4})
        assert case.occurred_at == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_a_row_with_broken_characters_spoils_no_other(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [("id", "situation"), (1, "QQQ"), (2, "Fine")])
    mapping = ImportMapping(file=FileForm(sheet="Cases"))
    assert len(read_records(path, **mapping.file.written)) == 2
    rewritten(path, SHEET, lambda xml: xml.replace(b"QQQ", b"&#55296;"))
    with pytest.raises(UnreadableFile, match="damaged"):
        read_records(path)


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [("id", "id"), (1, 2)])
    with pytest.raises(UnreadableFile, match="Two columns are called 'id'"):
        read_records(path)


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    for content in (b"", b"id,situation\n1,x\n", b"\xd0\xcf\x11\xe0 an old or protected one"):
        path.write_bytes(content)
        with pytest.raises(UnreadableFile, match=r"no \.xlsx file, or it is protected"):
            read_records(path)
    with ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(UnreadableFile, match=r"is no \.xlsx file\."):
        read_records(path)


def test_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "a.xlsx", [("id",), (1,)])
    rewritten(path, "docProps/core.xml", lambda xml: xml + b" " * 300_000)
    assert path.stat().st_size < 20_000
    monkeypatch.setattr(archive, "MOST_UNPACKED", 200_000)
    with pytest.raises(UnreadableFile, match="unpacks to more"):
        read_records(path)


@pytest.mark.parametrize(
    "xml",
    [
        b"<worksheet><sheetData><row r='1'><c r='A1'><v>1",
        b"no markup at all",
        b"<!DOCTYPE l [<!ENTITY a 'aaaaaaaaaa'>"
        + b"".join(
            b"<!ENTITY a%d '%s'>" % (n, b"&a%s;" % (b"%d" % (n - 1) if n else b"") * 10)
            for n in range(9)
        )
        + b"]><worksheet><sheetData><row><c t='inlineStr'><is><t>&a8;</t></is></c></row>"
        b"</sheetData></worksheet>",
    ],
    ids=["torn", "no markup", "entities"],
)
def test_a_broken_sheet_is_refused_in_words(tmp_path: Path, xml: bytes) -> None:
    path = rewritten(workbook(tmp_path / "a.xlsx", [("id",), (1,)]), SHEET, lambda _: xml)
    with pytest.raises(UnreadableFile, match="damaged, or no workbook"):
        read_records(path)


def test_a_cell_far_out_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "a.xlsx", [("id", "x"), (1, "y")])
    far = b'<row r="999999999"><c r="A999999999"><v>1</v></c></row></sheetData>'
    rewritten(path, SHEET, lambda xml: xml.replace(b"</sheetData>", far))
    monkeypatch.setattr(sheets, "MOST_ROWS", 50)
    assert len(read_records(path)) == 1
    monkeypatch.setattr(sheets, "MOST_COLUMNS", 1)
    with pytest.raises(UnreadableFile, match="more than 50 rows or 1 columns"):
        read_records(path)


def test_a_sheet_beyond_the_limit_is_refused_not_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "a.xlsx", [("id",), *[(n,) for n in range(9)]])
    monkeypatch.setattr(sheets, "MOST_ROWS", 9)
    with pytest.raises(UnreadableFile, match="more than 9 rows"):
        read_records(path)
