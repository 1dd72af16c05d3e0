"""Texts go when their time is up; what is counted stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import operator
from recommender.cases import retaining
from recommender.cases.embedding import catch_up
from recommender.cases.erasing import erase_customer
from recommender.cases.retaining import let_go_overdue
from recommender.config import now
from recommender.models.accounts import IdempotentAnswer
from recommender.models.cases import Case, Embedding
from recommender.models.events import Event
from recommender.models.kinds import Kind, Membership
from recommender.storage.house import House
from recommender.vocabulary import CaseState
from tests.conftest import NewCase

DAYS = 100


@pytest.fixture
def keeping(house: House) -> House:
    """The house, where texts stay for a hundred days."""
    opened = House(house.settings.model_copy(update={"retention_days": DAYS}))
    opened.encoder = house.encoder
    return opened


def let_go(house: House) -> int:
    with house.transaction(operator(house)) as tx:
        return let_go_overdue(tx)


def aged(house: House, new_case: NewCase, days: float, **given: object) -> str:
    """Add a case that was answered so many days ago."""
    moment = now() - timedelta(days=days)
    times = {"occurred_at": moment, "filed_at": moment, "decided_at": moment}
    with house.database.transaction() as session:
        return new_case(session, **(times | given)).id


def test_texts_past_their_time_go_and_others_stay(keeping: House, new_case: NewCase) -> None:
    old = aged(keeping, new_case, DAYS + 1, amount=12.0)
    young = aged(keeping, new_case, DAYS - 1)
    waiting = aged(
        keeping, new_case, DAYS + 1, state=CaseState.PENDING, decided_at=None, cosigner_id=None
    )
    catch_up(keeping, operator(keeping))
    assert let_go(keeping) == 1
    with keeping.database.reading() as session:
        gone = session.get_one(Case, old)
        assert (gone.situation, gone.resolution, gone.raw.situation) == ("", None, "")
        assert (gone.state, gone.amount) == (CaseState.APPROVED, 12.0)
        for kept in (young, waiting):
            assert session.get_one(Case, kept).situation
        embedded = set(session.scalars(select(Embedding.case_id)))
        assert embedded == {young}
        last = session.scalars(select(Event).order_by(Event.sequence.desc())).first()
        assert last is not None
        assert (last.verb, last.details) == ("let_go", {"cases": 1})
    assert let_go(keeping) == 0
    assert catch_up(keeping, operator(keeping)).embedded == 0


def test_without_the_setting_everything_stays(house: House, new_case: NewCase) -> None:
    aged(house, new_case, 10_000)
    assert let_go(house) == 0
    with house.database.reading() as session:
        assert session.scalars(select(Case.situation)).one()


def test_many_go_in_several_transactions(
    keeping: House, new_case: NewCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retaining, "AT_ONCE", 2)
    for _ in range(3):
        aged(keeping, new_case, DAYS + 1)
    assert [let_go(keeping) for _ in range(3)] == [2, 1, 0]


def test_a_kind_keeps_the_plain_words_of_its_name_and_one_customer_stays_one(
    keeping: House, new_case: NewCase
) -> None:
    for _ in range(2):
        aged(keeping, new_case, DAYS + 1, customer_id="C-1", situation="Zorvex: the heel broke.")
    with keeping.database.transaction() as session:
        kind = Kind(name="Broken heel of Zorvex", born_at=now())
        session.add(kind)
        session.flush()
        for case_id in session.scalars(select(Case.id)):
            session.add(Membership(case_id=case_id, kind_id=kind.id, strength=1.0, origin="run"))
    let_go(keeping)
    with keeping.database.reading() as session:
        assert session.scalars(select(Kind.name)).one() == "Broken heel of [erased]"
        assert session.scalar(select(func.count(Case.customer_id.distinct()))) == 1
        assert "C-1" not in set(session.scalars(select(Case.customer_id)))


def test_answers_kept_for_repeated_requests_go_too(keeping: House) -> None:
    with keeping.database.transaction() as session:
        for name, days in (("old", DAYS + 1), ("young", 1)):
            session.add(
                IdempotentAnswer(
                    account_name="maya",
                    key=name,
                    request_hash="0" * 64,
                    answer={"situation": "The boots."},
                    created_at=now() - timedelta(days=days),
                )
            )
    let_go(keeping)
    with keeping.database.reading() as session:
        assert session.scalars(select(IdempotentAnswer.key)).all() == ["young"]


def test_what_went_by_time_is_erased_with_its_customer_later(
    keeping: House, new_case: NewCase, admin: Actor
) -> None:
    aged(keeping, new_case, DAYS + 1, customer_id="C-1")
    aged(keeping, new_case, 1, customer_id="C-1")
    let_go(keeping)
    assert erase_customer(keeping, admin, "C-1").cases == 1
    with keeping.database.reading() as session:
        assert session.scalar(select(func.count(Case.customer_id.distinct()))) == 1


def test_only_the_operator_and_admins_let_go(keeping: House, ines: Actor) -> None:
    with pytest.raises(RoleMissing), keeping.transaction(ines) as tx:
        let_go_overdue(tx)
