"""Files of rows: what is read, and that a bad row spoils no other."""

import csv
import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.cases.importing import reading
from recommender.cases.importing.reading import Record, read_records
from recommender.cases.importing.refusals import RefusedRow, UnreadableFile

HEADER = "id,situation\r\n"


def read(path: Path, content: str | bytes, **form: str) -> list[Record | RefusedRow]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_records(path, **form)  # type: ignore[arg-type]


def reasons(rows: list[Record | RefusedRow]) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in rows if isinstance(row, RefusedRow)]


def ids(rows: list[Record | RefusedRow]) -> list[object]:
    return [row.fields["id"] for row in rows if isinstance(row, Record)]


@pytest.mark.parametrize("name", ["a.csv", "a.CSV", "a.csv.gz", "my.old.csv"])
def test_csv_by_its_name_packed_or_not(tmp_path: Path, name: str) -> None:
    content = f"\ufeff{HEADER}1,Hello\r\n".encode()
    rows = read(tmp_path / name, gzip.compress(content) if name.endswith("gz") else content)
    assert rows == [Record(2, {"id": "1", "situation": "Hello"})]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.JSONL.GZ"])
def test_jsonl_by_its_name_packed_or_not(tmp_path: Path, name: str) -> None:
    content = '{"id": 1}\r\n\n{"id": "2", "note": "line\u2028separator"}'.encode()
    rows = read(tmp_path / name, gzip.compress(content) if "GZ" in name else content)
    assert rows == [Record(1, {"id": 1}), Record(3, {"id": "2", "note": "line\u2028separator"})]


def test_a_tab_parts_the_cells_of_a_tsv_and_a_stated_delimiter_wins(tmp_path: Path) -> None:
    assert ids(read(tmp_path / "a.tsv", "id\tsituation\n7\tHello\n")) == ["7"]
    assert ids(read(tmp_path / "a.csv", "id;situation\n7;Hello\n", delimiter=";")) == ["7"]


def test_quoted_line_breaks_stay_and_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", f'{HEADER}1,"two\r\nlines"\r\n\r\n,\r\n2,one\r\n')
    assert rows == [
        Record(2, {"id": "1", "situation": "two\r\nlines"}),
        Record(6, {"id": "2", "situation": "one"}),
    ]


def test_a_column_without_a_name_gets_its_number(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", "id,\n1,x\n")
    assert rows == [Record(2, {"id": "1", "column 2": "x"})]


def test_a_stated_encoding_is_used(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", "id,s\n1,20 € café\n".encode("cp1252"), encoding="cp1252")
    assert rows == [Record(2, {"id": "1", "s": "20 € café"})]


def test_a_byte_that_the_encoding_does_not_know_refuses_its_row_alone(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", b"id,s\n1,fine\n2,caf\xe9\n3,fine\n")
    assert ids(rows) == ["1", "3"]
    assert reasons(rows) == [(3, "This row has characters that its encoding does not know.")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1,2,3", "This row has 3 cells, and the header has 2."),
        ("1", "This row has 1 cells, and the header has 2."),
        ("1,a\0b", "This row has a NUL character."),
        ('1,"a"b', "The quotes in this row are broken: ',' expected after '\"'."),
    ],
)
def test_a_bad_csv_row_spoils_no_other(tmp_path: Path, line: str, reason: str) -> None:
    rows = read(tmp_path / "a.csv", f"{HEADER}1,good\r\n{line}\r\n2,good\r\n")
    assert ids(rows) == ["1", "2"]
    assert reasons(rows) == [(3, reason)]


def test_a_quote_that_never_closes_swallows_nothing(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", f'{HEADER}1,good\r\n2,"open\r\n3,good\r\n4,good\r\n')
    assert ids(rows) == ["1", "3", "4"]
    assert [line for line, _ in reasons(rows)] == [3]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "This line is not JSON."),
        ("[" * 100_000, "This line is not JSON."),
        ("[1]", "This line is JSON, but not an object."),
        ('{"id": 1e999}', "This row has a number without end."),
        ('{"id": [NaN]}', "This row has a number without end."),
        ('{"id": "\\ud800"}', "This row has characters that its encoding does not know."),
        ('{"\\u0000": 1}', "This row has a NUL character."),
        ('{"id":' + "[" * 50 + "]" * 50 + "}", "This row is nested too deep."),
    ],
)
def test_a_bad_line_of_json_spoils_no_other(tmp_path: Path, line: str, reason: str) -> None:
    rows = read(tmp_path / "a.jsonl", f'{{"id": 1}}\n{line}\n{{"id": 2}}\n')
    assert ids(rows) == [1, 2]
    assert reasons(rows) == [(2, reason)]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xlsx", b"", "is no .xlsx file"),
        ("a", b"", "neither CSV, JSONL nor a workbook"),
        (".gz", b"", "neither CSV, JSONL nor a workbook"),
        ("a.csv.gz", b"no gzip", "cannot be read"),
        ("a.csv.gz", gzip.compress(b"id\n1\n", mtime=0)[:-6], "cannot be read"),
        ("a.csv", b"id;situation\n", "one column, with ';' in it"),
        ("a.csv", b"id,id\n", "Two columns are called 'id'"),
        ("a.csv", b'"id\n1\n', "The header cannot be read"),
        ("a.csv", b"\xff\xfei\0d\0", "characters that its encoding does not know"),
    ],
)
def test_a_file_without_rows_to_tell_apart_is_refused_whole(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    with pytest.raises(UnreadableFile, match=says) as refused:
        read(tmp_path / name, content)
    assert refused.value.remedy


def test_a_file_that_is_not_there_or_unpacks_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_records(tmp_path / "gone.csv")
    monkeypatch.setattr(reading, "LARGEST_FILE", 1000)
    with pytest.raises(UnreadableFile, match="more than"):
        read(tmp_path / "bomb.csv.gz", gzip.compress(b"id\n" * 1000))


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path / "a.csv", "") == read(tmp_path / "a.jsonl", "") == []


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.jsonl", "a.tsv", "a.csv.gz"]))
def test_no_bytes_raise_anything_but_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    path = tmp_path_factory.mktemp("any") / name
    try:
        rows = read(path, content)
    except UnreadableFile:
        return
    assert all(isinstance(row, Record | RefusedRow) for row in rows)


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30), max_size=8
    )
)
def test_what_is_written_as_csv_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerows([["id", "s"], *([f"n{i}", text] for i, text in enumerate(texts))])
    rows = read(tmp_path_factory.mktemp("any") / "a.csv", buffer.getvalue())
    assert [row.fields["s"] for row in rows if isinstance(row, Record)] == texts


@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), max_size=5))
def test_good_lines_survive_any_neighbours(
    tmp_path_factory: pytest.TempPathFactory, junk: list[bytes]
) -> None:
    lines = [b'{"id": "first"}', *junk, b'{"id": "last"}']
    rows = read(tmp_path_factory.mktemp("any") / "a.jsonl", b"\n".join(lines))
    good = [row for row in rows if isinstance(row, Record)]
    assert (good[0].fields, good[-1].fields) == ({"id": "first"}, {"id": "last"})
    assert json.dumps(good[-1].line) == str(len(lines))
