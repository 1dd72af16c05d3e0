"""Promise 9, thin: fewer than 3 agents or 5 customers are never shown, nor can be told."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from recommender.changes.comparing import in_steps
from recommender.config import Settings
from recommender.kinds.evidence import Window, gather
from recommender.kinds.floors import People, enough, enough_mixed, hides_people, teams_told
from recommender.kinds.masking import masked_names, view
from recommender.kinds.rows import CaseFacts
from recommender.kinds.statistics import UNKNOWN
from recommender.models.pseudonyms import OnePerson, pseudonym

END = datetime(2026, 6, 1, tzinfo=UTC)
SETTINGS = Settings(encoder="hashing")
PEOPLE = st.one_of(st.none(), st.integers(0, 8).map(str))
CASES = st.lists(
    st.builds(
        CaseFacts,
        id=st.uuids().map(str),
        occurred_at=st.integers(0, 200).map(lambda age: END - timedelta(days=age)),
        situation=st.integers().map(str),
        agent=PEOPLE,
        cosigner=PEOPLE,
        team=PEOPLE,
        customer=PEOPLE,
        amount=st.one_of(st.none(), st.floats(0, 100)),
        currency=st.just("EUR"),
    ),
    max_size=30,
)


@given(CASES)
def test_no_count_below_a_floor_is_shown(cases: list[CaseFacts]) -> None:
    shown = view(gather(cases, Window(end=END)), SETTINGS)
    assert shown.agents is None or shown.agents >= 3
    assert shown.customers is None or shown.customers >= 5


@given(CASES)
def test_a_masked_count_is_named_and_an_unknown_one_is_not(cases: list[CaseFacts]) -> None:
    evidence = gather(cases, Window(end=END))
    shown = view(evidence, SETTINGS)
    for name in shown.masked:
        assert getattr(evidence, name) is not None
        assert getattr(shown, name) is None
    for name in ("agents", "customers", "teams", "signer_pairs"):
        if getattr(shown, name) is None and name not in shown.masked:
            assert getattr(evidence, name) is None


@given(CASES)
def test_nothing_shown_tells_a_masked_number(cases: list[CaseFacts]) -> None:
    evidence = gather(cases, Window(end=END))
    shown = view(evidence, SETTINGS)
    if "agents" in shown.masked:
        assert (shown.teams, shown.effective_agents, shown.signer_pairs) == (None, None, None)
    if hides_people(evidence, SETTINGS):
        assert (shown.cost_sum, shown.cost_median, shown.cost_p90, shown.costs) == (
            None,
            None,
            None,
            [],
        )
    if "counted_cases" in shown.masked:
        assert shown.good == shown.bad == UNKNOWN
        assert (shown.trend_low, shown.trend_high, shown.share_without_amount) == (None, None, None)
    for missing in (*shown.shortfalls, *shown.would_raise):
        assert missing.name not in shown.masked or missing.have is None


@given(CASES)
def test_a_case_of_one_person_shows_nobody(cases: list[CaseFacts]) -> None:
    alone = [dataclasses.replace(case, agent="felix") for case in cases]
    evidence = gather(alone, Window(end=END))
    if alone:
        assert "agents" in masked_names(evidence, SETTINGS)
        assert hides_people(evidence, SETTINGS)


TEAMED = st.lists(
    st.tuples(st.none() | st.sampled_from("ab"), st.integers(0, 5), st.integers(0, 7)), max_size=40
)


@given(TEAMED)
def test_teams_are_told_only_where_each_is_of_enough(
    rows: list[tuple[str | None, int, int]],
) -> None:
    filed = [(team, People(f"agent-{who}", f"customer-{whom}")) for team, who, whom in rows]
    teams = {team for team, _ in filed}
    enough_each = all(
        len({one.agent for team, one in filed if team == each}) >= 3
        and len({one.customer for team, one in filed if team == each}) >= 5
        for each in teams
    )
    assert teams_told(filed, SETTINGS) is enough_each


@given(st.integers(0, 400), st.integers(0, 4))
def test_one_case_more_elsewhere_moves_no_measure_but_at_a_step(size: int, more: int) -> None:
    step = SETTINGS.people_floor_customers
    start = size // step * step
    assert in_steps(start + more, step) == in_steps(start, step)
    assert abs(in_steps(size, step) - size) <= step


def test_an_anonymous_ledger_masks_nothing() -> None:
    cases = [
        CaseFacts(id=str(n), occurred_at=END - timedelta(days=9 * n), situation=f"tale {n}")
        for n in range(4)
    ]
    assert masked_names(gather(cases, Window(end=END)), SETTINGS) == ()


@pytest.mark.parametrize("floor", ["people_floor_agents", "people_floor_customers"])
def test_the_floors_can_only_be_raised(floor: str) -> None:
    with pytest.raises(ValidationError):
        Settings(**{floor: 2})  # type: ignore[arg-type]
    assert getattr(Settings(**{floor: 9}), floor) == 9  # type: ignore[arg-type]


@given(
    rows=st.lists(st.tuples(PEOPLE, PEOPLE), max_size=30),
    forgotten=st.sets(st.integers(0, 29)),
)
def test_a_person_counts_once_whichever_of_their_cases_forgot_them(
    rows: list[tuple[str | None, str | None]], forgotten: set[int]
) -> None:
    key = b"k" * 32
    person = OnePerson(key)

    def name(row: int, who: str | None) -> str | None:
        return pseudonym(key, who) if who and row in forgotten else who

    plain = [People.of(OnePerson(None), agent, customer) for agent, customer in rows]
    mixed = [
        People.of(person, name(row, agent), name(row, customer))
        for row, (agent, customer) in enumerate(rows)
    ]
    for tell in (enough, enough_mixed):
        assert tell(mixed, SETTINGS) == tell(plain, SETTINGS)
    assert len({one.customer for one in plain}) == len({one.customer for one in mixed})
    assert len({one.agent for one in plain}) == len({one.agent for one in mixed})
