"""Whoever filed or signed hears every decision and its reason, whatever was decided."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from recommender.accounts.directory import operator
from recommender.changes import accepting, candidates, decisions, rolling_back
from recommender.changes.recognition import contributors
from recommender.changes.redline import NothingToChange
from recommender.config import now
from recommender.kinds.floors import release
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind, Membership
from recommender.models.notices import Notice
from recommender.storage.house import House, Transaction
from recommender.vocabulary import DecisionVerdict, NoticeTopic, Verdict
from tests.conftest import AddPolicy, NewCase
from tests.contract.changing import FILERS, Shop, open_shop
from tests.contract.conftest import Api

REASON = "So that the boots stay dry."
EDITED = "Boots come back within [25 days]{.parameter fact=days_since_delivery max=25 unit=day}."
NEXT = date(2026, 7, 1)
Act = Callable[[Transaction, str], object]
ANSWERS: dict[DecisionVerdict, Act] = {
    DecisionVerdict.ACCEPT: lambda tx, one: accepting.accept(tx, one, reason=REASON),
    DecisionVerdict.ACCEPT_WITH_EDITS: lambda tx, one: accepting.accept(
        tx, one, reason=REASON, markup=EDITED
    ),
    DecisionVerdict.REJECT: lambda tx, one: decisions.reject(tx, one, reason=REASON),
    DecisionVerdict.DEFER: lambda tx, one: decisions.defer(tx, one, until=NEXT, reason=REASON),
    DecisionVerdict.CONFIRM: lambda tx, one: rolling_back.confirm(tx, one, reason=REASON),
    DecisionVerdict.ROLL_BACK: lambda tx, one: rolling_back.roll_back(tx, one, reason=REASON),
}
LATER = {DecisionVerdict.CONFIRM, DecisionVerdict.ROLL_BACK}
"""Said of what was accepted before."""


@pytest.fixture
def shop(house: House, add_policy: AddPolicy, new_case: NewCase) -> Shop:
    return open_shop(house, add_policy, new_case)


def heard(shop: Shop, candidate_id: str) -> dict[str, list[str]]:
    """Give what each account was told of a candidate's decisions."""
    with shop.house.database.reading() as session:
        found = session.scalars(
            select(Notice)
            .where(Notice.candidate_id == candidate_id, Notice.topic == NoticeTopic.DECISION)
            .order_by(Notice.created_at)
        )
        told: dict[str, list[str]] = {}
        for one in found:
            told.setdefault(one.account_name, []).append(f"{one.title} {one.body}")
        return told


def test_every_answer_is_known_here() -> None:
    asks_the_manager = {DecisionVerdict.RETURN}
    assert set(ANSWERS) == set(DecisionVerdict) - asks_the_manager


@pytest.mark.parametrize("answer", ANSWERS)
def test_everybody_hears_each_decision_with_its_reason(shop: Shop, answer: DecisionVerdict) -> None:
    kind_id = shop.kind()
    candidate_id = shop.accepted(kind_id) if answer in LATER else shop.claimed(kind_id)
    before = heard(shop, candidate_id)
    with shop.house.transaction(shop.owner) as tx:
        ANSWERS[answer](tx, candidate_id)
    after = heard(shop, candidate_id)
    assert set(after) == {*FILERS[:5], "ines"}, "the other two have no account any more"
    for name, told in after.items():
        [newest] = told[len(before.get(name, [])) :]
        assert newest.endswith(f"The reason: “{REASON}” Thank you for your part in it.")


@pytest.mark.slow
def test_whatever_verdict_was_suggested_everybody_hears_the_answer(shop: Shop) -> None:
    """Every verdict that can be drafted, with a yes and a no in turn."""
    yes, drafted = True, set[Verdict]()
    for verdict in Verdict:
        kind_id = shop.kind(clause=shop.add_clause())
        try:
            with shop.house.transaction(shop.manager) as tx:
                candidate_id = candidates.promote(tx, kind_id, verdict).id
        except NothingToChange:
            continue
        with shop.house.transaction(shop.owner) as tx:
            candidates.claim(tx, candidate_id)
            answer = accepting.accept if yes else decisions.reject
            answer(tx, candidate_id, reason=REASON)
        told = heard(shop, candidate_id)
        assert set(told) == {*FILERS[:5], "ines"}, verdict
        assert all(REASON in words for [words] in told.values()), verdict
        yes, drafted = not yes, drafted | {verdict}
    assert len(drafted) >= 7


def test_a_signer_alone_and_who_filed_what_moved_since_hear_it_too(shop: Shop) -> None:
    kind_id = shop.kind(agent_id="vic", cosigner_id="uma", customer_id=None)
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = tx.session.get_one(Kind, kind_id)
        values = tuple(float(day) for day in range(15, 36))
        shop.add_cases(tx.session, kind, "RET-2.1", "days_since_delivery", values, customer_id=None)
        release(tx)
        tx.session.flush()
        theirs = {
            place.case_id: place
            for place in tx.session.scalars(select(Membership).where(Membership.kind_id == kind_id))
        }
    candidate_id = shop.claimed(kind_id)
    with shop.house.transaction(operator(shop.house)) as tx:
        for case_id in theirs:
            place = tx.session.get_one(Membership, case_id)
            tx.session.delete(place)
    with shop.house.transaction(shop.owner) as tx:
        found = tx.session.get_one(Candidate, candidate_id)
        assert contributors(tx, found) >= {"vic", "uma", "maya", "tom"}
        decisions.reject(tx, candidate_id, reason=REASON)
    assert {"vic", "uma", "maya", "tom"} <= set(heard(shop, candidate_id))


def test_how_long_answers_take_and_what_is_red_is_asked_over_http(shop: Shop) -> None:
    clauses = [shop.add_clause() for _ in range(2)]
    answered, red = (shop.claimed(shop.kind(clause=one)) for one in clauses)
    with shop.house.transaction(operator(shop.house)) as tx:
        for candidate_id, days in ((answered, 6), (red, 31)):
            candidates.candidate(tx, candidate_id).promoted_at = now() - timedelta(days=days)
    with shop.house.transaction(shop.owner) as tx:
        decisions.reject(tx, answered, reason=REASON)
    ruth = Api(shop.house).by("ruth")
    told = ruth.get("/v1/answers").json()
    assert (told["days"], told["days_here"], told["waiting"], told["red"]) == (6.0, 6.0, 1, 1)
    rows = {one["id"]: one["red"] for one in ruth.get("/v1/candidates").json()["candidates"]}
    assert rows == {answered: False, red: True}
    page = ruth.get(f"/v1/candidates/{answered}").json()
    assert page["answered_in_days"] == 6
    assert not re.search(r"maya|tom\b|ines", str(page))
