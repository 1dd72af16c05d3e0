"""Looking back: what recurs in a ledger, and nothing about people, from file to report.

Promises 9, 10, 14 and 15 are held here at the one page that leaves the product as a file.
"""

import csv
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest

from recommender.access import LOCAL_OPERATOR, Actor, RoleMissing
from recommender.cases.importing.mapping import put_together
from recommender.cases.importing.refusals import UnreadableFile
from recommender.cases.importing.rows import FIELDS
from recommender.config import Settings
from recommender.retrospect.findings import LookBack
from recommender.retrospect.looking_back import look_back
from recommender.retrospect.page import html
from recommender.retrospect.quotes import Line
from recommender.retrospect.rules import whole_handbook
from recommender.vocabulary import Role
from tests.conftest import RunCli
from tests.contract.blocks import blocks
from tests.contract.test_promise_14_text_is_text import MARKUP

PAGE = Path(__file__).parents[2] / "docs" / "look-back.md"
FILES = {block.name: block.text for block in blocks(PAGE) if block.name}
LEDGER = list(csv.DictReader(FILES["waivers.csv"].splitlines()))
ADMIN = Actor(LOCAL_OPERATOR, frozenset({Role.ADMIN}))
SETTINGS = Settings(encoder="hashing")

Rows = Sequence[Mapping[str, object]]


@pytest.fixture(autouse=True)
def _leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))


