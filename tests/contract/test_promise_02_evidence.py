"""Promise 2 and evidence: an owner's own answer shows nothing of what peers sign or decline."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.cases.embedding import catch_up
from recommender.kinds.assigning import assign
from recommender.kinds.contrast import declined_like
from recommender.kinds.gathering import approved_keys, approved_texts
from recommender.kinds.rows import rows_by_kind
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership
from recommender.models.suggestions import Suggestion
from recommender.storage.house import House
from recommender.vocabulary import CaseState, MembershipOrigin
from tests.conftest import AddPolicy, NewCase
from tests.contract.changing import OF_NOBODY

LATER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def actor(house: House, add_policy: AddPolicy) -> Actor:
    add_policy()
    return operator(house)


def add_kind(session: Session, *cases: Case) -> str:
    kind = Kind(name="late boots", clause=cases[0].clause, gap=False, born_at=LATER)
    session.add(kind)
    session.flush()
    for case in cases:
        session.add(
            Membership(case_id=case.id, kind_id=kind.id, strength=1.0, origin=MembershipOrigin.RUN)
        )
    session.flush()
    return kind.id


@pytest.mark.parametrize("apart", [{"decided_by_owner": True}, {"misused_at": LATER}])
def test_what_no_peer_stands_for_is_no_evidence(
    house: House, actor: Actor, new_case: NewCase, apart: dict[str, object]
) -> None:
    with house.transaction(actor) as tx:
        signed = new_case(tx.session, clause="RET-2.1")
        other = new_case(tx.session, clause="RET-2.1", **apart)
        kind_id = add_kind(tx.session, signed, other)
        signed_id = signed.id
    catch_up(house, actor)
    fingerprint = house.encoder.fingerprint
    with house.reading(actor) as tx:
        rows = rows_by_kind(tx.session, LATER, [kind_id])[kind_id]
        assert [row.id for row in rows] == [signed_id]
        assert list(approved_keys(tx.session, fingerprint)) == [signed_id]
        texts = approved_texts(tx.session, fingerprint)
        assert [case.id for case in texts.cases] == [signed_id]


def test_what_an_owner_declined_is_no_place_where_peers_say_no(
    house: House, actor: Actor, new_case: NewCase
) -> None:
    with house.transaction(actor) as tx:
        kind_id = add_kind(tx.session, new_case(tx.session, clause="RET-2.1"))
        declined = [
            new_case(
                tx.session,
                clause="RET-2.1",
                state=CaseState.DECLINED,
                decided_by_owner=by_owner,
                **OF_NOBODY,
            ).id
            for by_owner in (True, False)
        ]
    with house.reading(actor) as tx:
        found = declined_like(tx, tx.session.get_one(Kind, kind_id))
        assert [case.id for case in found] == declined[1:]


def test_what_an_owner_approved_joins_no_kind(shop: House, new_case: NewCase) -> None:
    actor = operator(shop)
    with shop.transaction(actor) as tx:
        like = tx.session.scalars(select(Case).order_by(Case.id).limit(1)).one()
        moment = tx.at
        twin, apart = (
            new_case(
                tx.session,
                clause=like.policy_ref,
                situation=like.situation,
                resolution=like.resolution,
                reason=like.reason,
                facts=like.facts,
                filed_at=moment,
                decided_at=moment,
                decided_by_owner=by_owner,
            ).id
            for by_owner in (False, True)
        )
    catch_up(shop, actor)
    assign(shop, actor)
    with shop.reading(actor) as tx:
        answered = {
            case_id
            for of in (Membership, Suggestion)
            for case_id in tx.session.scalars(select(of.case_id))
        }
    assert twin in answered
    assert apart not in answered
