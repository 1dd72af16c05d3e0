"""Clauses that nobody answers for are told to administrators once, and listed."""

import pytest
from sqlalchemy import select

from recommender.accounts.directory import deactivate, operator
from recommender.changes.leaving import HandedOver, hand_over_leavers
from recommender.models.notices import Notice
from recommender.policies.library import clause_by_key, revise
from recommender.storage.house import House
from recommender.vocabulary import NoticeTopic
from tests.conftest import AddPolicy
from tests.contract.conftest import Api

PLAIN = "# Bikes {#BK}\n\n## Loans {#BK-1}\n\n" + "\n\n".join(
    f"[BK-1.{number}]{{.clause #BK-1.{number}}} A bike of size {number} is lent for a day."
    for number in range(1, 13)
)


def upkeep(house: House) -> int:
    with house.transaction(operator(house)) as tx:
        return hand_over_leavers(tx).orphans


def told(house: House, name: str = "admin") -> list[tuple[str, str, bool]]:
    with house.database.reading() as session:
        found = session.scalars(
            select(Notice)
            .where(Notice.account_name == name, Notice.topic == NoticeTopic.HANDED_OVER)
            .order_by(Notice.title, Notice.body)
        )
        return [(one.title, one.body, one.needs_you) for one in found]


def unowned(house: House) -> list[str]:
    keys: list[str] = Api(house).by("maya").get("/v1/library").json()["unowned"]
    return keys


def test_while_somebody_sits_at_every_desk_nothing_is_told(
    house: House, add_policy: AddPolicy
) -> None:
    add_policy()
    assert upkeep(house) == HandedOver().orphans
    assert told(house) == []
    assert unowned(house) == []


def test_a_desk_that_nobody_ever_sat_at_is_told_once(house: House, add_policy: AddPolicy) -> None:
    add_policy()
    with house.transaction(operator(house)) as tx:
        clause_by_key(tx, "RET-3.1").owner = "repairs-desk"
    assert [upkeep(house), upkeep(house)] == [1, 0]
    assert told(house) == [("Nobody is left at repairs-desk", "It answers for RET-3.1.", True)]
    assert told(house, "ruth") == []
    assert unowned(house) == ["RET-3.1"]


def test_an_owner_who_leaves_orphans_what_applies(house: House, add_policy: AddPolicy) -> None:
    add_policy()
    with house.transaction(operator(house)) as tx:
        revise(
            tx,
            clause_by_key(tx, "RET-3.1"),
            markup="A zip is mended.",
            effective_from=None,
            retires=True,
        )
        deactivate(tx, "ruth")
    assert upkeep(house) == 1
    assert told(house)[0][1] == "It answers for RET-2.1, RET-2.2."
    assert unowned(house) == ["RET-2.1", "RET-2.2"]


@pytest.mark.parametrize("seated", [True, False])
def test_a_handbook_that_names_no_owner_is_told_once(
    house: House, add_policy: AddPolicy, *, seated: bool
) -> None:
    add_policy(PLAIN)
    if not seated:
        with house.transaction(operator(house)) as tx:
            deactivate(tx, "ruth")
    assert [upkeep(house), upkeep(house)] == [1, 0]
    [(title, body, needs_you)] = told(house)
    assert (title, needs_you) == ("No owner is named in BK", True)
    assert body.startswith("Any policy owner may decide about BK-1.1, BK-1.10, BK-1.11")
    assert body.endswith("and 2 more.")
    assert len(unowned(house)) == 12
