"""What answers come to: how long they took, how much was edited; never whose they were."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.accounts.directory import actor_named, operator
from recommender.changes import accepting, candidates, decisions
from recommender.changes.answers import Answers, answers, edit_distance, is_red
from recommender.changes.overdue import remind_desks
from recommender.config import now
from recommender.errors import NotAllowed
from recommender.models.cases import Case
from recommender.notices import my_notices
from recommender.storage.house import House
from recommender.vocabulary import NoticeTopic, Role
from tests.contract.changing import TODAY, Shop, open_shop

WORDS = st.lists(st.sampled_from(["boots", "come", "back", "within", "days"]), max_size=12)


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def ago(shop: Shop, candidate_id: str, days: float) -> None:
    """Let a candidate have been promoted so many days ago."""
    with shop.house.transaction(operator(shop.house)) as tx:
        found = candidates.candidate(tx, candidate_id)
        found.promoted_at = tx.at - timedelta(days=days)


def seen(shop: Shop, who: str = "ruth") -> Answers:
    with shop.house.reading(actor_named(shop.house, who)) as tx:
        return answers(tx)


def test_before_any_answer_there_is_no_median(shop: Shop) -> None:
    shop.promoted(shop.kind())
    assert seen(shop) == Answers(
        decided=0,
        accepted=0,
        edited=0,
        edit_distance=None,
        days=None,
        days_here=None,
        waiting=1,
        red=0,
    )


def test_times_run_from_the_promotion_to_the_final_answer(shop: Shop) -> None:
    clauses = [shop.add_clause() for _ in range(4)]
    rejected, returned, deferred, waiting = (shop.claimed(shop.kind(clause=one)) for one in clauses)
    ago(shop, rejected, 4)
    ago(shop, returned, 10)
    ago(shop, deferred, 20)
    with shop.house.transaction(shop.owner) as tx:
        decisions.reject(tx, rejected, reason="No.")
        decisions.return_to_manager(tx, returned, reason="Why?")
        decisions.defer(tx, deferred, until=TODAY.date(), reason="After the sale.")
    found = seen(shop)
    assert (found.days, found.days_here, found.waiting) == (4.0, 4.0, 1)
    assert (found.decided, found.accepted) == (1, 0)
    with shop.house.transaction(shop.owner) as tx:
        candidates.claim(tx, deferred)
        accepting.accept(tx, deferred, reason="Now it fits.")
    assert seen(shop).days == 12.0, "half of 4 and 20 days: those that it was put off count"
    assert seen(shop, "auditor").days_here is None, "the auditor sits at another desk"
    ago(shop, waiting, shop.house.settings.answer_days + 1.1)
    assert seen(shop).red == 1
    with shop.house.reading(shop.owner) as tx:
        assert [is_red(tx, candidates.candidate(tx, one)) for one in (waiting, returned)] == [
            True,
            False,
        ]


def test_both_backtests_and_the_distance_of_the_words_are_kept(shop: Shop) -> None:
    first = shop.claimed(shop.kind())
    frozen = shop.read(first)
    markup = (frozen.new_markup or "").replace("30", "21")
    with shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, first, reason="Three weeks.", markup=markup)
    [decision] = shop.read(first).decisions
    assert decision.suggested_backtest == frozen.backtest
    assert decision.final_backtest == shop.read(first).backtest
    assert (decision.suggested_backtest["covered"], decision.final_backtest["covered"]) == (16, 7)
    assert decision.decided_as is Role.POLICY_OWNER
    # One of the ten words differs.
    assert decision.edit_distance == pytest.approx(1 / len(markup_words(markup)))
    assert (seen(shop).accepted, seen(shop).edited) == (1, 1)
    assert seen(shop).edit_distance == decision.edit_distance


def markup_words(markup: str) -> list[str]:
    return markup.split("{", maxsplit=1)[0].split() + markup.rsplit("}", maxsplit=1)[-1].split()


def test_what_is_accepted_as_drafted_has_no_distance(shop: Shop) -> None:
    [decision] = shop.read(shop.accepted(shop.kind())).decisions
    assert decision.edit_distance == 0
    assert decision.suggested_backtest == decision.final_backtest != {}


def test_a_red_one_reminds_its_desk_once_a_week_until_somebody_answers(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate_id = shop.promoted(shop.kind())
    ago(shop, candidate_id, shop.house.settings.answer_days + 1.5)
    assert [reminded(shop), reminded(shop)] == [1, 0]
    for name in ("ruth", "rhea"):
        assert reminders(shop, name) == [("It has waited for 31 days.", True)]
    assert reminders(shop, "ines") == []
    with shop.house.transaction(shop.owner) as tx:
        candidates.claim(tx, candidate_id)
    assert reminders(shop, "rhea") == [("It has waited for 31 days.", False)]
    week = now() + timedelta(days=7, hours=1)
    monkeypatch.setattr(shop.house, "clock", lambda: week)
    assert reminded(shop) == 1
    assert [len(reminders(shop, name)) for name in ("ruth", "rhea")] == [2, 1]
    with shop.house.transaction(shop.owner) as tx:
        decisions.reject(tx, candidate_id, reason="No.")
    assert reminded(shop) == 0
    assert not any(unread for _, unread in reminders(shop, "ruth"))


def test_what_was_put_off_waits_again_from_its_day_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate_id = shop.claimed(shop.kind())
    ago(shop, candidate_id, 50)
    day = now() + timedelta(days=10)
    shop.at(now().date())
    with shop.house.transaction(shop.owner) as tx:
        decisions.defer(tx, candidate_id, until=day.date(), reason="After the sale.")
    assert (seen(shop).waiting, seen(shop).red, reminded(shop)) == (0, 0, 0)
    shop.at(day.date())
    for later, red in ((20, False), (32, True)):
        moment = day + timedelta(days=later)
        monkeypatch.setattr(shop.house, "clock", lambda moment=moment: moment)
        with shop.house.transaction(operator(shop.house)) as tx:
            candidates.reopen_due(tx)
        assert (seen(shop).waiting, bool(seen(shop).red)) == (1, red)
    assert reminded(shop) == 1
    [(words, _)] = reminders(shop, "rhea")
    assert words == "It has waited for 32 days.", "since its day, and not since its promotion"


def reminded(shop: Shop) -> int:
    with shop.house.transaction(operator(shop.house)) as tx:
        return remind_desks(tx)


def reminders(shop: Shop, who: str) -> list[tuple[str, bool]]:
    """Give the first sentence of each reminder, and whether it is still unread."""
    with shop.house.reading(actor_named(shop.house, who)) as tx:
        return [
            (f"{one.body.split('.')[0]}.", one.read_at is None)
            for one in my_notices(tx)
            if one.topic is NoticeTopic.OVERDUE
        ]


def test_who_reads_no_candidates_reads_no_times(shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        seen(shop, "maya")


@given(WORDS, WORDS)
def test_the_distance_is_a_share_and_none_for_the_same_words(
    one: list[str], two: list[str]
) -> None:
    distance = edit_distance(" ".join(one), " ".join(two))
    assert 0 <= distance <= 1
    assert (distance == 0) is (one == two)
    if one and not set(one) & set(two):
        assert distance == 1
