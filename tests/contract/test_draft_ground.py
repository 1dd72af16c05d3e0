"""What a draft stands on: the window, batch correction, declined cases told alike, complaints."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Any

import pytest

from recommender.accounts.directory import operator
from recommender.cases.embedding import catch_up
from recommender.changes.drafting import draft
from recommender.changes.gathering import find_ground
from recommender.errors import NotFound
from recommender.kinds import contrast, drilling
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.models.outcomes import Outcome
from recommender.policies.library import clause_by_key, revise
from recommender.storage.house import House
from recommender.vocabulary import CaseState, OutcomeSource, Verdict
from tests.contract.changing import BOOTS, OF_NOBODY, TODAY, Shop, open_shop


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def test_declined_cases_come_by_their_clause_where_nothing_is_embedded(shop: Shop) -> None:
    kind_id = shop.kind(declined=(50.0, 60.0))
    with shop.house.transaction(operator(shop.house)) as tx:
        shop.new_case(tx.session, clause="RET-3.1", state=CaseState.DECLINED)
    with shop.house.reading(shop.manager) as tx:
        assert len(find_ground(tx, kind_id).declined) == 2
        parameter = draft(tx, kind_id).parameters[0]
    assert parameter.boundary
    assert (parameter.boundary.low, parameter.boundary.high) == (30, 50)


def test_embedded_declined_cases_belong_to_the_kind_that_they_are_told_like(shop: Shop) -> None:
    words = "zip torn out of the jacket, third time this winter"
    jackets = shop.kind(clause="RET-3.1", fact="months_owned", situation=words)
    boots = shop.kind()
    with shop.house.transaction(operator(shop.house)) as tx:
        alike = shop.new_case(
            tx.session,
            clause="RET-2.1",
            situation=f"{words}, and again",
            state=CaseState.DECLINED,
            facts={"months_owned": 40},
            **OF_NOBODY,
        ).id
    catch_up(shop.house, operator(shop.house))
    with shop.house.reading(shop.manager) as tx:
        assert [case.id for case in find_ground(tx, jackets).declined] == [alike]
        assert find_ground(tx, boots).declined == []


def test_many_cases_are_read_in_parts_and_give_the_same_ground(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind_id = shop.kind(declined=(50.0, 60.0, 70.0))

    def read() -> tuple[list[str], list[str], list[str], AbstractSet[str]]:
        with shop.house.reading(shop.manager) as tx:
            ground = find_ground(tx, kind_id)
            cases = (ground.signed, ground.declined, ground.decided.cases)
            signed, declined, decided = ([case.id for case in each] for each in cases)
            return signed, declined, decided, ground.decided.opened

    at_once = read()
    assert len(at_once[1]) == 3
    assert {*at_once[0], *at_once[1]} == {*at_once[2]} >= at_once[3] > set()
    monkeypatch.setattr(contrast, "AT_ONCE", 1)
    monkeypatch.setattr(drilling, "MOST_NAMED", 0)
    assert read() == at_once


def test_cases_before_the_live_wording_are_not_drafted_from(shop: Shop) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(operator(shop.house)) as tx:
        revise(
            tx,
            clause_by_key(tx, "RET-2.1"),
            markup=BOOTS,
            effective_from=TODAY - timedelta(days=20),
        )
    with shop.house.reading(shop.manager) as tx:
        ground = find_ground(tx, kind_id)
        assert len(ground.signed) == 7
        assert draft(tx, kind_id).base_revision == 2


def test_pasted_cases_count_once(shop: Shop) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = tx.session.get_one(Kind, kind_id)
        shop.add_cases(
            tx.session,
            kind,
            "RET-2.1",
            "days_since_delivery",
            (500.0,) * 6,
            agent_id="yan",
            cosigner_id="maya",
            situation="Same text pasted again and again.",
            age=0.1,
        )
    with shop.house.reading(shop.manager) as tx:
        ground = find_ground(tx, kind_id)
        assert (len(ground.signed), len(ground.counted)) == (22, 17)


def test_what_is_usual_is_read_off_the_clauses_other_cases_or_else_off_the_house(
    shop: Shop,
) -> None:
    kind_id = shop.kind()

    def end(good: int, **given: Any) -> None:  # noqa: ANN401 - any column
        with shop.house.transaction(operator(shop.house)) as tx:
            for _ in range(good):
                case = shop.new_case(tx.session, clause="RET-2.1", **given)
                case.outcomes.append(told(csat=5))

    def usual() -> float | None:
        with shop.house.reading(shop.manager) as tx:
            return find_ground(tx, kind_id).usual_bad

    shop.kind(clause="RET-3.1", fact="months_owned", csat=5)
    assert usual() is None, "none of its own ended badly, so the house's are not read"
    with shop.house.transaction(operator(shop.house)) as tx:
        for case in find_ground(tx, kind_id).signed[:2]:
            case.outcomes.append(told(csat=1))
    assert usual() == pytest.approx(1 / 18)
    end(9)
    assert usual() == pytest.approx(1 / 18), "these may not be opened"
    end(9, **OF_NOBODY)
    assert usual() == pytest.approx(1 / 11), "its clause's own tell more"


def test_more_complaints_than_the_clauses_other_cases_coach(shop: Shop) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(operator(shop.house)) as tx:
        for case in find_ground(tx, kind_id).signed:
            case.outcomes.append(told(csat=4, complaint=case.facts["days_since_delivery"] > 22))
        for _ in range(20):
            other = shop.new_case(tx.session, clause="RET-2.1", age=5)
            other.outcomes.append(told(csat=5, complaint=False))
    with shop.house.reading(shop.manager) as tx:
        ground = find_ground(tx, kind_id)
        assert ground.complaints_stand_out
        assert not ground.ends_badly
        assert draft(tx, kind_id).verdict is Verdict.COACH


def test_what_peers_did_not_sign_or_misused_is_no_other_case(shop: Shop) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(operator(shop.house)) as tx:
        for case in find_ground(tx, kind_id).signed:
            case.outcomes.append(told(csat=4, complaint=case.facts["days_since_delivery"] > 22))
        for place in range(12):
            given = {"decided_by_owner": True} if place % 2 else {"misused_at": TODAY}
            other = shop.new_case(tx.session, clause="RET-2.1", age=place, **given)
            other.outcomes.append(told(csat=5, complaint=False))
    with shop.house.reading(shop.manager) as tx:
        assert not find_ground(tx, kind_id).complaints_stand_out


def test_one_complaint_beside_few_others_is_no_sign(shop: Shop) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(operator(shop.house)) as tx:
        for place, case in enumerate(find_ground(tx, kind_id).signed):
            case.outcomes.append(told(csat=4, complaint=place == 0))
        for _ in range(9):
            other = shop.new_case(tx.session, clause="RET-2.1", age=5)
            other.outcomes.append(told(csat=5, complaint=False))
    with shop.house.reading(shop.manager) as tx:
        assert not find_ground(tx, kind_id).complaints_stand_out


def told(*, csat: int, complaint: bool | None = None) -> Outcome:
    return Outcome(csat=csat, complaint=complaint, source=OutcomeSource.CUSTOMER, recorded_at=TODAY)


def test_a_habit_of_two_people_shows_no_number(shop: Shop) -> None:
    kind_id = shop.kind(agent_id="maya", cosigner_id="tom")
    with shop.house.reading(shop.manager) as tx:
        found = draft(tx, kind_id)
    assert found.parameters == []
    assert found.rationale == []
    assert found.grade is None


def test_identities_that_are_not_carried_mask_nothing(shop: Shop) -> None:
    kind_id = shop.kind(agent_id=None, cosigner_id=None, customer_id=None)
    with shop.house.reading(shop.manager) as tx:
        found = draft(tx, kind_id)
    assert found.parameters[0].medium
    assert found.rationale


def test_the_draft_of_a_kind_that_is_gone_is_not_found(shop: Shop) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(operator(shop.house)) as tx:
        tx.session.get_one(Kind, kind_id).retired_at = TODAY
    with pytest.raises(NotFound), shop.house.reading(shop.manager) as tx:
        draft(tx, kind_id)


def test_a_retired_clause_is_a_gap_again(shop: Shop) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(operator(shop.house)) as tx:
        clause = clause_by_key(tx, "RET-2.1")
        revise(tx, clause, markup=BOOTS, effective_from=TODAY, retires=True)
    with shop.house.reading(shop.manager) as tx:
        found = draft(tx, kind_id)
    assert (found.clause, found.verdict) == (None, Verdict.WRITE_NEW_CLAUSE)


@pytest.mark.parametrize(
    ("others", "verdict"), [(4, Verdict.WIDEN_LIMIT), (5, Verdict.ADD_EXCEPTION)]
)
def test_a_limit_moves_only_for_the_kind_that_holds_most_of_what_passes_it(
    shop: Shop, others: int, verdict: Verdict
) -> None:
    key = shop.add_clause(BOOTS)
    kind_id = shop.kind(clause=key)
    shop.kind(clause=key, values=(5.0, 9.0, 14.0, *[20.0] * others))
    with shop.house.reading(shop.manager) as tx:
        share = find_ground(tx, kind_id).shares_past["days_since_delivery", "max"]
        assert share == 16 / (16 + others)
        assert draft(tx, kind_id).verdict is verdict


def test_how_many_keep_to_a_clause_is_known_only_where_enough_are(shop: Shop) -> None:
    key = shop.add_clause(BOOTS)
    kind_id = shop.kind(clause=key, values=(20.0,) * 12)

    def outside() -> float | None:
        with shop.house.reading(shop.manager) as tx:
            return find_ground(tx, kind_id).ruled_out

    def add(state: CaseState, number: int) -> None:
        with shop.house.transaction(operator(shop.house)) as tx:
            for _ in range(number):
                shop.new_case(tx.session, clause=key, state=state, age=9)

    add(CaseState.IN_POLICY, 8)
    assert outside() is None
    add(CaseState.IN_POLICY, 1)
    assert outside() == 12 / 21
    add(CaseState.DECLINED, 3)
    assert outside() == 12 / 24
    with shop.house.transaction(shop.owner) as tx:
        clause = clause_by_key(tx, key)
        revise(tx, clause, markup=f"{BOOTS} Unworn.", effective_from=TODAY - timedelta(days=1))
    assert outside() is None, "under the live wording"


def test_copies_of_others_past_a_limit_count_once(shop: Shop) -> None:
    key = shop.add_clause(BOOTS)
    kind_id = shop.kind(clause=key)
    other = shop.kind(clause=key, values=(20.0,) * 5)
    pasted: dict[str, Any] = {"situation": "pasted ten times by one of us", "agent_id": "tom"}
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = tx.session.get_one(Kind, other)
        fact = "days_since_delivery"
        for _ in range(10):
            shop.add_cases(tx.session, kind, key, fact, (20.0,), cosigner_id="uma", **pasted)
    with shop.house.reading(shop.manager) as tx:
        assert find_ground(tx, kind_id).shares_past["days_since_delivery", "max"] == 16 / 22
