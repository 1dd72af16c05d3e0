"""Limits, pauses and the never-bend list: who sets them, what they must be, what stays of them."""

from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import actor_named, add_account, operator
from recommender.cases.spending import month_of
from recommender.models.events import Event
from recommender.models.policies import NotYourClause
from recommender.policies.importing import PolicyReport, import_policy
from recommender.policies.library import UnknownClause, clause_by_key, render_policy
from recommender.policies.limiting import (
    NO_LIMITS,
    AlreadyLifted,
    BadLimit,
    Limits,
    PauseReasonMissing,
    UnknownPause,
    lift,
    limits_of,
    limits_version,
    pause,
    pauses,
    set_ceiling,
    set_limits,
    set_never_bend,
)
from recommender.policies.syntax.layout import mark_never_bend
from recommender.policies.syntax.read import parse_policy
from recommender.storage.house import House
from recommender.vocabulary import Role
from tests.conftest import HANDBOOK, AddPolicy

ALL = Limits(
    monthly_budget=500,
    currency="EUR",
    per_customer=2,
    per_customer_days=30,
    roles={Role.AGENT: 50, Role.MANAGER: 200},
)
PLAIN = "# Hens\n\n**HEN-1** Broken eggs are replaced.\n"


@pytest.fixture(autouse=True)
def handbook(add_policy: AddPolicy) -> None:
    add_policy()


@pytest.fixture
def olga(house: House) -> Actor:
    """A policy owner of another desk."""
    with house.transaction(operator(house)) as tx:
        add_account(tx, name="olga", display_name="O", roles=[Role.POLICY_OWNER], team="bikes")
    return actor_named(house, "olga")


def last_event(house: House) -> Event:
    with house.database.reading() as session:
        return session.scalars(select(Event).order_by(Event.sequence.desc()).limit(1)).one()


def limits(house: House, key: str = "RET-2.1") -> Limits:
    with house.reading(operator(house)) as tx:
        return limits_of(tx, clause_by_key(tx, key))


def version(house: House) -> int:
    with house.reading(operator(house)) as tx:
        return limits_version(tx, clause_by_key(tx, "RET-2.1"))


# Limits


def test_limits_are_kept_whole_and_recorded(house: House, ruth: Actor) -> None:
    assert (limits(house), version(house)) == (NO_LIMITS, 0)
    for number, given_limits in enumerate((ALL, Limits(currency="USD"), NO_LIMITS), start=1):
        with house.transaction(ruth) as tx:
            set_limits(tx, "RET-2.1", given_limits)
        assert (limits(house), version(house)) == (given_limits, number)
    assert limits(house, "RET-3.1") == NO_LIMITS
    event = last_event(house)
    assert (event.actor, event.verb, event.noun_id) == ("ruth", "set_limits", "RET-2.1")
    with house.reading(ruth) as tx:
        assert limits_of(tx, None) == NO_LIMITS


def test_the_log_says_which_limits_were_set(house: House, ruth: Actor) -> None:
    with house.transaction(ruth) as tx:
        set_limits(tx, "RET-2.1", ALL)
    details = last_event(house).details
    assert details == {
        "monthly_budget": 500,
        "currency": "EUR",
        "per_customer": 2,
        "per_customer_days": 30,
        "roles": {"agent": 50, "manager": 200},
    }


@pytest.mark.parametrize("name", ["maya", "ines", "auditor"])
def test_only_owners_and_admins_limit(house: House, name: str) -> None:
    actor = actor_named(house, name)
    for act in (
        lambda tx: set_limits(tx, "RET-2.1", ALL),
        lambda tx: set_never_bend(tx, "RET-2.1", never_bend=True),
        lambda tx: pause(tx, None, "A recall."),
        lambda tx: lift(tx, "000000000000"),
    ):
        with pytest.raises(RoleMissing), house.transaction(actor) as tx:
            act(tx)


