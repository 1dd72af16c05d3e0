"""Redlines: what each verdict makes of a clause's wording."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.changes.redline import (
    NothingToChange,
    Subject,
    live_limit,
    redline,
    sentence,
    unit_of,
)
from recommender.models.policies import Clause, Revision
from recommender.policies.conditions import Condition, Scope
from recommender.policies.phrases import PLAINLY
from recommender.policies.safe_words import fact_words, safe_name
from recommender.policies.syntax.markup import plain_text, read_parameters
from recommender.policies.syntax.read import check_wording
from recommender.vocabulary import TEXT_CHANGING_VERDICTS, Verdict

TYPED = (
    "Shoes come back within [14 days]{.parameter fact=days_since_delivery max=14 unit=day} "
    "of delivery."
)
UNTYPED = "A parcel is kept for 7 days after the first visit, then it goes back."
LATE = Condition("days_since_delivery", "max", 21, "day")


def revision(markup: str) -> Revision:
    made = Revision(number=1, markup=markup, text=plain_text(markup), parameters=[])
    made.clause = Clause(key="RET-1", section_key="RET", section_title="Returns")
    return made


def test_a_typed_limit_is_changed_in_place() -> None:
    wording = redline(Verdict.WIDEN_LIMIT, revision(TYPED), Subject("late boots", (LATE,)))
    assert wording.texts == {
        "old": "Shoes come back within 14 days of delivery.",
        "new": "Shoes come back within 21 days of delivery.",
    }
    assert [one.limit for one in read_parameters(wording.new or "")] == [21]


def test_a_number_in_plain_words_becomes_a_typed_limit_when_it_is_moved() -> None:
    kept = Condition("days_after_visit", "max", 12, "day")
    base = revision(UNTYPED)
    fact = next(one.fact for one in [live_limit(base, "days_since_first")] if one)
    wording = redline(
        Verdict.WIDEN_LIMIT, base, Subject("kept longer", (Condition(fact, "max", 12, "day"),))
    )
    assert "12 days after the first visit" in wording.texts["new"]
    assert [(one.fact, one.limit) for one in read_parameters(wording.new or "")] == [(fact, 12)]
    with pytest.raises(NothingToChange):
        redline(Verdict.WIDEN_LIMIT, base, Subject("kept longer", (kept,)))


def test_without_a_number_there_is_nothing_to_widen() -> None:
    with pytest.raises(NothingToChange) as refused:
        redline(Verdict.WIDEN_LIMIT, revision(TYPED), Subject("late boots"))
    assert refused.value.facts == {"clause": "RET-1"}


def test_an_exception_is_one_sentence_more_and_no_typed_limit() -> None:
    subject = Subject("late boots", (Condition("amount", "max", 35, "EUR"),))
    wording = redline(Verdict.ADD_EXCEPTION, revision(TYPED), subject)
    assert wording.texts["new"].endswith(
        "of delivery. As an exception, agents may decide cases of “late boots” on their own "
        "where amount is at most 35 EUR."
    )
    assert len(read_parameters(wording.new or "")) == 1


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict.ADD_EXCEPTION, "As an exception in market DE, by chat, until 1 Mar 2027, agents"),
        (
            Verdict.GRANT_AUTHORITY,
            "of “late boots” in market DE, by chat, until 1 Mar 2027, agents",
        ),
        (Verdict.WRITE_NEW_CLAUSE, "“late boots” in market DE, by chat, until 1 Mar 2027 have a"),
    ],
)
def test_where_and_until_when_it_holds_is_said(verdict: Verdict, words: str) -> None:
    scope = Scope(market="D[E]", channel="chat", until=date(2027, 3, 1))
    new = redline(verdict, revision(TYPED), Subject("late boots", (LATE,), scope=scope)).new or ""
    assert words.replace("DE", "D E") in new
    assert len(check_wording(new)) == 1


def test_an_exception_takes_the_place_of_the_one_before() -> None:
    first = redline(Verdict.ADD_EXCEPTION, revision(TYPED), Subject("late boots", (LATE,)))
    said = sentence(Verdict.ADD_EXCEPTION, Subject("late boots", (LATE,)))
    wider = Subject("late boots", (replace(LATE, limit=30),), said=(said,))
    again = redline(Verdict.ADD_EXCEPTION, revision(first.new or ""), wider)
    assert again.new == (first.new or "").replace("at most 21", "at most 30")
    gone = redline(Verdict.ADD_EXCEPTION, revision(TYPED), wider)
    assert gone.new == again.new


def test_few_cases_keep_the_second_signature_whatever_the_verdict() -> None:
    for verdict in (Verdict.ADD_EXCEPTION, Verdict.WRITE_NEW_CLAUSE):
        new = redline(verdict, revision(TYPED), Subject("late boots", alone=False)).new
        assert new
        assert "once a colleague has signed" in new


@given(st.integers(0, 999), st.integers(0, 999))
def test_a_limit_is_read_back_from_its_own_words(drafted: int, edited: int) -> None:
    said = f"Agents decide alone where {replace(LATE, limit=edited).words}."
    assert replace(LATE, limit=drafted).read_back(said) == replace(LATE, limit=edited)
    assert LATE.read_back("where other days since delivery were at most 3") is None


def test_a_gap_gets_a_clause_with_typed_limits() -> None:
    subject = Subject("hens: escaped", (Condition("hens", "min", 3, None),))
    wording = redline(Verdict.WRITE_NEW_CLAUSE, None, subject)
    assert wording.texts == {
        "old": "",
        "new": "Agents may decide cases of “hens: escaped” on their own where hens is at least 3.",
    }
    assert [(one.fact, one.bound) for one in check_wording(wording.new or "")] == [("hens", "min")]


@pytest.mark.parametrize("verdict", [Verdict.WIDEN_LIMIT, Verdict.RETIRE_RULE])
def test_a_gap_has_no_rule_to_change(verdict: Verdict) -> None:
    with pytest.raises(NothingToChange):
        redline(verdict, None, Subject("hens: escaped"))


def test_few_cases_of_a_gap_keep_the_second_signature() -> None:
    wording = redline(Verdict.WRITE_NEW_CLAUSE, None, Subject("hens: escaped", alone=False))
    expected = "Agents may decide cases of “hens: escaped” once a colleague has signed."
    assert wording.new == expected


def test_clarifying_grants_nothing_to_anybody_alone() -> None:
    wording = redline(Verdict.CLARIFY_WORDING, revision(TYPED), Subject("late boots", (LATE,)))
    assert "agents ask a colleague to sign first" in wording.texts["new"]
    assert "own" not in wording.texts["new"]


def test_what_a_limit_allows_already_is_said_once() -> None:
    subject = Subject("late boots", (LATE,), allowed=True)
    wording = redline(Verdict.CLARIFY_WORDING, revision(TYPED), subject)
    assert wording.texts["new"] == f"{wording.texts['old']} {PLAINLY}"
    again = redline(Verdict.CLARIFY_WORDING, revision(wording.new or ""), subject)
    assert again.new == wording.new


def test_a_retired_rule_has_no_new_text() -> None:
    wording = redline(Verdict.RETIRE_RULE, revision(TYPED), Subject("late boots"))
    assert wording.texts["new"] == ""


@pytest.mark.parametrize("verdict", sorted(set(Verdict) - TEXT_CHANGING_VERDICTS))
def test_the_other_verdicts_change_no_text(verdict: Verdict) -> None:
    base = revision(TYPED)
    assert redline(verdict, base, Subject("late boots", (LATE,))).new == base.markup
    assert redline(verdict, None, Subject("late boots", (LATE,))).new is None


@given(
    st.text(max_size=80),
    st.sampled_from(
        [
            Verdict.ADD_EXCEPTION,
            Verdict.CLARIFY_WORDING,
            Verdict.GRANT_AUTHORITY,
            Verdict.WRITE_NEW_CLAUSE,
        ]
    ),
    st.booleans(),
    st.text(max_size=20),
)
def test_whatever_a_kind_is_called_a_handbook_can_carry_the_wording(
    name: str,
    verdict: Verdict,
    with_clause: bool,  # noqa: FBT001 - drawn
    fact: str,
) -> None:
    subject = Subject(name, (Condition(fact, "max", 4.5, fact[:3]),))
    wording = redline(verdict, revision(TYPED) if with_clause else None, subject)
    assert wording.new
    check_wording(wording.new)
    assert "\n" not in wording.new[len(wording.old or "") :]
    assert redline(verdict, revision(TYPED) if with_clause else None, subject) == wording


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition("days_over", "max", 17, "day"), "days over is at most 17"),
        (Condition("age", "min", 75, "year"), "age is at least 75 years"),
        (Condition("age", "min", 1, "year"), "age is at least 1 year"),
        (Condition("amount", "max", 35.5, "EUR"), "amount is at most 35.5 EUR"),
        (Condition("prior_late", "max", 0, None), "prior late is at most 0"),
    ],
)
def test_conditions_in_words(condition: Condition, words: str) -> None:
    assert condition.words == words
    assert plain_text(condition.span) == words


def test_a_condition_without_the_fact_cannot_be_told() -> None:
    assert LATE.admits(None) is None
    assert LATE.admits(21) is True
    assert LATE.admits(22) is False


@pytest.mark.parametrize(
    ("fact", "unit"),
    [
        ("months_left", "month"),
        ("km_to_border", "km"),
        ("bill_amount", "EUR"),
        ("Amount", "EUR"),
        ("prior_late", None),
    ],
)
def test_units_are_read_from_names(fact: str, unit: str | None) -> None:
    assert unit_of(fact, "EUR") == unit


def test_names_are_made_safe() -> None:
    assert safe_name("# [x]{.clause #Y} `now`.\n\n## Z") == "x .clause Y now . Z"
    assert safe_name("[]{}") == "this kind"
    assert fact_words("days_since.delivery") == "days since delivery"
