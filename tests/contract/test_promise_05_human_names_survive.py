"""Promise 5: what people named and placed survives every later run and a change of encoder."""

import pytest
from sqlalchemy import select

from recommender.access import Actor
from recommender.kinds import catalogue
from recommender.learning.hashing_encoder import HashingEncoder
from recommender.models.cases import Case, Embedding
from recommender.models.kinds import Kind, Membership
from recommender.storage.house import House
from recommender.vocabulary import MembershipOrigin
from tests.conftest import NewCase
from tests.contract.kinds_world import fill, found, kind_of, living_names, stories_of

NAME = "Storm damage that nobody could help"


@pytest.fixture
def named(house: House, new_case: NewCase, ines: Actor) -> str:
    """A kind found by a run and named by a manager."""
    fill(house, new_case)
    found(house)
    kind_id = kind_of(house, "storm")
    with house.transaction(ines) as tx:
        catalogue.rename(tx, kind_id, NAME)
    return kind_id


def test_a_human_name_survives_later_runs(
    house: House, named: str, new_case: NewCase, ines: Actor
) -> None:
    with house.transaction(ines) as tx:
        for number in range(5):
            new_case(tx.session, situation=f"storm tree roof cable mast outage storm late {number}")
    for seed in range(3):
        found(house, seed)
        assert living_names(house)[named] == NAME


def test_a_human_name_and_id_survive_a_change_of_encoder(house: House, named: str) -> None:
    before = stories_of(house)
    house.__dict__["encoder"] = HashingEncoder(dimensions=384)
    run = found(house)
    assert run.encoder == "hashing-384"
    assert living_names(house)[named] == NAME
    assert stories_of(house)[named] == before[named]
    with house.database.reading() as session:
        fingerprints = set(session.scalars(select(Embedding.fingerprint)))
    assert fingerprints == {"hashing-256", "hashing-384"}


def test_the_automatic_names_are_kept_as_aliases(house: House, named: str, ines: Actor) -> None:
    found(house)
    with house.reading(ines) as tx:
        detail = catalogue.kind(tx, named)
    assert detail.kind.name == NAME
    assert len(detail.aliases) == 1
    assert detail.aliases[0] != NAME


def test_no_other_kind_is_ever_given_a_name_that_a_person_gave(house: House, named: str) -> None:
    with house.database.transaction() as session:
        taken = session.get_one(Kind, kind_of(house, "puppy")).name
        session.get_one(Kind, named).rename(taken, "ines")
    found(house)
    names = list(living_names(house).values())
    assert names.count(taken) == 1
    assert len(set(names)) == len(names)


def test_a_case_placed_by_hand_stays_where_it_was_put(house: House, named: str) -> None:
    with house.database.transaction() as session:
        case_id = session.scalars(select(Case.id).where(Case.source_id == "puppy-3")).one()
        place = session.get_one(Membership, case_id)
        place.kind_id, place.origin = named, MembershipOrigin.BY_HAND
    for seed in range(3):
        found(house, seed)
        assert "puppy-3" in stories_of(house)[named]
    with house.database.reading() as session:
        assert session.get_one(Membership, case_id).origin is MembershipOrigin.BY_HAND


def test_a_named_kind_without_a_group_lives_on_and_takes_its_cases_back(
    house: House, named: str
) -> None:
    _set_story(house, "storm", "revoked")
    found(house)
    assert living_names(house)[named] == NAME
    assert named not in stories_of(house)
    _set_story(house, "storm", "approved")
    found(house)
    assert len(stories_of(house)[named]) == 10


def _set_story(house: House, story: str, state: str) -> None:
    with house.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE cases SET state = ? WHERE source_id LIKE ?", (state, f"{story}-%")
        )
