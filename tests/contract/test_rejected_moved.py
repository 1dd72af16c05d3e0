"""A rejected kind comes back when what it suggests has really moved, and not before."""

from collections.abc import Callable

import pytest

from recommender.accounts.directory import operator
from recommender.changes import candidates, decisions
from recommender.changes.moved import MOVED_BY
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.models.policies import Revision
from recommender.storage.house import House
from recommender.vocabulary import CandidateState, Verdict
from tests.contract.changing import Shop, open_shop


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def rejected(shop: Shop, kind_id: str, verdict: Verdict | None = None) -> str:
    with shop.house.transaction(shop.manager) as tx:
        candidate_id = candidates.promote(tx, kind_id, verdict).id
    with shop.house.transaction(shop.owner) as tx:
        candidates.claim(tx, candidate_id)
        decisions.reject(tx, candidate_id, reason="Not now.")
    return candidate_id


def later(shop: Shop, kind_id: str, *values: float) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = tx.session.get_one(Kind, kind_id)
        shop.add_cases(tx.session, kind, "RET-2.1", "days_since_delivery", values)


def comes_back(shop: Shop, kind_id: str) -> bool:
    try:
        shop.promoted(kind_id)
    except candidates.EvidenceUnchanged:
        return False
    return True


def medium(shop: Shop, candidate_id: str) -> float:
    [one] = shop.read(candidate_id).draft["parameters"]
    return float(one["medium"]["limit"])


@pytest.mark.parametrize(("share", "back"), [(1.0, False), (1.5, True)])
def test_a_limit_that_moved_by_more_than_a_fifth_is_news(
    shop: Shop, *, share: float, back: bool
) -> None:
    kind_id = shop.kind()
    candidate_id = rejected(shop, kind_id)
    before = medium(shop, candidate_id)
    later(shop, kind_id, *[before * (1 + share * MOVED_BY)] * 5)
    assert comes_back(shop, kind_id) is back
    assert (shop.state(candidate_id) is CandidateState.OPEN) is back


def test_a_limit_of_few_cases_is_no_news(shop: Shop) -> None:
    kind_id = shop.kind(values=tuple(range(15, 25)))
    rejected(shop, kind_id)
    later(shop, kind_id, 60.0, 61.0, 62.0)
    assert not comes_back(shop, kind_id)


def test_another_verdict_than_was_chosen_is_no_news_unless_another_is_suggested(
    shop: Shop,
) -> None:
    kind_id = shop.kind()
    candidate_id = rejected(shop, kind_id, Verdict.ADD_EXCEPTION)
    assert shop.read(candidate_id).draft["suggested"] == Verdict.WIDEN_LIMIT
    assert not comes_back(shop, kind_id)
    with shop.house.transaction(operator(shop.house)) as tx:
        found = candidates.candidate(tx, candidate_id)
        found.draft = found.draft | {"suggested": str(Verdict.COACH)}
    assert comes_back(shop, kind_id)


@pytest.mark.parametrize("reworded", [False, True])
def test_a_clause_that_reads_otherwise_is_news_and_the_same_words_are_not(
    shop: Shop, *, reworded: bool
) -> None:
    kind_id = shop.kind()
    candidate_id = rejected(shop, kind_id)
    with shop.house.transaction(operator(shop.house)) as tx:
        base = candidates.candidate(tx, candidate_id).base_revision
        assert base is not None
        again = Revision(
            number=2,
            markup=base.markup,
            text="Other words." if reworded else base.text,
            parameters=base.parameters,
            created_at=tx.at,
        )
        assert base.clause is not None
        base.clause.revisions.append(again)
    assert comes_back(shop, kind_id) is reworded