def test_only_the_clauses_desk_and_admins_limit_it(house: House, olga: Actor, admin: Actor) -> None:
    with house.transaction(admin) as tx:
        pause_id = pause(tx, "RET-2.1", "A recall.").id
        set_limits(tx, "RET-2.1", ALL)
    for act in (
        lambda tx: set_limits(tx, "RET-2.1", NO_LIMITS),
        lambda tx: set_never_bend(tx, "RET-2.1", never_bend=True),
        lambda tx: pause(tx, "RET-2.1", "A recall."),
        lambda tx: lift(tx, pause_id),
    ):
        with pytest.raises(NotYourClause), house.transaction(olga) as tx:
            act(tx)
    assert limits(house) == ALL


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"monthly_budget": -1, "currency": "EUR"}, "monthly_budget"),
        ({"monthly_budget": nan, "currency": "EUR"}, "monthly_budget"),
        ({"monthly_budget": 5}, "currency"),
        ({"roles": {Role.AGENT: 5}}, "currency"),
        ({"currency": "euro"}, "currency"),
        ({"currency": "eur"}, "currency"),
        ({"roles": {Role.AGENT: inf}, "currency": "EUR"}, "roles.agent"),
        ({"roles": {Role.AUDITOR: 5}, "currency": "EUR"}, "roles.auditor"),
        ({"per_customer": 2}, "per_customer_days"),
        ({"per_customer_days": 2}, "per_customer"),
        ({"per_customer": -1, "per_customer_days": 2}, "per_customer"),
        ({"per_customer": 1, "per_customer_days": 0}, "per_customer_days"),
        ({"per_customer": 1, "per_customer_days": 10_000}, "per_customer_days"),
    ],
)
def test_a_limit_that_cannot_be_names_its_field(
    house: House, ruth: Actor, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadLimit) as refused, house.transaction(ruth) as tx:
        set_limits(tx, "RET-2.1", Limits(**wrong))
    assert refused.value.field == field
    assert refused.value.remedy
    assert version(house) == 0


def test_a_ceiling_brings_its_currency_and_no_second_one(house: House, ruth: Actor) -> None:
    for currency in ("USD", "EUR", None, "EUR"):
        with house.transaction(ruth) as tx:
            set_ceiling(tx, "RET-2.1", 50, currency)
    assert (limits(house), version(house)) == (Limits(currency="EUR"), 2)
    with house.transaction(ruth) as tx:
        set_limits(tx, "RET-2.1", ALL)
    for wrong in ("USD", "euro"):
        with pytest.raises(BadLimit) as refused, house.transaction(ruth) as tx:
            set_ceiling(tx, "RET-2.1", 60, wrong)
        assert refused.value.field == "currency"
    with house.reading(ruth) as tx:
        assert clause_by_key(tx, "RET-2.1").ceiling == 50


def test_nothing_is_limited_under_a_clause_that_is_not_there(house: House, ruth: Actor) -> None:
    for act in (
        lambda tx: set_limits(tx, "RET-9", ALL),
        lambda tx: pause(tx, "RET-9", "A recall."),
        lambda tx: set_never_bend(tx, "RET-9", never_bend=True),
    ):
        with pytest.raises(UnknownClause), house.transaction(ruth) as tx:
            act(tx)


@given(st.datetimes(timezones=st.timezones()))
def test_a_moment_lies_in_its_month(moment: Any) -> None:  # noqa: ANN401 - a datetime
    start, end = month_of(moment)
    assert start <= moment < end
    assert (start.day, end.day, start.hour, end.microsecond) == (1, 1, 0, 0)
    assert 28 <= (end - start).days <= 31


# Pauses


