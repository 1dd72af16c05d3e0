"""Promise 2 beyond one case: budgets of a month, counts of one customer, roles, pauses."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from recommender.access import Actor
from recommender.accounts.directory import actor_named, add_account, operator
from recommender.cases.cosigning import cosign, decline
from recommender.cases.filing import Wish, file, revoke
from recommender.cases.guardrails import (
    ApprovalPaused,
    BudgetSpent,
    CeilingExceeded,
    CustomerTooOften,
    RoleLimitExceeded,
    Rule,
    breaches,
    foreseen,
    require_within,
)
from recommender.cases.routing import approve_routed
from recommender.cases.spending import spent
from recommender.errors import Conflict, RecommenderError
from recommender.models.cases import Case
from recommender.policies.importing import import_policy
from recommender.policies.library import clause_by_key, set_ceiling
from recommender.policies.limiting import Limits, lift, pause, set_limits
from recommender.policies.syntax.read import parse_policy
from recommender.storage.house import House
from recommender.vocabulary import CaseState, Role
from tests.conftest import HANDBOOK, NewCase

BUDGET = Limits(monthly_budget=100, currency="EUR")
JUNE = datetime(2026, 6, 15, 12, tzinfo=UTC)

SetNow = Callable[[datetime], None]


@dataclass(frozen=True)
class Seen:
    """A proposal as a peer opened it."""

    id: str
    content_hash: str


@dataclass(frozen=True)
class Desk:
    """The house with its handbook, and everybody who files, signs and limits in it."""

    house: House

    def actor(self, name: str) -> Actor:
        return actor_named(self.house, name)

    def limit(self, limits: Limits, key: str = "RET-2.1") -> None:
        with self.house.transaction(self.actor("ruth")) as tx:
            set_limits(tx, key, limits)

    def file(
        self,
        amount: float | None,
        *,
        clause: str | None = "RET-2.1",
        currency: str = "EUR",
        customer: str | None = None,
    ) -> Seen:
        wish = Wish(
            situation="She came a week late.",
            resolution="Take the boots back.",
            clause_key=clause,
            amount=amount,
            currency=None if amount is None else currency,
            customer_id=customer,
        )
        with self.house.transaction(self.actor("maya")) as tx:
            case = file(tx, wish)
            return Seen(case.id, case.content_hash)

    def sign(self, seen: Seen, by: str = "tom") -> CaseState:
        with self.house.transaction(self.actor(by)) as tx:
            return cosign(tx, seen.id, seen.content_hash).state

    def approve(self, amount: float | None, **given: str) -> None:
        assert self.sign(self.file(amount, **given)) is CaseState.APPROVED

    def rules(self, seen: Seen, *roles: Role) -> list[Rule]:
        with self.house.reading(operator(self.house)) as tx:
            case = tx.session.get_one(Case, seen.id)
            return [one.rule for one in breaches(tx, case, frozenset(roles) or None)]

    def spent(self, moment: datetime) -> float:
        with self.house.reading(operator(self.house)) as tx:
            return spent(tx.session, clause_by_key(tx, "RET-2.1"), "EUR", moment).amount


def ruled(house: House) -> Desk:
    with house.transaction(operator(house)) as tx:
        import_policy(tx, parse_policy(HANDBOOK, "handbook"))
    return Desk(house)


@pytest.fixture
def desk(house: House) -> Desk:
    return ruled(house)


@pytest.fixture
def set_now(house: House, monkeypatch: pytest.MonkeyPatch) -> SetNow:
    """Let everything from here on happen at a moment."""
    return lambda moment: monkeypatch.setattr(house, "clock", lambda: moment)


# Budgets


def test_a_budget_carries_what_is_left_and_not_a_cent_more(desk: Desk) -> None:
    desk.limit(BUDGET)
    desk.approve(60.10)
    desk.approve(39.90)
    cent = desk.file(0.01)
    assert desk.rules(cent) == [Rule.BUDGET]
    with pytest.raises(BudgetSpent) as refused:
        desk.sign(cent)
    facts = refused.value.facts
    assert (facts["budget"], facts["spent"], facts["currency"]) == (100, 100, "EUR")
    assert (facts["most"], facts["amount"]) == (0, 0.01)
    assert "Of 100 EUR" in refused.value.detail
    assert "100 are spent, and this asks for 0.01 EUR." in refused.value.detail
    with desk.house.transaction(desk.actor("tom")) as tx:
        assert decline(tx, cent.id, cent.content_hash, "Not this month.").signatures


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("2026-01-31T23:59:59.999+00:00", "2026-02-01T00:00:00+00:00", False),
        ("2026-01-01T00:00:00+00:00", "2026-01-31T23:59:59.999+00:00", True),
        ("2026-01-31T12:00:00+00:00", "2026-02-01T00:30:00+01:00", True),
        ("2026-12-31T23:00:00+00:00", "2027-01-01T00:00:00+00:00", False),
        ("2026-06-15T12:00:00+00:00", "2027-06-15T12:00:00+00:00", False),
    ],
)
def test_a_month_begins_and_ends_in_utc(
    desk: Desk, set_now: SetNow, first: str, second: str, *, together: bool
) -> None:
    desk.limit(BUDGET)
    set_now(datetime.fromisoformat(first))
    desk.approve(80)
    set_now(datetime.fromisoformat(second))
    if together:
        with pytest.raises(BudgetSpent):
            desk.approve(80)
    else:
        desk.approve(80)


def test_a_budget_counts_the_month_of_the_answer_not_of_the_filing(
    desk: Desk, set_now: SetNow
) -> None:
    desk.limit(BUDGET)
    set_now(datetime(2026, 1, 31, 20, tzinfo=UTC))
    desk.approve(80)
    waiting = desk.file(80)
    set_now(datetime(2026, 2, 1, 8, tzinfo=UTC))
    assert desk.sign(waiting) is CaseState.APPROVED


def test_other_clauses_and_what_names_none_have_their_own_money(desk: Desk) -> None:
    desk.limit(BUDGET)
    desk.approve(100)
    desk.approve(5000, clause="RET-3.1")
    assert desk.sign(desk.file(5000, clause=None)) is CaseState.APPROVED
    with pytest.raises(BudgetSpent):
        desk.approve(1)


def test_what_was_revoked_is_not_spent(desk: Desk) -> None:
    desk.limit(BUDGET)
    first = desk.file(100)
    desk.sign(first)
    with pytest.raises(BudgetSpent):
        desk.approve(100)
    with desk.house.transaction(desk.actor("maya")) as tx:
        revoke(tx, first.id, "She kept the boots.")
    desk.approve(100)


@pytest.mark.parametrize(
    ("imported_as", "is_spent"),
    [(CaseState.APPROVED, False), (CaseState.PENDING, True), (None, True)],
)
def test_imported_history_spends_nothing(
    desk: Desk,
    new_case: NewCase,
    set_now: SetNow,
    imported_as: CaseState | None,
    *,
    is_spent: bool,
) -> None:
    """What was imported as a proposal and signed here is no history."""
    set_now(JUNE)
    desk.limit(BUDGET)
    with desk.house.database.transaction() as session:
        new_case(
            session,
            clause="RET-2.1",
            amount=100.0,
            currency="EUR",
            decided_at=JUNE,
            imported_state=imported_as,
        )
    assert desk.spent(JUNE) == (100 if is_spent else 0)
    assert desk.rules(desk.file(100)) == ([Rule.BUDGET] if is_spent else [])


def test_what_cannot_be_counted_is_said_and_not_approved(desk: Desk) -> None:
    desk.limit(BUDGET)
    for seen, unknown, words in (
        (desk.file(1, currency="USD"), "currency", "1 USD, which cannot be checked against it"),
        (desk.file(None), "amount", "names no amount"),
    ):
        with pytest.raises(BudgetSpent) as refused:
            desk.sign(seen)
        assert refused.value.facts["unknown"] == unknown
        assert words in refused.value.detail


def test_what_the_owner_approves_is_spent_too(desk: Desk) -> None:
    desk.limit(BUDGET)
    large, late = desk.file(150), desk.file(10)
    with desk.house.transaction(desk.actor("ruth")) as tx:
        approve_routed(tx, large.id, large.content_hash)
    with pytest.raises(BudgetSpent) as refused:
        desk.sign(late)
    assert (refused.value.facts["spent"], refused.value.facts["most"]) == (150, 0)


@dataclass(frozen=True)
class Step:
    """Something that moves a budget: an approval, an owner's approval, or a revocation."""

    act: str
    amount: float
    currency: str


