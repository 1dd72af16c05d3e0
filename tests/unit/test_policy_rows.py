"""Policy rows: one clause a line; good ones become policies, bad ones are reported."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.policies.syntax.layout import render
from recommender.policies.syntax.read import decode, parse_policy
from recommender.policies.syntax.rows import parse_rows


def line(**fields: object) -> str:
    row: dict[str, object] = {"clause_id": "A-1.1", "doc_id": "A", "text": "Within 14 days."}
    return json.dumps({key: value for key, value in (row | fields).items() if value is not ...})


def test_rows_become_one_policy_a_document() -> None:
    rows = parse_rows(
        "\ufeff"
        + "\r\n".join(
            [
                line(doc_title=None, section_id="A-1", section_title=None, order=2, owner="desk"),
                line(clause_id="B.1", doc_id="B", doc_title="Bees", source="kept out"),
                "",
                line(
                    clause_id="A-1.0",
                    doc_title="Ants",
                    section_id="A-1",
                    section_title="Legs",
                    order=1,
                    owner="desk",
                    never_bend=True,
                    effective_from="2026-01-31",
                    parameters=[
                        {"fact": "days_late", "max": 14, "unit": "day"},
                        {"fact": "price", "min": 2.5, "unit": None},
                    ],
                ),
            ]
        )
    )
    assert rows.refused == ()
    ants, bees = rows.policies
    assert (ants.key, ants.title, ants.owner) == ("A", "Ants", "desk")
    assert (bees.key, bees.title, bees.owner) == ("B", "Bees", None)
    assert [(one.key, one.title) for one in ants.sections] == [("A-1", "Legs")]
    assert [(one.key, one.title) for one in bees.sections] == [("B", "Bees")]
    first, second = ants.clauses
    assert (first.key, first.position, first.never_bend) == ("A-1.0", 1, True)
    assert (first.effective_from, second.effective_from) == (date(2026, 1, 31), None)
    assert (first.text, first.line, second.line) == ("Within 14 days.", 4, 1)
    assert [(one.fact, one.bound, one.limit, one.words) for one in first.parameters] == [
        ("days_late", "max", 14, "14 days"),
        ("price", "min", 2.5, ""),
    ]


def test_sections_keep_the_order_of_the_file_and_unordered_rows_too() -> None:
    rows = parse_rows(
        "\n".join(
            [
                line(clause_id="z", section_id="S2"),
                line(clause_id="y", section_id="S1"),
                line(clause_id="x", section_id="S2", section_title="Two"),
                line(clause_id="w"),
            ]
        )
    )
    (policy,) = rows.policies
    assert [(one.key, one.section_title) for one in policy.clauses] == [
        ("w", "A"),
        ("z", "Two"),
        ("x", "Two"),
        ("y", "S1"),
    ]


def test_rows_are_written_as_a_marked_handbook() -> None:
    (policy,) = parse_rows(
        "\n".join(
            [
                line(section_id="S", section_title="Some", owner="desk", never_bend=True),
                line(clause_id="A-1.2", section_id="T", owner="desk"),
                line(clause_id="A-1.3", owner="desk"),
            ]
        )
    ).policies
    assert render(policy.layout, policy.markup) == (
        "# A {#A owner=desk}\n\n"
        "[A-1.3]{.clause #A-1.3} Within 14 days.\n\n"
        "## Some {#S}\n\n"
        "[A-1.1]{.clause #A-1.1 .never-bend} Within 14 days.\n\n"
        "## T {#T}\n\n"
        "[A-1.2]{.clause #A-1.2} Within 14 days.\n"
    )


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("{", "row"),
        ("[" * 100_000, "row"),
        ("[1]", "row"),
        (line(clause_id=...), "clause_id"),
        (line(clause_id=" "), "clause_id"),
        (line(clause_id="a b"), "clause_id"),
        (line(clause_id=7), "clause_id"),
        (line(clause_id="A"), "clause_id"),
        (line(clause_id="S", section_id="S"), "clause_id"),
        (line(clause_id="ok"), "clause_id"),
        (line(section_id="ok"), "section_id"),
        (line(doc_id=None), "doc_id"),
        (line(doc_title=["x"]), "doc_title"),
        (line(text=None), "text"),
        (line(text="a\n\n# b"), "text"),
        (line(text="a [2]{.parameter max=2}"), "text"),
        (line(text="a \ud800"), "text"),
        (line(text="a \x00"), "text"),
        (line(order="1"), "order"),
        (line(order=True), "order"),
        (line(order=float("nan")), "order"),
        (line(never_bend="yes"), "never_bend"),
        (line(effective_from="31.1.2026"), "effective_from"),
        (line(parameters={}), "parameters"),
        (line(parameters=["x"]), "parameters"),
        (line(parameters=[{"fact": "a", "max": "14"}]), "parameters"),
        (line(parameters=[{"fact": "a", "max": True}]), "parameters"),
        (line(parameters=[{"fact": "a", "max": 1, "min": 1}]), "parameters"),
        (line(parameters=[{"fact": "a", "max": float("inf")}]), "parameters"),
        (line(parameters=[{"fact": "a", "max": 1}, {"fact": "a", "max": 2}]), "parameters"),
        (line(parameters=[{"fact": "a", "max": 1, "unit": "]"}]), "parameters"),
    ],
)
def test_a_bad_row_is_reported_with_line_field_and_remedy(row: str, field: str) -> None:
    rows = parse_rows(f"{line(clause_id='ok')}\n\n{row}\n{line(clause_id='good')}")
    assert [one.key for one in rows.policies[0].clauses] == ["ok", "good"]
    (refused,) = rows.refused
    assert (refused.line, refused.field) == (3, field)
    assert refused.problem
    assert refused.remedy


ROWS = st.lists(
    st.builds(
        line,
        clause_id=st.sampled_from(["a", "b", "c", "d.1", "A"]),
        doc_id=st.sampled_from(["A", "B"]),
        doc_title=st.sampled_from([None, "Title {#x}", "a\nb"]),
        section_id=st.sampled_from(["A", "S", "T", None]),
        order=st.integers(0, 3),
        text=st.sampled_from(["14 days", "- a\n- b", "1. x", "[a] b", "# c", "d\n---", "```"]),
        owner=st.sampled_from([None, "x", "two words", 'quo"te']),
        never_bend=st.booleans(),
        parameters=st.sampled_from([None, [{"fact": "f", "max": 14, "unit": "day"}]]),
    )
)


@given(lines=ROWS)
def test_a_policy_of_rows_is_written_as_a_handbook_that_reads_the_same(lines: list[str]) -> None:
    rows = parse_rows("\n".join(lines))
    assert len(rows.refused) + sum(len(one.clauses) for one in rows.policies) == len(lines)
    for policy in rows.policies:
        page = render(policy.layout, policy.markup)
        again = parse_policy(page, "x")
        assert render(again.layout, again.markup) == page
        assert (again.key, len(again.sections)) == (policy.key, len(policy.sections))
        for ours, read in zip(policy.clauses, again.clauses, strict=True):
            assert (ours.key, ours.section_key, ours.never_bend, ours.position) == (
                (read.key, read.section_key, read.never_bend, read.position)
            )
            assert (ours.markup, ours.parameters) == (read.markup, read.parameters)
            assert (ours.owner or "").replace('"', "'") == (read.owner or "")


def test_the_shared_rows_say_what_the_shared_handbooks_say() -> None:
    folder = Path(__file__).parents[2] / "../shared/data"
    files = sorted(folder.glob("**/policy_*.jsonl"))
    if not files:
        pytest.skip("../shared/data is not here")
    for file in files:
        rows = parse_rows(decode(file.read_bytes()))
        assert rows.refused == ()
        count = sum(len(policy.clauses) for policy in rows.policies)
        assert count == len(file.read_text(encoding="utf-8").splitlines())
        for policy in rows.policies:
            page = file.parent / file.stem / f"{policy.key}.md"
            if page.is_file():
                plain = parse_policy(decode(page.read_bytes()), page.stem)
                texts = {one.key: one.text for one in policy.clauses}
                assert {one.key: one.text for one in plain.clauses} == texts
