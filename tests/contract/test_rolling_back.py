"""Changes in force, confirmed or taken back: what is written, when, and who hears of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from recommender.accounts.directory import actor_named, add_account, operator
from recommender.changes import accepting, candidates, decisions, rolling_back
from recommender.changes.recognition import what_came_of
from recommender.errors import NotAllowed
from recommender.kinds.standing import Standing, standings
from recommender.models.base import IllegalMove
from recommender.models.cases import Case
from recommender.models.changes import PromoterAccepts
from recommender.models.kinds import Kind
from recommender.models.policies import NotYourClause
from recommender.notices import my_notices
from recommender.policies.exceptions import ClauseException
from recommender.policies.library import clause_by_key, confirm_parameters, revise
from recommender.storage.house import House
from recommender.vocabulary import CandidateState, DecisionVerdict, KindState, Role, Verdict
from tests.contract.changing import TODAY, Shop, open_shop

REASON = "It cost too much."
LATER = date(2026, 7, 1)


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def roll_back(shop: Shop, candidate_id: str, who: str = "ruth", **given: Any) -> None:  # noqa: ANN401 - as `roll_back` takes them
    with shop.house.transaction(actor_named(shop.house, who)) as tx:
        rolling_back.roll_back(tx, candidate_id, reason=REASON, **given)


def accept(shop: Shop, candidate_id: str, **given: Any) -> None:  # noqa: ANN401 - as `accept` takes them
    """Accept a claimed candidate as if it had been drafted on RET-2.1's newest wording."""
    with shop.house.transaction(shop.owner) as tx:
        newest = clause_by_key(tx, "RET-2.1").newest
        candidates.candidate(tx, candidate_id).base_revision = newest
        tx.session.flush()
        accepting.accept(tx, candidate_id, reason="It helps.", **given)


def standing(shop: Shop, kind_id: str) -> Standing:
    with shop.house.reading(shop.manager) as tx:
        return standings(tx, [tx.session.get_one(Kind, kind_id)])[0]


def reads(shop: Shop, day: date) -> str | None:
    """Say how RET-2.1 reads at noon of a day."""
    with shop.house.reading(shop.owner) as tx:
        clause = clause_by_key(tx, "RET-2.1")
        live = clause.revision_at(TODAY + (day - TODAY.date()))
        return None if live is None or live.retires else live.text


def test_the_wording_before_is_written_once_more(shop: Shop) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        older = ClauseException(
            key="older", kind_id="another", sentence="Gifts are free."
        ).to_json()
        clause_by_key(tx, "RET-2.1").newest.exceptions = [older]
    before = reads(shop, TODAY.date())
    candidate_id = shop.accepted(shop.kind())
    assert reads(shop, TODAY.date()) != before
    roll_back(shop, candidate_id)
    with shop.house.reading(shop.owner) as tx:
        first, changed, again = clause_by_key(tx, "RET-2.1").revisions
        assert (changed.candidate_id, again.candidate_id) == (candidate_id, None)
        assert (again.markup, again.text, again.parameters) == (
            first.markup,
            first.text,
            first.parameters,
        )
        assert again.kept_from == first.id
        assert again.exceptions == first.exceptions == [older]
    found = shop.read(candidate_id)
    assert found.state is CandidateState.ROLLED_BACK
    decision = found.decisions[-1]
    assert (decision.verdict, decision.final_markup) == (
        DecisionVerdict.ROLL_BACK,
        found.old_markup,
    )


def test_it_may_be_taken_back_from_a_day_on(shop: Shop) -> None:
    before = reads(shop, TODAY.date())
    candidate_id = shop.accepted(shop.kind())
    changed = reads(shop, TODAY.date())
    roll_back(shop, candidate_id, effective_from=date(2026, 7, 1))
    assert [reads(shop, date(2026, 6, 30)), reads(shop, date(2026, 7, 1))] == [changed, before]
    with pytest.raises(decisions.DateInPast):
        roll_back(shop, shop.accepted(shop.kind(clause="RET-3.1")), effective_from=date(2026, 5, 1))


