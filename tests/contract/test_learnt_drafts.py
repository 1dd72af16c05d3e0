"""Drafts on learnt conditions, as read, shown and replayed; none on what the house protects."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from recommender.accounts.directory import operator
from recommender.changes.backtest import backtest, replay_wording
from recommender.changes.decided import read_decided
from recommender.changes.drafting import compose, draft
from recommender.changes.gathering import find_ground
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.policies.conditions import Condition
from recommender.storage.house import House
from recommender.vocabulary import CaseState, KindId, Verdict
from tests.contract.changing import OF_NOBODY, Shop, open_shop
from tests.contract.conftest import Api

UNTYPED = "Late fees are charged as listed."
PROOF = Condition("proof", "one_of", ("letter", "stamp"))


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def proven(shop: Shop, clause: str | None, fact: str = "proof") -> KindId:
    """Add a kind of 16 signed cases with a proof, and three declined cases without one."""
    with shop.house.transaction(operator(shop.house)) as tx:
        kind_id = shop.add_kind(tx.session, clause=clause, values=())
        kind = tx.session.get_one(Kind, kind_id)
        for place in range(16):
            facts = {fact: ("letter", "stamp")[place % 2]}
            shop.add_cases(tx.session, kind, clause, "x", (0,), facts=facts, age=3 * place)
        for place in range(3):
            shop.new_case(
                tx.session,
                clause=clause,
                state=CaseState.DECLINED,
                age=place,
                facts={fact: "none"},
                **OF_NOBODY,
            )
    return kind_id


def test_a_condition_in_words_is_drafted_replayed_and_shown(shop: Shop, api: Api) -> None:
    kind_id = proven(shop, shop.add_clause(UNTYPED))
    with shop.house.reading(shop.manager) as tx:
        found = draft(tx, kind_id)
        replayed = backtest(tx, kind_id)
    assert found.conditions[0] == PROOF
    assert "on their own where proof is letter or stamp" in found.redline.new
    assert (replayed.covered, replayed.newly_allowed, replayed.still_declined) == (16, 0, 3)
    shown = api.by("ines").get(f"/v1/kinds/{kind_id}/draft").json()
    assert shown["conditions"][0] == {
        "fact": "proof",
        "bound": "one_of",
        "limit": ["letter", "stamp"],
        "unit": None,
    }


def test_a_new_clause_for_a_gap_is_replayed_by_its_words_too(shop: Shop) -> None:
    kind_id = proven(shop, None)
    with shop.house.reading(shop.manager) as tx:
        declined = tx.session.scalars(select(Case).where(Case.state == CaseState.DECLINED)).all()
        ground = find_ground(tx, kind_id)
        decided = read_decided(tx, None, [*ground.signed, *declined])
        ground = replace(ground, declined=declined, decided=decided)
        made = compose(ground)
        assert made.draft.verdict is Verdict.WRITE_NEW_CLAUSE
        found = replay_wording(tx, ground, made.draft.verdict, made.wording, made.conditions)
    assert PROOF in made.conditions
    assert (found.covered, found.newly_allowed, found.still_declined) == (16, 0, 3)


def test_no_rule_is_drafted_on_what_the_house_protects(shop: Shop, house: House) -> None:
    kind_id = proven(shop, "RET-3.1", fact="guild_rank")
    protects = house.settings.model_copy(update={"protected_facts": "caste, guild rank"})
    for settings, free in ((house.settings, True), (protects, False)):
        opened = House(settings)
        with opened.reading(shop.manager) as tx:
            conditions = draft(tx, kind_id).conditions
        opened.database.close()
        assert any(one.fact == "guild_rank" for one in conditions) is free
