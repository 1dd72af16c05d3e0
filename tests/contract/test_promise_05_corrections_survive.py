"""Promise 5: merges, splits, moves and the like survive every later run and a change of encoder."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from recommender.access import Actor
from recommender.kinds import catalogue, corrections
from recommender.kinds.undoing import undo
from recommender.learning.hashing_encoder import HashingEncoder
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership
from recommender.storage.house import House
from recommender.vocabulary import MembershipOrigin
from tests.conftest import NewCase
from tests.contract.kinds_world import case_fields, fill, found, kind_of, stories_of

Later = Callable[[], dict[str, set[str]]]
STORM = {f"storm-{number}" for number in range(10)}
PUPPY = {f"puppy-{number}" for number in range(10)}


@pytest.fixture
def world(house: House, new_case: NewCase) -> House:
    """Four kinds that a run found."""
    fill(house, new_case)
    found(house)
    return house


@pytest.fixture(params=["more cases", "another encoder"])
def later(request: pytest.FixtureRequest, world: House, new_case: NewCase, ines: Actor) -> Later:
    """Runs that come later: with other seeds on more cases, or with another encoder."""

    def run() -> dict[str, set[str]]:
        if request.param == "another encoder":
            world.__dict__["encoder"] = HashingEncoder(dimensions=384)
        for seed in range(2):
            with world.transaction(ines) as tx:
                for story in ("storm", "puppy"):
                    new_case(tx.session, **case_fields(story, 20 + seed))
            found(world, seed)
        return stories_of(world)

    return run


def ids(house: House, *source_ids: str) -> list[str]:
    with house.database.reading() as session:
        known = dict(session.execute(select(Case.source_id, Case.id)).all())
    return [known[source_id] for source_id in source_ids]


def test_a_merge_survives(world: House, later: Later, ines: Actor) -> None:
    puppy, storm = kind_of(world, "puppy"), kind_of(world, "storm")
    with world.transaction(ines) as tx:
        corrections.merge(tx, puppy, storm)
    assert stories_of(world)[storm] == STORM | PUPPY
    after = later()
    assert after[storm] >= STORM | PUPPY
    assert puppy not in after
    with world.database.reading() as session:
        gone = session.get_one(Kind, puppy)
        assert (gone.merged_into_id, gone.retired_at is None) == (storm, False)


def test_a_split_survives(world: House, later: Later, ines: Actor) -> None:
    storm = kind_of(world, "storm")
    off = {f"storm-{number}" for number in range(5)}
    with world.transaction(ines) as tx:
        effect = corrections.split(tx, storm, ids(world, *sorted(off)), name="Fallen trees")
    new = effect.kinds[1].id
    before = stories_of(world)
    assert (before[new], before[storm]) == (off, STORM - off)
    after = later()
    assert after[new] >= off
    assert not after[new] & (STORM - off)
    assert not after.get(storm, set()) & off
    with world.database.reading() as session:
        assert session.get_one(Kind, new).name == "Fallen trees"


def test_a_move_survives(world: House, later: Later, ines: Actor) -> None:
    storm = kind_of(world, "storm")
    (case,) = ids(world, "puppy-3")
    with world.transaction(ines) as tx:
        corrections.move(tx, case, storm)
    assert "puppy-3" in stories_of(world)[storm]
    after = later()
    assert after[storm] >= STORM | {"puppy-3"}
    assert any(PUPPY - {"puppy-3"} <= cases for cases in after.values())


def test_many_moves_survive_and_raise_no_question(world: House, later: Later, ines: Actor) -> None:
    storm, moved = kind_of(world, "storm"), sorted(PUPPY)[:4]
    for case in ids(world, *moved):
        with world.transaction(ines) as tx:
            corrections.move(tx, case, storm)
    after = later()
    assert after[storm] >= STORM | set(moved)
    assert any(PUPPY - set(moved) <= cases for cases in after.values())
    with world.reading(ines) as tx:
        assert catalogue.kind(tx, storm).waiting == []


def test_a_case_moved_out_of_all_kinds_stays_out(world: House, later: Later, ines: Actor) -> None:
    (case,) = ids(world, "storm-3")
    with world.transaction(ines) as tx:
        corrections.move(tx, case, None)
    assert not any("storm-3" in cases for cases in stories_of(world).values())
    after = later()
    assert not any("storm-3" in cases for cases in after.values())
    assert any(STORM - {"storm-3"} <= cases for cases in after.values())


def test_a_confirmed_kind_keeps_its_cases_and_takes_new_ones(
    world: House, later: Later, ines: Actor
) -> None:
    storm = kind_of(world, "storm")
    with world.transaction(ines) as tx:
        corrections.confirm(tx, storm)
    after = later()
    assert after[storm] >= STORM | {"storm-20", "storm-21"}
    with world.database.reading() as session:
        origins = session.execute(
            select(Case.source_id, Membership.origin)
            .join(Membership, Membership.case_id == Case.id)
            .where(Membership.kind_id == storm)
        )
        by_hand = {name for name, origin in origins if origin is MembershipOrigin.BY_HAND}
    assert by_hand == STORM


def test_cases_of_what_is_no_kind_never_meet_again(world: House, later: Later, ines: Actor) -> None:
    storm = kind_of(world, "storm")
    with world.transaction(ines) as tx:
        corrections.not_a_kind(tx, storm, "Only the weather is alike.")
    assert storm not in stories_of(world)
    after = later()
    assert storm not in after
    assert all(len(cases & STORM) <= 1 for cases in after.values())


def test_a_later_correction_wins_over_an_earlier_one(
    world: House, later: Later, ines: Actor
) -> None:
    storm, puppy = kind_of(world, "storm"), kind_of(world, "puppy")
    (case,) = ids(world, "storm-3")
    with world.transaction(ines) as tx:
        corrections.confirm(tx, storm)
        corrections.confirm(tx, puppy)
        corrections.move(tx, case, puppy)
    after = later()
    assert after[puppy] >= PUPPY | {"storm-3"}
    assert after[storm] >= STORM - {"storm-3"}


@pytest.mark.parametrize("verb", ["merge", "split", "move", "confirm", "not_a_kind"])
def test_what_is_undone_is_as_before_and_forgotten(
    world: House, later: Later, ines: Actor, verb: str
) -> None:
    before = _memberships(world)
    storm, puppy = kind_of(world, "storm"), kind_of(world, "puppy")
    cases = ids(world, *(f"storm-{number}" for number in range(5)))
    with world.transaction(ines) as tx:
        effect = {
            "merge": lambda: corrections.merge(tx, puppy, storm),
            "split": lambda: corrections.split(tx, storm, cases),
            "move": lambda: corrections.move(tx, cases[0], puppy),
            "confirm": lambda: corrections.confirm(tx, storm),
            "not_a_kind": lambda: corrections.not_a_kind(tx, storm, "Only the weather."),
        }[verb]()
    assert _memberships(world) != before
    with world.transaction(ines) as tx:
        undo(tx, effect.correction or "")
    assert _memberships(world) == before
    after = later()
    assert after[storm] >= STORM
    assert after[puppy] >= PUPPY


def _memberships(house: House) -> set[tuple[object, ...]]:
    with house.database.reading() as session:
        rows = session.execute(
            select(
                Membership.case_id, Membership.kind_id, Membership.origin, Membership.strength
            ).join(Kind, Kind.id == Membership.kind_id)
        )
        return {tuple(row) for row in rows}
