"""Promise 4 for decisions: neither promoting again, a new run nor a new import changes one."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from recommender.accounts.directory import operator
from recommender.changes import accepting, candidates, decisions
from recommender.kinds.runs import discover
from recommender.models.base import IllegalMove
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.policies.library import clause_by_key, import_policy
from recommender.policies.syntax.read import parse_policy
from recommender.storage.house import House
from recommender.vocabulary import CandidateState, DecisionVerdict
from tests.conftest import HANDBOOK
from tests.contract.changing import Shop, open_shop


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


@dataclass(frozen=True)
class Answer:
    """All that a person decided about a candidate."""

    state: CandidateState
    decisions: tuple[tuple[DecisionVerdict, str, str, str | None], ...]
    wording: str | None
    evidence: str


def answer(shop: Shop, candidate_id: str) -> Answer:
    found = shop.read(candidate_id)
    return Answer(
        found.state,
        tuple(
            (one.verdict, one.reason, one.decided_by, one.final_markup) for one in found.decisions
        ),
        found.new_markup,
        str(found.evidence),
    )


def rejected(shop: Shop, kind_id: str) -> str:
    candidate_id = shop.claimed(kind_id)
    with shop.house.transaction(shop.owner) as tx:
        decisions.reject(tx, candidate_id, reason="The boots are sold off.")
    return candidate_id


def more_cases(shop: Shop, kind_id: str, count: int) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = tx.session.get_one(Kind, kind_id)
        values = tuple(float(value) for value in range(15, 15 + count))
        shop.add_cases(tx.session, kind, "RET-2.1", "days_since_delivery", values)


def test_promoting_twice_leaves_the_first_candidate(shop: Shop) -> None:
    kind_id = shop.kind()
    candidate_id = shop.promoted(kind_id)
    before = answer(shop, candidate_id)
    with pytest.raises(candidates.AlreadyPromoted) as refused:
        shop.promoted(kind_id)
    assert refused.value.facts == {"kind": kind_id, "candidate": candidate_id, "state": "open"}
    assert answer(shop, candidate_id) == before


def test_of_two_promotions_at_once_the_database_refuses_the_second(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind_id = shop.kind()
    candidate_id = shop.promoted(kind_id)
    monkeypatch.setattr(candidates, "candidate_of_kind", lambda _tx, _kind: None)
    with pytest.raises(candidates.AlreadyPromoted):
        shop.promoted(kind_id)
    monkeypatch.undo()
    with shop.house.reading(shop.owner) as tx:
        assert [one.id for one in candidates.candidates(tx)] == [candidate_id]


def test_a_rejected_kind_comes_back_only_when_its_cases_have_doubled(shop: Shop) -> None:
    kind_id = shop.kind()
    candidate_id = rejected(shop, kind_id)
    before = answer(shop, candidate_id)
    with pytest.raises(candidates.EvidenceUnchanged):
        shop.promoted(kind_id)
    more_cases(shop, kind_id, 15)
    with pytest.raises(candidates.EvidenceUnchanged) as refused:
        shop.promoted(kind_id)
    assert answer(shop, candidate_id) == before
    assert refused.value.facts == {"candidate": candidate_id, "cases": 31, "needed": 32}
    more_cases(shop, kind_id, 1)
    assert shop.promoted(kind_id) == candidate_id
    after = answer(shop, candidate_id)
    assert after.state is CandidateState.OPEN
    assert after.decisions == before.decisions


@pytest.mark.parametrize("act", ["accept", "reject"])
def test_a_new_run_and_a_new_import_of_the_handbook_change_no_decision(
    shop: Shop, act: str
) -> None:
    kind_id = shop.kind()
    candidate_id = shop.accepted(kind_id) if act == "accept" else rejected(shop, kind_id)
    before = answer(shop, candidate_id)
    for _ in range(2):
        discover(shop.house, operator(shop.house))
        with shop.house.transaction(operator(shop.house)) as tx:
            import_policy(tx, parse_policy(HANDBOOK, "handbook"))
    assert answer(shop, candidate_id) == before
    with shop.house.reading(shop.owner) as tx:
        clause = clause_by_key(tx, "RET-2.1")
        assert ("30 days" in clause.newest.text) is (act == "accept")
        kind = tx.session.get_one(Kind, kind_id)
        assert kind.clause is clause
        assert kind.retired_at is None


def test_deciding_twice_is_refused(shop: Shop) -> None:
    candidate_id = rejected(shop, shop.kind())
    before = answer(shop, candidate_id)
    for act in (accepting.accept, decisions.reject):
        with (
            pytest.raises(IllegalMove),
            shop.house.transaction(shop.owner) as tx,
        ):
            act(tx, candidate_id, reason="Again.")
    assert answer(shop, candidate_id) == before
