"""Facts are asked for by what cases carry, read from texts, and never taught by guesses."""

import pytest

from recommender.access import Actor, RoleMissing
from recommender.cases.facts import asked_facts, learn_facts, looked_for, read_facts
from recommender.models.cases import Case
from recommender.storage.house import House
from recommender.vocabulary import FieldSource
from tests.conftest import AddPolicy, NewCase

DRAFT = {"situation": "She rang after 9 visits, the strap tore 31 days after delivery."}


@pytest.fixture
def shelf(house: House, add_policy: AddPolicy, new_case: NewCase, maya: Actor) -> House:
    """Twelve cases of RET-2.1 of which nine count visits, two count strap holes."""
    add_policy()
    with house.transaction(maya) as tx:
        for number in range(12):
            new_case(
                tx.session,
                clause="RET-2.1",
                age=number,
                situation=f"He came back after {number + 2} visits, the strap tore.",
                facts=({"visits": number + 2} if number < 9 else {})
                | ({"strap_holes": 4} if number < 2 else {}),
            )
    return house


def test_a_clause_asks_for_its_limits_first_then_for_what_its_cases_carry(
    shelf: House, maya: Actor
) -> None:
    with shelf.reading(maya) as tx:
        assert asked_facts(tx, "RET-2.1") == ["days_since_delivery", "visits"]
        assert looked_for(tx, "RET-2.1") == ["days_since_delivery", "visits"]
        assert asked_facts(tx, "RET-3.1") == ["months_owned"]
        assert asked_facts(tx, None) == []


def test_a_draft_states_facts(shelf: House, maya: Actor) -> None:
    with shelf.reading(maya) as tx:
        found = {one.name: one for one in read_facts(tx, DRAFT, "RET-2.1")}
        assert {name: one.value for name, one in found.items()} == {
            "visits": 9,
            "days_since_delivery": 31,
        }
        said = found["visits"].quantity
        assert DRAFT["situation"][said.start : said.end] == said.said == "9"
        assert read_facts(tx, DRAFT, None) == []


def test_only_who_files_is_helped(shelf: House, ines: Actor) -> None:
    with shelf.reading(ines) as tx, pytest.raises(RoleMissing):
        read_facts(tx, DRAFT, "RET-2.1")


@pytest.mark.parametrize("source", [FieldSource.SUGGESTED, FieldSource.REUSED])
@pytest.mark.parametrize("field", ["facts", "facts.visits"])
def test_what_was_guessed_or_reused_teaches_nothing(
    house: House,
    add_policy: AddPolicy,
    new_case: NewCase,
    maya: Actor,
    source: FieldSource,
    field: str,
) -> None:
    add_policy()
    with house.transaction(maya) as tx:
        for number in range(12):
            new_case(
                tx.session,
                clause="RET-2.1",
                situation=f"He came back after {number + 2} visits.",
                facts={"visits": number + 2},
                provenance={field: source.value},
            )
    with house.reading(maya) as tx:
        assert asked_facts(tx, "RET-2.1") == ["days_since_delivery"]
        assert [one.name for one in read_facts(tx, DRAFT, "RET-2.1")] == ["days_since_delivery"]


def test_it_is_learnt_anew_once_a_tenth_more_is_decided(
    shelf: House, maya: Actor, new_case: NewCase
) -> None:
    def add(number: int) -> None:
        with shelf.transaction(maya) as tx:
            for _ in range(number):
                new_case(tx.session, clause="RET-3.1", facts={"zips": 2})

    def asked() -> list[str]:
        with shelf.reading(maya) as tx:
            learn_facts(tx)
            return asked_facts(tx, "RET-3.1")

    assert asked() == ["months_owned"]
    add(1)
    assert asked() == ["months_owned"]
    add(1)
    assert asked() == ["months_owned", "zips"]


@pytest.mark.parametrize("gone", ["erased_at", "misused_at"])
def test_erased_and_misused_cases_teach_nothing(
    house: House, add_policy: AddPolicy, new_case: NewCase, maya: Actor, gone: str
) -> None:
    add_policy()
    with house.transaction(maya) as tx:
        for _ in range(5):
            setattr(new_case(tx.session, clause="RET-3.1", facts={"zips": 2}), gone, tx.at)
    with house.reading(maya) as tx:
        assert asked_facts(tx, "RET-3.1") == ["months_owned"]


def test_what_is_found_misused_later_is_unlearnt(
    house: House, add_policy: AddPolicy, new_case: NewCase, maya: Actor
) -> None:
    add_policy()
    with house.transaction(maya) as tx:
        ids = [new_case(tx.session, clause="RET-3.1", facts={"zips": 2}).id for _ in range(5)]
    for asked in (["months_owned", "zips"], ["months_owned"]):
        with house.transaction(maya) as tx:
            learn_facts(tx)
            assert asked_facts(tx, "RET-3.1") == asked
            for case_id in ids:
                tx.session.get_one(Case, case_id).misused_at = tx.at
