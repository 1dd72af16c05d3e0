"""The backtest: what a wording does to old cases, counted once each and never guessed."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.accounts.directory import operator
from recommender.changes.backtest import (
    COUNTS,
    Backtest,
    backtest,
    changes,
    counts,
    replay_rule,
    replay_wording,
)
from recommender.changes.drafting import compose
from recommender.changes.exceptions import drafted_exception
from recommender.changes.gathering import find_ground
from recommender.changes.live import Asked, try_kind
from recommender.changes.population import REPLAYED, PastCase, Population
from recommender.changes.reach import NO, UNKNOWN, YES, Proposed, Reach, judge
from recommender.changes.redline import Subject, Wording, redline
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.policies.conditions import Condition, Scope, Where
from recommender.policies.exceptions import ClauseException
from recommender.policies.library import clause_by_key, revise
from recommender.policies.syntax.handbook import Parameter
from recommender.policies.syntax.markup import set_parameter
from recommender.storage.house import House
from recommender.vocabulary import CaseState, OutcomeReading, Verdict
from tests.contract.changing import BOOTS, OF_NOBODY, TODAY, Shop, open_shop

UNTYPED = "Late fees are charged as listed."


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def replayed(shop: Shop, kind_id: str) -> Backtest:
    with shop.house.reading(shop.manager) as tx:
        return backtest(tx, kind_id)


def test_a_widened_limit_covers_its_cases_and_tells_which_declined_it_would_allow(
    shop: Shop,
) -> None:
    kind_id = shop.kind(declined=(20.0, 29.0, 45.0, 60.0, 70.0))
    with shop.house.transaction(operator(shop.house)) as tx:
        for facts in ({"days_since_delivery": 3}, {"days_since_delivery": 99}, {}):
            shop.new_case(tx.session, clause="RET-2.1", facts=facts, **OF_NOBODY)
        shop.new_case(tx.session, clause="RET-2.1", facts={}, state=CaseState.DECLINED, **OF_NOBODY)
    found = replayed(shop, kind_id)
    assert (found.covered, found.already_allowed, found.still_exceptions) == (16, 1, 1)
    assert (found.newly_allowed, found.still_declined, found.cannot_tell) == (2, 3, 2)
    assert len(found.newly_allowed_cases) == 2
    assert (found.cost, found.currency) == (320, "EUR")


def test_only_what_peers_answered_is_replayed(shop: Shop) -> None:
    kind_id = shop.kind(declined=(45.0, 60.0))
    left_out = (
        {"decided_by_owner": True},
        {"decided_by_owner": True, "state": CaseState.DECLINED},
        {"misused_at": TODAY},
    )
    with shop.house.transaction(operator(shop.house)) as tx:
        for given in left_out:
            facts = {"days_since_delivery": 99}
            shop.new_case(tx.session, clause="RET-2.1", facts=facts, **OF_NOBODY, **given)
    found = replayed(shop, kind_id)
    assert (found.covered, found.still_exceptions, found.still_declined) == (16, 0, 2)


def test_cases_that_may_not_be_opened_are_not_counted(shop: Shop) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(operator(shop.house)) as tx:
        for number in range(6):
            filer = ("vic", "uma", "wes")[number % 3]
            facts = {"days_since_delivery": 99}
            shop.new_case(tx.session, clause="RET-2.1", facts=facts, agent_id=filer)
    assert replayed(shop, kind_id).still_exceptions == 0


def test_a_kind_of_one_agent_tells_no_number(shop: Shop) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(operator(shop.house)) as tx:
        for case in tx.session.query(Case):
            case.agent_id, case.cosigner_id = "uma", None
    found = replayed(shop, kind_id)
    assert found.masked[0] == "covered"
    assert (found.covered, found.cannot_tell, found.cost) == (None, None, None)
    assert found.newly_allowed_cases == []


def test_an_exception_speaks_for_its_kind_alone(shop: Shop) -> None:
    key = shop.add_clause(UNTYPED)
    kind_id = shop.kind(clause=key, fact="days_late", declined=(50.0, 60.0, 70.0))
    with shop.house.transaction(operator(shop.house)) as tx:
        shop.new_case(tx.session, clause=key, facts={"days_late": 16}, **OF_NOBODY)
        kind = tx.session.get_one(Kind, kind_id)
        shop.add_cases(tx.session, kind, key, "other", (1.0,), age=60)
    found = replayed(shop, kind_id)
    assert (found.covered, found.still_exceptions, found.cannot_tell) == (16, 1, 1)
    assert (found.newly_allowed, found.still_declined) == (0, 3)


def excepting(shop: Shop, key: str, kind_id: str, days: float) -> None:
    """Let a clause except a kind already, up to some days."""
    late = Condition("days_since_delivery", "max", days, "day")
    with shop.house.transaction(operator(shop.house)) as tx:
        clause = clause_by_key(tx, key)
        subject = Subject(tx.session.get_one(Kind, kind_id).name, (late,))
        one = drafted_exception(kind_id, clause.newest, Verdict.ADD_EXCEPTION, subject)
        new = redline(Verdict.ADD_EXCEPTION, clause.newest, subject).new or ""
        assert one is not None
        revise(tx, clause, markup=new, effective_from=None, exceptions=(one,))


@pytest.mark.parametrize("verdict", [Verdict.ADD_EXCEPTION, Verdict.WIDEN_LIMIT])
def test_what_the_kind_was_allowed_before_is_not_covered_again(
    shop: Shop, verdict: Verdict
) -> None:
    key = shop.add_clause(BOOTS)
    kind_id = shop.kind(clause=key)
    excepting(shop, key, kind_id, 20)
    with shop.house.reading(shop.manager) as tx:
        ground = find_ground(tx, kind_id)
        drafted = compose(ground, verdict)
        found = replay_wording(tx, ground, verdict, drafted.wording, drafted.conditions)
        other = f"{BOOTS} Be kind."
        gone = replay_wording(
            tx, ground, verdict, Wording(drafted.wording.old, other), drafted.conditions
        )
        tried = try_kind(tx, kind_id, Asked(conditions=drafted.conditions)).backtest
    assert (found.covered, found.already_allowed, found.still_exceptions) == (10, 6, 0)
    assert gone.covered == 0, "who takes the sentence out takes the exception out"
    assert (tried.covered, tried.already_allowed) == (10, 6)


def test_whether_another_kinds_exception_was_meant_is_not_guessed(shop: Shop) -> None:
    key = shop.add_clause(BOOTS)
    kind_id, other = shop.kind(clause=key), shop.kind(clause=key, values=(16.0,), csat=1)
    excepting(shop, key, other, 20)
    with shop.house.transaction(operator(shop.house)) as tx:
        for days in (17, 40):
            facts = {"days_since_delivery": days}
            shop.new_case(tx.session, clause=key, facts=facts, **OF_NOBODY)
    with shop.house.reading(shop.manager) as tx:
        ground = find_ground(tx, kind_id)
        drafted = compose(ground, Verdict.ADD_EXCEPTION)
        found = replay_wording(
            tx, ground, Verdict.ADD_EXCEPTION, drafted.wording, drafted.conditions
        )
    assert (found.covered, found.already_allowed) == (16, 0), "the kind's own are another kind's"
    assert (found.cannot_tell, found.still_exceptions) == (1, 1)


def test_an_exception_in_words_alone_cannot_be_told(shop: Shop) -> None:
    key = shop.add_clause(UNTYPED)
    kind_id = shop.kind(clause=key, fact="colour", values=("red",) * 12, amount=None)
    found = replayed(shop, kind_id)
    assert (found.covered, found.cannot_tell) == (0, 12)
    assert (found.cost, found.currency) == (None, None)


def test_other_verdicts_and_edited_words(shop: Shop) -> None:
    key = shop.add_clause(UNTYPED)
    kind_id = shop.kind(clause=key, fact="days_late")
    with shop.house.reading(shop.manager) as tx:
        ground = find_ground(tx, kind_id)

        def counts(verdict: Verdict, new: str | None = None) -> tuple[int | None, ...]:
            drafted = compose(ground, verdict)
            wording = drafted.wording if new is None else Wording(drafted.wording.old, new)
            found = replay_wording(tx, ground, verdict, wording, drafted.conditions)
            return found.covered, found.still_exceptions, found.cannot_tell

        assert counts(Verdict.ADD_EXCEPTION) == (16, 0, 0)
        assert counts(Verdict.ADD_EXCEPTION, f"{UNTYPED} Be kind.") == (0, 0, 16)
        assert counts(Verdict.CLARIFY_WORDING) == (0, 16, 0)
        assert counts(Verdict.COACH) == (0, 16, 0)
        assert counts(Verdict.GRANT_AUTHORITY) == (0, 0, 16)
        assert counts(Verdict.RETIRE_RULE) == (16, 0, 0)
        typed = "Up to [20 days]{.parameter fact=days_late max=20 unit=day} late is free."
        assert counts(Verdict.CLARIFY_WORDING, typed) == (6, 10, 0)


def test_amounts_in_another_currency_are_not_within(shop: Shop) -> None:
    key = shop.add_clause("Up to [50 EUR]{.parameter fact=amount max=50 unit=EUR} is free.")
    kind_id = shop.kind(clause=key, fact="days_late", amount=60.0)
    with shop.house.transaction(operator(shop.house)) as tx:
        for amount, currency in ((20.0, "EUR"), (20.0, "GBP"), (70.0, "EUR")):
            shop.new_case(tx.session, clause=key, amount=amount, currency=currency, **OF_NOBODY)
    with shop.house.reading(shop.manager) as tx:
        wording = Wording(*(f"Up to [50 EUR]{{.parameter fact=amount max={most} unit=EUR}} is free."
                            for most in (50, 60)))  # fmt: skip
        found = replay_wording(tx, find_ground(tx, kind_id), Verdict.WIDEN_LIMIT, wording, ())
    assert (found.covered, found.already_allowed) == (16, 1)
    assert (found.cannot_tell, found.still_exceptions) == (1, 1)


TOLD = {NO: False, UNKNOWN: None, YES: True}
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "days": st.one_of(st.integers(0, 9), st.floats(0, 9), st.booleans(), st.just("few")),
        "fee": st.one_of(st.integers(-3, 9), st.floats(allow_nan=True), st.none()),
        "proof": st.one_of(st.booleans(), st.sampled_from(["Yes ", "letter", ""])),
    },
)
LIMITS = st.lists(
    st.builds(
        Parameter,
        fact=st.sampled_from(["days", "fee"]),
        bound=st.sampled_from(["max", "min"]),
        limit=st.floats(-2, 9),
        unit=st.none(),
        words=st.just(""),
    ),
    max_size=3,
)
CONDITIONS = st.one_of(
    st.builds(
        Condition,
        st.sampled_from(["days", "fee", "other"]),
        st.sampled_from(["max", "min"]),
        st.floats(-2, 9),
    ),
    st.builds(
        Condition,
        st.just("proof"),
        st.just("one_of"),
        st.sampled_from([("yes",), ("no", "LETTER"), ()]),
    ),
)
PLACES = st.one_of(st.none(), st.sampled_from(["DE", "de ", "AT"]))
CASES = st.builds(
    PastCase,
    id=st.uuids().map(str),
    state=st.sampled_from(REPLAYED),
    day=st.dates(date(2026, 1, 1), date(2026, 1, 9)),
    facts=FACTS,
    where=st.builds(Where, market=PLACES, team=PLACES),
    meant=st.booleans(),
)
REACHES = st.builds(
    Reach,
    limits=LIMITS.map(tuple),
    special=st.booleans(),
    conditions=st.one_of(st.none(), st.lists(CONDITIONS, max_size=3).map(tuple)),
    scope=st.builds(
        Scope,
        market=PLACES,
        team=PLACES,
        until=st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 1, 9))),
    ),
    everything=st.booleans(),
    kind_id=st.just("k"),
    exceptions=st.lists(
        st.builds(
            ClauseException,
            key=st.just("x"),
            kind_id=st.sampled_from(["k", "other"]),
            sentence=st.just("x"),
            conditions=st.lists(CONDITIONS, max_size=2).map(tuple),
            scope=st.builds(Scope, market=PLACES),
            since=st.just(date(2026, 1, 5)),
            alone=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
)


@given(st.lists(CASES, max_size=8), REACHES)
def test_all_cases_at_once_are_judged_as_one_by_one(cases: list[PastCase], reach: Reach) -> None:
    judged = judge(Population(tuple(cases)), reach)
    assert [TOLD[int(one)] for one in judged] == [reach.allows(case) for case in cases]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(REPLAYED),
            st.sampled_from([NO, UNKNOWN, YES]),
            st.sampled_from([NO, UNKNOWN, YES]),
        ),
        max_size=30,
    ),
    st.booleans(),
)
def test_every_case_counts_exactly_once_and_unknown_is_never_guessed(
    rows: list[tuple[CaseState, int, int]],
    narrows: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    states, old, new = (
        np.array([pick(row) for row in rows], dtype=np.int8)
        for pick in (lambda row: REPLAYED.index(row[0]), lambda row: row[1], lambda row: row[2])
    )
    found = counts(changes(states.astype(np.intp), old, new, narrows=narrows))
    assert sum(getattr(found, name) for name in COUNTS) == len(rows)
    ruled = [row for row in rows if row[0] is CaseState.IN_POLICY]
    asked = [row for row in rows if row[0] is not CaseState.IN_POLICY]
    unknown = [row for row in asked if row[2] == UNKNOWN or (row[1] == UNKNOWN and row[2] == YES)]
    untold = [row for row in ruled if narrows and row[2] == UNKNOWN]
    assert found.cannot_tell == len(unknown) + len(untold)
    assert found.newly_allowed == rows.count((CaseState.DECLINED, NO, YES))
    assert found.covered == rows.count((CaseState.APPROVED, NO, YES))
    refused = [row for row in ruled if narrows and row[2] == NO and row[1] != NO]
    assert found.newly_refused == len(refused) + rows.count((CaseState.APPROVED, YES, NO))


def test_a_narrower_limit_refuses_what_the_rule_allowed(shop: Shop) -> None:
    kind_id = shop.kind()
    in_policy = {"state": CaseState.IN_POLICY, **OF_NOBODY}
    with shop.house.transaction(operator(shop.house)) as tx:
        for facts in ({"days_since_delivery": 5}, {"days_since_delivery": 12}, {}):
            shop.new_case(tx.session, clause="RET-2.1", facts=facts, **in_policy)
    assert replayed(shop, kind_id).in_policy == 3  # a wider limit takes nothing away
    with shop.house.reading(shop.manager) as tx:
        ground = find_ground(tx, kind_id)
        drafted = compose(ground).wording
        narrower = set_parameter(drafted.old or "", "days_since_delivery", 10)
        wording = Wording(drafted.old, narrower)
        found = replay_rule(tx, ground, Proposed(verdict=Verdict.WIDEN_LIMIT, wording=wording))
    assert (found.in_policy, found.newly_refused, found.cannot_tell) == (1, 1, 1)
    assert [(one.was, one.now) for one in found.flips] == [("in policy", "refused")]


@pytest.mark.parametrize(("agents", "counted"), [(2, 0), (3, 6)])
def test_in_policy_cases_of_few_people_are_not_counted(
    shop: Shop, agents: int, counted: int
) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(operator(shop.house)) as tx:
        for number in range(6):
            filer = ("vic", "uma", "wes")[number % agents]
            shop.new_case(tx.session, clause="RET-2.1", agent_id=filer, state=CaseState.IN_POLICY)
    assert replayed(shop, kind_id).in_policy == counted


def test_what_flips_is_listed_newest_first_with_what_came_of_it(shop: Shop) -> None:
    kind_id = shop.kind(csat=5, declined=(20.0, 29.0, 45.0, 60.0, 70.0))
    with shop.house.transaction(operator(shop.house)) as tx:
        declined = tx.session.query(Case).filter_by(state=CaseState.DECLINED)
        for case in declined.filter(Case.agent_id.is_not(None)):
            case.agent_id = case.cosigner_id = case.customer_id = None
    found = replayed(shop, kind_id)
    days = [one.day for one in found.flips]
    assert days == sorted(days, reverse=True)
    assert {one.now for one in found.flips} == {"allowed"}
    by = {one.outcome: (one.covered, one.newly_allowed) for one in found.by_outcome}
    assert by == {OutcomeReading.GOOD: (16, 0), OutcomeReading.MISSING: (0, 2)}


def test_declined_cases_of_few_people_are_not_replayed(shop: Shop) -> None:
    kind_id = shop.kind(declined=(20.0, 29.0, 45.0, 60.0, 70.0))
    with shop.house.transaction(operator(shop.house)) as tx:
        for case in tx.session.query(Case).filter_by(state=CaseState.DECLINED):
            case.agent_id = "maya"
    found = replayed(shop, kind_id)
    assert (found.covered, found.newly_allowed, found.still_declined) == (16, 0, 0)
    assert found.newly_allowed_cases == []


def test_a_change_costs_a_year_what_its_weeks_say(shop: Shop) -> None:
    found = replayed(shop, shop.kind())
    assert found.year is not None
    assert found.year.low < found.year.mid < found.year.high
    assert found.year.mid == pytest.approx(320 * 365.25 / 46, rel=0.15)  # 46 days of history
    assert [one.times for one in found.uptake] == [1, 2, 3]
    assert found.uptake[2].mid == pytest.approx(3 * found.year.mid)


def test_an_exception_holds_in_its_scope_alone(shop: Shop) -> None:
    key = shop.add_clause(UNTYPED)
    kind_id = shop.kind(clause=key, fact="days_late", market="DE")
    with shop.house.reading(shop.manager) as tx:
        ground = find_ground(tx, kind_id)
        drafted = compose(ground, Verdict.ADD_EXCEPTION)

        def covered(**scope: str) -> tuple[int | None, int | None]:
            found = replay_rule(
                tx,
                ground,
                Proposed(
                    verdict=Verdict.ADD_EXCEPTION,
                    wording=drafted.wording,
                    conditions=drafted.conditions,
                    scope=Scope(**scope),  # type: ignore[arg-type]
                ),
            )
            return found.covered, found.cannot_tell

        assert covered(market="de") == (16, 0)
        assert covered(market="AT") == (0, 0)
        assert covered(team="north") == (8, 0)
        assert covered(brand="Oak") == (0, 16)
