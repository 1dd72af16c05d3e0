"""The backtest while somebody edits: it answers for what is tried, keeps up, and stores nothing."""

from typing import Any

import pytest
from sqlalchemy import func, select

from recommender.accounts.directory import operator
from recommender.changes import live
from recommender.changes.backtest import backtest
from recommender.changes.live import Asked, NothingToReplay, Tried, try_candidate, try_kind
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.models.events import Event
from recommender.policies.conditions import Condition, Scope
from recommender.policies.syntax.markup import set_parameter
from recommender.storage.house import House
from tests.contract.changing import OF_NOBODY, Shop, open_shop

DECLINED = (20.0, 29.0, 45.0, 60.0, 70.0)


@pytest.fixture
def shop(house: House, add_policy: Any, new_case: Any) -> Shop:  # noqa: ANN401
    return open_shop(house, add_policy, new_case)


def with_declined(shop: Shop) -> str:
    """Add a kind with declined cases beside it."""
    return shop.kind(declined=DECLINED)


def at_most(days: float) -> tuple[Condition, ...]:
    return (Condition("days_since_delivery", "max", days, "day"),)


def tried(shop: Shop, kind_id: str, **asked: Any) -> Tried:  # noqa: ANN401
    with shop.house.reading(shop.manager) as tx:
        return try_kind(tx, kind_id, Asked(**asked))


def test_what_is_not_changed_is_answered_as_drafted(shop: Shop) -> None:
    kind_id = with_declined(shop)
    with shop.house.reading(shop.manager) as tx:
        drafted = backtest(tx, kind_id)
    assert tried(shop, kind_id).backtest == drafted


@pytest.mark.parametrize("days", [14, 15, 21, 29, 30, 44])
def test_a_limit_that_moves_is_answered_from_memory(
    shop: Shop, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind_id = with_declined(shop)
    tried(shop, kind_id)
    monkeypatch.delattr(live, "find_ground")
    found = tried(shop, kind_id, conditions=at_most(days))
    assert found.backtest.covered == sum(15 <= day <= days for day in range(15, 31))
    assert found.backtest.newly_allowed == sum(14 < day <= days for day in DECLINED)
    assert f"within {days} days" in found.wording.texts["new"]
    assert bool(found.backtest.grants) is (days > 30)


def test_words_are_tried_as_an_owner_would_write_them(shop: Shop) -> None:
    kind_id = shop.kind()
    drafted = tried(shop, kind_id).wording
    narrower = set_parameter(drafted.old or "", "days_since_delivery", 20)
    found = tried(shop, kind_id, markup=f"  {narrower} ")
    assert (found.wording.new, found.backtest.covered) == (narrower, 6)


def test_a_scope_is_tried(shop: Shop) -> None:
    key = shop.add_clause("Late fees are charged as listed.")
    kind_id = shop.kind(clause=key, fact="days_late", market="DE")
    assert tried(shop, kind_id, scope=Scope(market="DE")).backtest.covered == 16
    assert tried(shop, kind_id, scope=Scope(market="AT")).backtest.covered == 0


def test_an_act_in_between_is_seen(shop: Shop) -> None:
    kind_id = shop.kind()
    assert tried(shop, kind_id).backtest.covered == 16
    with shop.house.transaction(operator(shop.house)) as tx:
        facts = {"days_since_delivery": 3}
        shop.new_case(tx.session, clause="RET-2.1", facts=facts, **OF_NOBODY)
        tx.record("import", "batch", "b")
    assert tried(shop, kind_id).backtest.already_allowed == 1


def test_only_so_many_kinds_are_kept(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_KEPT", 1)
    one, two = shop.kind(), shop.kind()
    for kind_id in (one, two, one):
        assert tried(shop, kind_id).backtest.covered is not None
    assert len(live._KEPT[shop.house]) == 1


def test_cases_that_may_not_be_opened_are_left_out(shop: Shop) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(operator(shop.house)) as tx:
        for number in range(6):
            facts = {"days_since_delivery": 60 + number}
            filer = ("vic", "uma", "wes")[number % 3]
            shop.new_case(tx.session, clause="RET-2.1", facts=facts, agent_id=filer)
    for days in (20, 62, 99):
        found = tried(shop, kind_id, conditions=at_most(days)).backtest
        assert (found.covered or 0) + (found.still_exceptions or 0) == 16


def test_a_kind_of_few_people_tells_nothing_for_any_limit(shop: Shop) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(operator(shop.house)) as tx:
        for case in tx.session.query(Case):
            case.agent_id, case.cosigner_id = "uma", None
    found = tried(shop, kind_id, conditions=at_most(20))
    assert (found.backtest.covered, found.backtest.flips) == (None, [])


def test_a_claimed_candidate_is_tried_and_nothing_is_stored(shop: Shop) -> None:
    candidate_id = shop.claimed(with_declined(shop))

    def stored() -> tuple[object, ...]:
        with shop.house.reading(shop.owner) as tx:
            found = tx.session.get_one(Candidate, candidate_id)
            acts = tx.session.scalar(select(func.count(Event.sequence)))
            return acts, found.version, found.new_markup, found.backtest

    before = stored()
    with shop.house.reading(shop.owner) as tx:
        as_is = try_candidate(tx, candidate_id, Asked())
        narrower = try_candidate(tx, candidate_id, Asked(conditions=at_most(18)))
        further = try_candidate(tx, candidate_id, Asked(flips_from=3))
    assert (as_is.wording.new, narrower.backtest.covered) == (before[2], 4)
    assert further.backtest.flips == as_is.backtest.flips[3:]
    assert stored() == before


def test_a_candidate_of_no_kind_has_nothing_to_replay(shop: Shop) -> None:
    candidate_id = shop.promoted(shop.kind())
    with shop.house.transaction(operator(shop.house)) as tx:
        tx.session.get_one(Candidate, candidate_id).kind_id = None
    with shop.house.reading(shop.owner) as tx, pytest.raises(NothingToReplay):
        try_candidate(tx, candidate_id, Asked())


def test_declined_cases_stay_declined_in_a_narrower_trial(shop: Shop) -> None:
    kind_id = with_declined(shop)
    with shop.house.reading(shop.manager) as tx:
        declined = backtest(tx, kind_id).still_declined or 0
    found = tried(shop, kind_id, conditions=at_most(15)).backtest
    assert (found.newly_allowed, found.still_declined) == (0, declined + 2)
