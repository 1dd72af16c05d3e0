"""The words of the casebase: brought up to date by few cases, built anew where texts went."""

import pytest

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.cases.casebase import casebase, recheck
from recommender.cases.embedding import catch_up
from recommender.cases.wordbase import Wordbase, wordbase
from recommender.models.cases import Case
from recommender.storage.house import House
from tests.conftest import NewCase

KETTLE = "The kettle leaks at the spout."
SOFA = "A sofa came in the wrong colour."


def known(house: House, actor: Actor) -> Wordbase:
    catch_up(house, operator(house))
    with house.reading(actor) as tx:
        return wordbase(tx, recheck(tx))


def add(house: House, new_case: NewCase, situation: str, **given: object) -> str:
    with house.database.transaction() as session:
        return new_case(session, situation=situation, resolution=None, **given).id


def scores(house: House, actor: Actor, text: str) -> dict[str, float]:
    """Each case's share of what a text says."""
    found = known(house, actor)
    with house.reading(actor) as tx:
        return dict(zip(casebase(tx).ids, found.likeness(text).tolist(), strict=True))


def test_scores_stand_in_the_order_of_the_casebase(
    house: House, maya: Actor, new_case: NewCase
) -> None:
    sofa, kettle = add(house, new_case, SOFA), add(house, new_case, KETTLE)
    found = scores(house, maya, "A leaking kettle.")
    assert found[kettle] > 0 == found[sofa]
    with house.reading(maya) as tx:
        assert wordbase(tx, casebase(tx)) is known(house, maya)


def test_a_few_new_cases_are_scored_without_building_anew(
    house: House, maya: Actor, new_case: NewCase
) -> None:
    sofa, kettle = add(house, new_case, SOFA), add(house, new_case, KETTLE)
    before = known(house, maya)
    new = add(house, new_case, KETTLE)
    found = scores(house, maya, "A leaking kettle.")
    assert known(house, maya).lexicon is before.lexicon
    assert found[kettle] == pytest.approx(found[new], abs=1e-5)
    assert found[kettle] > 0 == found[sofa]


def test_many_new_cases_are_learnt(house: House, maya: Actor, new_case: NewCase) -> None:
    add(house, new_case, SOFA)
    before = known(house, maya)
    for _ in range(2):
        add(house, new_case, KETTLE)
    catch_up(house, operator(house))
    with house.reading(maya) as tx:
        after = wordbase(tx, casebase(tx), fresh=1)
    assert "kettl" in after.lexicon.rarity_.keys() - before.lexicon.rarity_.keys()
    assert after.fresh == {}


def test_a_casebase_from_before_the_last_case_is_scored_too(
    house: House, maya: Actor, new_case: NewCase
) -> None:
    add(house, new_case, SOFA)
    known(house, maya)
    with house.reading(maya) as tx:
        earlier = casebase(tx)
    add(house, new_case, KETTLE)
    catch_up(house, operator(house))
    with house.reading(maya) as tx:
        wordbase(tx, casebase(tx), fresh=0)
        assert wordbase(tx, earlier).likeness("A leaking kettle.").tolist() == [0.0]


def test_of_a_text_that_changed_or_went_nothing_is_kept(
    house: House, maya: Actor, new_case: NewCase
) -> None:
    changed, gone = add(house, new_case, SOFA), add(house, new_case, KETTLE)
    known(house, maya)
    with house.database.transaction() as session:
        session.get_one(Case, changed).situation = "The door squeaks."
    assert "sofa" not in known(house, maya).lexicon.rarity_
    with house.database.transaction() as session:
        session.delete(session.get_one(Case, gone))
    rarity = known(house, maya).lexicon.rarity_
    assert "kettl" not in rarity
    assert "squeak" in rarity
