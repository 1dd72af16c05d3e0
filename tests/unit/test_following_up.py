"""Filers are asked once, some days after, what came of a case of which nothing is known."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from recommender.accounts.directory import operator
from recommender.cases.following_up import STILL_ASKED_DAYS, ask_for_outcomes
from recommender.cases.outcomes import record_outcome
from recommender.models.cases import ImportBatch
from recommender.models.notices import Notice
from recommender.models.outcomes import Outcome
from recommender.storage.house import House
from recommender.vocabulary import CaseState, NoticeTopic, OutcomeSource
from tests.conftest import NewCase


def approved(house: House, new_case: NewCase, days: float, **given: object) -> str:
    """Add a case that was decided so many days ago."""
    with house.transaction(operator(house)) as tx:
        moment = tx.at - timedelta(days=days)
        return new_case(tx.session, **{"decided_at": moment} | given).id


def ask(house: House) -> int:
    with house.transaction(operator(house)) as tx:
        return ask_for_outcomes(tx)


def test_the_filer_is_asked_once_after_some_days(house: House, new_case: NewCase) -> None:
    case = approved(house, new_case, 3.1, situation="The heel came off. " * 10)
    assert (ask(house), ask(house)) == (1, 0)
    with house.reading(operator(house)) as tx:
        (notice,) = tx.session.scalars(select(Notice))
        assert (notice.account_name, notice.case_id) == ("maya", case)
        assert notice.needs_you
        assert notice.body.endswith("…”")


@pytest.mark.parametrize(
    ("days", "given"),
    [
        (2.9, {}),
        (3 + STILL_ASKED_DAYS, {}),
        (4, {"state": CaseState.DECLINED}),
        (4, {"agent_id": None}),
    ],
    ids=["too early", "too late", "declined", "nobody knows who filed"],
)
def test_nobody_is_asked_otherwise(
    house: House, new_case: NewCase, days: float, given: dict[str, object]
) -> None:
    approved(house, new_case, days, **given)
    assert ask(house) == 0


def test_imported_cases_are_not_asked_about(house: House, new_case: NewCase) -> None:
    with house.transaction(operator(house)) as tx:
        batch = ImportBatch(file_name="a.csv", counts={}, imported_at=tx.at, imported_by="admin")
        tx.session.add(batch)
        tx.session.flush()
        wanted = batch.id
    approved(house, new_case, 4, batch_id=wanted)
    assert ask(house) == 0


def test_what_is_known_is_not_asked(house: House, new_case: NewCase) -> None:
    case = approved(house, new_case, 4)
    with house.transaction(operator(house)) as tx:
        tx.session.add(
            Outcome(case_id=case, source=OutcomeSource.CUSTOMER, csat=5, recorded_at=tx.at)
        )
    assert ask(house) == 0


def test_an_answer_settles_the_question(house: House, new_case: NewCase) -> None:
    case = approved(house, new_case, 4)
    ask(house)
    with house.transaction(operator(house)) as tx:
        record_outcome(tx, case, source=OutcomeSource.AGENT, complaint=False)
        asked = tx.session.scalars(select(Notice).where(Notice.topic == NoticeTopic.FOLLOW_UP))
        assert asked.one().read_at == tx.at
