"""Promise 7: a case dated before a revision's effective date never counts as a regression."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from recommender.accounts.directory import operator
from recommender.changes import candidates
from recommender.changes.accepting import accept
from recommender.kinds.answered import BEYOND, NEVER, WITHIN, Answer, Verdicts
from recommender.kinds.standing import standings
from recommender.kinds.thresholds import RECURS
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind
from recommender.models.policies import Clause, Revision
from recommender.policies.conditions import Condition, Scope
from recommender.policies.exceptions import ClauseException
from recommender.policies.library import clause_by_key, revise
from recommender.policies.phrases import PLAINLY
from recommender.storage.house import House
from recommender.vocabulary import CandidateState, KindState, Verdict
from tests.contract.changing import BOOTS, FILERS, TODAY, Shop, open_shop

LEAST = int(RECURS.least)
PAST = 90.0
"""Days late, beyond what the accepted draft allows."""
ALLOWED = 20.0
MOMENTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2027, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.sampled_from([timezone(timedelta(hours=hours)) for hours in range(-12, 15)]),
)


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def recur(shop: Shop, kind_id: str, days: list[float], late: float = PAST, **given: Any) -> None:  # noqa: ANN401 - any column
    """File cases of the kind so many days after today, by different people."""
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = tx.session.get_one(Kind, kind_id)
        for place, day in enumerate(days):
            fields: dict[str, Any] = {
                "age": -day,
                "agent_id": FILERS[place % len(FILERS)],
                "cosigner_id": FILERS[(place + 1) % len(FILERS)],
            }
            shop.add_cases(
                tx.session, kind, "RET-2.1", "days_since_delivery", (late,), **fields | given
            )


def state(shop: Shop, kind_id: str) -> KindState:
    with shop.house.reading(shop.manager) as tx:
        return standings(tx, [tx.session.get_one(Kind, kind_id)])[0].state


def after(number: int) -> list[float]:
    return [1.0 + place for place in range(number)]


@pytest.fixture
def answered(shop: Shop) -> str:
    """A kind whose widened limit is in force since today."""
    kind_id = shop.kind()
    shop.accepted(kind_id)
    return kind_id


def test_five_cases_that_the_new_wording_does_not_allow_make_it_regressed(
    shop: Shop, answered: str
) -> None:
    recur(shop, answered, after(LEAST - 1))
    assert state(shop, answered) is KindState.SETTLED
    recur(shop, answered, [9.0])
    assert state(shop, answered) is KindState.REGRESSED


def test_cases_dated_before_it_never_count_whenever_they_are_filed(
    shop: Shop, answered: str
) -> None:
    recur(shop, answered, after(LEAST - 1))
    recur(shop, answered, [-0.001, -0.5, -1, -7, -30, -300])
    assert state(shop, answered) is KindState.SETTLED


def test_what_the_new_wording_allows_is_a_matter_of_finding_it(shop: Shop, answered: str) -> None:
    recur(shop, answered, after(3 * LEAST), late=ALLOWED)
    assert state(shop, answered) is KindState.SETTLED


def test_an_exception_whose_facts_do_not_tell_was_asked_for_all_the_same(
    shop: Shop, answered: str
) -> None:
    recur(shop, answered, after(LEAST), facts={})
    assert state(shop, answered) is KindState.REGRESSED


def test_what_came_under_a_still_later_wording_does_not_count(shop: Shop, answered: str) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        clause = clause_by_key(tx, "RET-2.1")
        revise(tx, clause, markup=clause.newest.markup, effective_from=TODAY + timedelta(days=3))
    recur(shop, answered, [1.0, 2.0, *(3.0 + day for day in range(2 * LEAST))])
    assert state(shop, answered) is KindState.SETTLED
    recur(shop, answered, [1.2, 1.4, 2.2])
    assert state(shop, answered) is KindState.REGRESSED


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"market": "DE"}, KindState.REGRESSED),
        ({"market": "FR"}, KindState.SETTLED),
        ({"brand": "known of no case"}, KindState.SETTLED),
        ({"until": "2026-06-03"}, KindState.SETTLED),
        ({"until": "2026-07-03"}, KindState.REGRESSED),
    ],
)
def test_only_cases_in_its_scope_count(
    shop: Shop, answered: str, scope: dict[str, str], expected: KindState
) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        tx.session.scalars(select(Candidate)).one().scope = scope
    recur(shop, answered, after(LEAST), market="DE")
    assert state(shop, answered) is expected


def test_a_signature_that_the_wording_asks_for_is_no_regression(shop: Shop) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(shop.manager) as tx:
        candidate_id = candidates.promote(tx, kind_id, Verdict.ADD_EXCEPTION).id
    words = "once a colleague has signed where days since delivery is at most 28."
    with shop.house.transaction(shop.owner) as tx:
        found = candidates.claim(tx, candidate_id)
        kept = (found.new_markup or "").split(" on their own")[0]
        accept(tx, candidate_id, reason="It helps.", markup=f"{kept} {words}")
    recur(shop, kind_id, after(2 * LEAST), late=ALLOWED)
    recur(shop, kind_id, after(2 * LEAST))
    assert state(shop, kind_id) is KindState.SETTLED


def test_what_was_predicted_to_remain_is_no_regression(shop: Shop, answered: str) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        tx.session.scalars(select(Candidate)).one().prediction = {"exceptions": [0.2, 2.0]}
    recur(shop, answered, [2.0 * place for place in range(1, 8)])
    assert state(shop, answered) is KindState.SETTLED, "7 came in two weeks, and 4 were to"
    recur(shop, answered, [2.0 * place + 1 for place in range(7)])
    assert state(shop, answered) is KindState.REGRESSED


@pytest.mark.parametrize(
    ("verdict", "new", "ends"),
    [
        (Verdict.WIDEN_LIMIT, "Boots come back.", BEYOND),
        (Verdict.RETIRE_RULE, BOOTS, BEYOND),
        (Verdict.ADD_EXCEPTION, f"{BOOTS} Agents may decide late boots on their own.", BEYOND),
        (Verdict.ADD_EXCEPTION, f"{BOOTS} Late boots once a colleague has signed.", NEVER),
        (Verdict.WRITE_NEW_CLAUSE, "Agents may decide late boots on their own.", BEYOND),
        (Verdict.WRITE_NEW_CLAUSE, "Late boots once a colleague has signed.", NEVER),
        (Verdict.GRANT_AUTHORITY, f"{BOOTS} Agents may depart from this as they judge.", NEVER),
        (Verdict.CLARIFY_WORDING, f"{BOOTS} Agents ask a colleague to sign first.", NEVER),
        (Verdict.CLARIFY_WORDING, f"{BOOTS} {PLAINLY}", WITHIN),
    ],
)
def test_what_recurs_is_what_the_verdict_was_to_end(
    verdict: Verdict, new: str, ends: Verdicts
) -> None:
    """The verdicts that change no wording leave nothing under which a case could recur."""
    revision = Revision(number=2, clause=Clause(), effective_from=TODAY, markup=new, exceptions=[])
    old = None if verdict is Verdict.WRITE_NEW_CLAUSE else BOOTS
    candidate = Candidate(
        kind_id="k", verdict=verdict, draft={}, conditions=[], old_markup=old, new_markup=new
    )
    answer = Answer.of(candidate, revision, currency=None)
    assert answer is not None
    assert answer.ends == ends
    within = Case(occurred_at=TODAY, facts={"days_since_delivery": 3})
    assert answer.recurs(within) is (answer.allows(within, TODAY.date()) in ends)


def test_a_wording_that_was_taken_back_is_answered_no_more(shop: Shop, answered: str) -> None:
    recur(shop, answered, after(LEAST))
    with shop.house.transaction(operator(shop.house)) as tx:
        tx.session.scalars(select(Candidate)).one().state = CandidateState.ROLLED_BACK
    assert state(shop, answered) is not KindState.REGRESSED


def test_before_its_day_an_accepted_wording_has_nothing_to_answer_for(shop: Shop) -> None:
    kind_id = shop.kind()
    shop.accepted(kind_id, effective_from=date(2026, 7, 1))
    recur(shop, kind_id, after(2 * LEAST))
    assert state(shop, kind_id) is not KindState.REGRESSED


def test_a_regressed_kind_can_be_promoted_again(shop: Shop, answered: str) -> None:
    recur(shop, answered, after(LEAST))
    with shop.house.transaction(shop.manager) as tx:
        assert candidates.promote(tx, answered).state is CandidateState.OPEN


@given(MOMENTS, MOMENTS, st.none() | MOMENTS, st.floats(0, 100))
def test_no_moment_before_its_day_counts_in_any_time_zone(
    since: datetime, moment: datetime, until: datetime | None, late: float
) -> None:
    answer = Answer(since=since, until=until, scope=Scope())
    case = Case(occurred_at=moment, facts={"days_since_delivery": late})
    inside = since.astimezone(UTC) <= moment.astimezone(UTC)
    if until is not None:
        inside = inside and moment.astimezone(UTC) < until.astimezone(UTC)
    assert answer.recurs(case) is inside


@given(st.floats(0, 100), st.floats(0, 100), st.sampled_from(["EUR", "USD"]))
def test_an_exception_counts_by_its_own_conditions(
    limit: float, amount: float, currency: str
) -> None:
    answer = Answer(
        since=TODAY,
        scope=Scope(),
        exceptions=(
            ClauseException(
                key="a",
                kind_id="k",
                sentence="",
                conditions=(Condition("amount", "max", limit),),
                since=TODAY.date(),
            ),
        ),
        currency="EUR",
    )
    case = Case(occurred_at=TODAY, facts={}, amount=amount, currency=currency)
    known = amount <= limit if currency == "EUR" else None
    assert answer.allows(case, TODAY.date()) is known
    assert answer.recurs(case) is (known is not True)


def test_a_wording_from_the_beginning_of_time_answers_nothing() -> None:
    timeless = Revision(effective_from=None, markup="", exceptions=[])
    assert Answer.of(Candidate(kind_id="k"), timeless, currency=None) is None


@pytest.mark.parametrize(
    ("facts", "allowed"),
    [({"amount": 3.0, "colour": "red"}, True), ({"amount": 9.0, "colour": "red"}, False),
     ({"amount": 3.0}, None), ({"colour": "blue"}, False)],
)  # fmt: skip
@pytest.mark.parametrize("kept", ["conditions", "draft"])
def test_conditions_that_the_wording_states_decide_for_the_kind(
    facts: dict[str, float | str],
    allowed: bool | None,  # noqa: FBT001 - a value of the table
    kept: str,
) -> None:
    conditions = [Condition("amount", "max", 5.0), Condition("colour", "one_of", ("red", "green"))]
    stated = [one.to_json() for one in conditions]
    words = " and ".join(one.words for one in conditions)
    revision = Revision(
        number=2, clause=Clause(), effective_from=TODAY, markup=f"If {words}.", exceptions=[]
    )
    candidate = Candidate(kind_id="k", verdict=Verdict.ADD_EXCEPTION, draft={}, conditions=[])
    setattr(candidate, kept, stated if kept == "conditions" else {"conditions": stated})
    answer = Answer.of(candidate, revision, currency=None)
    assert answer is not None
    assert answer.allows(Case(facts=facts), TODAY.date()) is allowed
    silent = Revision(
        number=2, clause=Clause(), effective_from=TODAY, markup="As an exception.", exceptions=[]
    )
    unsaid = Answer.of(candidate, silent, currency=None)
    assert unsaid is not None
    assert unsaid.allows(Case(facts=facts), TODAY.date()) is None


def test_a_rule_that_is_gone_allows_everything() -> None:
    answer = Answer(since=TODAY, scope=Scope(), retires=True)
    assert answer.allows(Case(facts={}), TODAY.date()) is True
