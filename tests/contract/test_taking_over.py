"""A claim stalls nobody: a deputy takes it over while its owner is away, the desk when it rests."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from recommender.accounts.directory import actor_named, operator
from recommender.changes import accepting, candidates, decisions
from recommender.changes.deputies import choose_deputy
from recommender.changes.desks import takers_of
from recommender.changes.overdue import remind_desks
from recommender.config import now
from recommender.errors import RecommenderError
from recommender.models.cases import Case
from recommender.models.changes import NotYourClaim, PromoterAccepts
from recommender.models.events import Event
from recommender.notices import my_notices
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CandidateState, NoticeTopic
from tests.contract.changing import Shop, open_shop_of_two_desks
from tests.contract.conftest import Api

DAY = timedelta(days=1)


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop_of_two_desks(house, add_policy, new_case)


def away(shop: Shop, first: int = 0) -> None:
    """Let ruth be away from so many days after today on, and otto stand in for her."""
    with shop.house.transaction(shop.owner) as tx:
        choose_deputy(tx, "otto", away_from=now().date() + first * DAY)


def rest(shop: Shop, candidate_id: str, days: float) -> None:
    """Let it have been claimed so many days ago."""
    with shop.house.transaction(operator(shop.house)) as tx:
        candidates.candidate(tx, candidate_id).claimed_at = tx.at - timedelta(days=days)


def claim(shop: Shop, candidate_id: str, who: str) -> None:
    with shop.house.transaction(actor_named(shop.house, who)) as tx:
        candidates.claim(tx, candidate_id)


def takers(shop: Shop, candidate_id: str) -> list[str]:
    with shop.house.reading(shop.owner) as tx:
        return takers_of(tx, candidates.candidate(tx, candidate_id))


def test_a_deputy_takes_a_claim_over_while_its_owner_is_away(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    for first in (None, 1):
        if first is not None:
            away(shop, first)
        with pytest.raises(NotYourClaim):
            claim(shop, candidate_id, "otto")
    away(shop)
    with pytest.raises(NotYourClaim):
        claim(shop, candidate_id, "rhea")
    claim(shop, candidate_id, "otto")
    found = shop.read(candidate_id)
    assert (found.state, found.claimed_by) == (CandidateState.CLAIMED, "otto")
    with shop.house.transaction(actor_named(shop.house, "otto")) as tx:
        accepting.accept(tx, candidate_id, reason="It helps.")
    [decision] = shop.read(candidate_id).decisions
    assert (decision.decided_by, decision.in_place_of) == ("otto", "ruth")


def test_who_held_it_is_told_and_the_log_says_so(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    away(shop)
    claim(shop, candidate_id, "otto")
    with shop.house.reading(shop.owner) as tx:
        [told] = [one for one in my_notices(tx) if one.topic is NoticeTopic.HANDED_OVER]
        assert told.title.startswith("Taken over: ")
        verbs = select(Event.verb).where(Event.noun_id == candidate_id).order_by(Event.sequence)
        assert tx.session.scalars(verbs).all() == ["promote", "claim", "take_over", "claim"]
    with pytest.raises(NotYourClaim), shop.house.transaction(shop.owner) as tx:
        decisions.reject(tx, candidate_id, reason="I was away.")


def test_the_desk_takes_over_what_rests_for_too_long(shop: Shop) -> None:
    candidate_id, days = shop.claimed(shop.kind()), shop.house.settings.answer_days
    rest(shop, candidate_id, days - 0.1)
    assert takers(shop, candidate_id) == []
    with pytest.raises(NotYourClaim) as refused:
        claim(shop, candidate_id, "rhea")
    assert "take it over" in (refused.value.remedy or "")
    rest(shop, candidate_id, days + 0.1)
    assert takers(shop, candidate_id) == ["rhea"]
    with pytest.raises(NotYourClaim):
        claim(shop, candidate_id, "otto")
    claim(shop, candidate_id, "rhea")
    assert takers(shop, candidate_id) == [], "its time begins anew"


def test_who_promoted_it_takes_nothing_over(shop: Shop) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(actor_named(shop.house, "otto")) as tx:
        candidate_id = candidates.promote(tx, kind_id).id
    claim(shop, candidate_id, "ruth")
    away(shop)
    rest(shop, candidate_id, shop.house.settings.answer_days + 1)
    assert takers(shop, candidate_id) == ["rhea"]
    with pytest.raises(PromoterAccepts):
        claim(shop, candidate_id, "otto")


def test_an_answer_and_a_taking_over_at_the_same_moment_leave_one(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    away(shop)
    together = Barrier(2)

    def act(what: Callable[[Transaction], object], who: str) -> bool:
        together.wait()
        try:
            with shop.house.transaction(actor_named(shop.house, who)) as tx:
                what(tx)
        except RecommenderError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        answered = pool.submit(
            act, lambda tx: decisions.reject(tx, candidate_id, reason="No."), "ruth"
        )
        taken = pool.submit(act, lambda tx: candidates.claim(tx, candidate_id), "otto")
    found = shop.read(candidate_id)
    ended = CandidateState.REJECTED if answered.result() else CandidateState.CLAIMED
    assert (answered.result(), found.state) == (not taken.result(), ended)
    assert len(found.decisions) == answered.result()


def test_reminders_reach_those_who_may_take_it_over(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    days = shop.house.settings.answer_days + 5
    with shop.house.transaction(operator(shop.house)) as tx:
        candidates.candidate(tx, candidate_id).promoted_at = tx.at - timedelta(days=days)
    away(shop)
    with shop.house.transaction(operator(shop.house)) as tx:
        assert remind_desks(tx) == 1
    reminded = []
    for name in ("otto", "rhea", "ruth"):
        with shop.house.reading(actor_named(shop.house, name)) as tx:
            topics = [one.topic for one in my_notices(tx)]
        reminded += [name] if NoticeTopic.OVERDUE in topics else []
    assert reminded == ["otto", "ruth"]


def test_the_api_says_that_a_claim_may_be_taken_over(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    away(shop)
    api, path = Api(shop.house), f"/v1/candidates/{candidate_id}"
    seen = {}
    for name in ("otto", "rhea", "ruth"):
        page = api.person(name).get(path).json()
        seen[name] = (page["yours"], page["may_take_over"])
    assert seen == {"otto": (True, True), "rhea": (False, False), "ruth": (True, False)}
    taken = api.person("otto").post(f"{path}/claim")
    assert taken.json()["claimed_by_you"]
    assert api.person("ruth").post(f"{path}/claim").status_code == 403
