"""Promise 2: peers approve nothing that is never bent, and nothing above a ceiling."""

from typing import NamedTuple

import pytest

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.cases.cosigning import cosign, decline
from recommender.cases.filing import Wish, edit, file
from recommender.cases.guardrails import CeilingExceeded, NeverBend, Rule, breaches
from recommender.models.cases import Case
from recommender.policies.library import set_ceiling
from recommender.storage.house import House
from recommender.vocabulary import CaseState
from tests.conftest import AddPolicy, NewCase

pytestmark = pytest.mark.usefixtures("handbook")


@pytest.fixture
def handbook(house: House, add_policy: AddPolicy, ruth: Actor) -> None:
    add_policy()
    with house.transaction(ruth) as tx:
        set_ceiling(tx, "RET-2.1", 50)


def wish(clause: str | None, amount: float | None) -> Wish:
    return Wish(
        situation="She came a week late.",
        resolution="Take the boots back.",
        clause_key=clause,
        amount=amount,
        currency=None if amount is None else "EUR",
    )


class Filed(NamedTuple):
    id: str
    content_hash: str


def filed(house: House, filer: Actor, clause: str | None, amount: float | None) -> Filed:
    with house.transaction(filer) as tx:
        case = file(tx, wish(clause, amount))
        return Filed(case.id, case.content_hash)


def rules(house: House, case: Filed) -> list[Rule]:
    with house.reading(operator(house)) as tx:
        return [breach.rule for breach in breaches(tx, tx.session.get_one(Case, case.id))]


@pytest.mark.parametrize(
    ("clause", "amount", "expected"),
    [
        ("RET-2.1", 50.0, []),
        ("RET-2.1", 50.01, [Rule.CEILING]),
        ("RET-2.1", None, [Rule.CEILING]),
        ("RET-2.2", 1.0, [Rule.NEVER_BEND]),
        ("RET-3.1", 9999.0, []),
        (None, 9999.0, []),
    ],
)
def test_a_filing_shows_what_peers_cannot_approve(
    house: House,
    maya: Actor,
    tom: Actor,
    clause: str | None,
    amount: float | None,
    expected: list[Rule],
) -> None:
    case = filed(house, maya, clause, amount)
    assert rules(house, case) == expected
    if expected:
        with pytest.raises((NeverBend, CeilingExceeded)), house.transaction(tom) as tx:
            cosign(tx, case.id, case.content_hash)
    else:
        with house.transaction(tom) as tx:
            assert cosign(tx, case.id, case.content_hash).state is CaseState.APPROVED


def test_a_breach_leaves_no_signature_and_can_be_declined(
    house: House, maya: Actor, tom: Actor
) -> None:
    case = filed(house, maya, "RET-2.2", None)
    with pytest.raises(NeverBend) as refusal, house.transaction(tom) as tx:
        cosign(tx, case.id, case.content_hash)
    assert refusal.value.facts == {"rule": "never_bend"}
    with house.transaction(tom) as tx:
        answered = decline(tx, case.id, case.content_hash, "The check stays.")
        assert answered.state is CaseState.DECLINED
        assert len(answered.signatures) == 1


def test_a_clause_that_is_never_bent_and_has_a_ceiling_shows_both(
    house: House, ruth: Actor, maya: Actor
) -> None:
    with house.transaction(ruth) as tx:
        set_ceiling(tx, "RET-2.2", 5)
    case = filed(house, maya, "RET-2.2", 9)
    assert rules(house, case) == [Rule.NEVER_BEND, Rule.CEILING]


def test_a_ceiling_counts_as_it_is_when_the_peer_signs(
    house: House, maya: Actor, tom: Actor, ruth: Actor
) -> None:
    case = filed(house, maya, "RET-2.1", 40)
    with house.transaction(ruth) as tx:
        set_ceiling(tx, "RET-2.1", 30)
    with pytest.raises(CeilingExceeded), house.transaction(tom) as tx:
        cosign(tx, case.id, case.content_hash)


def test_raising_the_amount_after_filing_is_no_way_past_the_ceiling(
    house: House, maya: Actor, tom: Actor
) -> None:
    case = filed(house, maya, "RET-2.1", 40)
    with house.transaction(maya) as tx:
        seen = edit(tx, case.id, wish("RET-2.1", 400)).content_hash
    with pytest.raises(CeilingExceeded), house.transaction(tom) as tx:
        cosign(tx, case.id, seen)


def test_imported_history_is_history(house: House, new_case: NewCase) -> None:
    with house.database.transaction() as session:
        case = new_case(session, clause="RET-2.2", amount=None)
        assert case.state is CaseState.APPROVED
