"""Import rows: how each value is read, and that nothing but a refusal comes of a bad one."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.cases.importing.rows import FIELDS, ImportRow, ReportedOutcome, read_row
from recommender.errors import Invalid
from recommender.vocabulary import CaseState

BERLIN = ZoneInfo("Europe/Berlin")
LEAST: dict[str, object] = {"id": "1", "occurred_at": "2026-03-02", "situation": "The heel broke."}


def row(**fields: object) -> ImportRow:
    dotted = {name.replace("__", "."): value for name, value in fields.items()}
    return read_row(7, LEAST | dotted, {}, UTC)


def refusal(**fields: object) -> Invalid:
    with pytest.raises(Invalid) as refused:
        row(**fields)
    assert refused.value.remedy
    return refused.value


def test_three_fields_are_enough_and_the_rest_is_unknown() -> None:
    least = row()
    assert (least.key, least.line) == (("imported", "1"), 7)
    assert least.occurred_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert (least.state, least.status_missing) == (CaseState.APPROVED, True)
    assert (least.facts, least.outcome, least.extra) == ({}, None, {})
    unknown = ("agent_id", "cosigner_id", "customer_id", "policy_ref", "amount", "resolution")
    assert [getattr(least, name) for name in unknown] == [None] * len(unknown)
    assert least.filed_after_the_act is False


@pytest.mark.parametrize("name", ["id", "occurred_at", "situation"])
@pytest.mark.parametrize("blank", [None, "", " \n"])
def test_what_every_row_needs_is_asked_for_by_name(name: str, blank: str | None) -> None:
    assert refusal(**{name: blank}).field == name


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("approved", CaseState.APPROVED),
        (" Approved ", CaseState.APPROVED),
        ("rejected", CaseState.DECLINED),
        ("declined", CaseState.DECLINED),
        ("pending", CaseState.PENDING),
        ("withdrawn", CaseState.WITHDRAWN),
        ("revoked", CaseState.REVOKED),
        ("reverted", CaseState.REVOKED),
        ("in_policy", CaseState.IN_POLICY),
        ("In policy", CaseState.IN_POLICY),
        ("auto_apache-2.0", CaseState.IN_POLICY),
        ("AUTO-allowed", CaseState.IN_POLICY),
    ],
)
def test_statuses_and_their_aliases(status: str, state: CaseState) -> None:
    assert row(status=status).state is state
    assert not row(status=status).status_missing


@pytest.mark.parametrize("status", ["removed", "expired", "yes", True, ["approved"], "x" * 300])
def test_another_status_refuses_the_row(status: object) -> None:
    assert refusal(status=status).field == "status"


@pytest.mark.parametrize(
    ("time", "utc"),
    [
        ("2026-03-02T10:15:00Z", "2026-03-02T10:15"),
        ("2026-03-02T10:15:00.000+0200", "2026-03-02T08:15"),
        ("2026-03-02 10:15:00", "2026-03-02T09:15"),
        ("2026-07-02T10:15", "2026-07-02T08:15"),
        ("2026-03-02", "2026-03-01T23:00"),
    ],
)
def test_times_are_kept_in_utc_and_take_the_zone_of_the_import(time: str, utc: str) -> None:
    read = read_row(1, LEAST | {"occurred_at": time, "approved_at": time}, {}, BERLIN)
    assert read.occurred_at == read.approved_at == datetime.fromisoformat(f"{utc}Z")
    assert read.zoneless is ("Z" not in time and "+" not in time)


@pytest.mark.parametrize("name", ["occurred_at", "approved_at"])
@pytest.mark.parametrize(
    "time", ["06/01/25 8am", "soon", "2026-02-30", "0001-01-01T00:00+14:00", 20260302.5, {}]
)
def test_what_is_no_time_is_refused(name: str, time: object) -> None:
    assert refusal(**{name: time}).field == name


def test_amounts_and_currencies() -> None:
    assert (row(amount="22.83").amount, row(amount=5).amount) == (22.83, 5.0)
    assert row(currency="eur").currency == "EUR"
    for amount in ("22,83", "-1", -1, "nan", "1e5", True, [1], "9" * 400, 10**300, 1e13):
        assert refusal(amount=amount).field == "amount"
    for currency in ("€", "Euro", 978):
        assert refusal(currency=currency).field == "currency"


def test_words_are_trimmed_numbers_count_as_digits_and_length_is_bounded() -> None:
    assert row(agent_id=" M03 ").agent_id == "M03"
    assert (row(agent_id=109).agent_id, row(agent_id=109.0).agent_id) == ("109", "109")
    assert row(agent_team=1.5).agent_team == "1.5"
    assert len(row(product="x" * 200).product or "") == 200
    assert refusal(channel="x" * 121).field == "channel"
    assert refusal(id="x" * 201).field == "id"
    assert refusal(agent_id=True).field == "agent_id"
    assert refusal(customer_id={"id": 1}).field == "customer_id"
    assert refusal(reason="x" * 32_001).field == "reason"


def test_yes_and_no() -> None:
    said: object
    for said in (True, "yes", "TRUE", "1", 1, "y"):
        assert row(filed_after_the_act=said).filed_after_the_act is True
    for said in (False, "no", "false", "0", 0, "n", None, ""):
        assert row(filed_after_the_act=said).filed_after_the_act is False
    for said in ("perhaps", 2, 1.0, ["yes"]):
        assert refusal(filed_after_the_act=said).field == "filed_after_the_act"


def test_facts_as_an_object_as_json_text_and_as_columns() -> None:
    facts = {"days": 4, "share": 0.5, "proof": True, "coverage": "partial", "unknown": None}
    known = {name: value for name, value in facts.items() if value is not None}
    assert row(facts=facts).facts == known
    assert row(facts=json.dumps(facts)).facts == known
    columns = {
        "facts__days": "4",
        "facts__share": "0.50",
        "facts__proof": "Yes",
        "facts__coverage": " partial ",
        "facts__unknown": "",
        "facts__number": "007",
        "facts__side": "n",
    }
    assert row(**columns).facts == known | {"number": "007", "side": "n"}
    assert row(facts={"days": 4}, facts__days=5).facts == {"days": 5}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"facts": "{"}, "facts"),
        ({"facts": "[" * 100_000}, "facts"),
        ({"facts": [1]}, "facts"),
        ({"facts": 3}, "facts"),
        ({"facts": {"days": [1]}}, "facts.days"),
        ({"facts": {"days": "x" * 121}}, "facts.days"),
        ({"facts": {"days": 1e13}}, "facts.days"),
        ({"facts": {" ": 1}}, "facts"),
        ({"facts": '{"days": NaN}'}, None),
        ({"facts": '{"days": "\\ud800"}'}, None),
        ({"outcome": {"csat": 6}}, "outcome.csat"),
        ({"outcome.csat": "3.5"}, "outcome.csat"),
        ({"outcome.csat": 0}, "outcome.csat"),
        ({"outcome": {"complaint": "maybe"}}, "outcome.complaint"),
        ({"outcome.actual_cost": "-1"}, "outcome.actual_cost"),
        ({"outcome": "none"}, "outcome"),
    ],
)
def test_facts_and_outcomes_that_cannot_be(fields: dict[str, object], field: str | None) -> None:
    assert refusal(**fields).field == field


def test_outcomes_as_an_object_and_as_columns() -> None:
    whole = {"csat": 4, "complaint": False, "retained": None, "mood": "fine", "note": None}
    read = row(outcome=whole, outcome__actual_cost="12.5")
    assert read.outcome == ReportedOutcome(4, complaint=False, actual_cost=12.5)
    assert read.extra == {"outcome.mood": "fine"}
    assert row(outcome={"csat": None}).outcome is None
    assert row(outcome={"csat": 4}, outcome__csat="").outcome == ReportedOutcome(4)


def test_the_rest_is_kept_without_blanks() -> None:
    extra = {"ticket": {"tags": ["a"]}, "empty": "", "nothing": None, "zero": 0}
    assert read_row(1, LEAST, extra, UTC).extra == {"ticket": {"tags": ["a"]}, "zero": 0}


def test_the_hash_knows_content_and_nothing_of_how_it_was_written() -> None:
    plain = row(status="approved", facts={"a": 1, "b": 2})
    other = read_row(
        99,
        {"facts.b": "2", "facts.a": "1", **LEAST, "occurred_at": "2026-03-02T01:00+01:00"},
        {},
        BERLIN,
    )
    assert plain.hash == other.hash
    for change in ({"reason": "x"}, {"status": "pending"}, {"outcome.csat": 4}, {"brand": "b"}):
        assert (
            row(**({"status": "approved", "facts": {"a": 1, "b": 2}} | change)).hash != plain.hash
        )


anything: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["approved", "2026-03-02", "22,83", "EUR", "true", "{}", '{"a": [1]}', "5"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
names = st.sampled_from([*FIELDS, "facts.days", "facts.", "facts. "])


@given(st.dictionaries(names, anything), st.sampled_from([LEAST, {}]))
def test_no_row_raises_anything_but_a_refusal(
    fields: dict[str, Any], beside: dict[str, object]
) -> None:
    try:
        read = read_row(1, beside | fields, {"more": fields}, BERLIN)
    except Invalid:
        return
    assert read.situation.strip() == read.situation != ""
    assert read.occurred_at.tzinfo is UTC
    assert read.hash == read_row(2, beside | fields, {"more": fields}, BERLIN).hash