def written(folder: Path, rows: Rows, name: str = "ledger.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return path


def looked(folder: Path, rows: Rows = LEDGER, *, rules: bool = True, seed: int = 0) -> LookBack:
    (folder / "rules.md").write_text(FILES["rules.md"], "utf-8")
    books = whole_handbook(folder / "rules.md") if rules else ()
    return look_back(SETTINGS, ADMIN, written(folder, rows), books=books, seed=seed)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> LookBack:
    """What the page's ledger tells."""
    return looked(tmp_path_factory.mktemp("plain"))


class Parts(HTMLParser):
    """Every tag and address of a page, and the words between the tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_ledger_tells_what_recurs_what_it_costs_and_which_rule(plain: LookBack) -> None:
    found = plain
    assert [kind.cases for kind in found.kinds] == [6, 6]
    assert found.sorted_cases == 12
    first = found.kinds[0]
    assert first.rule is not None
    assert (first.rule.key, first.rule.guessed) == ("RUL-2.1", True)
    assert first.money is not None
    assert (first.money.total, first.money.currency) == (245.0, "EUR")
    assert first.money.a_year is not None
    assert first.money.a_year.low < first.money.a_year.mid < first.money.a_year.high
    assert first.suggestion is not None
    said = "".join(one.text for one in first.suggestion.changes if one.op != "removed")
    assert said.startswith("An invoice that was paid is not credited. ")
    assert "never converted. A ledger holds" in " ".join(html(plain).split())
    assert sum(month.cases for month in first.months) == first.cases


def test_a_kind_is_shown_by_one_exception_told_shortly(plain: LookBack) -> None:
    told = {(row["What was given"], None) for row in LEDGER}
    for kind in plain.kinds:
        assert (kind.line.given, kind.line.why) in told
        assert kind.line.words in html(plain).replace('<span class="said">Given:</span>', "Given:")
    longer = Line(note="The note is all there is.")
    assert (longer.words, Line(given="a", why="b").words) == (longer.note, "Given: a Why: b")


def test_a_ledger_of_notes_alone_shows_a_note(tmp_path: Path) -> None:
    bare = looked(tmp_path, [{"date": r["Date"], "note": r["Note"]} for r in LEDGER], rules=False)
    notes = {row["Note"] for row in LEDGER}
    assert bare.kinds
    assert all(kind.line.note in notes for kind in bare.kinds)


def coded(count: int = 24) -> list[dict[str, object]]:
    """A ledger that a form wrote: sentences of one pattern, grounds out of a list."""
    parts = ["Angular", "Backbone", "Chalk", "Dagre", "Ember"]
    return [
        {
            "Date": f"2026-0{1 + row % 6}-1{row % 7}",
            "What happened": f"Dapr wants to ship {parts[row % 5]} v{row} which is licensed "
            f"{'MPL-2.0' if row % 2 else 'MIT'}",
            "Why": "Not on the list" if row % 2 else "Modified",
            "status": "approved" if row < count - 1 else "declined",
        }
        for row in range(count)
    ]


def test_a_coded_ledger_tells_what_its_columns_count(tmp_path: Path) -> None:
    found = looked(tmp_path, coded(), rules=False)
    page = html(found)
    assert [one.column for one in found.spreads] == ["Why", "licensed (in the notes)"]
    assert [(one.values, one.cases) for one in found.together] == [
        (("Modified", "MIT"), 12),
        (("Not on the list", "MPL-2.0"), 11),
    ]
    assert "What goes together most often" in page
    assert "keep coming back" in page
    assert {kind.name for kind in found.kinds} <= {"Licensed MIT", "Licensed MPL-2.0"}
    assert found.declined == 1
    assert "1 request was not granted, and is in no kind." in page
    assert sum(month.cases for month in found.course) == 23


FORM = "Allowed where it is stored unmodified."


def decided() -> list[dict[str, object]]:
    """A coded ledger of three years: what was given, what needed nothing, what was refused."""
    rows = [
        {
            **row,
            "Date": f"{2023 + place % 2}-0{1 + place % 6}-{10 + place % 12}",
            "resolution": FORM if row["Why"] == "Not on the list" else f"Once, {place}.",
            "status": "approved",
        }
        for place, row in enumerate(coded())
    ]
    other = {**rows[0], "Date": "2026-03-01", "What happened": "A thing nobody asked before"}
    no = {**other, "status": "declined", "decline_reason": "Nobody may see its source."}
    return [*rows, other, no, {**other, "status": "in_policy"}, {**other, "status": "auto_listed"}]


def test_a_coded_kind_is_told_with_its_rows_its_days_and_what_was_given(tmp_path: Path) -> None:
    found = looked(tmp_path, decided(), rules=False)
    kind = next(one for one in found.kinds if "MPL-2.0" in one.name)
    page = html(found)
    assert kind.suggestion is not None
    assert [one.text for one in kind.suggestion.changes] == [f"Licensed MPL-2.0: {FORM}"]
    assert [row.line for row in kind.rows] == [2 * place for place in range(1, 13)]
    assert kind.heads == ["ship", "licensed"]
    assert kind.rows[0].values == ["Backbone v1", "MPL-2.0"]
    assert kind.days.number == len({row.day for row in kind.rows})
    assert kind.days.none_since
    assert (
        f"None since {kind.last.day} {kind.last:%b %Y}; others were granted until 1 Mar 2026"
        in page
    )
    assert kind.course == ""
    licence = next(one for one in kind.often if one.value == "MPL-2.0")
    assert (licence.everywhere, licence.last) == (12, kind.last)
    assert found.years == [2023, 2024, 2025, 2026]
    pair = next(one for one in found.together if "MPL-2.0" in one.values)
    assert pair.by_year == [0, 12, 0, 0]
    assert '<th class="n">2025</th>' in page


PARTS = """# Licences {#LIC}
## Parts {#LIC-1}
[LIC-1.0]{.clause #LIC-1.0} A thing may go in if all of this applies to it:

[LIC-1.1]{.clause #LIC-1.1} It is stored unmodified in a folder of its own, or only fetched.
"""
ALIKE = "Allowed if stored unmodified in a folder of its own, or if it is only fetched."


@pytest.mark.parametrize(("given", "key"), [(ALIKE, "LIC-1.1"), (FORM, None)])
def test_a_kind_is_told_the_rule_in_whose_words_it_was_granted(
    tmp_path: Path, given: str, key: str | None
) -> None:
    rows = [
        {
            **row,
            "resolution": given if row["resolution"] == FORM else row["resolution"],
            "policy_ref": "Criterion 1",
        }
        for row in decided()
    ]
    (tmp_path / "parts.md").write_text(PARTS, "utf-8")
    books = whole_handbook(tmp_path / "parts.md")
    found = look_back(SETTINGS, ADMIN, written(tmp_path, rows), books=books, seed=0)
    kind = next(one for one in found.kinds if "MPL-2.0" in one.name)
    assert (kind.in_words and kind.in_words.key) == key
    told = [] if kind.in_words is None else kind.in_words.together
    assert [one for one, _ in told] == ([] if key is None else ["LIC-1.0", "LIC-1.1"])
    said = (
        "granted nearly in the words of LIC-1.1, a part of “Parts”:</p>\n"
        '<p class="part">LIC-1.0 A thing may go in if all of this applies to it:</p>'
        '<p class="part"><b>LIC-1.1</b> It is stored'
    )
    assert (said in html(found)) is (key is not None)
    assert kind.in_no_rule == ["MPL-2.0"]
    assert "“MPL-2.0” stands in no rule of the handbook." in html(found)
    assert kind.listed is None
    apart = PARTS.replace("It is", "MPL-2.0 is").replace("to it:", "to it.")
    (tmp_path / "parts.md").write_text(apart, "utf-8")
    books = whole_handbook(tmp_path / "parts.md")
    found = look_back(SETTINGS, ADMIN, written(tmp_path, rows), books=books, seed=0)
    assert "“MPL-2.0” stands in no rule" not in html(found)
    assert ("a part of “Parts”: MPL-2.0 is stored" in html(found)) is (key is not None)


def test_what_a_drafted_rule_would_have_decided_is_told(tmp_path: Path) -> None:
    asked = "Dapr wants to ship Chalk v{} which is licensed {}"
    odd = {**decided()[1], "Date": "2026-02-01"}
    more = [
        {**odd, "What happened": asked.format(40, "MPL-2.0"), "resolution": "Once, as a fork."},
        {**odd, "What happened": asked.format(41, "MPL-2.0 AND MIT")},
        {**odd, "What happened": asked.format(42, "MPL-2.0"), "status": "declined"},
    ]
    found = looked(tmp_path, [*decided(), *more], rules=False)
    kind = next(one for one in found.kinds if "MPL-2.0" in one.name)
    told = kind.settled
    assert told is not None
    assert (told.granted, told.alike, told.among_more, told.declined) == (13, 12, [30], 1)
    assert told.of_latest == (9, 10)
    assert (kind.cases, kind.latest[0].resolution) == (13, "Once, as a fork.")
    assert [(one.given, one.lines) for one in told.otherwise] == [("Once, as a fork.", [29])]
    page = " ".join(html(found).split())
    said = "12 of the 13 with “MPL-2.0” were granted in nearly the same words, but only 9 of the "
    assert f"{said}latest 10; 1 of the 2 turned away asked for it, and none of the 2 within" in page
    assert "Given:</span> Once, as a fork." in page
    assert "1 more has it beside something else, and is not counted: line 30." in page
    assert (
        "It is taken from what 12 of the 13 were given. Each of the others would still have" in page
    )
    assert "<li>“MPL-2.0” beside something else (line 30)</li>" in page
    assert "<li>Once, as a fork. (line 29)</li>" in page


def test_a_kind_that_a_form_tells_is_all_that_the_form_says(tmp_path: Path) -> None:
    """Three rows are decided in other words, and are of the same licence."""
    odd = [
        {
            "Date": f"2026-0{n}-20",
            "What happened": f"Dapr wants to ship Yarn{n} which is licensed MPL-2.0",
            "Why": f"The board voted for it on day {n} of the second week, by letter",
            "resolution": f"Ask again in {n} years.",
            "status": "approved",
        }
        for n in (1, 2, 3)
    ]
    found = looked(tmp_path, [*decided(), *odd], rules=False)
    (kind,) = (one for one in found.kinds if one.name == "Licensed MPL-2.0")
    assert {row.values[1] for row in kind.rows} == {"MPL-2.0"}
    assert len(kind.rows) == kind.cases == 15
    assert kind.coded is not None
    assert kind.coded.outside == []
    assert found.sorted_cases == sum(one.cases for one in found.kinds)
    assert [one.day.month for one in kind.latest] == [3, 2, 1]
    assert "the kind is all exceptions with that value" in html(found)


def test_a_rule_for_a_kind_of_the_ledgers_own_codes_names_the_column(tmp_path: Path) -> None:
    lines = {"Waived the late fee": "Hire", "Credited the second invoice": "Sales"}
    rows = [{**row, "product": lines.get(str(row["What was given"]))} for row in LEDGER]
    latest = max(
        (row for row in rows if row["product"] == "Hire"), key=lambda row: str(row["Date"])
    )
    latest["What was given"] = "Waived - the late fee!"
    found = looked(tmp_path, rows, rules=False)
    assert [kind.name for kind in found.kinds] == [
        "Credited the second invoice, Sales",
        "Hire, Waived the late fee",
    ]
    said = [kind.suggestion and kind.suggestion.changes[-1].text for kind in found.kinds]
    assert said == [
        "Where product is “Sales”: Credited the second invoice.",
        "Where product is “Hire”: Waived the late fee.",
    ]
    assert [kind.settled and kind.settled.values for kind in found.kinds] == [["Sales"], ["Hire"]]
    assert "Given:</span> the same as most" in html(found)
    assert "Given:</span> Waived - the" not in html(found)
    assert html(found).count("It is taken from what 6 of the 6 were given.") == len(found.kinds)
    ruled = looked(tmp_path, [{**row, "policy_ref": "RUL-1.1"} for row in rows])
    assert all(kind.rule and kind.settled for kind in ruled.kinds)
    assert "It is taken from" not in html(ruled), "a change of a rule is not"


def test_what_is_in_no_kind_is_told_by_days_and_lines(tmp_path: Path) -> None:
    batch = [
        {**LEDGER[0], "Ref": f"B-{n}", "Date": "2026-05-01", "Note": note, "What was given": note}
        for n, note in enumerate(("Lamp", "Rope", "Sugar", "Violin", "Gate", "Fog"))
    ]
    found = looked(tmp_path, [*LEDGER, *batch])
    assert found.busiest is not None
    assert (found.left.cases, found.left.on_busiest, found.left.rows) == (7, 6, [])
    page = html(found)
    assert "6 of them fell on 1 May 2026: one day alone is one event, and makes no kind." in page
    odd = {"Date": "2026-06-30", "status": "approved"}
    asked = "Dapr wants to ship Chalk v{} which is licensed {}"
    rare = [{**odd, "What happened": asked.format(n, f"EPL-{n}.0")} for n in (1, 2)]
    found = looked(tmp_path, [*decided(), *rare], rules=False)
    assert [one.values[:2] for one in found.left.rows[-2:]] == [
        ["Chalk v1", "EPL-1.0"],
        ["Chalk v2", "EPL-2.0"],
    ]
    assert "<td>EPL-2.0</td>" in html(found)


def test_the_same_thing_granted_in_different_words_is_told(tmp_path: Path) -> None:
    asked = "Dapr wants to ship {} which is licensed MIT"
    granted = {
        "example.org/ida/knot": "Allowed as it is.",
        "ida/Knot": "Allowed, as it is",
        "ida/knot": "Ask us before each release.",
        "eva/knot": "Never in an image.",
        "git.example.org/bow/tie": "Once.",
    }
    rows = [
        {"Date": "2026-02-03", "What happened": asked.format(thing), "resolution": given}
        for thing, given in granted.items()
    ]
    no = {**rows[-1], "status": "declined", "resolution": "No."}
    found = looked(tmp_path, [*coded(), *rows, no], rules=False)
    (one,) = found.differing
    assert one.thing == "ida/knot"
    assert [(way.given, way.lines) for way in one.ways] == [
        ("Allowed as it is.", [25, 26]),
        ("Ask us before each release.", [27]),
    ]
    assert "The same, granted differently" in html(found)
    assert "<li>Allowed as it is. (line 25, 26)</li>" in html(found)
    assert looked(tmp_path).differing == []


def test_words_that_reasons_to_turn_away_share_are_told(tmp_path: Path) -> None:
    reasons = ["Glass is not a part of this.", "No: paper is not a part of this either.", "Late."]
    no = [
        {**LEDGER[n], "Ref": f"N-{n}", "status": "declined", "decline_reason": reason}
        for n, reason in enumerate(reasons)
    ]
    found = looked(tmp_path, [*LEDGER, *no])
    assert found.turned_away_as == ("is not a part of this", 2)
    assert "In 2 of the 3 reasons stands “is not a part of this”." in html(found)
    assert looked(tmp_path, [*LEDGER, no[0]]).turned_away_as is None


def test_a_column_that_holds_nothing_is_not_told_as_read(tmp_path: Path) -> None:
    bare: Rows = [{**row, "Amount": "", "Currency": "", "facts": {}} for row in LEDGER]
    found = looked(tmp_path, bare)
    assert [*found.source.empty] == ["Amount", "Currency", "facts"]
    assert "Columns with nothing in them: Amount, Currency, facts." in html(found)
    asked = {one.what for one in found.unknowns}
    assert {"What it cost", "The numbers behind each case"} <= asked


@pytest.mark.parametrize("opened", [True, False])
def test_where_the_handbook_lists_others_of_a_sort_is_told(tmp_path: Path, *, opened: bool) -> None:
    begins = (
        "Good is whatever bears **one** of these, and meets what [Parts](#LIC-1) ask for above."
    )
    names = ["MIT", "EPL-1.0", "ISC"]
    told = [begins, *names] if opened else names
    rules = "".join(f"[LIC-2.{n}]{{.clause #LIC-2.{n}}} {text}\n\n" for n, text in enumerate(told))
    (tmp_path / "parts.md").write_text(f"{PARTS}\n## Good ones {{#LIC-2}}\n{rules}", "utf-8")
    asked = "Dapr wants to ship Chalk v{} which is licensed {}"
    rare = [{**decided()[0], "What happened": asked.format(n, n)} for n in names[1:]]
    books = whole_handbook(tmp_path / "parts.md")
    found = look_back(SETTINGS, ADMIN, written(tmp_path, [*decided(), *rare]), books=books, seed=0)
    kind = next(one for one in found.kinds if "MPL-2.0" in one.name)
    assert kind.listed is not None
    assert kind.listed.section == "Good ones"
    keys = [f"LIC-2.{n + opened}" for n in range(3)]
    granted = [(one.value, one.key, one.granted) for one in kind.listed.values]
    assert granted == [*zip(names, keys, (12, 1, 1), strict=True)]
    page = html(found)
    said = "“Good ones” lists others of this ledger, for which exceptions were granted too: MIT"
    assert f"{said} ({keys[0]}): 12, EPL-1.0 ({keys[1]}): 1, ISC ({keys[2]}): 1. Since" in page
    said = (
        "That list begins with LIC-2.0: Good is whatever bears one of these, and meets what [Parts]"
    )
    assert (said in page) is opened
    assert "<p>Either in “Good ones”:</p>\n" in page
    assert '<p class="rule"><ins>MPL-2.0</ins></p>' in page
    assert {one.listed for one in found.kinds if "MIT" in one.name} == {None}


def test_rows_that_are_no_exception_are_accounted_for(tmp_path: Path) -> None:
    found = looked(tmp_path, decided(), rules=False)
    assert (found.source.taken, found.source.approved) == (28, 25)
    assert (found.source.within_rules, found.declined) == (2, 1)
    assert "Of 28 rows, 1 turned away, 2 within the rules" in html(found)
    (refused,) = found.turned_away
    assert (refused.reason, refused.resolution) == ("Nobody may see its source.", None)
    assert found.granted_since == (refused.day, 1)
    assert "from then on 1 was granted" in html(found)
    assert "Nobody may see its source." in html(found)


def test_one_month_alone_does_not_hide_the_others(tmp_path: Path, plain: LookBack) -> None:
    assert "striped" not in html(plain)
    storm = [
        {**row, "Ref": f"S-{n}", "Date": f"2026-05-{n + 1:02}"} for n, row in enumerate(LEDGER)
    ]
    found = looked(tmp_path, [*LEDGER, *storm])
    assert "The striped bar is cut; it stands for 13." in html(found)


def test_a_busy_day_is_told(tmp_path: Path, plain: LookBack) -> None:
    assert plain.busiest is None
    rows = [{**row, "Date": "2026-03-05"} if n < 6 else row for n, row in enumerate(LEDGER)]
    found = looked(tmp_path, rows)
    assert found.busiest is not None
    assert found.busiest[1] == 7
    assert "7 of them fell on one day, 5 Mar 2026." in html(found)


def test_the_same_ledger_gives_the_same_report(tmp_path: Path, plain: LookBack) -> None:
    assert looked(tmp_path) == plain


def test_nothing_about_people_is_read(tmp_path: Path) -> None:
    people = {
        "agent_id": "A-DORA",
        "agent_team": "T-NORTH",
        "cosigner_id": "A-EMIL",
        "customer_id": "K-4711",
        "customer_tier": "platinum",
        "Supervisor": "Quentin",
        "facts": {"customer_name": "Quentin", "staff_age": 44, "days_late": 3},
    }
    found = looked(tmp_path, [{**row, **people} for row in LEDGER])
    page = html(found)
    for secret in ("A-DORA", "T-NORTH", "A-EMIL", "K-4711", "platinum", "Quentin", "880123"):
        assert secret not in page
        assert secret not in repr(found)
    assert {*found.source.people} == {*people, "Customer number"} - {"facts"}
    assert "unread on purpose: Customer number, agent_id, agent_team, " in page
    assert {"Ref", "Handled by"} == {*found.source.unread}
    same = looked(tmp_path, [{**row, "facts": {"days_late": 3}} for row in LEDGER])
    assert found.kinds == same.kinds


def test_a_mapping_cannot_bring_people_back(tmp_path: Path) -> None:
    columns = {"occurred_at": "Date", "situation": "Note", "agent_id": "Handled by"}
    mapping = put_together(columns | {"facts.agent": "Handled by"}, [], "", FIELDS)
    found = look_back(SETTINGS, ADMIN, written(tmp_path, LEDGER), mapping=mapping)
    assert not re.search("Dora|Emil|Fred", html(found))
    assert {name for name, _ in found.source.read} == {"occurred_at", "situation"}


def test_names_within_notes_are_replaced(tmp_path: Path) -> None:
    told = [
        {**row, "Note": f"{row['Note']}, says Mrs Jennifer Robinson, jenny@mail.example"}
        for row in LEDGER
    ]
    page = html(looked(tmp_path, told))
    assert "Robinson" not in page
    assert "jenny" not in page


def test_what_people_wrote_stands_there_as_text(tmp_path: Path, plain: LookBack) -> None:
    harmless = Parts(html(plain))
    typed = " ".join(MARKUP)
    rows = [{**row, "Note": f"{row['Note']} {typed}", typed: "x"} for row in LEDGER]
    found = looked(tmp_path, rows)
    parts = Parts(html(found))
    assert found.kinds
    assert parts.tags <= harmless.tags
    assert {name for name, _ in parts.attributes} == {name for name, _ in harmless.attributes}
    for shown in ("<script>alert('x')</script> & <b>bold</b>", "<img src=x onerror=", "{{ 7*7 }}"):
        assert shown in parts.words


def test_the_page_loads_and_runs_nothing(plain: LookBack) -> None:
    parts = Parts(html(plain))
    assert not parts.tags & {"script", "img", "link", "iframe", "object", "form", "base", "svg"}
    led = {value for name, value in parts.attributes if name in {"href", "src", "action"}}
    assert led == {"#kind-1", "#kind-2"}
    assert not any(name.startswith("on") for name, _ in parts.attributes)
    policy = next(value for _, value in parts.attributes if value.startswith("default-src"))
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert not re.search(r"https?:|url\(|@import|//", html(plain))


def test_no_kind_is_sure_and_none_is_smaller_than_five(tmp_path: Path, plain: LookBack) -> None:
    assert html(plain).count("Weak evidence, however many there are") == len(plain.kinds)
    few = [row for row in LEDGER if row["Ref"] not in {"W-01", "W-03"}]
    found = looked(tmp_path, few)
    assert all(kind.cases >= 5 for kind in found.kinds)
    assert all(thin.cases >= 5 for thin in found.thin)
    assert "late fee" not in " ".join(kind.name for kind in found.kinds)


def test_what_is_unknown_is_named_with_what_would_answer_it(tmp_path: Path) -> None:
    bare = looked(tmp_path, [{"date": r["Date"], "note": r["Note"]} for r in LEDGER], rules=False)
    told = {one.what: one.ask_for for one in bare.unknowns}
    assert "Who acted, and whether anybody agreed" in told
    assert told["What it cost"].startswith("amount and currency")
    assert "--handbook" in told["What the rules say"]
    rich = [{**row, "outcome.csat": 4, "policy_ref": "RUL-1.1"} for row in LEDGER]
    less = {one.what for one in looked(tmp_path, rich).unknowns}
    assert not less & {"What came of it", "What it cost", "What the rules say"}
    declined = [*LEDGER, {**LEDGER[0], "Ref": "W-99", "status": "declined"}]
    asked = {one.what for one in looked(tmp_path, declined).unknowns}
    assert "Who asked for the same and was turned away" not in asked


def test_a_cited_rule_is_not_guessed(tmp_path: Path) -> None:
    cited = [{**row, "policy_ref": "RUL-1.1"} for row in LEDGER]
    rules = [kind.rule for kind in looked(tmp_path, cited).kinds]
    assert rules
    assert all(rule is not None and not rule.guessed for rule in rules)


def test_a_rule_that_rows_name_and_no_handbook_has_is_told(tmp_path: Path) -> None:
    cited = [{**row, "policy_ref": "OLD-9"} for row in LEDGER]
    found = looked(tmp_path, cited)
    assert found.kinds
    for kind in found.kinds:
        assert kind.rule is None
        assert kind.cited is not None
        assert (kind.cited.value, kind.cited.cases) == ("OLD-9", kind.cases)
        assert kind.rule_in_short == "OLD-9"
    said = "No rule of the handbook has that name; its rules are called RUL-1.1 and the like."
    assert said in html(found)
    assert "no handbook was given" in html(looked(tmp_path, cited, rules=False))
    few = [{**row, "policy_ref": "OLD-9" if at % 3 == 0 else None} for at, row in enumerate(LEDGER)]
    assert {kind.cited for kind in looked(tmp_path, few).kinds} == {None}


def test_rows_are_refused_by_line_and_column_and_copies_count_once(tmp_path: Path) -> None:
    rows = [*LEDGER, LEDGER[0], {**LEDGER[1], "Ref": "W-50", "Date": "yesterday"}]
    found = looked(tmp_path, rows)
    assert (found.source.rows, found.source.taken, found.source.twice) == (15, 13, 1)
    (refused,) = found.source.refused
    assert (refused.line, refused.field) == (15, "Date")
    assert "<td>Date</td>" in html(found)


def test_a_ledger_without_dates_or_good_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="date"):
        looked(tmp_path, [{"note": "Late."}])
    with pytest.raises(UnreadableFile, match="No row"):
        looked(tmp_path, [{"date": "2026-01-07", "note": "Late.", "status": "unheard of"}])
    assert not list((tmp_path / "temporary").iterdir())


def test_a_ledger_where_nothing_recurs_says_so(tmp_path: Path) -> None:
    found = looked(tmp_path, LEDGER[:3])
    assert not found.kinds
    assert "No exception keeps coming back" in html(found)


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    looked(tmp_path)
    assert not list((tmp_path / "temporary").iterdir())
    assert not list((tmp_path / "here").iterdir())


def test_agents_and_watchers_do_not_look_back(tmp_path: Path) -> None:
    for role in (Role.AGENT, Role.AUDITOR, Role.EMPLOYEE_REPRESENTATIVE):
        with pytest.raises(RoleMissing):
            look_back(SETTINGS, Actor(LOCAL_OPERATOR, frozenset({role})), tmp_path / "none.csv")


def test_a_bad_row_in_a_handbook_stops_it(tmp_path: Path) -> None:
    from recommender.errors import Invalid

    path = written(tmp_path, [{"clause_id": "A-1"}], "rules.jsonl")
    with pytest.raises(Invalid, match="line 1"):
        whole_handbook(path)


def test_the_verb_needs_no_house_and_makes_none(
    cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite")
    monkeypatch.setenv("RECOMMENDER_ENCODER", "hashing")
    ledger, report = written(tmp_path, LEDGER), tmp_path / "out.html"
    told = cli("retrospect", ledger, "--output", report, "--json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["sorted_cases"] == 12
    assert report.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert not (tmp_path / "none.sqlite").exists()
    refused = cli("retrospect", written(tmp_path, [{"a": 1}], "odd.jsonl"), "--output", report)
    assert refused.exit_code == 1
