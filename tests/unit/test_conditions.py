"""Conditions, scopes and exceptions: what a wording says as data judges cases as its words do."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.models.cases import Case
from recommender.models.policies import Revision
from recommender.policies.conditions import Condition, Scope, Where
from recommender.policies.exceptions import (
    ClauseException,
    added_words,
    allows,
    exceptions_of,
)
from recommender.policies.syntax.markup import plain_text

DAY = date(2026, 6, 1)
TYPED = "Within [14 days]{.parameter fact=days_late max=14 unit=day} of delivery."
BASIC = Condition("coverage", "one_of", ("basic", "Full"))
ILL = ClauseException(
    key="ill-1",
    kind_id="k1",
    candidate_id="c1",
    sentence="As an exception, agents may decide cases of “ill” on their own.",
    conditions=(Condition("days_late", "max", 46, "day"), BASIC),
    scope=Scope(market="DE", until=DAY + timedelta(days=90)),
    since=DAY,
)
MET = {"days_late": 40, "coverage": "basic"}
GERMANY = Where(market="de")

names = st.text(min_size=1, max_size=20)
conditions = st.one_of(
    st.builds(
        Condition,
        names,
        st.sampled_from(["max", "min"]),
        st.floats(-1e6, 1e6),
        st.none() | names,
    ),
    st.builds(Condition, names, st.just("one_of"), st.tuples(names) | st.tuples(names, names)),
)
scopes = st.builds(
    Scope,
    brand=st.none() | names,
    market=st.none() | names,
    channel=st.none() | names,
    product=st.none() | names,
    team=st.none() | names,
    until=st.none() | st.dates(),
)


def revision(*exceptions: ClauseException, markup: str = TYPED) -> Revision:
    kept = [one.to_json() for one in exceptions]
    return Revision(number=2, markup=markup, text=plain_text(markup), exceptions=kept)


@given(
    st.builds(
        ClauseException,
        key=names,
        kind_id=names,
        candidate_id=st.none() | names,
        sentence=names,
        conditions=st.lists(conditions, max_size=3).map(tuple),
        scope=scopes,
        since=st.none() | st.dates(),
    )
)
def test_an_exception_comes_back_from_json_as_it_went(exception: ClauseException) -> None:
    written = json.loads(json.dumps(exception.to_json()))
    assert ClauseException.from_json(written) == exception


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("basic", True),
        (" FULL ", True),
        ("none", False),
        (None, None),
        (3, None),
        (True, False),
    ],
)
def test_one_of_some_words(value: object, verdict: bool | None) -> None:  # noqa: FBT001 - a value of the table
    assert BASIC.admits(value) is verdict
    assert BASIC.words == BASIC.span == "coverage is basic or Full"
    assert (BASIC.side, BASIC.number) == (None, None)


told = st.one_of(
    st.builds(
        Condition,
        st.sampled_from(["days", "late_days", "amount", "total_amount"]),
        st.sampled_from(["max", "min"]),
        st.sampled_from([3, 30, 300, 3.5, 30.25, -3, 0, 1e13, 1e-7]),
        st.sampled_from([None, "day", "EUR", "E"]),
    ),
    st.builds(
        Condition,
        st.sampled_from(["coverage", "second_coverage"]),
        st.just("one_of"),
        st.sampled_from([("basic",), ("basic", "full"), ("basic plus",), ("full", "basic")]),
    ),
)


@given(told, st.lists(told, max_size=3), st.sampled_from(["", " or so", ", or less", " x"]))
def test_a_text_says_a_condition_exactly_or_does_not(
    one: Condition, said: list[Condition], more: str
) -> None:
    text = f"As an exception where {' and '.join(other.words for other in said)}{more}."
    listed = said if not more else said[:-1]
    assert one.said_in(text) is (one.words in {other.words for other in listed})


@given(told, told)
def test_a_limit_is_read_back_from_words_that_differ_in_nothing_else(
    one: Condition, other: Condition
) -> None:
    read = one.read_back(f"Agents decide where {other.words}.")
    if one.side is None:
        assert read == (one if one.words == other.words else None)
    else:
        same = replace(one, limit=other.limit)
        assert read == (same if same.words == other.words else None)


def test_true_and_false_are_yes_and_no() -> None:
    proof = Condition("job_loss_proof", "one_of", ("yes",))
    assert (proof.admits(value=True), proof.admits(value=False)) == (True, False)
    assert proof.words == "job loss proof is yes"


@pytest.mark.parametrize("value", [None, True, "12", float("nan")])
def test_what_is_no_number_is_not_judged_by_one(value: object) -> None:
    assert Condition("days_late", "max", 14).admits(value) is None


@given(st.floats(allow_nan=False), st.floats(-1e9, 1e9))
def test_a_number_is_within_its_limit_or_not(value: float, limit: float) -> None:
    assert Condition("x", "max", limit).admits(value) is (value <= limit)
    assert Condition("x", "min", limit).admits(value) is (value >= limit)


def test_a_scope_reads_where_a_case_was() -> None:
    case = Case(brand="Acme", market="DE", channel="chat", product="boots", agent_team="north")
    assert Scope(brand="acme", market="de", channel="CHAT").holds(Where.of(case), DAY) is True
    assert Scope(product="boots", team="south").holds(Where.of(case), DAY) is False
    assert Scope(market="DE").holds(Where(), DAY) is None
    assert Scope(market="DE", team="south").holds(Where(team="north"), DAY) is False


@given(scopes, st.dates())
def test_a_scope_without_more_holds_everywhere_until_its_last_day(scope: Scope, day: date) -> None:
    assert Scope().holds(scope, day) is True
    ended = scope.until is not None and day > scope.until
    assert scope.holds(scope, day) is (not ended)


@pytest.mark.parametrize(
    ("facts", "where", "day", "verdict"),
    [
        (MET, GERMANY, DAY, True),
        (MET | {"days_late": 47}, GERMANY, DAY, False),
        ({"days_late": 40}, GERMANY, DAY, None),
        (MET, Where(), DAY, None),
        (MET, Where(market="AT"), DAY, False),
        (MET, GERMANY, DAY - timedelta(days=1), False),
        (MET, GERMANY, DAY + timedelta(days=91), False),
    ],
)
def test_an_exception_allows_what_meets_it(
    facts: dict[str, object],
    where: Where,
    day: date,
    verdict: bool | None,  # noqa: FBT001 - a value of the table
) -> None:
    assert ILL.admits(facts, where, day) is verdict
    assert allows(revision(ILL), "k1", facts, where, day) is verdict


def test_an_exception_in_words_alone_is_never_guessed() -> None:
    spoken = ClauseException(key="1", kind_id="k1", sentence="As they judge fair.")
    assert spoken.admits(MET, GERMANY, DAY) is None
    assert allows(revision(spoken), "k1", MET, GERMANY, DAY) is None


def test_an_exception_is_for_its_kind_alone() -> None:
    wording = revision(ILL)
    assert exceptions_of(wording) == (ILL,)
    assert allows(wording, "k2", MET, GERMANY, DAY) is False
    assert allows(wording, None, MET, GERMANY, DAY) is None, "it might be meant"
    assert allows(wording, None, MET | {"days_late": 60}, GERMANY, DAY) is False
    assert allows(wording, "k2", {"days_late": 14}, Where(), DAY) is True, "the general limit"
    assert allows(revision(markup="As they judge."), "k1", MET, GERMANY, DAY) is None


@pytest.mark.parametrize(
    ("old", "new", "added"),
    [
        ("One. Two.", "One. Two. Three at most 3.", "Three at most 3."),
        ("One at most 20. Two.", "One at most 30. Two.", "One at most 30."),
        ("One at most 20", "One at most 20. And more", "One at most 20. And more"),
        ("One. Two.", "One. Two.", ""),
    ],
)
def test_what_is_said_otherwise_is_given_in_whole_sentences(old: str, new: str, added: str) -> None:
    assert added_words(old, new) == added
