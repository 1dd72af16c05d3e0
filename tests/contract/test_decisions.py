"""The owner's answers: what they write, when it is in force, and who hears of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from recommender.accounts.directory import actor_named, add_account, operator
from recommender.changes import accepting, candidates, decisions
from recommender.changes.desks import NotYourDesk, may_decide
from recommender.changes.drafting import draft
from recommender.changes.editing import NoTextToEdit
from recommender.changes.places import NoPolicy
from recommender.errors import NotAllowed, NotFound
from recommender.kinds.catalogue import dismiss, kinds
from recommender.kinds.standing import standings
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.models.policies import Clause
from recommender.notices import my_notices
from recommender.policies.library import clause_by_key, render_policy
from recommender.policies.syntax.handbook import BadClause
from recommender.storage.house import House
from recommender.vocabulary import (
    CandidateState,
    DecisionVerdict,
    KindState,
    NoticeTopic,
    Role,
    Verdict,
)
from tests.contract.changing import FILERS, TODAY, Shop, open_shop

EDITED = "Boots come back within [25 days]{.parameter fact=days_since_delivery max=25 unit=day}."


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def notices(shop: Shop, name: str) -> list[tuple[NoticeTopic, str, str, bool]]:
    with shop.house.reading(actor_named(shop.house, name)) as tx:
        return [(one.topic, one.title, one.body, one.needs_you) for one in my_notices(tx)]


def test_an_accepted_draft_is_the_clauses_next_revision_and_in_force_today(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind())
    with shop.house.reading(shop.owner) as tx:
        newest = clause_by_key(tx, "RET-2.1").newest
        assert (newest.number, newest.candidate_id) == (2, candidate_id)
        assert newest.effective_from == TODAY
        assert newest.parameters[0]["limit"] == 30
        [decision] = candidates.candidate(tx, candidate_id).decisions
        assert decision.verdict is DecisionVerdict.ACCEPT
        assert decision.suggested_markup == decision.final_markup == newest.markup
        before = render_policy(tx, "RET", datetime(2026, 5, 1, tzinfo=UTC))
        assert "14 days" in before
        assert "30 days" not in before
    found = shop.read(candidate_id)
    assert found.state is CandidateState.IN_FORCE
    assert found.revision_id == newest.id


def test_edits_are_kept_beside_the_suggestion_and_replayed(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind(), markup=EDITED)
    found = shop.read(candidate_id)
    [decision] = found.decisions
    assert decision.verdict is DecisionVerdict.ACCEPT_WITH_EDITS
    assert "30 days" in (decision.suggested_markup or "")
    assert decision.final_markup == EDITED
    assert (found.backtest["covered"], found.backtest["still_exceptions"]) == (11, 5)
    assert found.state is CandidateState.IN_FORCE


def test_the_suggested_words_sent_back_are_no_edit(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    markup = f"{shop.read(candidate_id).new_markup}\n"
    with shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="As it is.", markup=markup)
    assert shop.read(candidate_id).decisions[0].verdict is DecisionVerdict.ACCEPT


def test_words_that_no_handbook_can_carry_are_refused(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    with pytest.raises(BadClause), shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="Yes.", markup="Fine.\n\n# A heading")
    assert shop.state(candidate_id) is CandidateState.CLAIMED


def test_a_later_date_waits_for_its_day(shop: Shop) -> None:
    candidate_id = shop.accepted(shop.kind(), effective_from=date(2026, 7, 1))
    assert shop.state(candidate_id) is CandidateState.ACCEPTED
    with shop.house.transaction(shop.owner) as tx:
        assert accepting.bring_into_force(tx) == 0
        clause = clause_by_key(tx, "RET-2.1")
        assert clause.revision_at(TODAY) is clause.revisions[0]
    shop.at(date(2026, 7, 1))
    with shop.house.transaction(shop.owner) as tx:
        assert accepting.bring_into_force(tx) == 1
    assert shop.state(candidate_id) is CandidateState.IN_FORCE


def test_a_past_date_is_refused(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    past = date(2026, 5, 31)
    with pytest.raises(decisions.DateInPast), shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="Yes.", effective_from=past)
    with pytest.raises(decisions.DateInPast), shop.house.transaction(shop.owner) as tx:
        decisions.defer(tx, candidate_id, reason="Later.", until=past)
    assert shop.state(candidate_id) is CandidateState.CLAIMED


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_every_decision_needs_its_reason(shop: Shop, reason: str) -> None:
    candidate_id = shop.claimed(shop.kind())
    for act in (accepting.accept, decisions.reject, decisions.return_to_manager):
        with (
            pytest.raises(decisions.ReasonMissing) as refused,
            shop.house.transaction(shop.owner) as tx,
        ):
            act(tx, candidate_id, reason=reason)
        assert refused.value.field == "reason"
    assert shop.state(candidate_id) is CandidateState.CLAIMED


def test_every_contributor_and_the_promoter_hear_the_decision_and_the_reason(shop: Shop) -> None:
    shop.accepted(shop.kind())
    for name in FILERS[:5]:
        [(topic, title, body, needs_you)] = notices(shop, name)
        assert topic is NoticeTopic.DECISION
        assert title.startswith("Accepted: late boots")
        assert body.startswith("You filed or signed cases of this kind.")
        assert "RET-2.1 reads from 1 Jun 2026 on: Unworn shoes come back within 30 days" in body
        assert "The reason: “It helps.”" in body
        assert not needs_you
    [(_, _, told, _)] = notices(shop, "ines")
    assert told.startswith("You promoted this kind.")
    assert notices(shop, "auditor") == []


def test_a_rejection_and_a_delay_are_told_too(shop: Shop) -> None:
    rejected, deferred = shop.claimed(shop.kind()), shop.claimed(shop.kind())
    with shop.house.transaction(shop.owner) as tx:
        decisions.reject(tx, rejected, reason="The  boots\nare sold off.")
        decisions.defer(tx, deferred, until=date(2026, 7, 1), reason="After the sale.")
    bodies = " | ".join(body for _, _, body, _ in notices(shop, "maya"))
    assert "was not accepted. The reason: “The boots are sold off.”" in bodies
    assert "looked at again on 1 Jul 2026. The reason: “After the sale.”" in bodies


def test_the_owners_desk_is_asked_and_the_manager_gets_the_question_back(shop: Shop) -> None:
    kind_id = shop.kind()
    candidate_id = shop.claimed(kind_id)
    for name in ("ruth", "rhea"):
        [(topic, title, body, needs_you)] = notices(shop, name)
        assert (topic, needs_you) == (NoticeTopic.CANDIDATE_WAITS, True)
        assert title.startswith("A suggested change waits for you: late boots")
        assert "Widen limit, for RET-2.1." in body
    with shop.house.transaction(shop.owner) as tx:
        decisions.return_to_manager(tx, candidate_id, reason="Why 30 and not 20?")
    [(topic, _, body, needs_you)] = notices(shop, "ines")
    assert (topic, body, needs_you) == (
        NoticeTopic.CANDIDATE_RETURNED,
        "Why 30 and not 20?",
        True,
    )
    assert notices(shop, "maya") == []
    with shop.house.reading(actor_named(shop.house, "ines")) as tx:
        [row] = [row for row in kinds(tx, include_all=True) if row.id == kind_id]
    assert row.returned
    assert row.why == "Its change came back from the clause's desk with a question."


def test_nobody_is_asked_any_more_once_somebody_has_claimed_it(shop: Shop) -> None:
    shop.claimed(shop.kind())
    with shop.house.reading(actor_named(shop.house, "rhea")) as tx:
        assert my_notices(tx, unread_only=True) == []


def test_coaching_is_confirmed_without_a_new_wording_and_has_no_text_to_edit(shop: Shop) -> None:
    kind_id = shop.kind(csat=1)
    candidate_id = shop.claimed(kind_id)
    with pytest.raises(NoTextToEdit), shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="Yes.", markup=EDITED)
    with shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="We will talk it over.")
        assert clause_by_key(tx, "RET-2.1").newest.number == 1
    assert shop.state(candidate_id) is CandidateState.CONFIRMED
    assert "reads" not in notices(shop, "maya")[0][2]


def test_a_retired_rule_stays_readable_for_its_time(shop: Shop) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(shop.manager) as tx:
        candidate_id = candidates.promote(tx, kind_id, Verdict.RETIRE_RULE).id
    with shop.house.transaction(shop.owner) as tx:
        candidates.claim(tx, candidate_id)
        accepting.accept(tx, candidate_id, reason="Nobody needs it.")
        clause = clause_by_key(tx, "RET-2.1")
        assert clause.newest.retires
        assert clause.revision_at(datetime(2026, 5, 1, tzinfo=UTC)) is clause.revisions[0]
    assert "RET-2.1 no longer applies from 1 Jun 2026 on." in notices(shop, "maya")[0][2]
    assert shop.read(candidate_id).backtest["covered"] == 16


def test_a_gap_gets_a_clause_where_its_cases_hint_at(shop: Shop) -> None:
    kind_id = shop.kind(clause=None, fact="hens", section_key="RET-3")
    candidate_id = shop.accepted(kind_id)
    with shop.house.reading(shop.owner) as tx:
        clause = clause_by_key(tx, "RET-3.2")
        assert (clause.section_key, clause.section_title) == ("RET-3", "Repairs")
        assert clause.newest.parameters == [
            {"fact": "hens", "bound": "max", "limit": 30, "unit": None}
        ]
        assert tx.session.get_one(Kind, kind_id).clause is clause
        assert "[RET-3.2]{.clause #RET-3.2}" in render_policy(tx, "RET", tx.at)
    found = shop.read(candidate_id)
    assert found.state is CandidateState.IN_FORCE
    assert found.clause
    assert found.clause.key == "RET-3.2"
    assert (found.backtest["covered"], found.backtest["cannot_tell"]) == (16, 0)


def test_a_gap_without_a_hint_opens_a_section_for_gaps(shop: Shop) -> None:
    shop.accepted(shop.kind(clause=None, fact="hens"))
    shop.accepted(shop.kind(clause=None, fact="eggs"))
    with shop.house.reading(shop.owner) as tx:
        assert "## Gaps {#RET-GAPS}" in render_policy(tx, "RET", tx.at)
        found = tx.session.scalars(select(Clause).where(Clause.section_key == "RET-GAPS"))
        assert [(one.key, one.section_title) for one in found] == [
            ("RET-GAPS.1", "Gaps"),
            ("RET-GAPS.2", "Gaps"),
        ]


def test_two_gaps_promoted_for_the_same_place_get_two_keys(shop: Shop) -> None:
    kinds = [shop.kind(clause=None, fact=fact) for fact in ("hens", "eggs")]
    claimed = [shop.claimed(kind_id) for kind_id in kinds]
    with shop.house.transaction(shop.owner) as tx:
        for candidate_id in claimed:
            accepting.accept(tx, candidate_id, reason="It helps.")
    keys = [shop.read(one).clause for one in claimed]
    assert [one.key for one in keys if one] == ["RET-GAPS.1", "RET-GAPS.2"]


def test_a_gap_without_any_policy_is_drafted_but_not_promoted(
    house: House, new_case: Callable[..., Case]
) -> None:
    bare = Shop(house, new_case, actor_named(house, "ines"), actor_named(house, "ruth"))
    kind_id = bare.kind(clause=None, fact="hens")
    with house.reading(bare.manager) as tx:
        assert draft(tx, kind_id).verdict is Verdict.WRITE_NEW_CLAUSE
    with pytest.raises(NoPolicy), house.transaction(bare.manager) as tx:
        candidates.promote(tx, kind_id)


def test_another_desk_does_not_answer_for_a_gap(shop: Shop) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        add_account(
            tx, name="otto", display_name="Otto", roles=[Role.POLICY_OWNER], team="repairs-desk"
        )
    candidate_id = shop.promoted(shop.kind(clause=None, fact="hens"))
    otto = actor_named(shop.house, "otto")
    with pytest.raises(NotYourDesk), shop.house.transaction(otto) as tx:
        candidates.claim(tx, candidate_id)
    with shop.house.reading(otto) as tx:
        found = candidates.candidate(tx, candidate_id)
        assert not may_decide(tx.session, otto, found)
        assert may_decide(tx.session, shop.owner, found)
        assert not may_decide(tx.session, shop.manager, found)
    with shop.house.transaction(shop.owner) as tx:
        candidates.claim(tx, candidate_id)


def test_a_decided_kind_is_settled_and_its_draft_asks_for_nothing_more(shop: Shop) -> None:
    kind_id = shop.kind()
    with shop.house.transaction(operator(shop.house)) as tx:
        shop.new_case(tx.session, age=-1, agent_id="tom", cosigner_id="maya")
    candidate_id = shop.accepted(kind_id)
    with shop.house.reading(shop.owner) as tx:
        [standing] = standings(tx, [tx.session.get_one(Kind, kind_id)])
        assert standing.state is KindState.SETTLED
        again = draft(tx, kind_id)
        assert again.verdict is Verdict.COACH
        assert again.redline.old == again.redline.new
        assert not may_decide(tx.session, shop.owner, candidates.candidate(tx, candidate_id))


def test_candidates_that_wait_are_listed_first(shop: Shop) -> None:
    done, waiting = shop.accepted(shop.kind()), shop.promoted(shop.kind(clause="RET-3.1"))
    with shop.house.reading(shop.owner) as tx:
        assert [one.id for one in candidates.candidates(tx)] == [waiting, done]
    with pytest.raises(NotFound), shop.house.reading(shop.owner) as tx:
        candidates.candidate(tx, "nowhere")
    with pytest.raises(NotAllowed), shop.house.reading(actor_named(shop.house, "maya")) as tx:
        candidates.candidates(tx)


def test_promoting_tells_why_not(shop: Shop) -> None:
    emerging = shop.kind(values=(15.0, 16.0, 17.0))
    with pytest.raises(candidates.NotSurfaced) as refused:
        shop.promoted(emerging)
    assert "At least 5" in (refused.value.remedy or "")
    dismissed = shop.kind()
    with shop.house.transaction(shop.manager) as tx:
        dismiss(tx, dismissed, "A passing fashion.")
    with pytest.raises(candidates.KindDismissed):
        shop.promoted(dismissed)
    with pytest.raises(NotAllowed), shop.house.transaction(shop.owner) as tx:
        candidates.promote(tx, emerging)
