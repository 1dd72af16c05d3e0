"""Accepted for a later day and taken back before it: the rule goes on as it always read."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from api.views.policies import revision_out
from recommender.accounts.directory import actor_named, operator
from recommender.changes import accepting, candidates, rolling_back
from recommender.changes.acknowledging import my_changes, publish_changes
from recommender.changes.effects import NoEffectPlanned, effect
from recommender.changes.records import record
from recommender.kinds.answered import Answer
from recommender.kinds.standing import Standing, standings
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.models.policies import Revision
from recommender.notices import my_notices
from recommender.policies.exporting import policy_as_data
from recommender.policies.library import clause_by_key, clause_view, revise
from recommender.storage.house import House
from recommender.vocabulary import CandidateState, KindState
from tests.contract.changing import TODAY, Shop, open_shop

REASON = "It was a mistake."
JULY, AUGUST, SEPTEMBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def take_back(shop: Shop, candidate_id: str, **given: Any) -> None:  # noqa: ANN401 - as `roll_back` takes them
    with shop.house.transaction(shop.owner) as tx:
        rolling_back.roll_back(tx, candidate_id, reason=REASON, **given)


def revisions(shop: Shop) -> list[Revision]:
    with shop.house.reading(shop.owner) as tx:
        return list(clause_by_key(tx, "RET-2.1").revisions)


def noon(day: date) -> datetime:
    return TODAY + (day - TODAY.date())


def reads(shop: Shop, day: date) -> str | None:
    with shop.house.reading(shop.owner) as tx:
        live = clause_by_key(tx, "RET-2.1").revision_at(noon(day))
        return None if live is None or live.retires else live.text


def standing(shop: Shop, kind_id: str) -> Standing:
    with shop.house.reading(shop.manager) as tx:
        return standings(tx, [tx.session.get_one(Kind, kind_id)])[0]


def drafted_on_the_newest(shop: Shop, candidate_id: str, day: date) -> None:
    """Accept a claimed candidate as if it had been drafted on RET-2.1's newest wording."""
    with shop.house.transaction(shop.owner) as tx:
        candidates.candidate(tx, candidate_id).base_revision = clause_by_key(tx, "RET-2.1").newest
        tx.session.flush()
        accepting.accept(tx, candidate_id, reason="It helps.", effective_from=day)


def test_it_never_comes_into_force_and_the_history_says_so(shop: Shop) -> None:
    before, kind_id = reads(shop, JULY), shop.kind()
    candidate_id = shop.accepted(kind_id, effective_from=JULY)
    assert reads(shop, JULY) != before
    take_back(shop, candidate_id)
    assert shop.state(candidate_id) is CandidateState.ROLLED_BACK
    assert {reads(shop, day) for day in (TODAY.date(), JULY, SEPTEMBER)} == {before}
    with shop.house.reading(shop.owner) as tx:
        clause = clause_by_key(tx, "RET-2.1")
        assert [one.number for one in clause.applied] == [1, 3]
        shown = [revision_out(one).never_applies for one in clause.revisions]
        told = [one["never_applies"] for one in clause_view(tx, "RET-2.1", TODAY).revisions]
        assert shown == told == [False, True, False]
        clauses = policy_as_data(tx, "RET", noon(SEPTEMBER)).clauses
        [exported] = [one for one in clauses if one.key == "RET-2.1"]
        assert (exported.in_force, exported.revisions[1].overtaken) == (3, True)


def test_the_upkeep_of_its_day_changes_nothing_and_asks_nobody_to_read(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind(), effective_from=JULY)
    take_back(shop, candidate_id)
    shop.at(AUGUST)
    with shop.house.transaction(operator(shop.house)) as tx:
        assert accepting.bring_into_force(tx) == 0
        publish_changes(tx)
    with shop.house.reading(actor_named(shop.house, "maya")) as tx:
        assert my_changes(tx) == []
    assert shop.state(candidate_id) is CandidateState.ROLLED_BACK


def test_others_wait_for_it_no_longer(shop: Shop) -> None:
    second = shop.claimed(shop.kind(values=tuple(range(31, 47))))
    first = shop.accepted(shop.kind(), effective_from=AUGUST)
    take_back(shop, first)
    drafted_on_the_newest(shop, second, TODAY.date())
    assert shop.state(second) is CandidateState.IN_FORCE
    take_back(shop, second)