STEPS = st.builds(
    Step,
    act=st.sampled_from(["sign", "sign", "sign", "revoke"]),
    amount=st.floats(0, 80).map(lambda value: round(value, 2)),
    currency=st.sampled_from(["EUR", "EUR", "EUR", "USD"]),
)
_MONTHS = count(0)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=7), st.floats(0, 150).map(lambda value: round(value, 2)))
def test_no_sequence_of_signatures_spends_more_than_the_budget(
    desk: Desk, set_now: SetNow, steps: list[Step], budget: float
) -> None:
    start = datetime(2000 + next(_MONTHS), 3, 1, tzinfo=UTC)
    set_now(start)
    desk.limit(Limits(monthly_budget=budget, currency="EUR"))
    approved: dict[str, float] = {}
    for hour, step in enumerate(steps):
        set_now(start + timedelta(hours=hour))
        if step.act == "revoke" and approved:
            case_id, _ = approved.popitem()
            with desk.house.transaction(operator(desk.house)) as tx:
                revoke(tx, case_id, "Not carried out.")
            continue
        seen = desk.file(step.amount, currency=step.currency)
        fits = step.currency == "EUR" and round(sum(approved.values()) + step.amount, 6) <= budget
        if fits:
            desk.sign(seen)
            approved[seen.id] = step.amount
        else:
            with pytest.raises(BudgetSpent):
                desk.sign(seen)
    assert desk.spent(start) == pytest.approx(sum(approved.values()))
    assert desk.spent(start) <= budget + 1e-6


