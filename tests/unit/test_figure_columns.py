"""Files of answers and weeks under other names: what their columns seem to be."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from recommender.access import Actor
from recommender.cases.importing.contacts import CONTACT_FIELDS, import_contacts
from recommender.cases.importing.figure_columns import ANSWERS, WEEKS, look_at_figures
from recommender.cases.importing.mapping import BadMapping
from recommender.cases.importing.surveys import SURVEY_FIELDS
from recommender.models.contacts import ContactVolume
from recommender.storage.house import House
from tests.workbooks import workbook

SURVEY = (
    ("Ticket No;When;Stars;Said", "A-1;2026-03-01;5;Kind.", "A-2;2026-03-02;1;Slow.", "A-3;;4;"),
    ANSWERS,
    {"id": "Ticket No", "csat": "Stars"},
)
KEYS_AND_MARKS = (
    ("code,how was it,where", "A-1,5,phone", "A-2,3,phone", "A-3,4,chat"),
    ANSWERS,
    {"id": "code", "csat": "how was it"},
)
TWO_MARKS = (("id,first,second", "A-1,5,4", "A-2,3,3"), ANSWERS, {"id": "id"})
CALLS = (
    ("Week of,Calls,Item", "2026-03-02,1840,boots", "2026-03-09,1702,coats"),
    WEEKS,
    {"week": "Week of", "contacts": "Calls", "product": "Item"},
)
DAYS_AND_NUMBERS = (
    ("from,how many", "2026-03-02,1840", "2026-03-09,1702"),
    WEEKS,
    {"week": "from", "contacts": "how many"},
)


def test_the_fields_are_those_that_are_taken_in() -> None:
    assert set(ANSWERS) == set(SURVEY_FIELDS)
    assert set(WEEKS) == set(CONTACT_FIELDS)


@pytest.mark.parametrize(
    ("lines", "fields", "expected"), [SURVEY, KEYS_AND_MARKS, TWO_MARKS, CALLS, DAYS_AND_NUMBERS]
)
def test_columns_are_told_by_their_names_then_by_what_stands_in_them(
    tmp_path: Path, lines: Sequence[str], fields: Mapping[str, str], expected: Mapping[str, str]
) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("\n".join(lines), "utf-8")
    assert look_at_figures(path, fields).guessed == expected


def test_weeks_are_read_as_the_file_writes_its_days(
    house: House, admin: Actor, tmp_path: Path
) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("Woche;Date;Calls\nx;02.03.2026;1840\ny;31.03.2026;12\n", "utf-8")
    looked = look_at_figures(path, WEEKS)
    mapping = looked.mapping(looked.guessed, WEEKS)
    assert import_contacts(house, admin, path, mapping=mapping).added == 2
    with house.database.reading() as session:
        weeks = session.scalars(select(ContactVolume.week).order_by(ContactVolume.week)).all()
    assert weeks == [date(2026, 3, 2), date(2026, 3, 30)]


def test_days_of_a_workbook_are_days(house: House, admin: Actor, tmp_path: Path) -> None:
    rows = [("Monday", "Calls"), (date(2026, 3, 2), 1840), (date(2026, 3, 9), 1702)]
    path = workbook(tmp_path / "calls.xlsx", rows)
    looked = look_at_figures(path, WEEKS)
    mapping = looked.mapping(looked.guessed, WEEKS)
    assert import_contacts(house, admin, path, mapping=mapping).added == 2


def test_a_column_of_our_name_that_was_not_chosen_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("id,csat,rating\nA-1,9,5\n", "utf-8")
    looked = look_at_figures(path, ANSWERS)
    mapping = looked.mapping({"id": "id", "csat": "rating"}, ANSWERS)
    assert mapping.rename({"id": "A-1", "csat": "9", "rating": "5"}, SURVEY_FIELDS).fields == {
        "id": "A-1",
        "csat": "5",
    }
    with pytest.raises(BadMapping):
        looked.mapping({"colour": "rating"}, ANSWERS)
