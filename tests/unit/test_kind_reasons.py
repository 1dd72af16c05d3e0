"""Why a case is in a kind: every statement can be checked on the card."""

from dataclasses import replace

import pytest

from recommender.kinds.reasons import Card, Told, reasons

CASE = Told(
    texts=["Bank statement shown at the counter.", "Took it back"],
    clause="PAY-7.1",
    action="give_credit",
    facts={"price": 34.5, "proof": "bank", "used": True, "age": 3},
)
CARD = Card(
    clause="PAY-7.1",
    action="give credit",
    terms=["bank statements", "receipt"],
    facts={"price": [10, 34.5, 60.25], "proof": ["bank"], "used": [True, False], "days": [1]},
)


def test_a_case_is_told_by_all_that_it_shares() -> None:
    assert reasons(CASE, CARD, typical=0.618) == (
        "names PAY-7.1",
        "carries price: 34.5, the kind 10 to 60.25",
        "carries proof",
        "carries used",
        "was granted “give credit”",
        "says “bank statements”",
        "told 62% like the most typical case",
    )


def test_what_is_not_shared_is_not_said() -> None:
    other = Told(texts=["Nothing"], clause=None, action=None, facts={})
    assert reasons(other, CARD, typical=0.1) == ()


@pytest.mark.parametrize("clause", [None, "PAY-7.2"])
def test_a_gap_and_another_clause_are_no_shared_clause(clause: str | None) -> None:
    assert not any("names" in why for why in reasons(CASE, replace(CARD, clause=clause)))


def test_a_number_that_all_share_needs_no_range() -> None:
    card = replace(CARD, facts={"price": [34.5, 34.5]})
    assert "carries price: 34.5" in reasons(CASE, card)


def test_a_number_beside_words_stands_alone() -> None:
    assert "carries price" in reasons(CASE, replace(CARD, facts={"price": ["dear"]}))
