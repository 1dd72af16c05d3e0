"""Mappings: TOML that is checked entry by entry, paths into records, conversions of values."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.cases.importing.conversions import Conversion
from recommender.cases.importing.mapping import (
    BUILT_IN,
    BadMapping,
    UnknownMapping,
    UnknownZone,
    find_mapping,
    find_zone,
    read_mapping,
)
from recommender.cases.importing.paths import BadPath, read_path
from recommender.cases.importing.refusals import RowRefused
from recommender.cases.importing.rows import FIELDS

TICKET = {
    "id": 8,
    "via": {"channel": "chat"},
    "tags": ["vip", "tier_plus"],
    "custom_fields": [{"id": 1, "value": "RET-2"}, {"id": 2, "value": None}, {"id": 3, "value": 9}],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", 8),
        ("via.channel", "chat"),
        ("tags[tier_*]", "plus"),
        ("custom_fields[id=1].value", "RET-2"),
        ("custom_fields[id=2].value", None),
        ("custom_fields[id=7].value", None),
        ("via.channel.name", None),
        ("id[a=b]", None),
        ("tags[team_*]", None),
        ("custom_fields[size_*]", None),
    ],
)
def test_paths_lead_to_values(path: str, value: object) -> None:
    assert read_path(path).find(TICKET) == value


def test_a_column_of_exactly_the_name_wins() -> None:
    record = {"via.channel": "mail", "via": {"channel": "chat"}}
    path = read_path("via.channel")
    assert path.find(record) == "mail"
    assert path.without(record) == {"via": {"channel": "chat"}}


@pytest.mark.parametrize("text", ["", ".", "a..b", "a[", "a[]", "a[*]", "a]b", "a[0]"])
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(BadPath):
        read_path(text)


def test_what_was_taken_is_gone_and_nothing_empty_stays() -> None:
    rest = dict(TICKET)
    for path in ("via.channel", "tags[tier_*]", "custom_fields[id=1].value", "nothing.here"):
        rest = read_path(path).without(rest)
    assert rest == {
        "id": 8,
        "tags": ["vip"],
        "custom_fields": [{"id": 2, "value": None}, {"id": 3, "value": 9}],
    }
    for path in ("tags[v*]", "custom_fields[id=2].value", "custom_fields[id=3]", "id"):
        rest = read_path(path).without(rest)
    assert rest == {}


@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "a.b"]),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=3),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["a", "b", "id"]), inner, max_size=3)
            ),
            max_leaves=8,
        ),
    ),
    st.sampled_from(["a", "a.b", "a[id=1].b", "a[x*]", "b.a.id", "a[id=1][id=2]", "a[x*].b"]),
)
def test_no_record_trips_a_path(record: dict[str, object], text: str) -> None:
    path = read_path(text)
    before = repr(record)
    path.find(record)
    assert isinstance(path.without(record), dict)
    assert repr(record) == before


def test_a_mapping_renames_fills_and_keeps_the_rest() -> None:
    mapping = read_mapping(
        """
        ignore = ["url"]
        [constants]
        source_system = "desk"
        channel = "form"
        [fields]
        id = "number"
        channel = "via"
        status = "approval"
        "facts.days" = "Days late"
        """,
        FIELDS,
    )
    record = {"number": "1", "via": " ", "url": "u", "status": "x", "Days late": "4"}
    fields, extra = mapping.rename(record | {"product": "coat", "outcome.mood": "?"}, FIELDS)
    assert fields == {
        "id": "1",
        "channel": "form",
        "source_system": "desk",
        "facts.days": "4",
        "product": "coat",
    }
    assert extra == {"status": "x", "outcome.mood": "?"}
    assert mapping.column("id") == "number"
    assert mapping.column("reason") == "reason"


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("[fields", "mapping"),
        ("fields = 3", "fields"),
        ("[field]\nid = 'x'", "field"),
        ("[file]\nencoding = 'utf-16'", "file.encoding"),
        ("[file]\ndelimiter = ';;'", "file.delimiter"),
        ("[file]\nquote = '|'", "file.quote"),
        ("[fields]\nsituations = 'x'", "fields.situations"),
        ("[fields]\nid = 3", "fields.id"),
        ("[fields]\n'facts.' = 'x'", "fields.facts."),
        ("[constants]\nid = ['x']", "constants.id"),
        ("[constants]\nmood = 'x'", "constants.mood"),
        ("[convert.mood]\ndecimal = ','", "convert.mood"),
        ("[convert.amount]\ndecimal = ';'", "convert.amount.decimal"),
        ("[convert.occurred_at]\nformats = ['%H:%M']", "convert.occurred_at.formats.0"),
        ("[convert.occurred_at]\nformats = ['%d.%m.%Y %Z']", "convert.occurred_at.formats.0"),
        ("[convert.occurred_at]\nformats = ['%Q']", "convert.occurred_at.formats.0"),
        ("ignore = 'url'", "ignore"),
    ],
)
def test_a_wrong_entry_is_refused_by_its_name(text: str, entry: str) -> None:
    with pytest.raises(BadMapping) as refused:
        read_mapping(text, FIELDS)
    assert refused.value.field is not None
    assert refused.value.field.startswith(entry)
    assert refused.value.remedy


def test_a_wrong_path_or_zone_in_a_mapping_is_refused() -> None:
    with pytest.raises(BadPath):
        read_mapping("[fields]\nid = 'a['", FIELDS)
    with pytest.raises(UnknownZone, match="Mars"):
        read_mapping("[file]\nzone = 'Mars/Olympus'", FIELDS)


@pytest.mark.parametrize("name", ["", "Nowhere", "../etc", "a\0b", "Europe"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone):
        find_zone(name)


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_built_in_mappings_are_right_toml(name: str) -> None:
    mapping = find_mapping(name, FIELDS)
    assert {"id", "occurred_at", "situation", "status"} <= set(mapping.fields)
    assert mapping.constants["source_system"] == name


def test_mappings_are_found_by_name_and_by_path(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[fields]\nid = 'number'\n", encoding="utf-8")
    assert find_mapping(own, FIELDS).column("id") == "number"
    assert find_mapping(None, FIELDS).fields == {}
    with pytest.raises(UnknownMapping, match="servicenow"):
        find_mapping("../zendesk", FIELDS)
    with pytest.raises(BadMapping):
        find_mapping(tmp_path / "gone.toml", FIELDS)
    own.write_bytes(b"\xff")
    with pytest.raises(BadMapping):
        find_mapping(own, FIELDS)


@pytest.mark.parametrize(
    ("decimal", "text", "number"),
    [
        (",", "22,83", "22.83"),
        (",", "1.022,50", "1022.50"),
        (",", "1.022", "1022"),
        (",", "-3", "-3"),
        (",", "1 234 567,5", "1234567.5"),
        (".", "1,022.50", "1022.50"),
        (".", "7", "7"),
    ],
)
def test_decimals_are_read_as_the_mapping_says(decimal: str, text: str, number: str) -> None:
    assert Conversion.model_validate({"decimal": decimal}).apply("amount", text) == number


@pytest.mark.parametrize(("decimal", "text"), [(",", "22.83"), (".", "22,83"), (",", "1.02.3")])
def test_a_number_written_the_other_way_is_refused_and_never_a_hundred_times_larger(
    decimal: str, text: str
) -> None:
    with pytest.raises(RowRefused) as refused:
        Conversion.model_validate({"decimal": decimal}).apply("amount", text)
    assert refused.value.field == "amount"


def test_words_are_translated_whatever_their_case_and_the_rest_stays() -> None:
    conversion = Conversion.model_validate({"values": {"On Hold": "pending", "1": True}})
    assert conversion.apply("status", " on hold ") == "pending"
    assert conversion.apply("status", 1) is True
    assert conversion.apply("status", 2) == 2
    assert conversion.apply("status", "Other") == "Other"
    assert conversion.apply("status", [1]) == [1]
    assert conversion.apply("status", value=False) is False


def test_dates_are_read_as_the_mapping_says_and_else_left_alone() -> None:
    conversion = Conversion.model_validate({"formats": ["%d.%m.%Y", "%d.%m.%Y %H:%M %z"]})
    assert conversion.apply("occurred_at", "02.03.2026") == "2026-03-02T00:00:00"
    assert conversion.apply("occurred_at", "02.03.2026 09:30 +0100") == "2026-03-02T09:30:00+01:00"
    assert conversion.apply("occurred_at", "2026-03-02") == "2026-03-02"


def test_a_signature_is_cut_and_hyphens_in_a_text_are_not() -> None:
    conversion = Conversion.model_validate({"cut_signature": True})
    text = "Two -- or three --\n--- days\r\n\r\n-- \r\nSent from my phone\n--\nx"
    assert conversion.apply("situation", text) == "Two -- or three --\n--- days"
    assert conversion.apply("situation", "--\nonly a signature") == ""
