"""The vectors in memory: what came is there at once, what went goes with the next recheck."""

from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import delete, update

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.cases import casebase as cases
from recommender.cases.casebase import Casebase, casebase, index_casebase, recheck
from recommender.cases.embedding import catch_up
from recommender.cases.precedents import PrecedentQuery, precedents
from recommender.learning.nearest import Floats
from recommender.models.cases import Case, Embedding
from recommender.storage.house import House
from tests.conftest import NewCase

TEXTS = (
    "The kettle leaks at the spout.",
    "A sofa came in the wrong colour.",
    "The parcel went to the neighbour's depot.",
    "Her lamp flickers since Tuesday.",
)


@pytest.fixture
def told(house: House, new_case: NewCase) -> list[str]:
    with house.database.transaction() as session:
        ids = [new_case(session, situation=text, resolution=None).id for text in TEXTS]
    catch_up(house, operator(house))
    return ids


def kept(house: House, actor: Actor) -> Casebase:
    with house.reading(actor) as tx:
        return casebase(tx)


def rechecked(house: House, actor: Actor) -> Casebase:
    with house.reading(actor) as tx:
        return recheck(tx)


def vector(house: House, case_id: str) -> Floats:
    with house.database.reading() as session:
        return session.get_one(Embedding, (case_id, "situation", house.encoder.fingerprint)).vector


def holds(base: Casebase, house: House, *ids: str) -> None:
    """The casebase holds these cases' vectors as they are stored, and no others."""
    present = ~np.isnan(base.views["situation"][:, 0])
    assert {base.ids[row] for row in np.flatnonzero(present).tolist()} == set(ids)
    for case_id in ids:
        row = base.views["situation"][base.place[case_id]]
        assert np.array_equal(row, vector(house, case_id))


def test_nothing_is_read_twice(house: House, maya: Actor, told: list[str]) -> None:
    base = kept(house, maya)
    holds(base, house, *told)
    assert kept(house, maya) is base
    assert np.isnan(base.views["resolution"]).all()


def test_a_case_that_comes_is_there_at_once_and_moves_no_other(
    house: House, maya: Actor, told: list[str], new_case: NewCase
) -> None:
    before = kept(house, maya)
    for n in range(6):
        with house.database.transaction() as session:
            told.append(new_case(session, situation=f"Tent {n} tore.", resolution="A patch.").id)
        catch_up(house, operator(house), whole=False)
    after = kept(house, maya)
    holds(after, house, *told)
    assert after.ids[: len(before.ids)] == before.ids
    assert len(before.views["situation"]) == len(TEXTS)
    assert after.changes == before.changes
    assert not np.isnan(after.views["resolution"][after.place[told[-1]]]).any()


def test_the_first_case_is_found_after_there_was_none(
    house: House, maya: Actor, new_case: NewCase
) -> None:
    assert kept(house, maya).ids == []
    with house.database.transaction() as session:
        new_case(session, situation=TEXTS[0])
    catch_up(house, operator(house))
    assert len(kept(house, maya).ids) == 1


def test_a_text_that_changed_has_its_new_vector_and_counts_as_a_change(
    house: House, maya: Actor, told: list[str]
) -> None:
    before = kept(house, maya)
    with house.database.transaction() as session:
        session.get_one(Case, told[0]).situation = "A blue tent."
    catch_up(house, operator(house))
    after = kept(house, maya)
    holds(after, house, *told)
    assert after.changes == before.changes + 1


def test_what_went_is_forgotten_by_a_recheck(house: House, maya: Actor, told: list[str]) -> None:
    kept(house, maya)
    with house.database.transaction() as session:
        session.execute(delete(Embedding).where(Embedding.case_id == told[0]))
    before = kept(house, maya)
    assert not np.isnan(before.views["situation"][before.place[told[0]]]).any()
    after = rechecked(house, maya)
    holds(after, house, *told[1:])
    assert after.changes > before.changes
    assert rechecked(house, maya).changes == after.changes


def test_rows_that_are_dead_are_dropped_once_they_are_many(
    house: House, maya: Actor, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(house, maya)
    with house.database.transaction() as session:
        session.execute(delete(Embedding).where(Embedding.case_id == told[0]))
    monkeypatch.setattr(cases, "DEAD", 0.5)
    assert len(rechecked(house, maya).ids) == len(TEXTS)
    monkeypatch.setattr(cases, "DEAD", 0.1)
    smaller = rechecked(house, maya)
    assert told[0] not in smaller.place
    holds(smaller, house, *told[1:])


def test_a_vector_stored_late_is_found_by_a_recheck(
    house: House, maya: Actor, told: list[str], new_case: NewCase
) -> None:
    newest = kept(house, maya).newest
    assert newest is not None
    with house.database.transaction() as session:
        late = new_case(session, situation="The hinge broke.", resolution=None).id
    catch_up(house, operator(house))
    with house.database.transaction() as session:
        stored = update(Embedding).where(Embedding.case_id == late)
        session.execute(stored.values(embedded_at=newest - timedelta(days=1)))
    assert late not in kept(house, maya).place
    holds(rechecked(house, maya), house, *told, late)


@pytest.mark.usefixtures("told")
def test_a_large_casebase_is_indexed_and_gives_the_same_precedents(
    house: House, maya: Actor, monkeypatch: pytest.MonkeyPatch, new_case: NewCase
) -> None:
    query = PrecedentQuery(situation="My kettle is leaking.")

    def shown() -> dict[str, float]:
        with house.reading(maya) as tx:
            return {one.case.id: one.similarity for one in precedents(tx, query)}

    exact = shown()
    index_casebase(house)
    assert kept(house, maya).covered == 0
    monkeypatch.setattr(cases, "EXACT_UP_TO", 2)
    index_casebase(house)
    assert kept(house, maya).covered == len(TEXTS)
    assert shown() == pytest.approx(exact)
    with house.database.transaction() as session:
        new = new_case(session, situation="A leaking kettle again.", resolution=None).id
    catch_up(house, operator(house))
    assert kept(house, maya).covered == len(TEXTS)
    assert new in shown()
    index_casebase(house)
    assert kept(house, maya).covered == len(TEXTS) + 1
    assert new in shown()


@pytest.mark.usefixtures("told")
def test_only_the_nearest_are_compared_where_there_is_an_index(
    house: House, maya: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "EXACT_UP_TO", 2)
    base = kept(house, maya)
    asked = {"situation": base.views["situation"][2]}
    assert base.near(asked, 1) == slice(None)
    index_casebase(house)
    assert np.asarray(kept(house, maya).near(asked, 1)).tolist() == [2]
