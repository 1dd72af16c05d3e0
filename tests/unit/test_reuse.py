"""Re-using a precedent: what is filled in, what stays, what differs, what is warned of."""

import pytest

from recommender.access import Actor, RoleMissing
from recommender.cases.filing import file
from recommender.cases.proposals import UnknownCase
from recommender.cases.reuse import Difference, NoPrecedent, differences, reuse, reused
from recommender.cases.wishes import Wish
from recommender.models.cases import Case
from recommender.models.outcomes import Outcome
from recommender.storage.house import House
from recommender.vocabulary import CaseState, FieldSource, OutcomeSource
from tests.conftest import HANDBOOK, AddPolicy, NewCase

REUSED, TYPED = FieldSource.REUSED, FieldSource.TYPED


@pytest.fixture
def precedent(house: House, new_case: NewCase, add_policy: AddPolicy) -> str:
    """An approved return of boots, under RET-2.1."""
    add_policy()
    with house.database.transaction() as session:
        return new_case(
            session,
            clause="RET-2.1",
            granted_action="refund",
            amount=60.0,
            currency="EUR",
            product="boots",
            channel="phone",
            customer_tier="gold",
            facts={"days_since_delivery": 20, "proof": "letter"},
        ).id


def test_what_was_done_is_filled_in_and_nothing_of_the_customer(
    house: House, maya: Actor, precedent: str
) -> None:
    with house.reading(maya) as tx:
        wish = reuse(tx, precedent).proposal
    assert wish.situation == ""
    assert (wish.resolution, wish.reason) == (
        "Sent a new pair at once.",
        "Waiting a week would have lost the customer.",
    )
    assert (wish.clause_key, wish.granted_action) == ("RET-2.1", "refund")
    assert (wish.amount, wish.currency, wish.product) == (60.0, "EUR", "boots")
    assert wish.facts == {"days_since_delivery": 20, "proof": "letter"}
    assert wish.precedent_id == precedent
    assert (wish.customer_id, wish.customer_tier, wish.channel) == (None, None, None)
    expected = {"resolution", "reason", "clause_key", "granted_action", "amount", "currency"}
    expected |= {"product", "facts.days_since_delivery", "facts.proof", "precedent_id"}
    assert {name for name, source in wish.sources.items() if source is REUSED} == expected
    assert wish.sources["situation"] is TYPED


def test_what_was_typed_stays_and_says_so(house: House, maya: Actor, precedent: str) -> None:
    draft = Wish(
        situation="Boots back late.",
        resolution="Half the money back.",
        clause_key="RET-3.1",
        facts={"days_since_delivery": 22},
        amount=30.0,
        currency="USD",
        provenance={"clause_key": FieldSource.SUGGESTED},
    )
    with house.reading(maya) as tx:
        found = reuse(tx, precedent, draft)
    wish = found.proposal
    assert (wish.situation, wish.resolution) == ("Boots back late.", "Half the money back.")
    assert (wish.clause_key, wish.amount, wish.currency) == ("RET-3.1", 30.0, "USD")
    assert wish.facts == {"days_since_delivery": 22, "proof": "letter"}
    sources = wish.sources
    assert sources["clause_key"] is FieldSource.SUGGESTED
    assert {sources[name] for name in ("resolution", "amount", "facts.days_since_delivery")} == {
        TYPED
    }
    assert {sources[name] for name in ("reason", "facts.proof", "precedent_id")} == {REUSED}
    assert found.differences == [
        Difference("clause_key", "RET-3.1", "RET-2.1"),
        Difference("amount", "30", "60"),
        Difference("currency", "USD", "EUR"),
        Difference("facts.days_since_delivery", "22", "20"),
    ]


def test_a_currency_alone_keeps_the_amount_of_another_away(
    house: House, maya: Actor, precedent: str
) -> None:
    with house.reading(maya) as tx:
        draft = Wish(situation="", resolution="", currency="USD", gap=True)
        wish = reuse(tx, precedent, draft).proposal
    assert (wish.amount, wish.currency, wish.clause_key, wish.gap) == (None, "USD", None, True)


def test_differences_name_what_either_says_alone(house: House, precedent: str) -> None:
    wish = Wish(situation="", resolution="", granted_action="Refund", facts={"heavy": True})
    with house.database.reading() as session:
        found = differences(wish, session.get_one(Case, precedent))
    assert Difference("facts.heavy", "yes", None) in found
    assert Difference("facts.proof", None, "letter") in found
    assert "granted_action" not in {one.field for one in found}


def test_filing_keeps_where_each_field_came_from(house: House, maya: Actor, precedent: str) -> None:
    with house.transaction(maya) as tx:
        draft = Wish(situation="Another pair came late.", resolution="")
        case = file(tx, reuse(tx, precedent, draft).proposal)
        assert case.precedent_id == precedent
        assert case.provenance["resolution"] == REUSED
        assert case.provenance["situation"] == TYPED
        assert case.provenance["facts.proof"] == REUSED


def test_a_peer_reads_what_was_re_used_and_where_it_departs(
    house: House, maya: Actor, tom: Actor, precedent: str
) -> None:
    with house.transaction(maya) as tx:
        draft = Wish(situation="Late again.", resolution="", facts={"days_since_delivery": 90})
        copied = file(tx, reuse(tx, precedent, draft).proposal).id
        own = file(tx, Wish(situation="The zip jammed.", resolution="Mended it.")).id
    with house.reading(tom) as tx:
        found = reused(tx, copied)
        assert found is not None
        assert found.case_id == precedent
        assert found.differences == [Difference("facts.days_since_delivery", "90", "20")]
        assert reused(tx, own) is None


def test_what_speaks_against_it_is_said(
    house: House, maya: Actor, precedent: str, add_policy: AddPolicy
) -> None:
    def warnings() -> list[str]:
        with house.reading(maya) as tx:
            return reuse(tx, precedent).warnings

    def answered(state: CaseState) -> None:
        with house.database.transaction() as session:
            session.get_one(Case, precedent).state = state

    assert warnings() == []
    add_policy(HANDBOOK.replace("14 days", "21 days").replace("max=14", "max=21"))
    assert warnings() == ["RET-2.1 reads otherwise by now."]
    with house.database.transaction() as session:
        case = session.get_one(Case, precedent)
        case.outcomes.append(
            Outcome(source=OutcomeSource.CUSTOMER, complaint=True, recorded_at=case.filed_at)
        )
    assert warnings()[0] == "It ended badly."
    answered(CaseState.REVOKED)
    assert warnings()[0] == "Its approval was revoked."
    answered(CaseState.DECLINED)
    assert warnings()[0] == "It was declined."
    with house.database.transaction() as session:
        session.get_one(Case, precedent).decline_reason = "Not new."
    assert warnings()[0] == "It was declined: Not new."


def test_only_what_was_answered_and_is_still_kept_is_re_used(
    house: House, maya: Actor, ines: Actor, precedent: str
) -> None:
    with house.transaction(maya) as tx:
        pending = file(tx, Wish(situation="The zip jammed.", resolution="Mended it.")).id
    with house.database.transaction() as session:
        case = session.get_one(Case, precedent)
        case.erased_at = case.filed_at
    with house.reading(maya) as tx:
        for case_id in (pending, precedent):
            with pytest.raises(NoPrecedent):
                reuse(tx, case_id)
        with pytest.raises(UnknownCase):
            reuse(tx, "000000000000")
    with house.reading(ines) as tx, pytest.raises(RoleMissing):
        reuse(tx, precedent)