def test_the_kind_is_open_again_with_the_evidence_that_it_had(shop: Shop) -> None:
    kind_id = shop.kind()
    candidate_id = shop.accepted(kind_id)
    assert standing(shop, kind_id).state is KindState.SETTLED
    roll_back(shop, candidate_id)
    found, again = shop.read(candidate_id), standing(shop, kind_id)
    assert again.surfaced
    assert again.evidence.cases == 16
    anew = shop.read(shop.promoted(kind_id))
    assert anew.id != candidate_id
    assert (anew.old_markup, anew.new_markup) == (found.old_markup, found.new_markup)


def test_everybody_who_contributed_hears_it_and_the_review_is_settled(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind())
    roll_back(shop, candidate_id)
    for name in ("maya", "ines"):
        with shop.house.reading(actor_named(shop.house, name)) as tx:
            news = next(one for one in my_notices(tx) if one.title.startswith("Taken back: "))
        assert "RET-2.1 reads from 1 Jun 2026 on: Unworn shoes come back within 14" in news.body
        assert f"The reason: “{REASON}”" in news.body


def test_what_was_taken_back_came_of_nobodys_case_any_more(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind())
    with shop.house.reading(actor_named(shop.house, "maya")) as tx:
        assert what_came_of(tx) != []
    roll_back(shop, candidate_id)
    with shop.house.reading(actor_named(shop.house, "maya")) as tx:
        assert what_came_of(tx) == []


def test_a_later_change_is_never_taken_back_with_it(shop: Shop) -> None:
    second = shop.claimed(shop.kind(values=tuple(range(31, 47))))
    first = shop.accepted(shop.kind())
    accept(shop, second)
    with pytest.raises(rolling_back.ChangedSince) as refused:
        roll_back(shop, first)
    assert refused.value.facts == {"clause": "RET-2.1", "newest": 3}
    assert shop.state(first) is CandidateState.IN_FORCE
    roll_back(shop, second)
    roll_back(shop, first)
    with shop.house.reading(shop.owner) as tx:
        revisions = clause_by_key(tx, "RET-2.1").revisions
        assert [one.text for one in revisions[3:]] == [revisions[1].text, revisions[0].text]


def test_confirmed_limits_of_its_wording_are_no_later_change(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind())
    with shop.house.transaction(operator(shop.house)) as tx:
        confirm_parameters(tx, "RET-2.1", [])
    roll_back(shop, candidate_id)
    with shop.house.transaction(operator(shop.house)) as tx:
        kept = clause_by_key(tx, "RET-2.1").newest.kept_from
        assert confirm_parameters(tx, "RET-2.1", []).kept_from == kept is not None


def test_an_imported_wording_is_not_overwritten(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind())
    with shop.house.transaction(operator(shop.house)) as tx:
        clause = clause_by_key(tx, "RET-2.1")
        revise(tx, clause, markup="Shoes come back.", effective_from=TODAY)
    with pytest.raises(rolling_back.ChangedSince):
        roll_back(shop, candidate_id)


def test_nothing_overtakes_a_wording_that_waits_for_its_day(shop: Shop) -> None:
    second = shop.claimed(shop.kind(values=tuple(range(31, 47))))
    first, later = shop.accepted(shop.kind()), date(2026, 8, 1)
    roll_back(shop, first, effective_from=later)
    with pytest.raises(decisions.ChangeWaits) as refused:
        accept(shop, second)
    assert refused.value.field == "effective_from"
    accept(shop, second, effective_from=later)
    assert shop.state(second) is CandidateState.ACCEPTED


def test_a_clause_that_it_opened_no_longer_applies(shop: Shop) -> None:
    kind_id = shop.kind(clause=None, fact="hens", section_key="RET-3")
    candidate_id = shop.accepted(kind_id)
    roll_back(shop, candidate_id)
    with shop.house.reading(shop.owner) as tx:
        assert clause_by_key(tx, "RET-3.2").newest.retires
        kind = tx.session.get_one(Kind, kind_id)
        assert (kind.clause, kind.gap) == (None, True)
    assert shop.read(candidate_id).decisions[-1].final_markup is None


