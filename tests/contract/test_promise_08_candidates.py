"""Promise 8: no stale base is accepted, claimed content is frozen, no promoter accepts."""

from collections.abc import Callable

import pytest

from recommender.accounts.directory import actor_named, add_account, operator
from recommender.changes import accepting, candidates, decisions
from recommender.errors import NotAllowed
from recommender.models.base import IllegalMove
from recommender.models.cases import Case
from recommender.models.changes import NotYourClaim, PromoterAccepts, StaleBase
from recommender.models.kinds import Kind
from recommender.models.policies import NotYourClause
from recommender.policies.library import clause_by_key, revise
from recommender.storage.house import House
from recommender.vocabulary import CandidateState, Role
from tests.contract.changing import Shop, open_shop


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def revise_clause(shop: Shop, words: str) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        markup = f"{words} [20 days]{{.parameter fact=days_since_delivery max=20 unit=day}}."
        revise(tx, clause_by_key(tx, "RET-2.1"), markup=markup, effective_from=None)


def test_a_stale_base_is_refused_and_nothing_is_written(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    revise_clause(shop, "Boots come back within")
    with pytest.raises(StaleBase) as refused, shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="It helps.")
    assert refused.value.facts == {"clause": "RET-2.1", "newest": 2}
    found = shop.read(candidate_id)
    assert found.state is CandidateState.CLAIMED
    assert found.decisions == []


def test_a_released_candidate_is_drafted_anew_and_then_accepted(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    revise_clause(shop, "Boots come back within")
    with shop.house.transaction(shop.owner) as tx:
        candidates.release(tx, candidate_id)
        candidates.claim(tx, candidate_id)
        accepting.accept(tx, candidate_id, reason="It helps.")
    found = shop.read(candidate_id)
    assert found.state is CandidateState.IN_FORCE
    assert found.old_markup
    assert "20 days" in found.old_markup
    assert found.new_markup
    assert "Boots come back within" in found.new_markup


def test_an_open_draft_follows_the_evidence_and_a_claimed_one_is_frozen(shop: Shop) -> None:
    kind_id = shop.kind()
    candidate_id = shop.promoted(kind_id)
    frozen_evidence = shop.read(candidate_id).evidence
    more_cases(shop, kind_id, (40.0, 41.0, 42.0, 43.0))
    assert "30 days" in (shop.read(candidate_id).new_markup or "")
    with shop.house.transaction(shop.owner) as tx:
        candidates.claim(tx, candidate_id)
    claimed = shop.read(candidate_id)
    assert "43 days" in (claimed.new_markup or "")
    assert claimed.evidence == frozen_evidence
    more_cases(shop, kind_id, (44.0, 45.0, 46.0, 47.0))
    found = shop.read(candidate_id)
    assert (found.new_markup, found.draft, found.backtest) == (
        claimed.new_markup,
        claimed.draft,
        claimed.backtest,
    )


def more_cases(shop: Shop, kind_id: str, values: tuple[float, ...]) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = tx.session.get_one(Kind, kind_id)
        shop.add_cases(tx.session, kind, "RET-2.1", "days_since_delivery", values)


def test_what_is_accepted_is_what_was_frozen(shop: Shop) -> None:
    kind_id = shop.kind()
    candidate_id = shop.claimed(kind_id)
    more_cases(shop, kind_id, (44.0, 45.0, 46.0, 47.0))
    with shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="It helps.")
    with shop.house.reading(shop.owner) as tx:
        assert "30 days" in clause_by_key(tx, "RET-2.1").newest.text


@pytest.mark.parametrize("roles", [[Role.MANAGER, Role.POLICY_OWNER], [Role.ADMIN]])
def test_the_promoter_neither_claims_nor_accepts(shop: Shop, roles: list[Role]) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        add_account(tx, name="pat", display_name="Pat", roles=roles, team="returns-desk")
    both = actor_named(shop.house, "pat")
    kind_id = shop.kind()
    with shop.house.transaction(both) as tx:
        candidate_id = candidates.promote(tx, kind_id).id
    with pytest.raises(PromoterAccepts), shop.house.transaction(both) as tx:
        candidates.claim(tx, candidate_id)
    with shop.house.transaction(shop.owner) as tx:
        candidates.claim(tx, candidate_id)
    for answer in (accepting.accept, decisions.reject, decisions.return_to_manager):
        with pytest.raises(PromoterAccepts), shop.house.transaction(both) as tx:
            answer(tx, candidate_id, reason="I like it.")
    assert shop.state(candidate_id) is CandidateState.CLAIMED


def test_only_who_claimed_it_decides(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    rhea = actor_named(shop.house, "rhea")
    with pytest.raises(NotYourClaim), shop.house.transaction(rhea) as tx:
        accepting.accept(tx, candidate_id, reason="It helps.")
    with pytest.raises(NotYourClaim), shop.house.transaction(rhea) as tx:
        candidates.release(tx, candidate_id)


def test_another_desk_does_not_decide_and_an_admin_only_for_an_orphan(shop: Shop) -> None:
    candidate_id = shop.promoted(shop.kind())
    with shop.house.transaction(operator(shop.house)) as tx:
        add_account(
            tx, name="otto", display_name="Otto", roles=[Role.POLICY_OWNER], team="repairs-desk"
        )
    for name in ("otto", "admin"):
        with (
            pytest.raises(NotYourClause),
            shop.house.transaction(actor_named(shop.house, name)) as tx,
        ):
            candidates.claim(tx, candidate_id)
    with shop.house.transaction(operator(shop.house)) as tx:
        clause_by_key(tx, "RET-2.1").owner = "empty-desk"
    with shop.house.transaction(actor_named(shop.house, "admin")) as tx:
        assert candidates.claim(tx, candidate_id).claimed_by == "admin"


@pytest.mark.parametrize("name", ["maya", "ines", "auditor"])
def test_roles_that_do_not_decide(shop: Shop, name: str) -> None:
    candidate_id = shop.promoted(shop.kind())
    with (
        pytest.raises(NotAllowed),
        shop.house.transaction(actor_named(shop.house, name)) as tx,
    ):
        candidates.claim(tx, candidate_id)


def test_nobody_accepts_what_nobody_claimed(shop: Shop) -> None:
    candidate_id = shop.promoted(shop.kind())
    with pytest.raises(IllegalMove), shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="It helps.")
