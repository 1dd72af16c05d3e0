"""Undoing an import: the whole batch goes, unless somebody decided about one of its cases."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import actor_named
from recommender.cases.cosigning import cosign, decline
from recommender.cases.embedding import catch_up
from recommender.cases.filing import Wish, edit, revoke
from recommender.cases.importing.taking import undo_import
from recommender.cases.importing.undoing import (
    AlreadyUndone,
    BatchUpdated,
    DecidedSince,
    UnknownBatch,
)
from recommender.cases.outcomes import record_outcome
from recommender.models.base import new_id
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.models.kinds import Correction, CorrectionCase, Kind, Membership
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CorrectionVerb, MembershipOrigin, OutcomeSource, Verdict
from tests.imports import Take, case_id, counts, everything, row, taker

AT = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def take(house: House, admin: Actor, tmp_path: Path) -> Take:
    """Import rows as an admin."""
    return taker(house, admin, tmp_path)


def place(tx: Transaction, case: str, origin: MembershipOrigin = MembershipOrigin.RUN) -> Kind:
    kind = Kind(id=new_id(), name="Boots", born_at=AT)
    tx.session.add(kind)
    tx.session.flush()
    tx.session.add(Membership(case_id=case, kind_id=kind.id, strength=1.0, origin=origin))
    tx.session.flush()
    return kind


def sign(tx: Transaction, case: str) -> None:
    cosign(tx, case, tx.session.get_one(Case, case).content_hash)


def refuse(tx: Transaction, case: str) -> None:
    decline(tx, case, tx.session.get_one(Case, case).content_hash, "Too late.")


def rewrite(tx: Transaction, case: str) -> None:
    edit(tx, case, Wish(situation="It was the other boot.", resolution="Sent one."))


def take_back(tx: Transaction, case: str) -> None:
    revoke(tx, case, "It was made up.")


def answer(tx: Transaction, case: str) -> None:
    record_outcome(tx, case, source=OutcomeSource.CUSTOMER, csat=5)


def move(tx: Transaction, case: str) -> None:
    place(tx, case, MembershipOrigin.BY_HAND)


def split(tx: Transaction, case: str) -> None:
    taught = Correction(number=1, verb=CorrectionVerb.SPLIT, made_by="ines", made_at=AT)
    taught.cases = [CorrectionCase(case_id=case, part=1, placed=True)]
    tx.session.add(taught)


def dismiss(tx: Transaction, case: str) -> None:
    place(tx, case).dismissed_at = AT


def promote(tx: Transaction, case: str) -> None:
    kind = place(tx, case)
    tx.session.add(
        Candidate(
            kind_id=kind.id,
            verdict=Verdict.COACH,
            reason="So.",
            draft={},
            evidence={},
            promoted_by="ines",
            promoted_at=AT,
        )
    )


def test_the_cases_go_with_all_that_was_derived_from_them(
    house: House, admin: Actor, take: Take
) -> None:
    take([row(9)])
    catch_up(house, admin)
    (cases, raw, outcomes, batches, events, embeddings), says = everything(house)
    batch = str(take([row(1, outcome={"csat": 4}), row(2)]).batch_id)
    catch_up(house, admin)
    with house.transaction(admin) as tx:
        place(tx, case_id(house))
        assert undo_import(tx, batch) == 2
    sizes = [cases, raw, outcomes, (batches or 0) + 1, (events or 0) + 2, embeddings]
    assert everything(house) == (sizes, says)
    with house.reading(admin) as tx:
        assert tx.session.scalars(select(Membership)).all() == []
        house.log.verify(tx.session)
    with house.transaction(admin) as tx, pytest.raises(AlreadyUndone):
        undo_import(tx, batch)
    assert counts(take([row(1), row(2)])) == {"imported": 2}


@pytest.mark.parametrize(
    ("act", "actor", "status"),
    [
        (sign, "tom", "pending"),
        (refuse, "tom", "pending"),
        (rewrite, "maya", "pending"),
        (take_back, "maya", "approved"),
        (answer, "admin", "approved"),
        (move, "ines", "approved"),
        (split, "ines", "approved"),
        (dismiss, "ines", "approved"),
        (promote, "ines", "approved"),
    ],
)
def test_not_once_somebody_decided_about_one_of_them(
    house: House,
    admin: Actor,
    take: Take,
    act: Callable[[Transaction, str], None],
    actor: str,
    status: str,
) -> None:
    batch = str(take([row(1, status=status, cosigner_id=None), row(2)]).batch_id)
    with house.transaction(actor_named(house, actor)) as tx:
        act(tx, case_id(house))
    before = everything(house)
    with house.transaction(admin) as tx, pytest.raises(DecidedSince) as refused:
        undo_import(tx, batch)
    assert refused.value.facts == {"cases": 1}
    assert everything(house) == before


def test_a_batch_that_is_not_there_or_changed_other_cases_stays(
    house: House, admin: Actor, take: Take
) -> None:
    with house.transaction(admin) as tx, pytest.raises(UnknownBatch):
        undo_import(tx, "nothing")
    take([row(1)])
    batch = take([row(1, amount=2), row(2)], update=True).batch_id
    with house.transaction(admin) as tx, pytest.raises(BatchUpdated, match="changed 1 cases"):
        undo_import(tx, str(batch))


def test_only_admins_undo(house: House, ines: Actor, take: Take) -> None:
    batch = take([row(1)]).batch_id
    with house.transaction(ines) as tx, pytest.raises(RoleMissing):
        undo_import(tx, str(batch))
