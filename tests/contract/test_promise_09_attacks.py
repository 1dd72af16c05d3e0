"""Promise 9: a named suite of attacks singles out no fewer people than the floors.

On the small shop with one agent's habit beside its kinds, and on casebases that hypothesis makes.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from recommender.accounts.directory import operator
from recommender.cases.embedding import catch_up
from recommender.config import Settings
from recommender.kinds.floors import release
from recommender.kinds.people import known
from recommender.models.base import new_id
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership
from recommender.models.pseudonyms import OnePerson
from recommender.storage.house import House, Transaction
from recommender.vocabulary import MembershipOrigin
from tests.conftest import NewCase
from tests.contract.attacks import ATTACKS, Doors, Singled, erased_and_returned
from tests.contract.conftest import Api

AGENTS, CUSTOMERS = 3, 5
Person = str | None
Group = Sequence[tuple[Person, Person]]
"""Agent and customer of each case of a kind."""


def few(house: House, cases: Singled) -> bool:
    """Tell whether a set of cases is of fewer people than the floors; unknown ones are nobody."""
    person = OnePerson(house.keys.audit)
    with house.database.reading() as session:
        rows = session.execute(
            select(Case.agent_id, Case.customer_id).where(Case.id.in_(cases))
        ).all()
    for place, floor in ((0, AGENTS), (1, CUSTOMERS)):
        told = known([person(row[place]) for row in rows])
        if told and len(set(told)) < floor:
            return True
    return False


def leaks(doors: Doors, attack: Callable[[Doors], Iterator[Singled]]) -> list[Singled]:
    """Give the sets of too few people that an attack singles out."""
    return [cases for cases in attack(doors) if cases and few(doors.house, cases)]


def add_kind(tx: Transaction, new_case: NewCase, name: str, group: Group) -> None:
    """Add a living kind of approved cases with these people, as a run would have placed them."""
    kind = Kind(id=new_id(), name=f"Tales of {name}", born_at=tx.at, card={"terms": [name]})
    tx.session.add(kind)
    tx.session.flush()
    for case_id in add_cases(tx, new_case, name, group):
        tx.session.add(
            Membership(case_id=case_id, kind_id=kind.id, strength=0.9, origin=MembershipOrigin.RUN)
        )


def add_cases(tx: Transaction, new_case: NewCase, name: str, group: Group) -> list[str]:
    return [
        new_case(
            tx.session,
            source_id=f"{name}-{number}",
            situation=f"A tale of {name}, told at counter {number} about a {name} again",
            age=9 * number + 1,
            agent_id=agent,
            cosigner_id=None,
            customer_id=customer,
            amount=10.0 + number,
            currency="EUR",
        ).id
        for number, (agent, customer) in enumerate(group)
    ]


# The small shop


@pytest.fixture
def shop_doors(shop_api: Api, new_case: NewCase) -> Doors:
    """The small shop, a habit of felix beside its two kinds, and three cases in none."""
    house = shop_api.house
    with house.transaction(operator(house)) as tx:
        habit = [("felix", f"member-{number}") for number in range(7)]
        add_kind(tx, new_case, "lanterns", habit)
        add_cases(tx, new_case, "ferries", [("maya", "ann"), ("tom", "ben"), ("maya", "cleo")])
        release(tx)
    catch_up(house, operator(house))
    return Doors(shop_api, "ines", new_case)


@pytest.mark.slow
@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_singles_out_few_people_in_the_shop(shop_doors: Doors, name: str) -> None:
    assert leaks(shop_doors, ATTACKS[name]) == []


def test_the_attacks_see_what_may_be_seen(shop_doors: Doors) -> None:
    """An attack that finds nothing at all would prove nothing."""
    found = {name: [cases for cases in attack(shop_doors) if cases]
             for name, attack in ATTACKS.items() if name in {"filters", "exports"}}  # fmt: skip
    assert all(len(sets) >= 2 for sets in found.values())
    assert len(shop_doors.hidden()) == 1


@pytest.mark.parametrize("reader", ["ruth", "auditor"])
@pytest.mark.parametrize("name", ["filters", "exports", "drill_down", "memberships_count"])
def test_other_readers_of_kinds_see_no_more(shop_doors: Doors, name: str, reader: str) -> None:
    doors = Doors(shop_doors.api, reader, shop_doors.new_case)
    assert leaks(doors, ATTACKS[name]) == []


def test_customers_who_are_erased_and_return_count_once(
    shop_doors: Doors, new_case: NewCase
) -> None:
    with shop_doors.house.transaction(operator(shop_doors.house)) as tx:
        four = [(agent, f"guest-{n}") for n in range(4) for agent in ("ada", "bo", "cy")]
        add_kind(tx, new_case, "orchids", four)
        release(tx)
    hidden = shop_doors.hidden().keys()
    assert len(hidden) == 2
    assert leaks(shop_doors, erased_and_returned) == []
    orchids = next(row["id"] for row in shop_doors.kinds() if row["name"] == "Tales of orchids")
    assert orchids in shop_doors.hidden()
    shop_doors.join(orchids)
    assert orchids not in shop_doors.hidden()


# Casebases that hypothesis makes

PEOPLE = st.tuples(
    st.sampled_from(["ada", "bo", "cy", "dee"]), st.sampled_from([f"c{n}" for n in range(8)])
)
GROUPS = st.builds(
    lambda rows, carried: [(a if carried[0] else None, c if carried[1] else None) for a, c in rows],
    st.lists(PEOPLE, min_size=1, max_size=14),
    st.sampled_from([(True, True), (True, True), (True, False), (False, False)]),
)


TURNS = ("dee", "ada", "bo", "dee", "ada", "bo", "ada", "ada", "bo")
"""Who filed one kind's cases where all are in a kind: the first that is in none must not show."""


@pytest.mark.slow
@settings(
    max_examples=4,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(kinds=st.lists(GROUPS, min_size=1, max_size=4), rest=st.lists(PEOPLE, max_size=6))
@example(kinds=[[(name, None) for name in TURNS]], rest=[])
def test_no_attack_singles_out_few_people_in_any_casebase(
    template: Path, new_case: NewCase, kinds: list[Group], rest: Group
) -> None:
    with TemporaryDirectory(prefix="recommender-") as folder:
        doors = opened(template, Path(folder), new_case, kinds, rest)
        for name, attack in ATTACKS.items():
            assert leaks(doors, attack) == [], name
        doors.house.database.close()


def opened(
    template: Path, folder: Path, new_case: NewCase, kinds: list[Group], rest: Group
) -> Doors:
    """Open a house of these groups, as a run would have left it."""
    path = folder / "recommender.sqlite"
    shutil.copy(template, path)
    shutil.copy(template.with_name(f"{template.name}.keys"), f"{path}.keys")
    house = House(Settings(database_url=f"sqlite:///{path}", encoder="hashing"))
    words = ("lantern", "ferry", "orchid", "tuba", "igloo")
    with house.transaction(operator(house)) as tx:
        for word, group in zip(words, kinds, strict=False):
            add_kind(tx, new_case, word, group)
        add_cases(tx, new_case, words[-1], rest)
        release(tx)
    catch_up(house, operator(house))
    return Doors(Api(house), "ines", new_case)
