"""The backtest: what a wording does to old cases, counted once each and never guessed."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.accounts.directory import operator
from recommender.changes.backtest import Backtest, backtest, meets, replay, replay_wording
from recommender.changes.drafting import compose
from recommender.changes.gathering import find_ground
from recommender.changes.redline import Wording
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.policies.conditions import Condition
from recommender.storage.house import House
from recommender.vocabulary import CaseState, Verdict
from tests.contract.changing import TODAY, Shop, open_shop

UNTYPED = "Late fees are charged as listed."
OF_NOBODY = {"agent_id": None, "cosigner_id": None, "customer_id": None}


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
        shop.new_case(tx.session, clause="RET-2.1", facts={}, state=CaseState.DECLINED)
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


@pytest.mark.parametrize(("agents", "counted"), [(2, 0), (3, 6)])
def test_cases_of_few_people_outside_the_kind_are_not_counted(
    shop: Shop, agents: int, counted: int
) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(operator(shop.house)) as tx:
        for number in range(6):
            filer = ("vic", "uma", "wes")[number % agents]
            facts = {"days_since_delivery": 99}
            shop.new_case(tx.session, clause="RET-2.1", facts=facts, agent_id=filer)
    assert replayed(shop, kind_id).still_exceptions == counted


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


def test_amounts_in_another_currency_are_not_within() -> None:
    condition = (Condition("amount", "max", 50, "EUR"),)
    assert meets(condition, Case(amount=20, currency="EUR", facts={}), "EUR") is True
    assert meets(condition, Case(amount=20, currency="GBP", facts={}), "EUR") is None
    assert meets(condition, Case(amount=60, currency="EUR", facts={}), "EUR") is False


@given(
    st.lists(
        st.tuples(
            st.sampled_from([CaseState.APPROVED, CaseState.DECLINED]),
            st.sampled_from([True, False, None]),
            st.sampled_from([True, False, None]),
        ),
        max_size=30,
    )
)
def test_every_case_counts_exactly_once_and_unknown_is_never_guessed(
    rows: list[tuple[CaseState, bool | None, bool | None]],
) -> None:
    cases = [Case(id=f"c{place}", state=row[0]) for place, row in enumerate(rows)]
    old = {case.id: row[1] for case, row in zip(cases, rows, strict=True)}
    new = {case.id: row[2] for case, row in zip(cases, rows, strict=True)}
    found = replay(cases, lambda case: old[case.id], lambda case: new[case.id], "EUR")
    counts = (
        found.covered,
        found.still_exceptions,
        found.already_allowed,
        found.newly_allowed,
        found.still_declined,
        found.cannot_tell,
    )
    assert sum(count for count in counts if count is not None) == len(rows)
    unknown = [row for row in rows if row[2] is None or (row[2] and row[1] is None)]
    assert found.cannot_tell == len(unknown)
    assert found.newly_allowed == rows.count((CaseState.DECLINED, False, True))
    assert found.covered == rows.count((CaseState.APPROVED, False, True))
