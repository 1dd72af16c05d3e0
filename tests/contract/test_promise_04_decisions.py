"""Promise 4 for decisions: neither promoting again, a new run nor a new import changes one."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from api.background import DAILY, UPKEEP
from recommender.accounts.directory import actor_named, operator
from recommender.cases.cosigning import cosign
from recommender.cases.filing import Wish, file
from recommender.changes import accepting, candidates, decisions, rolling_back
from recommender.kinds.assigning import assign
from recommender.kinds.runs import discover
from recommender.models.base import IllegalMove
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership
from recommender.models.policies import Revision
from recommender.policies.library import clause_by_key, import_policy
from recommender.policies.syntax.read import parse_policy
from recommender.storage.house import House
from recommender.vocabulary import CandidateState, CaseState, DecisionVerdict
from tests.conftest import HANDBOOK
from tests.contract.changing import Shop, open_shop

EDITED = "Boots come back within [25 days]{.parameter fact=days_since_delivery max=25 unit=day}."


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


DECIDED: dict[str, Callable[[Shop, str], str]] = {
    "accepted": lambda shop, kind_id: shop.accepted(kind_id),
    "accepted with edits": lambda shop, kind_id: shop.accepted(kind_id, markup=EDITED),
    "rejected": rejected,
    "confirmed": lambda shop, kind_id: looked_back(shop, kind_id, rolling_back.confirm),
    "taken back": lambda shop, kind_id: looked_back(shop, kind_id, rolling_back.roll_back),
}


def looked_back(shop: Shop, kind_id: str, act: Callable[..., object]) -> str:
    candidate_id = shop.accepted(kind_id)
    with shop.house.transaction(shop.owner) as tx:
        act(tx, candidate_id, reason="Half a year on.")
    return candidate_id


@pytest.mark.parametrize("decided", DECIDED)
def test_filing_the_same_case_again_moves_no_decision(shop: Shop, decided: str) -> None:
    """The same words, signed again, assigned or found anew, and all that is due done."""
    kind_id = shop.kind()
    candidate_id = DECIDED[decided](shop, kind_id)
    before, wordings = answer(shop, candidate_id), revisions(shop)
    for _ in range(2):
        file_again(shop, kind_id)
        assign(shop.house, operator(shop.house))
        discover(shop.house, operator(shop.house))
        for due in (*UPKEEP, *DAILY):
            with shop.house.transaction(operator(shop.house)) as tx:
                due(tx)
    assert answer(shop, candidate_id) == before
    assert revisions(shop) == wordings
    with shop.house.reading(shop.manager) as tx:
        assert [one.id for one in candidates.candidates(tx)] == [candidate_id]
        assert tx.session.get_one(Kind, kind_id).retired_at is None
    if decided == "rejected":
        with pytest.raises((candidates.EvidenceUnchanged, candidates.NotSurfaced)):
            shop.promoted(kind_id)


def file_again(shop: Shop, kind_id: str) -> None:
    """Let maya file what the first case of a kind says, and tom sign it."""
    with shop.house.transaction(actor_named(shop.house, "maya")) as tx:
        known = tx.session.scalars(
            select(Case)
            .join(Membership, Membership.case_id == Case.id)
            .where(Membership.kind_id == kind_id)
            .order_by(Case.source_id)
        ).first()
        assert known is not None
        again = Wish(
            situation=known.situation,
            resolution=known.resolution or "",
            reason=known.reason,
            clause_key="RET-2.1",
            facts=known.facts,
        )
        filed = file(tx, again)
        case_id, seen = filed.id, filed.content_hash
    with shop.house.transaction(actor_named(shop.house, "tom")) as tx:
        assert cosign(tx, case_id, seen).state is CaseState.APPROVED


def revisions(shop: Shop) -> list[tuple[str, str]]:
    with shop.house.database.reading() as session:
        found = session.scalars(select(Revision).order_by(Revision.clause_id, Revision.number))
        return [(one.id, one.markup) for one in found]


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
