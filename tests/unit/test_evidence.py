"""Evidence from rows: batches, people who are known and unknown, grades, states."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.kinds import surfacing
from recommender.kinds.batches import counted, near_identical
from recommender.kinds.evidence import Evidence, Window, gather
from recommender.kinds.listing import why_now
from recommender.kinds.people import evidence_mode, known, signer_pairs, unknown
from recommender.kinds.rows import CaseFacts
from recommender.kinds.surfacing import Life
from recommender.kinds.thresholds import GRADES, NEW_DAYS, SURFACING
from recommender.vocabulary import EvidenceMode, Grade, KindState, OutcomeReading

END = datetime(2026, 6, 1, 12, tzinfo=UTC)
WINDOW = Window(end=END)
LONG_AGO = END - timedelta(days=400)


def row(number: int, *, age: float | None = None, **given: object) -> CaseFacts:
    fields: dict[str, object] = {
        "id": f"{number:03}",
        "occurred_at": END - timedelta(days=4 * number if age is None else age),
        "situation": f"tale {number} about thing {number * 7} in town {number * 13}",
        "agent": f"agent-{number % 6}",
        "cosigner": f"peer-{number % 5}",
        "team": f"team-{number % 3}",
        "customer": f"customer-{number}",
        "outcome": OutcomeReading.GOOD,
    }
    return CaseFacts(**(fields | given))  # type: ignore[arg-type]


def rows(count: int, **given: Any) -> list[CaseFacts]:  # noqa: ANN401 - any column
    return [row(number, **given) for number in range(count)]


def measured(given: Sequence[CaseFacts], **more: object) -> Evidence:
    return gather(given, WINDOW, **({"since": LONG_AGO} | more))  # type: ignore[arg-type]


def missing(evidence: Evidence) -> set[str]:
    return {one.name for one in surfacing.shortfalls(evidence)}


# Batches


def test_twenty_clicks_on_the_same_precedent_count_once() -> None:
    told = "Fee waived after the storm took the road to the depot."
    first = row(0, age=90, situation=told)
    again = [
        row(n, age=80 - 2 * n, situation=told, agent=f"agent-{n}", reused_from="000")
        for n in range(1, 21)
    ]
    assert [one.id for one in counted([*again, first])] == ["000"]
    assert [one.id for one in counted(again)] == ["001"]
    evidence = measured([first, *again])
    assert (evidence.cases, evidence.counted_cases) == (21, 1)
    assert "counted_cases" in missing(evidence)


def test_a_chain_of_re_use_counts_once_however_it_was_passed_on() -> None:
    told = "Fee waived after the storm took the road to the depot."
    passed = [
        row(n, situation=told, agent=f"agent-{n}", reused_from=f"{n - 1:03}") for n in range(1, 6)
    ]
    assert len(counted([row(0, situation=told), *passed])) == 1
    ring = [
        row(n, situation=told, agent=f"agent-{n}", reused_from=f"{m:03}")
        for n, m in ((1, 2), (2, 1))
    ]
    assert len(counted(ring)) == 1


def test_own_words_beside_a_re_used_answer_count() -> None:
    own = [row(n, reused_from="000") for n in range(1, 6)]
    assert len(counted([row(0), *own])) == 6


def test_two_precedents_told_alike_are_two_chains() -> None:
    told = "Fee waived after the storm took the road to the depot."
    firsts = [row(n, situation=told, agent=f"agent-{n}") for n in (0, 1)]
    copies = [row(n + 2, situation=told, agent="other", reused_from=f"{n:03}") for n in (0, 1)]
    assert [one.id for one in counted([*firsts, *copies])] == ["001", "000"]


def test_a_text_pasted_by_one_filer_counts_once() -> None:
    text = "Fee waived, storm damage."
    pasted = [row(n, age=n / 10, agent="ada", situation=text) for n in range(4)]
    assert len(counted(pasted)) == 1


def test_the_same_words_by_another_filer_or_days_later_count_again() -> None:
    text = "Fee waived because of the storm."
    first = row(0, age=0, agent="ada", situation=text)
    assert len(counted([first, row(1, age=0.1, agent="bo", situation=text)])) == 2
    assert len(counted([first, row(1, age=2.1, agent="ada", situation=text)])) == 2


def test_unknown_filers_may_be_one_person() -> None:
    text = "Licence accepted after a look at its terms."
    pasted = [row(n, age=n / 10, agent=None, situation=text) for n in range(4)]
    assert len(counted(pasted)) == 1


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("Fee waived: STORM!", "fee waived storm", True),
        ("a b c d e f g h i", "a b c d e f g h i j", True),
        ("a b c", "a b d", False),
        ("", "", False),
    ],
)
def test_near_identical_is_spelling_or_four_fifths_of_the_words(
    one: str,
    other: str,
    near: bool,  # noqa: FBT001 - a table's column
) -> None:
    assert near_identical(one, other) is near


def test_one_day_is_one_event_and_adds_three_by_different_filers() -> None:
    day = [row(n, age=5 + n / 100, agent=f"agent-{n // 5}") for n in range(15)]
    kept = counted(day)
    assert len(kept) == 3
    assert len({one.agent for one in kept}) == 3
    assert measured(day).cases == 15


@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from("abc"), st.sampled_from("xyz"))))
def test_correction_never_adds_and_is_done_after_once(
    given_rows: list[tuple[int, str, str]],
) -> None:
    cases = [
        row(n, age=day, agent=agent, situation=text * 3)
        for n, (day, agent, text) in enumerate(given_rows)
    ]
    once = counted(cases)
    assert {one.id for one in once} <= {one.id for one in cases}
    assert counted(once) == once


# People


def test_an_identity_that_most_cases_lack_is_not_checkable() -> None:
    assert known(["a", None, None]) is None
    assert known(["a", "b", None]) == ["a", "b"]
    assert known([]) is None


def test_the_evidence_mode_says_how_much_is_known() -> None:
    assert evidence_mode(rows(6)) is EvidenceMode.FULL
    assert evidence_mode(rows(6, customer=None)) is EvidenceMode.PARTIAL
    nobody = rows(6, agent=None, cosigner=None, customer=None)
    assert evidence_mode(nobody) is EvidenceMode.ANONYMOUS
    assert unknown(nobody) == ("agents", "signers", "customers")


def test_unknown_people_are_never_counted() -> None:
    found = measured(rows(8, agent=None, customer=None))
    assert (found.agents, found.effective_agents, found.customers) == (None, None, None)
    assert found.signer_pairs is None


def test_pairs_count_once_whoever_filed_and_cliques_count_as_one() -> None:
    def pairs(*given_pairs: str) -> int | None:
        return signer_pairs(
            [row(n, agent=pair[0], cosigner=pair[1]) for n, pair in enumerate(given_pairs)]
        )

    assert pairs("ab", "ba", "ab") == 1
    assert pairs("ab", "bc", "ca") == 1
    assert pairs("ab", "bc", "ca", "ad") == 4
    assert pairs("ab", "bc", "cd") == 3
    assert pairs("ab", "bc", "ca", "xy") == 2
    assert pairs("aa", "ab") == 1


# Surfacing


def test_a_broad_kind_surfaces() -> None:
    assert missing(measured(rows(6))) == set()


@pytest.mark.parametrize(
    ("cases", "name"),
    [
        (rows(4), "counted_cases"),
        (rows(8, agent="felix"), "effective_agents"),
        (rows(8, customer="one"), "customers"),
        (rows(8, agent="ada", cosigner="bo"), "signer_pairs"),
        ([row(n, age=n) for n in range(8)], "weeks"),
    ],
)
def test_each_floor_keeps_a_kind_emerging(cases: list[CaseFacts], name: str) -> None:
    assert name in missing(measured(cases))
    assert surfacing.grade(measured(cases)) is None


def test_one_agents_habit_never_surfaces_nor_with_two_stragglers() -> None:
    habit = rows(40, agent="felix")
    stragglers = [row(41, agent="ada"), row(42, agent="bo")]
    assert "effective_agents" in missing(measured(habit + stragglers))


def test_what_is_not_known_does_not_block_but_caps_the_grade() -> None:
    anonymous = rows(40, agent=None, cosigner=None, customer=None, team=None)
    assert missing(measured(anonymous)) == set()
    assert surfacing.grade(measured(anonymous)) is Grade.WEAK
    partial = rows(40, customer=None)
    assert surfacing.grade(measured(partial)) is Grade.MODERATE
    assert {one.name for one in surfacing.would_raise(measured(partial))} == {"mode"}


def test_the_quality_gate_keeps_a_kind_emerging() -> None:
    unstable = measured(rows(30), gate=("Its cases fell apart.",))
    assert missing(unstable) == {"gate"}
    assert surfacing.state(unstable, unstable, Life()) is KindState.EMERGING
    assert why_now(KindState.EMERGING, unstable) == "Not yet: its cases fell apart."


@pytest.mark.parametrize(
    ("count", "given", "grade"),
    [
        (13, {}, Grade.WEAK),
        (14, {}, Grade.MODERATE),
        (28, {}, Grade.MODERATE),
        (29, {}, Grade.STRONG),
        (29, {"outcome": OutcomeReading.MISSING}, Grade.WEAK),
        (29, {"outcome": OutcomeReading.BAD}, Grade.WEAK),
    ],
)
def test_grades_follow_the_table(count: int, given: dict[str, object], grade: Grade) -> None:
    assert surfacing.grade(measured(rows(count, **given))) is grade


def test_every_grade_but_the_best_says_what_would_raise_it() -> None:
    assert {one.name for one in surfacing.would_raise(measured(rows(13)))} == {"counted_cases"}
    assert {one.name for one in surfacing.would_raise(measured(rows(14)))} == {"counted_cases"}
    assert surfacing.would_raise(measured(rows(29))) == []
    assert surfacing.would_raise(measured(rows(3))) == []


# States


def state(
    cases: Sequence[CaseFacts], before: Sequence[CaseFacts] | None = None, **life: bool
) -> KindState:
    now = measured(cases)
    then = now if before is None else measured(before)
    return surfacing.state(now, then, Life(**life))


def test_the_precedence_of_states() -> None:
    growing = [row(n, age=n * 3) for n in range(20)]
    assert state(growing, dismissed=True, regressed=True, settled=True) is KindState.DISMISSED
    assert state(growing, regressed=True, settled=True) is KindState.REGRESSED
    assert state(rows(2), settled=True) is KindState.SETTLED
    assert state(rows(2)) is KindState.EMERGING
    assert state(rows(20, team="north"), before=[]) is KindState.LOCAL_PRACTICE
    assert state(growing, before=growing[:2]) is KindState.NEW
    assert state(growing) is KindState.GROWING
    assert state([row(n, age=300 + n * 3) for n in range(20)]) is KindState.FADING
    assert state([row(n, age=10 + n * 20) for n in range(20)]) is KindState.STABLE


def test_a_team_nobody_names_is_not_one_team() -> None:
    assert state(rows(8, team=None)) is not KindState.LOCAL_PRACTICE


def test_each_state_has_its_sentence() -> None:
    growing = measured([row(n, age=n * 3) for n in range(20)])
    lately = "10 in the last 4 weeks, 9 in the 4 before."
    assert why_now(KindState.GROWING, growing) == lately
    assert why_now(KindState.NEW, growing) == f"Surfaced within the last 28 days. {lately}"
    assert why_now(KindState.FADING, measured([row(0, age=99)])).startswith("None in the last 4")
    assert "question" in why_now(KindState.REGRESSED, growing, asked=True)
    assert why_now(KindState.STABLE, growing, comes_back="it doubled") == (
        "May come back because it doubled."
    )
    for name in KindState:
        assert why_now(name, measured(rows(2)))
    few = measured(rows(8))
    assert "tells no number" in why_now(KindState.STABLE, few, hidden=True, comes_back="8 came")
    assert why_now(KindState.NEW, few, hidden=True) == "Surfaced within the last 28 days."


def test_outcomes_are_counted_case_by_case() -> None:
    good = rows(3, situation="The same text.")
    told = measured([*good, row(7, outcome=OutcomeReading.MISSING)]).outcomes
    assert (told.good, told.neutral, told.bad, told.missing) == (3, 0, 0, 1)


# Windows, trends, money


def test_only_the_window_counts() -> None:
    window = Window(start=END - timedelta(days=20), end=END - timedelta(days=4))
    found = gather(rows(10), window)
    assert found.cases == 5
    assert found.first == (END - timedelta(days=20)).date()
    assert found.last == (END - timedelta(days=4)).date()


def test_a_short_history_has_no_trend() -> None:
    assert measured(rows(5), since=END - timedelta(days=13)).trend is None
    assert measured([]).trend is None
    assert measured(rows(5), since=None).trend is None


def test_the_last_weeks_are_counted_oldest_first() -> None:
    found = measured([row(0, age=1), row(1, age=2), row(2, age=8), row(3, age=100)])
    assert found.per_week == (0,) * 10 + (1, 2)


def test_money_is_never_mixed() -> None:
    cases = [
        row(0, amount=10.0, currency="EUR"),
        row(1, amount=30.0, currency="EUR"),
        row(2, amount=99.0, currency="GBP"),
        row(3),
    ]
    found = measured(cases)
    assert [(cost.currency, cost.cases, cost.spread.sum) for cost in found.costs] == [
        ("EUR", 2, 40.0),
        ("GBP", 1, 99.0),
    ]
    assert found.share_without_amount == 0.25
    assert measured([]).share_without_amount is None


@given(st.lists(st.integers(0, 60), max_size=40), st.randoms())
def test_the_order_of_rows_never_matters(ages: list[int], shuffler: object) -> None:
    cases = [row(n, age=age + n / 1000) for n, age in enumerate(ages)]
    shuffled = list(cases)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    assert measured(shuffled) == measured(cases)


# The page


def test_the_page_about_evidence_states_the_thresholds_that_decide() -> None:
    page = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text(encoding="utf-8")
    rows = {tuple(cell.strip() for cell in line.split("|")[1:-1]) for line in page.splitlines()}
    for floor in SURFACING:
        assert any(cells[:1] == (f"{floor.least:g}",) for cells in rows), floor.label
    for grade, rule in GRADES.items():
        least = [f"{floor.least:g}" for floor in rule.floors]
        shares = [f"{share:.0%}".replace("%", " %") for share in
                  (rule.known_outcomes.least, rule.good_outcomes)]  # fmt: skip
        assert (str(grade), *least, *shares) in rows
    assert f"{NEW_DAYS} days ago" in page
