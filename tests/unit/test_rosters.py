"""Who could have answered is kept once for all cases of a moment, and forgotten with them."""

import pytest
from sqlalchemy import select

from recommender.accounts.directory import operator
from recommender.cases.rosters import could_answer, forget_rosters, keep_roster
from recommender.models.cases import Case
from recommender.models.eligibility import CaseRoster, Roster
from recommender.storage.house import House
from tests.conftest import NewCase

EVERYBODY = frozenset({"maya", "tom", "lena", "olaf"})


@pytest.fixture
def cases(house: House, new_case: NewCase) -> list[str]:
    with house.database.transaction() as session:
        return [new_case(session).id for _ in range(4)]


def keep(house: House, case: str, everybody: frozenset[str], without: set[str]) -> None:
    with house.transaction(operator(house)) as tx:
        keep_roster(tx, tx.session.get_one(Case, case), everybody, without)


def kept(house: House) -> tuple[int, int]:
    """Count the cases of which a roster is kept, and the rosters."""
    with house.database.reading() as session:
        rows, rosters = (session.scalars(select(one)).all() for one in (CaseRoster, Roster))
        return len(rows), len(rosters)


def could(house: House, cases: list[str]) -> dict[str, frozenset[str]]:
    with house.reading(operator(house)) as tx:
        return could_answer(tx, cases)


def test_cases_of_one_moment_share_a_roster_and_each_leaves_out_its_own(
    house: House, cases: list[str]
) -> None:
    first, second, third, unkept = cases
    keep(house, first, EVERYBODY, {"maya", "boss"})
    keep(house, second, EVERYBODY, {"tom"})
    keep(house, third, EVERYBODY, {"tom"})
    found = could(house, cases)
    assert found == {
        first: {"tom", "lena", "olaf"},
        second: {"maya", "lena", "olaf"},
        third: {"maya", "lena", "olaf"},
    }
    assert found[second] is found[third], "of many cases few sets are made"
    assert unkept not in found
    assert kept(house) == (3, 1)
    with house.database.reading() as session:
        assert session.get_one(CaseRoster, first).without == ["maya"], "not who is not on it"


def test_what_is_kept_anew_takes_the_place_of_what_was(house: House, cases: list[str]) -> None:
    case = cases[0]
    keep(house, case, EVERYBODY, {"maya"})
    keep(house, case, EVERYBODY - {"olaf"}, {"maya"})
    assert could(house, [case]) == {case: {"tom", "lena"}}
    assert kept(house) == (1, 2)


def test_nobody_could_is_kept_too(house: House, cases: list[str]) -> None:
    keep(house, cases[0], frozenset(), {"maya"})
    assert could(house, cases) == {cases[0]: frozenset()}


def test_a_name_is_forgotten_with_the_last_case_that_refers_to_it(
    house: House, cases: list[str]
) -> None:
    old, young, *_ = cases
    keep(house, old, EVERYBODY, {"maya"})
    keep(house, young, EVERYBODY, {"tom"})

    def forget(case: str) -> None:
        with house.transaction(operator(house)) as tx:
            forget_rosters(tx, select(Case.id).where(Case.id == case))

    forget(old)
    assert could(house, cases) == {young: {"maya", "lena", "olaf"}}
    assert kept(house) == (1, 1)
    forget(young)
    assert kept(house) == (0, 0)


def test_a_case_that_goes_takes_its_names_along(house: House, cases: list[str]) -> None:
    keep(house, cases[0], EVERYBODY, {"maya"})
    with house.database.transaction() as session:
        session.delete(session.get_one(Case, cases[0]))
    assert kept(house) == (0, 1)
    with house.transaction(operator(house)) as tx:
        forget_rosters(tx, select(Case.id).where(Case.id == "none"))
    assert kept(house) == (0, 0)