def test_contributors_and_the_desk_are_told(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind(), effective_from=JULY)
    take_back(shop, candidate_id)
    whys = {"maya": "You filed or signed", "ines": "You promoted", "rhea": "It is of your desk."}
    for name, why in whys.items():
        with shop.house.reading(actor_named(shop.house, name)) as tx:
            [news] = [one for one in my_notices(tx) if one.title.startswith("Taken back: ")]
        assert why in news.body
        assert "It had not come into force. RET-2.1 goes on as it reads: Unworn" in news.body
        assert f"“{REASON}”" in news.body
    with shop.house.reading(shop.owner) as tx:
        assert not any(one.title.startswith("Taken back: ") for one in my_notices(tx))


def test_the_kind_is_open_again_and_no_other_kind_loses_its_cases(shop: Shop) -> None:
    kind_id, other = shop.kind(), shop.kind()
    before = standing(shop, other).window
    candidate_id = shop.accepted(kind_id, effective_from=JULY)
    assert standing(shop, kind_id).state is KindState.SETTLED
    take_back(shop, candidate_id)
    assert standing(shop, kind_id).state is not KindState.SETTLED
    assert standing(shop, kind_id).evidence.cases == 16
    assert standing(shop, other).window == before
    assert shop.promoted(kind_id) != candidate_id


def test_no_effect_is_read_and_the_record_names_no_day_of_coming_into_force(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind(), effective_from=JULY)
    take_back(shop, candidate_id)
    with shop.house.reading(shop.owner) as tx:
        with pytest.raises(NoEffectPlanned):
            effect(tx, candidate_id)
        text = record(tx, candidate_id).markdown
    assert "In force from" not in text
    assert "policy owner: roll back" in text


def test_it_names_no_day_and_no_later_change_goes_with_it(shop: Shop) -> None:
    second = shop.claimed(shop.kind(values=tuple(range(31, 47))))
    first = shop.accepted(shop.kind(), effective_from=JULY)
    with pytest.raises(rolling_back.NotInForce) as refused:
        take_back(shop, first, effective_from=AUGUST)
    assert refused.value.field == "effective_from"
    drafted_on_the_newest(shop, second, AUGUST)
    with pytest.raises(rolling_back.ChangedSince):
        take_back(shop, first)
    take_back(shop, second)
    shop.at(SEPTEMBER)
    with shop.house.transaction(operator(shop.house)) as tx:
        assert accepting.bring_into_force(tx) == 1
        found = candidates.candidate(tx, first)
        live = clause_by_key(tx, "RET-2.1").revision_at(noon(SEPTEMBER))
        assert live is not None
        assert (live.candidate_id, live.number) == (first, 4)
        revision = tx.session.get_one(Revision, found.revision_id)
        answer = Answer.of(found, revision, currency="EUR")
        assert answer is not None
        assert answer.until is None, "what never came into force has not replaced it"
    take_back(shop, first)
    assert reads(shop, date(2026, 10, 1)) == revisions(shop)[0].text


def test_on_its_day_it_is_in_force_though_the_upkeep_has_not_run(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind(), effective_from=JULY)
    before, changed = reads(shop, TODAY.date()), reads(shop, JULY)
    shop.at(JULY)
    take_back(shop, candidate_id, effective_from=AUGUST)
    assert [reads(shop, JULY), reads(shop, AUGUST)] == [changed, before]
    assert all(not revision_never_applies(shop, number) for number in (1, 2, 3))


def revision_never_applies(shop: Shop, number: int) -> bool:
    with shop.house.reading(shop.owner) as tx:
        return bool(clause_view(tx, "RET-2.1", TODAY).revisions[number - 1]["never_applies"])


def test_a_clause_that_it_would_have_opened_never_applies(shop: Shop) -> None:
    kind_id = shop.kind(clause=None, fact="hens", section_key="RET-3")
    candidate_id = shop.accepted(kind_id, effective_from=JULY)
    take_back(shop, candidate_id)
    with shop.house.reading(shop.owner) as tx:
        clause = clause_by_key(tx, "RET-3.2")
        assert [clause_view(tx, "RET-3.2", noon(day)).text for day in (JULY, AUGUST)] == [None] * 2
        assert [one.retires for one in clause.applied] == [True]
        kind = tx.session.get_one(Kind, kind_id)
        assert (kind.clause, kind.gap) == (None, True)
    with shop.house.reading(actor_named(shop.house, "maya")) as tx:
        [news] = [one for one in my_notices(tx) if one.title.startswith("Taken back: ")]
    assert "RET-3.2 does not apply." in news.body


def test_an_imported_wording_written_since_is_not_overwritten(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind(), effective_from=JULY)
    with shop.house.transaction(operator(shop.house)) as tx:
        revise(
            tx, clause_by_key(tx, "RET-2.1"), markup="Shoes come back.", effective_from=noon(JULY)
        )
    with pytest.raises(rolling_back.ChangedSince):
        take_back(shop, candidate_id)