@pytest.mark.parametrize("attempt", range(3))
@pytest.mark.parametrize(
    ("limits", "refusal"),
    [
        (BUDGET, "BudgetSpent"),
        (Limits(per_customer=1, per_customer_days=30), "CustomerTooOften"),
    ],
)
def test_two_at_once_cannot_both_take_what_is_left(
    stored: House, limits: Limits, refusal: str, attempt: int
) -> None:
    """Two cases of one clause, signed at the same moment by two peers, on either database."""
    desk = ruled(stored)
    desk.limit(limits)
    cases = [desk.file(60 + attempt, customer="anna") for _ in range(2)]
    together = Barrier(len(cases))

    def sign(seen: Seen) -> str:
        together.wait()
        try:
            return str(desk.sign(seen))
        except RecommenderError as error:
            return error.code

    with ThreadPoolExecutor(len(cases)) as pool:
        assert sorted(pool.map(sign, cases)) == [refusal, "approved"]
    with stored.database.reading() as session:
        approved = session.scalars(select(Case).where(Case.state == CaseState.APPROVED)).all()
        assert len(approved) == 1
        stored.log.verify(session)


# Currencies


def test_a_ceiling_is_never_compared_with_another_currency(desk: Desk) -> None:
    with desk.house.transaction(desk.actor("ruth")) as tx:
        set_ceiling(tx, "RET-2.1", 50)
    dollars = desk.file(10, currency="USD")
    assert desk.rules(dollars) == [], "no currency was said, so the number holds in any"
    desk.limit(Limits(currency="EUR"))
    with pytest.raises(CeilingExceeded) as refused:
        desk.sign(dollars)
    assert refused.value.facts == {"rule": "ceiling", "most": 50, "unknown": "currency"}
    assert refused.value.detail == (
        "Peers may approve up to 50 EUR under RET-2.1, and this asks for 10 USD, which cannot be "
        "checked against it."
    )
    desk.approve(50)


# Counts of one customer


def test_one_customer_is_not_helped_more_often_than_the_owner_said(
    desk: Desk, set_now: SetNow
) -> None:
    desk.limit(Limits(per_customer=2, per_customer_days=30))
    for day in (1, 10):
        set_now(datetime(2026, 6, day, tzinfo=UTC))
        desk.approve(5, customer="anna")
    set_now(datetime(2026, 6, 30, 23, tzinfo=UTC))
    third = desk.file(5, customer="anna")
    with pytest.raises(CustomerTooOften) as refused:
        desk.sign(third)
    assert refused.value.facts == {"rule": "customer_count", "most": 2, "found": 2}
    assert "2 cases of one customer within 30 days" in refused.value.detail
    desk.approve(5, customer="ben")
    desk.approve(5, customer="anna", clause="RET-3.1")
    set_now(datetime(2026, 7, 1, tzinfo=UTC))
    assert desk.sign(third) is CaseState.APPROVED, "the first is thirty days old now"


def test_an_unknown_customer_cannot_be_counted_and_that_is_said(desk: Desk) -> None:
    desk.limit(Limits(per_customer=2, per_customer_days=30))
    nobody = desk.file(5)
    with pytest.raises(CustomerTooOften) as refused:
        desk.sign(nobody)
    assert refused.value.facts == {"rule": "customer_count", "most": 2, "unknown": "customer"}
    assert "names no customer, so that cannot be checked" in refused.value.detail
    with desk.house.transaction(desk.actor("ruth")) as tx:
        assert approve_routed(tx, nobody.id, nobody.content_hash).state is CaseState.APPROVED
    desk.approve(5, customer="anna")


# Roles


def test_a_role_signs_up_to_its_amount(desk: Desk) -> None:
    desk.limit(Limits(currency="EUR", roles={Role.AGENT: 50, Role.MANAGER: 200}))
    desk.approve(50)
    above = desk.file(51)
    assert desk.rules(above) == [Rule.ROLE_LIMIT]
    assert desk.rules(above, Role.MANAGER) == []
    assert desk.rules(above, Role.AGENT, Role.MANAGER) == [], "the most generous of one's roles"
    assert desk.rules(desk.file(201), Role.MANAGER) == [Rule.ROLE_LIMIT]
    with pytest.raises(RoleLimitExceeded) as refused:
        desk.sign(above)
    assert refused.value.detail == (
        "Agents may approve up to 50 EUR under RET-2.1, and this asks for 51 EUR."
    )


