"""Promise 1: nobody answers for those who lead them or whom they lead, through any door."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import click
import pytest
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import InactiveAccount, deactivate, operator
from recommender.cases.asking import ask
from recommender.cases.cosigning import cosign, decline, queue
from recommender.cases.eligibility import eligible_peers, is_eligible
from recommender.cases.escalating import escalate_overdue
from recommender.cases.filing import StillWaiting, Wish, edit, file, proposal
from recommender.cases.rosters import could_answer
from recommender.cli.main import find_command
from recommender.models.cases import Case, InTheSameLine, StaleSignature
from recommender.models.notices import Notice
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CaseState, NoticeTopic
from tests.contract.asking import assert_refused, filed, signed
from tests.contract.conftest import Api
from tests.contract.doors import DOORS
from tests.contract.line import ABOVE, BELOW, draw_line

WISH = Wish(situation="The kettle leaks.", resolution="Send another.")
ANSWERS: dict[str, Callable[[Transaction, str, str], object]] = {
    "ask": lambda tx, case, seen: ask(tx, case, seen, "Since when?"),
    "decline": lambda tx, case, seen: decline(tx, case, seen, "It was dropped."),
    "cosign": cosign,
}


@pytest.fixture
def people(stored: House) -> dict[str, Actor]:
    return draw_line(stored)


@pytest.fixture
def waiting(stored: House, people: dict[str, Actor]) -> tuple[str, str]:
    with stored.transaction(people["maya"]) as tx:
        case = file(tx, WISH)
        return case.id, case.content_hash


def refused_everywhere(house: House, actor: Actor, case_id: str, seen: str) -> None:
    with house.reading(actor) as tx:
        assert queue(tx) == []
        with pytest.raises(StillWaiting):
            proposal(tx, case_id)
    for answer in ANSWERS.values():
        with pytest.raises(InTheSameLine), house.transaction(actor) as tx:
            answer(tx, case_id, seen)


def escalated(house: House, hours: int = 9) -> int:
    with house.transaction(operator(house)) as tx:
        return escalate_overdue(replace(tx, at=tx.at + timedelta(hours=hours)))


def test_neither_above_nor_below_at_any_distance_may_answer(
    stored: House, people: dict[str, Actor], waiting: tuple[str, str]
) -> None:
    for name in (*ABOVE, *BELOW):
        refused_everywhere(stored, people[name], *waiting)
    assert escalated(stored) == 1
    for name in (*ABOVE, *BELOW):
        refused_everywhere(stored, people[name], *waiting)
    with stored.database.reading() as session:
        assert session.get_one(Case, waiting[0]).state is CaseState.PENDING


@pytest.mark.parametrize(
    ("name", "answer"), [("tom", "decline"), ("lena", "cosign"), ("olaf", "ask")]
)
def test_colleagues_outside_the_line_may_even_under_the_same_lead(
    stored: House, people: dict[str, Actor], waiting: tuple[str, str], name: str, answer: str
) -> None:
    with stored.reading(people[name]) as tx:
        assert [case.id for case in queue(tx)] == [waiting[0]]
        assert proposal(tx, waiting[0]).id == waiting[0]
    with stored.transaction(people[name]) as tx:
        ANSWERS[answer](tx, *waiting)


def test_queue_and_answers_agree_for_everybody(
    stored: House, people: dict[str, Actor], waiting: tuple[str, str]
) -> None:
    for escalating in (False, True):
        if escalating:
            escalated(stored)
        for name in people.keys() - {"ruth"}:
            with stored.reading(people[name]) as tx:
                case = tx.session.get_one(Case, waiting[0])
                assert is_eligible(tx, case) is (queue(tx) == [case]), name
                listed = name in eligible_peers(tx, case)
                assert is_eligible(tx, case) is (listed or (escalating and name == "ines")), name


def test_who_could_answer_is_recorded_at_filing_and_again_at_an_edit(
    stored: House, people: dict[str, Actor], waiting: tuple[str, str]
) -> None:
    def recorded() -> frozenset[str]:
        with stored.reading(people["maya"]) as tx:
            return could_answer(tx, [waiting[0]])[waiting[0]]

    assert recorded() == {"tom", "lena", "olaf"}
    with stored.transaction(operator(stored)) as tx:
        deactivate(tx, "olaf")
    assert "olaf" in recorded()
    with stored.transaction(people["maya"]) as tx:
        edit(tx, waiting[0], WISH)
    assert recorded() == {"tom", "lena"}


def test_somebody_who_left_signs_no_more(
    stored: House, people: dict[str, Actor], waiting: tuple[str, str]
) -> None:
    with stored.transaction(operator(stored)) as tx:
        deactivate(tx, "olaf")
    for answer in ANSWERS.values():
        with pytest.raises(InactiveAccount), stored.transaction(people["olaf"]) as tx:
            answer(tx, *waiting)


# A lead in a peer's stead


def test_a_lead_who_is_no_peer_answers_only_what_no_peer_has_answered(
    stored: House, people: dict[str, Actor], waiting: tuple[str, str]
) -> None:
    ines = people["ines"]
    for answer in ANSWERS.values():
        with pytest.raises(RoleMissing), stored.transaction(ines) as tx:
            answer(tx, *waiting)
    assert escalated(stored) == 1
    with stored.reading(ines) as tx:
        assert [case.id for case in queue(tx)] == [waiting[0]]
    with stored.transaction(ines) as tx:
        answered = cosign(tx, *waiting)
        assert (answered.state, answered.cosigner_id) == (CaseState.APPROVED, "ines")


def test_an_edit_takes_it_back_from_the_lead(
    stored: House, people: dict[str, Actor], waiting: tuple[str, str]
) -> None:
    case_id, seen = waiting
    escalated(stored)
    with stored.transaction(people["maya"]) as tx:
        changed = edit(tx, case_id, replace(WISH, reason="It drips.")).content_hash
    for content in (seen, changed):
        with pytest.raises(RoleMissing), stored.transaction(people["ines"]) as tx:
            cosign(tx, case_id, content)


# An edit while a question is open


def test_an_edit_voids_the_text_that_was_asked_about_and_tells_who_asked(
    stored: House, people: dict[str, Actor], waiting: tuple[str, str]
) -> None:
    case_id, seen = waiting
    with stored.transaction(people["tom"]) as tx:
        ask(tx, case_id, seen, "Since when?")
    with stored.transaction(people["maya"]) as tx:
        changed = edit(tx, case_id, replace(WISH, reason="Since Monday.")).content_hash
    told = select(Notice.account_name).where(Notice.topic == NoticeTopic.ANSWER)
    with stored.database.reading() as session:
        assert list(session.scalars(told)) == ["tom"]
    for answer in ANSWERS.values():
        with pytest.raises(StaleSignature), stored.transaction(people["tom"]) as tx:
            answer(tx, case_id, seen)
    with stored.transaction(people["tom"]) as tx:
        assert cosign(tx, case_id, changed).state is CaseState.APPROVED


# Over HTTP and on the command line


def test_what_waits_is_read_by_whom_it_concerns_and_once_decided_without_its_hash(
    ruled: Api,
) -> None:
    draw_line(ruled.house)
    case, bent = filed(ruled), filed(ruled, clause_key="RET-2.2")
    path, routed = (f"/v1/proposals/{one['id']}" for one in (case, bent))
    for name in ("ines", "boss", "rae", "ruth", "admin"):
        assert_refused(ruled.by(name).get(path), 403, "StillWaiting")
    assert ruled.by("ruth").get(routed).json()["content_hash"] == bent["content_hash"]
    assert ruled.by("tom").get(path).json()["expires_at"] is not None
    assert_refused(signed(ruled, case, "boss"), 403, "InTheSameLine")
    assert signed(ruled, case).status_code == 200
    decided = ruled.by("admin").get(path).json()
    assert (decided["state"], decided["content_hash"], decided["expires_at"]) == (
        "approved",
        None,
        None,
    )
    assert (decided["could_sign"], decided["questions"]) == (None, [])


ANSWERING = ("cosign", "decline", "ask", "approve")


def test_no_door_answers_more_than_one_proposal_at_once(api: Api) -> None:
    document = api.app.openapi()
    shapes = document["components"]["schemas"]
    doors = [path for _, path in DOORS if path.rpartition("/")[2] in ANSWERING]
    assert len(doors) == 5
    for path in doors:
        assert path.count("{case_id}") == 1
        (body,) = document["paths"][path]["post"]["requestBody"]["content"].values()
        named = shapes[body["schema"]["$ref"].rpartition("/")[2]]["properties"]
        assert {field["type"] for field in named.values()} == {"string"}, path
    arguments = [one for one in find_command("cosign").params if isinstance(one, click.Argument)]
    assert [(one.name, one.nargs) for one in arguments] == [("case_id", 1)]
