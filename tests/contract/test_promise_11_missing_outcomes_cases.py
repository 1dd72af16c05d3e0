"""Promise 11, for one case: what is not known of an outcome is missing, never good."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.access import Actor, RoleMissing
from recommender.cases.filing import Wish, file
from recommender.cases.outcomes import (
    BadCsat,
    EmptyOutcome,
    NotDecided,
    SourceNotYours,
    record_outcome,
)
from recommender.cases.wishes import BadAmount
from recommender.models.cases import Case, NotYourCase
from recommender.models.outcomes import Outcome, OutcomeFacts
from recommender.storage.house import House
from recommender.vocabulary import CaseState, OutcomeReading, OutcomeSource
from tests.conftest import NewCase

CSAT = st.none() | st.integers(1, 5)
SAID = st.none() | st.booleans()
OUTCOMES = st.builds(
    Outcome,
    source=st.sampled_from(OutcomeSource),
    csat=CSAT,
    complaint=SAID,
    retained=SAID,
    actual_cost=st.none() | st.floats(0, 100),
)


@pytest.mark.parametrize(
    ("csat", "complaint", "retained", "reading"),
    [
        (None, None, None, "missing"),
        (4, None, None, "good"),
        (None, False, None, "good"),
        (None, None, True, "good"),
        (3, None, None, "neutral"),
        (3, False, True, "neutral"),
        (2, None, None, "bad"),
        (5, True, None, "bad"),
        (5, False, False, "bad"),
    ],
)
def test_readings(
    csat: int | None,
    complaint: bool | None,  # noqa: FBT001 - a column of the table above
    retained: bool | None,  # noqa: FBT001 - a column of the table above
    reading: str,
) -> None:
    assert OutcomeFacts(csat, complaint, retained).reading == reading


@given(cost=st.none() | st.floats(0, 1e6))
def test_a_cost_alone_says_nothing_about_how_it_ended(cost: float | None) -> None:
    assert OutcomeFacts(actual_cost=cost).reading is OutcomeReading.MISSING


@given(st.lists(OUTCOMES, max_size=3, unique_by=lambda one: one.source))
def test_good_needs_something_known_and_nothing_against_it(outcomes: list[Outcome]) -> None:
    merged = OutcomeFacts.merged(outcomes)
    known = [merged.csat, merged.complaint, merged.retained]
    if merged.reading is OutcomeReading.GOOD:
        assert any(value is not None for value in known)
        assert merged.csat in {None, 4, 5}
        assert not merged.complaint
        assert merged.retained is not False
    assert (merged.reading is OutcomeReading.MISSING) == all(value is None for value in known)


@given(st.lists(OUTCOMES, min_size=1, max_size=3, unique_by=lambda one: one.source))
def test_the_customers_answer_outranks_the_others(outcomes: list[Outcome]) -> None:
    best = min(outcomes, key=lambda one: list(OutcomeSource).index(one.source))
    merged = OutcomeFacts.merged(outcomes)
    for name in OutcomeFacts.__slots__:
        if getattr(best, name) is not None:
            assert getattr(merged, name) == getattr(best, name)


@pytest.fixture
def case_id(house: House, new_case: NewCase) -> str:
    with house.database.transaction() as session:
        return new_case(session).id


def test_a_case_without_an_outcome_reads_missing(house: House, case_id: str) -> None:
    with house.database.reading() as session:
        assert session.get_one(Case, case_id).outcome.reading is OutcomeReading.MISSING


def test_an_outcome_is_kept_by_source_and_completed_later(
    house: House, maya: Actor, admin: Actor, case_id: str
) -> None:
    with house.transaction(maya) as tx:
        record_outcome(tx, case_id, csat=5, complaint=False)
    with house.transaction(maya) as tx:
        case = record_outcome(tx, case_id, retained=True, actual_cost=12.5)
        (own,) = case.outcomes
        assert (own.csat, own.complaint, own.retained, own.actual_cost) == (5, False, True, 12.5)
        assert case.outcome.reading is OutcomeReading.GOOD
    with house.transaction(admin) as tx:
        case = record_outcome(tx, case_id, source=OutcomeSource.CUSTOMER, csat=1)
        assert case.outcome.reading is OutcomeReading.BAD
        assert case.outcome.retained is True


def test_an_empty_or_impossible_report_is_refused(house: House, maya: Actor, case_id: str) -> None:
    with house.transaction(maya) as tx:
        with pytest.raises(EmptyOutcome):
            record_outcome(tx, case_id)
        with pytest.raises(BadCsat):
            record_outcome(tx, case_id, csat=0)
        with pytest.raises(BadCsat):
            record_outcome(tx, case_id, csat=6)
        with pytest.raises(BadAmount):
            record_outcome(tx, case_id, actual_cost=float("nan"))


def test_agents_report_for_themselves_and_on_their_own_cases(
    house: House, maya: Actor, tom: Actor, ines: Actor, case_id: str
) -> None:
    with pytest.raises(SourceNotYours), house.transaction(maya) as tx:
        record_outcome(tx, case_id, source=OutcomeSource.CUSTOMER, csat=5)
    with pytest.raises(NotYourCase), house.transaction(tom) as tx:
        record_outcome(tx, case_id, csat=5)
    with pytest.raises(RoleMissing), house.transaction(ines) as tx:
        record_outcome(tx, case_id, csat=5)


def test_nothing_came_of_what_nobody_decided(house: House, maya: Actor) -> None:
    with house.transaction(maya) as tx:
        case = file(tx, Wish(situation="The lid cracked.", resolution="Send a lid."))
        assert case.state is CaseState.PENDING
        with pytest.raises(NotDecided):
            record_outcome(tx, case.id, csat=5)
