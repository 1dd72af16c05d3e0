"""A kind tells in which ways its cases depart from the script, unless few are behind it."""

import pytest
from sqlalchemy import select

from recommender.accounts.directory import operator
from recommender.kinds.floors import release
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership
from recommender.storage.house import House
from recommender.vocabulary import Dimension, MembershipOrigin
from tests.conftest import NewCase
from tests.contract.attacks import Doors
from tests.contract.conftest import Api

ADAPTING, COMMUNICATING, RESOURCES = Dimension


@pytest.fixture
def kind_id(shop: House) -> str:
    """A shown kind of which ten cases say a dimension."""
    with shop.transaction(operator(shop)) as tx:
        kind = tx.session.scalars(select(Kind).order_by(Kind.id).limit(1)).one()
        members = (
            select(Case)
            .join(Membership, Membership.case_id == Case.id)
            .where(Membership.kind_id == kind.id)
            .order_by(Case.id)
        )
        for case, said in zip(
            tx.session.scalars(members), [RESOURCES] * 7 + [ADAPTING] * 3, strict=False
        ):
            case.dimension = said
        return kind.id


def test_all_are_counted_the_commonest_first(
    shop_api: Api, kind_id: str, new_case: NewCase
) -> None:
    doors = Doors(shop_api, "ines", new_case)
    for page in (doors.get(f"/v1/kinds/{kind_id}"), doors.cli("kinds", "show", kind_id)):
        assert page["dimensions"] == [
            {"dimension": RESOURCES, "cases": 7},
            {"dimension": ADAPTING, "cases": 3},
        ]


def test_a_kind_of_few_people_tells_none(shop: House, shop_api: Api, new_case: NewCase) -> None:
    with shop.transaction(operator(shop)) as tx:
        kind = Kind(name="one person's", born_at=tx.at, card={})
        tx.session.add(kind)
        tx.session.flush()
        for _ in range(9):
            case = new_case(tx.session, agent_id="felix", dimension=COMMUNICATING)
            tx.session.add(
                Membership(
                    case_id=case.id, kind_id=kind.id, strength=0.9, origin=MembershipOrigin.RUN
                )
            )
        release(tx)
        hidden = kind.id
    assert shop_api.by("ines").get(f"/v1/kinds/{hidden}").json()["dimensions"] is None


def test_one_case_more_changes_no_number_that_is_shown(
    shop: House, shop_api: Api, kind_id: str, new_case: NewCase
) -> None:
    def told() -> object:
        return shop_api.by("ines").get(f"/v1/kinds/{kind_id}").json()["dimensions"]

    before = told()
    with shop.transaction(operator(shop)) as tx:
        case = new_case(tx.session, agent_id="felix", dimension=COMMUNICATING)
        tx.session.add(
            Membership(case_id=case.id, kind_id=kind_id, strength=0.9, origin=MembershipOrigin.RUN)
        )
        release(tx)
    assert told() == before