def test_a_pause_lasts_until_it_is_lifted(house: House, ruth: Actor, maya: Actor) -> None:
    with house.transaction(ruth) as tx:
        everywhere = pause(tx, None, "  An audit\n is running. ").id
        pause(tx, "RET-2.1", "Ask anna.meyer@example.org.")
    with house.reading(maya) as tx:
        found = pauses(tx)
        assert [one.clause_id is None for one in sorted(found, key=lambda one: one.reason)] == [
            True,
            False,
        ]
        reasons = " ".join(one.reason for one in found)
        assert "An audit is running." in reasons
        assert "anna.meyer" not in reasons
    with house.transaction(ruth) as tx:
        lifted = lift(tx, everywhere)
        assert (lifted.lifted_by, lifted.lifted_at) == ("ruth", tx.at)
    assert (last_event(house).verb, last_event(house).noun_id) == ("lift", everywhere)
    with pytest.raises(AlreadyLifted), house.transaction(ruth) as tx:
        lift(tx, everywhere)
    with pytest.raises(UnknownPause), house.transaction(ruth) as tx:
        lift(tx, "000000000000")
    with house.reading(maya) as tx:
        assert (len(pauses(tx)), len(pauses(tx, lasting_only=False))) == (1, 2)


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 5000])
def test_a_pause_says_why(house: House, ruth: Actor, reason: str) -> None:
    with pytest.raises(PauseReasonMissing) as refused, house.transaction(ruth) as tx:
        pause(tx, None, reason)
    assert refused.value.field == "reason"


# The never-bend list


def export(house: House) -> str:
    with house.reading(operator(house)) as tx:
        return render_policy(tx, "RET", tx.at)


def take(house: House, text: str) -> PolicyReport:
    with house.transaction(operator(house)) as tx:
        return import_policy(tx, parse_policy(text, "returns"))


def bent(house: House, key: str = "RET-2.1") -> bool:
    with house.reading(operator(house)) as tx:
        return not clause_by_key(tx, key).never_bend


def test_the_owner_puts_a_clause_on_the_list_and_the_export_shows_it(
    house: House, ruth: Actor
) -> None:
    with house.transaction(ruth) as tx:
        set_never_bend(tx, "RET-2.1", never_bend=True)
    assert not bent(house)
    event = last_event(house)
    assert (event.verb, event.noun_id, event.details) == (
        "set_never_bend",
        "RET-2.1",
        {"never_bend": True},
    )
    marked = HANDBOOK.replace("{.clause #RET-2.1}", "{.clause #RET-2.1 .never-bend}")
    assert export(house) == marked
    assert take(house, marked).changed == []
    with house.transaction(ruth) as tx:
        set_never_bend(tx, "RET-2.1", never_bend=False)
        set_never_bend(tx, "RET-2.1", never_bend=False)
    assert (bent(house), export(house)) == (True, HANDBOOK)


def test_what_is_so_already_is_not_recorded_again(house: House, ruth: Actor) -> None:
    before = last_event(house).sequence
    with house.transaction(ruth) as tx:
        set_never_bend(tx, "RET-2.2", never_bend=True)
    assert last_event(house).sequence == before


def test_a_file_without_the_mark_takes_it_off_and_the_report_names_it(house: House) -> None:
    report = take(house, HANDBOOK.replace(" .never-bend", ""))
    assert report.may_bend_now == ["RET-2.2"]
    assert bent(house, "RET-2.2")


def test_a_plain_file_says_nothing_of_the_list(house: House, admin: Actor) -> None:
    take(house, PLAIN)
    with house.transaction(admin) as tx:
        set_never_bend(tx, "HEN-1", never_bend=True)
    assert take(house, PLAIN.replace("eggs", "all eggs")).may_bend_now == []
    assert not bent(house, "HEN-1")


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("after", [True, False])
def test_a_mark_that_is_set_reads_as_set(*, before: bool, after: bool) -> None:
    text = HANDBOOK if before else HANDBOOK.replace(" .never-bend", "")
    policy = parse_policy(text, "returns")
    layout = mark_never_bend(policy.layout, "RET-2.2", never_bend=after)
    heads = [part.raw for part in layout if part.clause == "RET-2.2"]
    assert (".never-bend" in heads[0]) is after
    others = [part for part in layout if part.clause != "RET-2.2"]
    assert others == [part for part in policy.layout if part.clause != "RET-2.2"]
