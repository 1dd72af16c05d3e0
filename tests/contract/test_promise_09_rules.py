"""Promise 9: nor does what suggests, tries, decides and follows a rule single out few people."""

import pytest

from recommender.accounts.directory import actor_named, operator
from recommender.changes.accepting import accept
from recommender.changes.candidates import claim, promote
from recommender.kinds.floors import release
from recommender.models.cases import Case
from recommender.vocabulary import CaseState
from tests.contract.attacks import Doors
from tests.contract.attacks_rules import RULE_ATTACKS, everything
from tests.contract.test_promise_09_attacks import add_kind, leaks, shop_doors

__all__ = ["shop_doors"]  # a fixture, used below
TEAMS = {"ada": "west", "bo": "north", "cy": "north", "dee": "north"}
WITH_NUMBER = ("covered", "still_declined", "flips", "readings", "decided_on")


@pytest.fixture
def rule_doors(shop_doors: Doors) -> Doors:
    """The shop with one rule changed, a gap that four people ask about, and what is in no kind.

    One of the four is a team of her own. What is in none is under a kind's clause, and of enough
    people to be counted together.
    """
    house = shop_doors.house
    with house.transaction(operator(house)) as tx:
        gap = [(agent, f"guest-{number}") for number in range(6) for agent in TEAMS]
        add_kind(tx, shop_doors.new_case, "awnings", gap)
        tx.session.flush()
        for case in tx.session.query(Case).filter(Case.source_id.startswith("awnings-")):
            case.agent_team = TEAMS[str(case.agent_id)]
        for number in range(6):
            shop_doors.new_case(
                tx.session,
                source_id=f"beside-{number}",
                clause="RET-2.1",
                age=40 + 7 * number,
                agent_id=tuple(TEAMS)[number % 3],
                cosigner_id=None,
                customer_id=f"beside-{number}",
                facts={"days_since_delivery": 61.0 + number},
                amount=500.0 + number,
                currency="EUR",
            )
        release(tx)
    changed = next(row["id"] for row in shop_doors.kinds() if row["clause"] == "RET-3.1")
    with house.transaction(actor_named(house, "ines")) as tx:
        candidate_id = promote(tx, changed).id
    with house.transaction(actor_named(house, "ruth")) as tx:
        claim(tx, candidate_id)
        accept(tx, candidate_id, reason="It helps.")
    return shop_doors


@pytest.mark.slow
def test_no_attack_on_rules_singles_out_few_people(rule_doors: Doors) -> None:
    for name, attack in RULE_ATTACKS.items():
        assert leaks(rule_doors, attack) == [], name


def test_the_attacks_read_what_there_is(rule_doors: Doors) -> None:
    """Attacks on doors that say nothing would prove nothing."""
    told = everything(rule_doors)
    assert not [door for door, answer in told.items() if answer == "null" and door != "examiner"]
    assert all(any(f'"{name}": ' in answer for answer in told.values()) for name in WITH_NUMBER)
    with rule_doors.house.database.reading() as session:
        few = session.query(Case).filter_by(state=CaseState.DECLINED)
        assert {rule_doors.get(f"/v1/proposals/{case.id}") for case in few} == {None}
