"""Filing, editing, withdrawing, revoking, expiring; what a wish must be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf, nan

import pytest
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import operator
from recommender.cases.cosigning import cosign, queue
from recommender.cases.filing import (
    Wish,
    edit,
    expire_overdue,
    file,
    filing_choices,
    my_cases,
    proposal,
    revoke,
    withdraw,
)
from recommender.cases.findability import already_allowed
from recommender.cases.proposals import NotPending, ProposalExpired, UnknownCase
from recommender.cases.wishes import (
    BadAmount,
    BadCurrency,
    BadFact,
    BadMoment,
    BlankField,
    GapWithClause,
    TooLong,
    complete,
)
from recommender.errors import Invalid
from recommender.models.base import IllegalMove
from recommender.models.cases import Case, NotYourCase, content_hash
from recommender.models.events import Event
from recommender.models.notices import Notice
from recommender.policies.library import UnknownClause, clause_by_key, revise
from recommender.storage.events import commitment
from recommender.storage.house import House
from recommender.vocabulary import AccountName, CaseState, Facts, FactValue, FieldSource, Role
from tests.conftest import AddPolicy, NewCase

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
WISH = Wish(situation="The lamp hums.", resolution="Swap the lamp.")


def last_event(house: House) -> Event:
    with house.database.reading() as session:
        event = session.scalars(select(Event).order_by(Event.sequence.desc())).first()
        assert event is not None
        return event


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        ({"situation": "  \n"}, BlankField, "situation"),
        ({"resolution": ""}, BlankField, "resolution"),
        ({"situation": "x" * 4001}, TooLong, "situation"),
        ({"reason": "x" * 4001}, TooLong, "reason"),
        ({"product": "x" * 121}, TooLong, "product"),
        ({"facts": {" ": 1}}, BadFact, "facts"),
        ({"facts": {"x" * 121: 1}}, BadFact, "facts"),
        ({"facts": {"days": None}}, BadFact, "facts.days"),
        ({"facts": {"days": [4]}}, BadFact, "facts.days"),
        ({"facts": {"days": " "}}, BadFact, "facts.days"),
        ({"facts": {"days": nan}}, BadFact, "facts.days"),
        ({"facts": {"days": inf}}, BadFact, "facts.days"),
        ({"facts": {"days": 10**400}}, BadFact, "facts.days"),
        ({"amount": -1, "currency": "EUR"}, BadAmount, "amount"),
        ({"amount": nan, "currency": "EUR"}, BadAmount, "amount"),
        ({"amount": 5}, BadCurrency, "currency"),
        ({"amount": 5, "currency": "euro"}, BadCurrency, "currency"),
        ({"occurred_at": NOON.replace(tzinfo=None)}, BadMoment, "occurred_at"),
        ({"occurred_at": NOON + timedelta(seconds=1)}, BadMoment, "occurred_at"),
        ({"gap": True, "clause_key": "RET-2.1"}, GapWithClause, "gap"),
    ],
)
def test_what_a_wish_cannot_be_is_refused_by_field(
    change: dict[str, object], error: type[Invalid], field: str
) -> None:
    with pytest.raises(error) as refusal:
        complete(replace(WISH, **change), NOON)  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert refusal.value.remedy


def test_a_wish_is_trimmed_and_blanks_count_as_left_out() -> None:
    wish = Wish(
        situation=" The lamp hums. ",
        resolution="Swap it.\n",
        reason="  ",
        product=" lamp ",
        facts={" days ": 4, "dented": False, "colour": " red "},
    )
    whole = complete(wish, NOON)
    assert (whole.situation, whole.resolution) == ("The lamp hums.", "Swap it.")
    assert (whole.reason, whole.product) == (None, "lamp")
    assert whole.facts == {"days": 4, "dented": False, "colour": "red"}


def test_fields_know_where_they_came_from() -> None:
    wish = replace(
        WISH,
        facts={"days": 4, "colour": "red"},
        amount=5,
        currency="EUR",
        provenance={
            "resolution": FieldSource.REUSED,
            "facts": FieldSource.SUGGESTED,
            "facts.days": FieldSource.TYPED,
            "reason": FieldSource.REUSED,
        },
    )
    assert wish.sources == {
        "situation": "typed",
        "resolution": "reused",
        "currency": "typed",
        "amount": "typed",
        "facts.days": "typed",
        "facts.colour": "suggested",
    }


def test_a_filing_is_sealed_dated_and_recorded(
    house: House, maya: Actor, add_policy: AddPolicy
) -> None:
    add_policy()
    with house.transaction(maya) as tx:
        case = file(tx, replace(WISH, clause_key="RET-2.1", occurred_at=NOON - timedelta(900)))
        assert (case.agent_id, case.agent_team, case.state) == ("maya", "north", "pending")
        assert (case.source_system, case.source_id) == ("recommender", case.id)
        assert case.clause is not None
        assert (case.clause.key, case.section_key, case.policy_ref) == (
            "RET-2.1",
            "RET-2",
            "RET-2.1",
        )
        assert case.occurred_at == NOON - timedelta(900)
        assert case.expires_at == tx.at + timedelta(hours=24)
        assert case.content_hash == content_hash(case)
        case_id, promised = case.id, commitment(case)
    event = last_event(house)
    assert (event.verb, event.noun_id, event.details) == ("file", case_id, {"commitment": promised})
    with house.database.reading() as session:
        case = session.get_one(Case, case_id)
        assert (content_hash(case), commitment(case)) == (case.content_hash, promised)


def test_a_clause_or_precedent_that_is_not_there_is_refused(house: House, maya: Actor) -> None:
    with house.transaction(maya) as tx:
        with pytest.raises(UnknownClause):
            file(tx, replace(WISH, clause_key="RET-9"))
        with pytest.raises(UnknownCase):
            file(tx, replace(WISH, precedent_id="nowhere"))
        assert my_cases(tx) == []


def test_a_hash_tells_nothing_about_the_customer_to_who_guesses_right(
    house: House, maya: Actor
) -> None:
    wish = replace(WISH, customer_id="C-1", occurred_at=NOON)
    with house.transaction(maya) as tx:
        assert file(tx, wish).content_hash != file(tx, wish).content_hash


def test_a_precedent_named_by_its_own_id_is_kept_by_ours(house: House, new_case: NewCase) -> None:
    both = Actor(AccountName("maya"), frozenset({Role.AGENT, Role.ADMIN}))
    with house.transaction(both) as tx:
        earlier = new_case(tx.session, source_id="a helpdesk's long number 0001")
        case = file(tx, replace(WISH, precedent_id=earlier.source_id))
        assert case.precedent_id == earlier.id


@pytest.mark.parametrize(
    ("days", "allowed"), [(14, "RET-2.1"), (15, None), (None, None), ("14", None)]
)
def test_a_clause_that_admits_the_facts_is_pointed_out(
    house: House, maya: Actor, add_policy: AddPolicy, days: FactValue | None, allowed: str | None
) -> None:
    add_policy()
    facts: Facts = {} if days is None else {"days_since_delivery": days}
    with house.reading(maya) as tx:
        found = already_allowed(tx, replace(WISH, clause_key="RET-2.1", facts=facts))
        assert (found and found.clause_key) == allowed
        assert already_allowed(tx, replace(WISH, facts=facts)) is None


def test_a_wording_that_was_not_in_force_yet_allows_nothing(
    house: House, maya: Actor, ruth: Actor, add_policy: AddPolicy
) -> None:
    add_policy()
    wider = (
        "Unworn shoes come back within [30 days]{.parameter fact=days_since_delivery max=30 "
        "unit=day} of delivery."
    )
    with house.transaction(ruth) as tx:
        revise(tx, clause_by_key(tx, "RET-2.1"), markup=wider, effective_from=NOON)
    late = replace(WISH, clause_key="RET-2.1", facts={"days_since_delivery": 20})
    with house.reading(maya) as tx:
        next_day = replace(tx, at=NOON + timedelta(1))
        assert already_allowed(next_day, late) is not None
        before = replace(late, occurred_at=NOON - timedelta(1))
        assert already_allowed(next_day, before) is None


def test_the_wording_in_force_when_it_happened_is_kept(
    house: House, maya: Actor, tom: Actor, ruth: Actor, add_policy: AddPolicy
) -> None:
    add_policy()
    with house.transaction(ruth) as tx:
        clause = clause_by_key(tx, "RET-3.1")
        revise(tx, clause, markup="A zip is mended free of charge.", effective_from=tx.at)
    with house.transaction(maya) as tx:
        before = file(tx, replace(WISH, clause_key="RET-3.1", occurred_at=NOON - timedelta(900)))
        after = file(tx, replace(WISH, clause_key="RET-3.1"))
        seen = [(case.id, case.content_hash) for case in (before, after)]
    with house.transaction(tom) as tx:
        answered = [cosign(tx, *case) for case in seen]
        numbers = {
            revision.id: revision.number for revision in clause_by_key(tx, "RET-3.1").revisions
        }
        assert [numbers[case.revision_id or ""] for case in answered] == [1, 2]


def test_only_the_filer_edits_and_withdraws_and_only_while_it_waits(
    house: House, maya: Actor, tom: Actor
) -> None:
    with house.transaction(maya) as tx:
        case_id = file(tx, WISH).id
    with pytest.raises(NotYourCase), house.transaction(tom) as tx:
        edit(tx, case_id, WISH)
    with pytest.raises(NotYourCase), house.transaction(tom) as tx:
        withdraw(tx, case_id)
    with house.transaction(maya) as tx:
        assert withdraw(tx, case_id).state is CaseState.WITHDRAWN
    with pytest.raises(NotPending), house.transaction(maya) as tx:
        edit(tx, case_id, WISH)
    with pytest.raises(NotPending), house.transaction(maya) as tx:
        withdraw(tx, case_id)


def test_an_edit_that_is_refused_changes_nothing(house: House, maya: Actor) -> None:
    with house.transaction(maya) as tx:
        case = file(tx, WISH)
        case_id, seen = case.id, case.content_hash
    with pytest.raises(BlankField), house.transaction(maya) as tx:
        edit(tx, case_id, replace(WISH, situation=" "))
    with house.reading(maya) as tx:
        assert proposal(tx, case_id).content_hash == seen


def test_an_approval_is_revoked_by_its_filer_or_an_admin(
    house: House, maya: Actor, tom: Actor, admin: Actor
) -> None:
    with house.transaction(maya) as tx:
        filed = [file(tx, WISH), file(tx, WISH)]
        seen = [(case.id, case.content_hash) for case in filed]
    with house.transaction(tom) as tx:
        approved_at = tx.at
        for case_id, content in seen:
            cosign(tx, case_id, content)
    (first, _), (second, _) = seen
    with pytest.raises(NotYourCase), house.transaction(tom) as tx:
        revoke(tx, first, "No.")
    with pytest.raises(BlankField), house.transaction(maya) as tx:
        revoke(tx, first, "  ")
    with house.transaction(maya) as tx:
        revoked = revoke(tx, first, "The lamp was fine.")
        assert (revoked.revoke_reason, revoked.decided_at) == ("The lamp was fine.", approved_at)
    with house.transaction(admin) as tx:
        assert revoke(tx, second, "Misused.").state is CaseState.REVOKED
        with pytest.raises(IllegalMove):
            revoke(tx, second, "Again.")
    with house.database.reading() as session:
        told = session.scalars(select(Notice).where(Notice.title.contains("revoked"))).all()
        assert sorted((one.case_id == second, one.account_name) for one in told) == [
            (False, "tom"),
            (True, "maya"),
            (True, "tom"),
        ]


def test_what_nobody_answers_in_time_expires_and_its_filer_is_told(
    house: House, maya: Actor, tom: Actor
) -> None:
    with house.transaction(maya) as tx:
        case = file(tx, WISH)
        case_id, seen = case.id, case.content_hash
    with house.transaction(tom) as tx:
        late = replace(tx, at=tx.at + timedelta(hours=25))
        assert queue(late) == []
        with pytest.raises(ProposalExpired):
            cosign(late, case_id, seen)
    with pytest.raises(RoleMissing), house.transaction(maya) as tx:
        expire_overdue(tx)
    with house.transaction(operator(house)) as tx:
        assert expire_overdue(tx) == 0
        late = replace(tx, at=tx.at + timedelta(hours=25))
        assert expire_overdue(late) == 1
        assert expire_overdue(late) == 0
    with house.transaction(maya) as tx:
        assert proposal(tx, case_id).state is CaseState.EXPIRED
        told = select(Notice.account_name, Notice.read_at.is_(None)).order_by(Notice.account_name)
        assert tx.session.execute(told).all() == [("maya", True), ("tom", False)]


def test_an_edit_starts_the_wait_anew_but_not_when_it_is_over(house: House, maya: Actor) -> None:
    with house.transaction(maya) as tx:
        case = file(tx, WISH)
        hour = timedelta(hours=1)
        assert edit(replace(tx, at=tx.at + 20 * hour), case.id, WISH).expires_at == (
            tx.at + 44 * hour
        )
        with pytest.raises(ProposalExpired):
            edit(replace(tx, at=tx.at + 44 * hour), case.id, WISH)


def test_my_cases_are_mine_and_newest_first(house: House, maya: Actor, tom: Actor) -> None:
    with house.transaction(maya) as tx:
        first = file(tx, WISH).id
        second = file(replace(tx, at=tx.at + timedelta(1)), WISH).id
    with house.transaction(tom) as tx:
        file(tx, WISH)
    with house.reading(maya) as tx:
        assert [case.id for case in my_cases(tx)] == [second, first]


def test_choices_are_what_was_used_most(house: House, maya: Actor, new_case: NewCase) -> None:
    with house.reading(maya) as tx:
        assert filing_choices(tx).currency is None
    with house.database.transaction() as session:
        for action, product in [("swap", "lamp"), ("refund", "lamp"), ("refund", None)]:
            new_case(session, granted_action=action, product=product, currency="EUR")
    with house.reading(maya) as tx:
        choices = filing_choices(tx)
        assert choices.actions == ["refund", "swap"]
        assert (choices.products, choices.currency) == (["lamp"], "EUR")


def test_only_who_may_see_source_ids_names_a_case_by_one(
    house: House, maya: Actor, admin: Actor, new_case: NewCase
) -> None:
    with house.database.transaction() as session:
        new_case(session, source_id="T-1")
        new_case(session, source_id="T-2")
        new_case(session, source_id="T-2", source_system="other")
    with house.reading(admin) as tx:
        assert proposal(tx, "T-1").source_id == "T-1"
        with pytest.raises(UnknownCase):
            proposal(tx, "T-2")
    with house.reading(maya) as tx, pytest.raises(UnknownCase):
        proposal(tx, "T-1")