def test_the_filer_is_told_what_peers_may_and_not_what_their_own_role_would(desk: Desk) -> None:
    desk.limit(Limits(currency="EUR", roles={Role.AGENT: 50, Role.MANAGER: 200}))
    above = desk.file(51)
    lead = Actor(desk.actor("maya").name, frozenset({Role.AGENT, Role.MANAGER}))
    with desk.house.reading(lead) as tx:
        assert [one.rule for one in breaches(tx, tx.session.get_one(Case, above.id))] == [
            Rule.ROLE_LIMIT
        ]
        wish = Wish(situation=".", resolution=".", clause_key="RET-2.1", amount=51, currency="EUR")
        assert [one.rule for one in foreseen(tx, wish)] == [Rule.ROLE_LIMIT]


def test_a_lead_who_answers_in_a_peers_stead_is_held_by_their_role(desk: Desk) -> None:
    with desk.house.transaction(operator(desk.house)) as tx:
        for name, roles, lead in (("lea", [Role.MANAGER], None), ("led", [Role.AGENT], "lea")):
            add_account(tx, name=name, display_name=name, roles=roles, lead=lead)
    desk.limit(Limits(currency="EUR", roles={Role.MANAGER: 20}))
    seen, small = desk.file(21), desk.file(20)
    with desk.house.database.transaction() as session:
        for one in (seen, small):
            session.get_one(Case, one.id).escalated_at = JUNE
    with pytest.raises(RoleLimitExceeded) as refused:
        desk.sign(seen, by="lea")
    assert refused.value.detail.startswith("Managers may approve up to 20 EUR")
    assert desk.sign(small, by="lea") is CaseState.APPROVED
    assert desk.sign(seen) is CaseState.APPROVED


def test_a_role_that_nobody_limited_signs_what_others_may(desk: Desk) -> None:
    desk.limit(Limits(currency="EUR", roles={Role.MANAGER: 10}))
    desk.approve(500)


# Pauses


@pytest.mark.parametrize(
    ("paused", "filed"), [("RET-2.1", "RET-2.1"), (None, "RET-2.1"), (None, None)]
)
def test_a_pause_holds_a_peer_who_is_reading(
    desk: Desk, paused: str | None, filed: str | None
) -> None:
    seen = desk.file(5, clause=filed)
    with desk.house.transaction(desk.actor("ruth")) as tx:
        pause_id = pause(tx, paused, "A recall is running.").id
    with pytest.raises(ApprovalPaused) as refused:
        desk.sign(seen)
    assert refused.value.facts == {"rule": "paused", "pause": pause_id}
    assert refused.value.detail.endswith("A recall is running.")
    with desk.house.reading(desk.actor("tom")) as tx:
        assert tx.session.get_one(Case, seen.id).state is CaseState.PENDING
    with desk.house.transaction(desk.actor("ruth")) as tx:
        lift(tx, pause_id)
    assert desk.sign(seen) is CaseState.APPROVED


def test_a_pause_of_one_clause_holds_no_other(desk: Desk) -> None:
    with desk.house.transaction(desk.actor("ruth")) as tx:
        pause(tx, "RET-2.1", "A recall is running.")
    desk.approve(5, clause="RET-3.1")
    assert desk.sign(desk.file(5, clause=None)) is CaseState.APPROVED


def test_every_pause_has_to_be_lifted(desk: Desk) -> None:
    seen = desk.file(5)
    with desk.house.transaction(desk.actor("ruth")) as tx:
        first, second = pause(tx, None, "An audit.").id, pause(tx, "RET-2.1", "A recall.").id
    assert desk.rules(seen) == [Rule.PAUSED, Rule.PAUSED]
    for pause_id, left in ((first, 1), (second, 0)):
        with desk.house.transaction(desk.actor("ruth")) as tx:
            lift(tx, pause_id)
        assert len(desk.rules(seen)) == left


def test_a_refusal_names_the_first_of_many_and_leaves_nothing_behind(desk: Desk) -> None:
    desk.limit(Limits(monthly_budget=1, currency="EUR", per_customer=0, per_customer_days=1))
    seen = desk.file(5)
    with pytest.raises(Conflict) as refused, desk.house.transaction(desk.actor("tom")) as tx:
        require_within(tx, tx.session.get_one(Case, seen.id))
    assert refused.value.facts["rule"] == "budget"
    with desk.house.reading(desk.actor("tom")) as tx:
        assert tx.session.get_one(Case, seen.id).signatures == []