def test_a_retired_rule_applies_again(shop: Shop) -> None:
    before = reads(shop, TODAY.date())
    kind_id = shop.kind()
    with shop.house.transaction(shop.manager) as tx:
        candidate_id = candidates.promote(tx, kind_id, Verdict.RETIRE_RULE).id
    with shop.house.transaction(shop.owner) as tx:
        candidates.claim(tx, candidate_id)
        accepting.accept(tx, candidate_id, reason="Nobody needs it.")
    assert reads(shop, TODAY.date()) is None
    roll_back(shop, candidate_id)
    assert reads(shop, TODAY.date()) == before


def test_what_changed_no_words_is_taken_back_without_any(shop: Shop) -> None:
    kind_id = shop.kind(csat=1)
    candidate_id = shop.accepted(kind_id)
    roll_back(shop, candidate_id)
    with shop.house.reading(shop.owner) as tx:
        assert clause_by_key(tx, "RET-2.1").newest.number == 1
    assert standing(shop, kind_id).state is not KindState.SETTLED


def test_confirming_keeps_the_wording_and_asks_nobody_again(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind())
    before = reads(shop, TODAY.date())
    with shop.house.transaction(actor_named(shop.house, "rhea")) as tx:
        rolling_back.confirm(tx, candidate_id, reason="It works.")
    assert shop.state(candidate_id) is CandidateState.CONFIRMED
    assert reads(shop, TODAY.date()) == before
    with shop.house.reading(actor_named(shop.house, "maya")) as tx:
        news = next(one for one in my_notices(tx) if one.title.startswith("Confirmed: "))
    assert "it stays. The reason: “It works.”" in news.body
    roll_back(shop, candidate_id)
    assert shop.state(candidate_id) is CandidateState.ROLLED_BACK


@pytest.mark.parametrize("act", [rolling_back.confirm, rolling_back.roll_back])
def test_only_the_clauses_desk_looks_back_and_never_who_promoted_it(
    shop: Shop, act: Callable[..., object]
) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        roles = [Role.POLICY_OWNER, Role.MANAGER]
        add_account(tx, name="otto", display_name="Otto", roles=roles, team="repairs-desk")
        add_account(tx, name="pat", display_name="Pat", roles=roles, team="returns-desk")
    kind_id = shop.kind()
    with shop.house.transaction(actor_named(shop.house, "pat")) as tx:
        candidate_id = candidates.promote(tx, kind_id).id
    with shop.house.transaction(shop.owner) as tx:
        candidates.claim(tx, candidate_id)
        accepting.accept(tx, candidate_id, reason="It helps.")
    for name, refusal in (("otto", NotYourClause), ("pat", PromoterAccepts), ("maya", NotAllowed)):
        with (
            pytest.raises(refusal),
            shop.house.transaction(actor_named(shop.house, name)) as tx,
        ):
            act(tx, candidate_id, reason=REASON)
    with pytest.raises(decisions.ReasonMissing), shop.house.transaction(shop.owner) as tx:
        act(tx, candidate_id, reason=" ")
    assert shop.state(candidate_id) is CandidateState.IN_FORCE


def test_what_is_not_decided_is_not_taken_back_and_what_waits_for_its_day_not_confirmed(
    shop: Shop,
) -> None:
    waiting = shop.claimed(shop.kind())
    decided = shop.accepted(shop.kind(), effective_from=LATER)
    with shop.house.transaction(shop.owner) as tx:
        with pytest.raises(IllegalMove):
            rolling_back.roll_back(tx, waiting, reason=REASON)
        with pytest.raises(IllegalMove):
            rolling_back.confirm(tx, waiting, reason=REASON)
        with pytest.raises(rolling_back.NotInForce):
            rolling_back.confirm(tx, decided, reason=REASON)
