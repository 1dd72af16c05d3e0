"""The words of the casebase: brought up to date by few cases, built anew where texts went."""

import pytest

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.cases import wordbase as words
from recommender.cases.casebase import casebase
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
        return wordbase(tx, casebase(tx))


def add(house: House, new_case: NewCase, situation: str, **given: object) -> str:
    with house.database.transaction() as session:
        return new_case(session, situation=situation, resolution=None, **given).id


def test_scores_stand_in_the_order_of_the_casebase(
    house: House, maya: Actor, new_case: NewCase
) -> None:
    add(house, new_case, SOFA, source_id="b")
    add(house, new_case, KETTLE, source_id="a")
    found = known(house, maya)
    scores = found.likeness("A leaking kettle.")
    assert scores[0] > 0 == scores[1]
    with house.reading(maya) as tx:
        assert wordbase(tx, casebase(tx)) is found


def test_a_few_new_cases_are_scored_without_building_anew(
    house: House, maya: Actor, new_case: NewCase
) -> None:
    add(house, new_case, SOFA, source_id="m")
    add(house, new_case, KETTLE, source_id="n")
    before = known(house, maya)
    add(house, new_case, KETTLE, source_id="a")
    after = known(house, maya)
    assert after.lexicon is before.lexicon
    scores = after.likeness("A leaking kettle.")
    assert scores[0] == pytest.approx(scores[2], abs=1e-5)
    assert scores[0] > 0 == scores[1]


def test_many_new_cases_are_learnt(
    house: House, maya: Actor, new_case: NewCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "FRESH", 1)
    add(house, new_case, SOFA)
    before = known(house, maya)
    for _ in range(2):
        add(house, new_case, KETTLE)
    after = known(house, maya)
    assert "kettl" in after.lexicon.rarity_.keys() - before.lexicon.rarity_.keys()
    assert after.fresh == {}


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
