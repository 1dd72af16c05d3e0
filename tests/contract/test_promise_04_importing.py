"""Promise 4, importing: an import, again or with --update, never changes a human decision."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from recommender.access import Actor
from recommender.cases.cosigning import cosign, decline
from recommender.cases.filing import Wish, edit, revoke, withdraw
from recommender.cases.outcomes import record_outcome
from recommender.models.base import new_id
from recommender.models.cases import Case, CoSignature
from recommender.models.kinds import Kind, Membership
from recommender.models.outcomes import Outcome
from recommender.storage.house import House
from recommender.vocabulary import CaseState, MembershipOrigin, OutcomeSource
from tests.imports import Take, case_id, counts, row, taker

COLUMNS = [column.key for column in Case.__table__.columns]


@pytest.fixture
def take(house: House, admin: Actor, tmp_path: Path) -> Take:
    """Import rows as an admin."""
    return taker(house, admin, tmp_path)


def whole(house: House) -> dict[str, Any]:
    """Give everything a case holds: its columns, texts as typed, signatures."""
    with house.database.reading() as session:
        case = session.get_one(Case, case_id(house))
        signatures = session.scalars(select(CoSignature).order_by(CoSignature.ordinal))
        return {name: getattr(case, name) for name in COLUMNS} | {
            "raw": (case.raw.situation, case.raw.resolution, case.raw.reason),
            "signatures": [
                (one.signer_id, one.verdict, one.content_hash, one.voided_at) for one in signatures
            ],
        }


def changed_rows() -> list[list[dict[str, Any]]]:
    """The same row in other words, with another status, and with another outcome."""
    return [
        [row(1, situation="Something else happened.", resolution="Other.", amount=900)],
        [row(1, status="withdrawn")],
        [row(1, status="approved", outcome={"csat": 1, "complaint": True})],
    ]


@pytest.mark.parametrize("update", [False, True])
@pytest.mark.parametrize("again", range(3))
@pytest.mark.parametrize("decision", ["signed", "declined", "withdrawn", "edited", "revoked"])
def test_what_people_decided_about_an_imported_case_stays(
    house: House, maya: Actor, tom: Actor, take: Take, decision: str, again: int, *, update: bool
) -> None:
    status = "approved" if decision == "revoked" else "pending"
    take([row(1, status=status, cosigner_id=None, resolution="A new pair.")])
    id_ = case_id(house)
    seen = whole(house)["content_hash"]
    with house.transaction(tom if decision in {"signed", "declined"} else maya) as tx:
        if decision == "signed":
            cosign(tx, id_, seen)
        elif decision == "declined":
            decline(tx, id_, seen, "It was her third pair.")
        elif decision == "withdrawn":
            withdraw(tx, id_)
        elif decision == "edited":
            edit(tx, id_, Wish(situation="Both boots gave in.", resolution="Two new pairs."))
        else:
            revoke(tx, id_, "It was made up.")
    before = whole(house)
    report = take(changed_rows()[again], update=update)
    assert counts(report) == {"kept": 1}
    assert [(left.line, left.id) for left in report.left] == [(1, "A-1")]
    assert whole(house) == before


def test_one_of_two_signatures_still_stands_for_its_text(
    house: House, admin: Actor, tom: Actor, take: Take
) -> None:
    take([row(1, status="pending", cosigner_id=None)])
    with house.transaction(admin) as tx:
        tx.session.get_one(Case, case_id(house)).signatures_needed = 2
    with house.transaction(tom) as tx:
        cosign(tx, case_id(house), whole(house)["content_hash"])
    before = whole(house)
    assert before["state"] is CaseState.PENDING
    assert counts(take(changed_rows()[0], update=True)) == {"kept": 1}
    assert whole(house) == before


@pytest.mark.parametrize("source", [OutcomeSource.CUSTOMER, OutcomeSource.AGENT])
def test_outcomes_told_by_customers_and_agents_stay(
    house: House, admin: Actor, take: Take, source: OutcomeSource
) -> None:
    take([row(1, outcome={"csat": 4})])
    with house.transaction(admin) as tx:
        record_outcome(tx, case_id(house), source=source, csat=2, complaint=True)
    report = take([row(1, outcome={"csat": 5, "complaint": False})], update=True)
    assert counts(report) == {"updated": 1}
    with house.database.reading() as session:
        told = session.get_one(Outcome, (case_id(house), source))
        imported = session.get_one(Outcome, (case_id(house), OutcomeSource.IMPORT))
        assert (told.csat, told.complaint) == (2, True)
        assert (imported.csat, imported.complaint) == (5, False)


def test_a_member_placed_by_hand_stays_in_its_kind(house: House, admin: Actor, take: Take) -> None:
    take([row(1)])
    with house.transaction(admin) as tx:
        kind = Kind(id=new_id(), name="Boots that gave in", named_by="ines", born_at=tx.at)
        tx.session.add(kind)
        tx.session.flush()
        membership = {"case_id": case_id(house), "kind_id": kind.id, "strength": 1.0}
        tx.session.add(Membership(**membership, origin=MembershipOrigin.BY_HAND))
    assert counts(take(changed_rows()[0], update=True)) == {"updated": 1}
    with house.database.reading() as session:
        placed = session.get_one(Membership, case_id(house))
        assert (placed.origin, placed.kind.name) == (
            MembershipOrigin.BY_HAND,
            "Boots that gave in",
        )
