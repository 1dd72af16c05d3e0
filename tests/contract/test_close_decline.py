"""A close case that was declined is told, with its day and reason, to filer and signer alike."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import pytest

from recommender.accounts.directory import operator
from recommender.cases.close_declines import CLOSE, close_decline
from recommender.cases.comparing import Answer, Compared
from recommender.cases.embedding import catch_up
from recommender.vocabulary import CaseState
from tests.conftest import NewCase
from tests.contract.conftest import Api

DRAFT: dict[str, Any] = {
    "situation": "A walker wants money back for boots worn in the rain for a month.",
    "facts": {"days_worn": 30},
}
SAYS = {"day": "2026-05-03", "reason": "Worn is worn."}


@pytest.fixture
def declined(ruled: Api, new_case: NewCase) -> str:
    """A declined case told like the draft, answered on 3 May 2026, and others far from it."""
    with ruled.house.database.transaction() as session:
        case = new_case(
            session,
            situation="A walker wanted money back for boots worn in the rain for five weeks.",
            state=CaseState.DECLINED,
            decided_at=datetime(2026, 5, 3, tzinfo=UTC),
            decline_reason="Worn is worn.",
            facts={"days_worn": 35},
            resolution=None,
        )
        new_case(session, situation="The sofa is blue.", state=CaseState.DECLINED)
        case_id = case.id
    catch_up(ruled.house, operator(ruled.house))
    return case_id


def asked(api: Api, path: str, **changed: object) -> dict[str, Any]:
    answer = api.by("tom").post(path, json=DRAFT | changed)
    assert answer.status_code == HTTPStatus.OK, answer.text
    page: dict[str, Any] = answer.json()
    return page


@pytest.mark.parametrize("path", ["/v1/advice", "/v1/precedents"])
def test_filer_and_signer_are_told_the_same(ruled: Api, declined: str, path: str) -> None:
    page = asked(ruled, path)
    assert page["close_decline"] == SAYS | {"case_id": declined}
    counted = {"approved": 0, "declined": 1, "badly_ended": 0, "csat_told": 0}
    assert page["totals"] == counted | dict.fromkeys(["csat", "largest", "currency"])


@pytest.mark.parametrize("path", ["/v1/advice", "/v1/precedents"])
def test_what_is_only_a_little_alike_is_not_called_close(
    ruled: Api, declined: str, path: str
) -> None:
    page = asked(ruled, path, situation="A walker lost a glove.", facts={})
    assert page["close_decline"] is None
    assert declined in {one["id"] for one in page["precedents"]}


def test_an_approved_case_says_nothing_of_declines(ruled: Api, new_case: NewCase) -> None:
    with ruled.house.database.transaction() as session:
        new_case(session, situation=DRAFT["situation"], facts=DRAFT["facts"])
    catch_up(ruled.house, operator(ruled.house))
    assert asked(ruled, "/v1/advice")["close_decline"] is None


def test_who_reads_kinds_gets_no_counts_past_their_floors(ruled: Api, declined: str) -> None:
    page = ruled.by("ines").post("/v1/precedents", json=DRAFT).json()
    assert page["totals"] is None
    assert asked(ruled, "/v1/precedents")["close_decline"]["case_id"] == declined


def compared(similarity: float, answer: Answer, reason: str | None) -> Compared:
    return Compared(
        id=f"{similarity}",
        similarity=similarity,
        state=CaseState.DECLINED if answer is Answer.DECLINED else CaseState.APPROVED,
        answer=answer,
        reused_from=None,
        day=datetime(2026, 5, 3, tzinfo=UTC).date(),
        decline_reason=reason,
    )


def test_the_nearest_close_one_that_says_why_is_told() -> None:
    ranked = [
        compared(0.9, Answer.WELL, None),
        compared(0.8, Answer.DECLINED, None),
        compared(0.7, Answer.DECLINED, "Second time."),
        compared(CLOSE, Answer.DECLINED, "Third time."),
        compared(CLOSE - 0.01, Answer.DECLINED, "Too far."),
    ]
    found = close_decline(ranked)
    assert found is not None
    assert found.reason == "Second time."
    assert close_decline(ranked[3:]) is not None
    assert close_decline([ranked[0], ranked[4]]) is None
    assert close_decline([]) is None
