"""A handbook goes through the database and comes out byte for byte, and reads as of any day."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.access import Actor
from recommender.policies.library import (
    clause_by_key,
    clause_view,
    import_policy,
    policies,
    render_policy,
    revise,
)
from recommender.policies.syntax.read import decode, parse_policy
from recommender.policies.syntax.rows import parse_rows
from recommender.storage.house import House
from tests.conftest import HANDBOOK

DATA = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the development data are not here")

BODIES = st.text(st.characters(codec="utf-8", exclude_characters="[]{}#\x00"), max_size=40)
BREAKS = st.sampled_from(["\n", "\r\n", "\n\n", " \n", "\r\n\r\n", "", "\t"])


@st.composite
def handbooks(draw: st.DrawFn) -> str:
    """Handbooks with odd white space, line ends and marks, some plain, some in our syntax."""
    pieces = [draw(st.sampled_from(["", "\ufeff"])), "# Book {#B}", draw(BREAKS), "\n"]
    for number in range(draw(st.integers(0, 4))):
        head = draw(st.sampled_from(["[C{0}]{{.clause #C{0}}} ", "## Part {0} {{#P{0}}}\n", "- "]))
        pieces += [draw(BREAKS), "\n\n", head.format(number), f"Rule {number}. ", draw(BREAKS)]
    pieces += [draw(BREAKS)]
    return "".join(pieces)


def through(house: House, actor: Actor, text: str) -> bytes:
    """Import a handbook, and write it again from another transaction."""
    parsed = parse_policy(text, "book")
    with house.transaction(actor) as tx:
        import_policy(tx, parsed)
    with house.reading(actor) as tx:
        return render_policy(tx, parsed.key, tx.at).encode()


@given(text=handbooks())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_handbook_comes_out_as_it_went_in(house: House, ruth: Actor, text: str) -> None:
    with house.transaction(ruth) as tx:
        for policy in policies(tx):
            tx.session.delete(policy)
    assert through(house, ruth, text) == text.encode()


@given(text=BODIES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_plain_text_comes_out_as_it_went_in(house: House, ruth: Actor, text: str) -> None:
    with house.transaction(ruth) as tx:
        for policy in policies(tx):
            tx.session.delete(policy)
    assert through(house, ruth, text) == text.encode()


@needs_data
@pytest.mark.parametrize("file", sorted(DATA.glob("policy_*/*.md")), ids=lambda file: file.name)
def test_real_handbooks_come_out_as_they_went_in(house: House, ruth: Actor, file: Path) -> None:
    assert through(house, ruth, decode(file.read_bytes())) == file.read_bytes()


@needs_data
@pytest.mark.parametrize(
    ("file", "clauses"),
    [
        ("policy_stream_shop.jsonl", 9),
        ("policy_stream_insurance.jsonl", 7),
        ("telecom_cases/policy_telecom_handbook.jsonl", 11),
    ],
)
def test_real_rows_come_out_as_a_handbook_that_says_the_same(
    house: House, ruth: Actor, file: str, clauses: int
) -> None:
    rows = parse_rows((DATA / file).read_text(encoding="utf-8"))
    assert rows.refused == ()
    (parsed,) = rows.policies
    assert len(parsed.clauses) == clauses
    with house.transaction(ruth) as tx:
        import_policy(tx, parsed)
        written = render_policy(tx, parsed.key, tx.at)
    again = parse_policy(written, "book")
    assert again.markup == parsed.markup
    assert [one.parameters for one in again.clauses] == [one.parameters for one in parsed.clauses]
    with house.transaction(ruth) as tx:
        report = import_policy(tx, again)
        assert len(report.unchanged) == clauses


def test_each_day_reads_the_wording_that_was_in_force(house: House, ruth: Actor) -> None:
    through(house, ruth, HANDBOOK)
    days = [datetime(2026, month, 1, tzinfo=UTC) for month in (3, 5, 9)]
    with house.transaction(ruth) as tx:
        for limit, day in zip((20, 25, 30), days, strict=True):
            clause = clause_by_key(tx, "RET-2.1")
            markup = clause.revisions[0].markup.replace("14", str(limit))
            revise(tx, clause, markup=markup, effective_from=day)
    asked = [datetime(2026, month, 15, tzinfo=UTC) for month in (1, 3, 4, 5, 8, 9, 12)]
    with house.reading(ruth) as tx:
        read = [clause_view(tx, "RET-2.1", moment).parameters[0]["limit"] for moment in asked]
        assert read == [14, 20, 20, 25, 25, 30, 30]
        books = [render_policy(tx, "RET", moment) for moment in asked]
    assert [book == HANDBOOK for book in books] == [True, *[False] * 6]
    for book, limit in zip(books, read, strict=True):
        assert book == HANDBOOK.replace("14 days", f"{limit} days").replace(
            "max=14", f"max={limit}"
        )
