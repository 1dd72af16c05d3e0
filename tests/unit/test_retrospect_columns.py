"""What a ledger's own columns count, and the fields that a form wrote into its notes."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from recommender.models.cases import Case
from recommender.retrospect.patterns import LEAST_NOTES, blanks
from recommender.retrospect.spreads import LEAST, Columns

NAMES = ["Angular", "Bootstrap", "go-cmp", "lodash", "zlib"]
LICENCES = ["MIT"] * 12 + ["MPL-2.0"] * 10 + ["EPL-1.0"] * 2


def shipped(place: int) -> str:
    return f"Dapr wants to ship {NAMES[place % 5]} v{place} which is licensed {LICENCES[place]}."


NOTES = [shipped(place) for place in range(len(LICENCES))]


def ledger(**columns: list[str | None]) -> list[Case]:
    rows = len(NOTES)
    return [
        Case(
            id=f"C{row}",
            situation=NOTES[row],
            occurred_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=row),
            **{name: values[row % len(values)] for name, values in columns.items()},
        )
        for row in range(rows)
    ]


def columns(heads: Mapping[str, str] | None = None, **given: list[str | None]) -> Columns:
    return Columns(ledger(**given), heads or {})


def test_what_is_filled_into_one_pattern_is_found() -> None:
    parts, licences = blanks(NOTES)
    assert (parts.head, licences.head) == ("ship", "licensed")
    assert parts.values[0] == "Angular v0"
    assert [*licences.values] == LICENCES


def test_a_note_off_the_pattern_fills_in_nothing() -> None:
    told = [*NOTES, "This one was told otherwise."]
    assert [one.values[-1] for one in blanks(told)] == [None, None]


def test_notes_that_people_told_have_no_pattern() -> None:
    told = [f"{word} came back {n} days late, {word} was ill" for n, word in enumerate(NAMES * 5)]
    assert len(told) >= LEAST_NOTES
    prose = [" ".join(reversed(note.split())) if n % 2 else note for n, note in enumerate(told)]
    assert not blanks(prose)
    assert not blanks(NOTES[: LEAST_NOTES - 1])


def test_a_pattern_that_no_single_note_holds_whole_is_none() -> None:
    halves = ["aa bb cc dd", "ee ff", "aa bb ee ff"]
    assert not blanks([halves[0]] * 3 + [halves[1]] * 2 + ["cc aa bb x ff"] * 20 + ["y aa ff"] * 4)


def test_columns_are_counted_with_rare_values_together() -> None:
    (licence,) = columns().spreads()
    assert licence.column == "licensed (in the notes)"
    assert [(one.value, one.cases) for one in licence.values] == [("MIT", 12), ("MPL-2.0", 10)]
    assert (licence.others, licence.different, licence.blank) == (2, 1, 0)
    assert all(one.cases >= LEAST for one in licence.values)


def test_a_column_bears_the_ledgers_own_name() -> None:
    given: list[str | None] = ["Modified", "Not isolated", None]
    told = columns({"reason": "Grounds"}, reason=given).spreads()[0]
    assert (told.column, told.blank) == ("Grounds", 8)


def test_prose_and_what_nearly_every_row_says_are_not_counted() -> None:
    prose: list[str | None] = [f"told once, {n}" for n in range(len(NOTES))]
    spreads = columns(reason=prose, channel=["form"]).spreads()
    assert [one.column for one in spreads] == ["licensed (in the notes)"]


def test_what_goes_together_is_told_of_the_two_columns_that_say_most() -> None:
    grounds: list[str | None] = [*["Modified"] * 12, *["Not listed"] * 12]
    found = columns(reason=grounds, product=["Dapr", "Dapr", "Dapr", "Helm"]).together()
    assert [(set(one.values), one.cases) for one in found[:1]] == [({"Dapr", "MIT"}, 9)]
    alone = columns(reason=grounds).together()
    assert [(one.values, one.cases) for one in alone] == [
        (("Modified", "MIT"), 12),
        (("Not listed", "MPL-2.0"), 10),
    ]
    assert (alone[0].first.day, alone[0].last.day) == (1, 12)
    assert columns().together() == []


def test_a_kind_is_named_by_the_values_that_are_its_own() -> None:
    grounds: list[str | None] = [*["Modified"] * 12, *["Not listed"] * 12]
    found = columns(reason=grounds, product=["Dapr", "Dapr", "Dapr", "Helm"])
    ids = [f"C{row}" for row in range(12)]
    assert [one.value for one in found.naming(ids)] == ["MIT"], "a form goes before a code"
    assert {(one.value, one.cases) for one in found.often(ids)} == {
        ("Modified", 12),
        ("MIT", 12),
        ("Dapr", 9),
    }
    assert found.naming([f"C{row}" for row in range(6, 18)]) == []
    assert found.coded([f"C{row}" for row in range(6, 18)]) is None


def test_a_coded_kind_tells_what_is_outside_it_and_what_it_is_about() -> None:
    grounds: list[str | None] = [*["Modified"] * 12, *["Not listed"] * 12]
    cases = ledger(reason=grounds)
    for row, case in enumerate(cases):
        case.source_id = f"row {row + 1}"
        maker = "finch" if row < 8 else "alder"
        case.situation = case.situation.replace("ship ", f"ship git/{maker}/")
    found = Columns(cases, {}).coded([f"C{row}" for row in range(8)])
    assert found is not None
    assert [(one.value, one.lacking) for one in found.naming] == [("MIT", [])]
    assert found.outside == [9, 10, 11, 12]
    assert found.different is not None
    assert (found.different.column, found.different.cases) == ("ship (in the notes)", 8)
    assert [(one.value, one.cases, one.everywhere) for one in found.words] == [("finch", 8, 8)]


def test_what_differs_in_signs_alone_is_one_value() -> None:
    told: list[str | None] = [
        "Not listed.",
        "not listed",
        "Not listed.",
        "Not-listed",
        None,
        "No 2",
    ]
    (reason,) = (one for one in columns(reason=told).spreads() if one.column == "reason")
    assert [(one.value, one.cases) for one in reason.values] == [("Not listed.", 16)]
    assert (reason.others, reason.blank) == (4, 4)


def test_a_kind_tells_which_of_its_rows_lack_what_names_it() -> None:
    cases = ledger()
    for row, case in enumerate(cases):
        case.source_id = f"row {row + 1}"
    mostly = [f"C{row}" for row in range(3, 13)]
    columns = Columns(cases, {})
    found = columns.coded(mostly)
    assert found is not None
    assert [(one.value, one.cases, one.lacking) for one in found.naming] == [("MIT", 9, [13])]
    assert columns.usual(mostly) == mostly[:9]
    assert columns.usual(["C11", "C12"]) == ["C11", "C12"]


def test_of_cases_about_one_thing_the_first_stands_for_all() -> None:
    cases = ledger()
    for row, thing in enumerate(("git/finch/zlib", "zlib", "Zlib", "lodash")):
        cases[row].situation = f"Dapr wants to ship {thing} which is licensed MIT."
    cases[4].situation = cases[5].situation = "This one was told otherwise."
    found = Columns(cases, {})
    assert found.unlike(["C1", "C0", "C3", "C2", "C4", "C5"]) == ["C1", "C3", "C4", "C5"]
    told = [Case(id="A", situation="It came late.", occurred_at=cases[0].occurred_at)] * 2
    assert Columns(told, {}).unlike(["A", "A"]) == ["A", "A"]
