"""What the rules allow already: which clause says so, and how asking for it is counted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import operator
from recommender.cases.embedding import catch_up
from recommender.cases.filing import file
from recommender.cases.findability import (
    Allowance,
    BadDraft,
    NotAllowedYet,
    already_allowed,
    count_hit,
)
from recommender.cases.likely_clauses import LikelyClause, learn_clauses, likely_clauses
from recommender.cases.wishes import Wish
from recommender.learning.arrays import UnitVectors
from recommender.models.cases import Case
from recommender.models.events import Event
from recommender.models.findability import AlreadyAllowed
from recommender.models.policies import Clause
from recommender.policies.library import UnknownClause, clause_by_key, revise
from recommender.storage.house import House
from recommender.vocabulary import FieldSource
from tests.conftest import AddPolicy, NewCase

DRAFT = "7f9c24e5-2f14-4e1e-9b6a-0c5d8f3a1b2c"
RETURN = Wish(
    situation="Unworn shoes came back ten days after delivery.",
    resolution="Take them back.",
    clause_key="RET-2.1",
    facts={"days_since_delivery": 10},
)
GIFTS = """\
# Gifts {#GIF owner=returns-desk}

## Vouchers {#GIF-1}

[GIF-1.1]{.clause #GIF-1.1} Vouchers are paid out up to
[25 EUR]{.parameter fact=amount max=25 unit=EUR} in cash.
"""


def likely(key: str, how: float) -> list[LikelyClause]:
    return [LikelyClause(key, "", how, None)]


def hits(house: House) -> list[AlreadyAllowed]:
    with house.database.reading() as session:
        return list(session.scalars(select(AlreadyAllowed)))


@pytest.fixture
def ruled(house: House, add_policy: AddPolicy) -> House:
    add_policy()
    add_policy(GIFTS)
    return house


# Already allowed


def test_a_named_clause_that_admits_the_facts_needs_no_proposal(ruled: House, maya: Actor) -> None:
    with ruled.reading(maya) as tx:
        found = already_allowed(tx, RETURN, [])
        assert found is not None
        assert found.words == "RET-2.1 allows this already: no proposal is needed."
        assert found.text.startswith("Unworn shoes come back")


def test_a_likely_clause_is_looked_into_and_said_with_its_condition(
    ruled: House, maya: Actor
) -> None:
    unnamed = replace(RETURN, clause_key=None)
    with ruled.reading(maya) as tx:
        found = already_allowed(tx, unnamed, likely("RET-2.1", 0.6))
        assert found is not None
        assert (found.clause_key, found.named) == ("RET-2.1", False)
        assert found.words.startswith("If it falls under RET-2.1")
        assert already_allowed(tx, unnamed, likely("RET-2.1", 0.4)) is None
        assert already_allowed(tx, unnamed, likely("RET-2.2", 0.9)) is None, "it has no limit"


def test_another_clause_may_allow_what_the_named_one_forbids(ruled: House, maya: Actor) -> None:
    late = replace(RETURN, facts={"days_since_delivery": 20, "months_owned": 1})
    with ruled.reading(maya) as tx:
        assert already_allowed(tx, late, likely("RET-2.1", 0.9)) is None
        assert already_allowed(tx, late, likely("RET-3.1", 0.9)) == Allowance(
            "RET-3.1", clause_by_key(tx, "RET-3.1").newest.text, named=False
        )


@pytest.mark.parametrize(
    ("amount", "currency", "allowed"),
    [(25.0, "EUR", True), (26.0, "EUR", False), (25.0, "GBP", False), (None, None, False)],
)
def test_the_amount_is_a_fact_too_in_the_limits_own_currency(
    ruled: House, maya: Actor, *, amount: float | None, currency: str | None, allowed: bool
) -> None:
    wish = replace(RETURN, clause_key="GIF-1.1", facts={}, amount=amount, currency=currency)
    with ruled.reading(maya) as tx:
        assert (already_allowed(tx, wish, []) is not None) is allowed


def test_a_retired_clause_allows_nothing(ruled: House, maya: Actor, ruth: Actor) -> None:
    with ruled.transaction(ruth) as tx:
        clause = clause_by_key(tx, "RET-2.1")
        revise(tx, clause, markup=clause.newest.markup, effective_from=None, retires=True)
    with ruled.reading(maya) as tx:
        assert already_allowed(tx, RETURN, likely("RET-2.1", 1.0)) is None


def test_without_a_fact_or_an_amount_no_clause_is_guessed(
    ruled: House, maya: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.cases.findability.likely_clauses", pytest.fail)
    with ruled.reading(maya) as tx:
        assert already_allowed(tx, replace(RETURN, clause_key=None, facts={})) is None


# None fits


@pytest.mark.parametrize(
    ("given", "gap", "source"),
    [
        ({"gap": True}, True, "typed"),
        ({"gap": True, "none_taken": True}, True, "typed"),
        ({"none_taken": True}, True, "suggested"),
        ({"none_taken": True, "clause_key": "RET-2.1"}, False, None),
        ({}, False, None),
    ],
)
def test_suggestions_of_which_none_was_taken_are_a_gap_told_apart_from_one_that_was_said(
    ruled: House, maya: Actor, *, given: dict[str, Any], gap: bool, source: str | None
) -> None:
    with ruled.transaction(maya) as tx:
        case = file(tx, replace(RETURN, **{"clause_key": None, "facts": {}} | given))
        assert (case.gap, case.provenance.get("gap")) == (gap, source)


# Counted


def test_a_draft_counts_once_for_a_clause_with_what_was_judged_and_nobody(
    ruled: House, maya: Actor, tom: Actor
) -> None:
    wish = replace(RETURN, facts=RETURN.facts | {"told_by": "Ada Larsson"})
    for actor, draft, new in ((maya, DRAFT, True), (tom, DRAFT, False), (maya, "a" * 8, True)):
        with ruled.transaction(actor) as tx:
            before = tx.session.scalars(select(Event.sequence)).all()
            assert count_hit(tx, draft, wish) is new
            assert tx.session.scalars(select(Event.sequence)).all() == before
    first = next(hit for hit in hits(ruled) if hit.draft_id == DRAFT)
    assert first.facts == {"days_since_delivery": 10}
    assert (first.at.hour, first.at.minute, first.at.microsecond) == (0, 0, 0)
    columns = set(AlreadyAllowed.__table__.columns.keys())
    rule = {"clause_id", "revision_id", "candidate_id"}
    assert columns == rule | {"id", "draft_id", "facts", "at"}


@pytest.mark.parametrize(
    ("changed", "draft", "refusal"),
    [
        ({"facts": {"days_since_delivery": 15}}, DRAFT, NotAllowedYet),
        ({"facts": {}}, DRAFT, NotAllowedYet),
        ({"clause_key": "RET-9"}, DRAFT, UnknownClause),
        ({"clause_key": None}, DRAFT, UnknownClause),
        ({}, "maya", BadDraft),
        ({}, "draft of maya's", BadDraft),
    ],
)
def test_only_what_the_rules_really_allow_counts(
    ruled: House, maya: Actor, changed: dict[str, Any], draft: str, refusal: type[Exception]
) -> None:
    with ruled.transaction(maya) as tx, pytest.raises(refusal):
        count_hit(tx, draft, replace(RETURN, **changed))
    assert hits(ruled) == []


def test_only_who_files_asks_and_counts(ruled: House, ines: Actor) -> None:
    with ruled.transaction(ines) as tx:
        for act in (
            lambda: already_allowed(tx, RETURN),
            lambda: count_hit(tx, DRAFT, RETURN),
            lambda: likely_clauses(tx, RETURN),
        ):
            with pytest.raises(RoleMissing):
                act()


# Likely clauses


@pytest.fixture
def taught(ruled: House, new_case: NewCase) -> House:
    """Six cases about zips, six about shoes returned, all naming their clause."""
    tales = {
        "RET-3.1": "The zip of her jacket broke, she wanted it mended.",
        "RET-2.1": "Shoes returned late, the window was over.",
    }
    with ruled.database.transaction() as session:
        for clause, situation in tales.items():
            for number in range(6):
                new_case(session, clause=clause, situation=f"{situation} Parcel {number}.")
    catch_up(ruled, operator(ruled))
    return ruled


ZIP = Wish(situation="His zip is broken and he wants it mended.", resolution="")


def keys(house: House, actor: Actor, wish: Wish = ZIP) -> list[tuple[str, int | None]]:
    with house.reading(actor) as tx:
        return [(one.key, one.from_cases) for one in likely_clauses(tx, wish)]


def test_cases_teach_which_clause_is_meant(taught: House, maya: Actor) -> None:
    first, *rest = keys(taught, maya)
    assert first == ("RET-3.1", 6)
    assert len(rest) == 2
    with taught.reading(maya) as tx:
        best = likely_clauses(tx, ZIP)[0]
        assert 0.5 < best.likely <= 1
        assert best.text == clause_by_key(tx, "RET-3.1").newest.text
    assert keys(taught, maya, replace(ZIP, situation=" ")) == []


def test_without_cases_the_handbook_speaks(ruled: House, maya: Actor) -> None:
    wish = replace(ZIP, situation="A zip is to be mended free of charge.")
    assert keys(ruled, maya, wish)[0] == ("RET-3.1", None)


def test_without_a_handbook_there_is_none(house: House, maya: Actor) -> None:
    assert keys(house, maya) == []


@pytest.mark.parametrize(
    ("source", "from_cases"), [(FieldSource.SUGGESTED, None), (FieldSource.REUSED, 6)]
)
def test_what_was_suggested_never_teaches_and_what_was_reused_does(
    taught: House, maya: Actor, source: FieldSource, from_cases: int | None
) -> None:
    with taught.database.transaction() as session:
        for case in session.scalars(select(Case).join(Clause).where(Clause.key == "RET-3.1")):
            case.provenance = {"clause_key": source.value}
    assert dict(keys(taught, maya)).get("RET-3.1") == from_cases


def test_a_section_alone_teaches_all_its_clauses(
    ruled: House, maya: Actor, new_case: NewCase
) -> None:
    with ruled.database.transaction() as session:
        for _ in range(4):
            new_case(session, situation="A zip broke.", section_key="RET-2", policy_ref="RET-2")
        new_case(session, situation="A zip broke.", section_key="OLD-1", policy_ref="OLD-1")
    catch_up(ruled, operator(ruled))
    assert {key for key, count in keys(ruled, maya) if count == 4} == {"RET-2.1", "RET-2.2"}


def test_misused_and_erased_cases_teach_nothing(taught: House, maya: Actor) -> None:
    with taught.database.transaction() as session:
        for place, case in enumerate(session.scalars(select(Case))):
            moment = case.occurred_at
            case.misused_at, case.erased_at = (moment, None) if place % 2 else (None, moment)
    assert {count for _, count in keys(taught, maya)} == {None}


def test_a_retired_clause_is_not_offered_from_that_moment(
    taught: House, maya: Actor, ruth: Actor
) -> None:
    assert "RET-3.1" in dict(keys(taught, maya))
    with taught.transaction(ruth) as tx:
        clause = clause_by_key(tx, "RET-3.1")
        revise(tx, clause, markup=clause.newest.markup, effective_from=None, retires=True)
    assert "RET-3.1" not in dict(keys(taught, maya))


def test_new_cases_are_learnt_beside_the_requests(
    taught: House, maya: Actor, new_case: NewCase
) -> None:
    assert keys(taught, maya)[0] == ("RET-3.1", 6)
    with taught.database.transaction() as session:
        new_case(session, clause="RET-3.1", situation="The zip of a tent broke.")
    catch_up(taught, operator(taught))
    assert keys(taught, maya)[0] == ("RET-3.1", 6)
    with taught.reading(operator(taught)) as tx:
        learn_clauses(tx)
    assert keys(taught, maya)[0] == ("RET-3.1", 7)


def test_a_text_is_redacted_and_embedded_once_however_often_it_is_asked_about(
    taught: House, maya: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = replace(ZIP, situation="Mail ada@example.org about the zip.", resolution="Mended it.")
    seen: list[str] = []
    encode = taught.encoder.encode_queries

    def listened(texts: Sequence[str]) -> UnitVectors:
        seen.extend(texts)
        return encode(texts)

    monkeypatch.setattr(taught.encoder, "encode_queries", listened)
    for _ in range(3):
        keys(taught, maya, wish)
    keys(taught, maya, replace(wish, resolution="Sent a new one."))
    assert len(seen) == 3
    assert "ada@example.org" not in " ".join(seen)
