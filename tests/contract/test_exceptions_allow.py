"""Exceptions as data: kept at acceptance, carried on, honoured where somebody asks, counted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.cases.embedding import catch_up
from recommender.cases.findability import NotAllowedYet, already_allowed, count_hit
from recommender.cases.wishes import Wish
from recommender.changes import candidates
from recommender.changes.accepting import accept
from recommender.changes.clarifying import suggest_clarifications
from recommender.changes.drafting import compose
from recommender.changes.following import follow
from recommender.changes.gathering import find_ground
from recommender.changes.uses import used
from recommender.models.cases import Case
from recommender.models.findability import AlreadyAllowed
from recommender.models.kinds import Kind, Membership
from recommender.policies.conditions import Condition, Scope
from recommender.policies.exceptions import ClauseException, exceptions_of
from recommender.policies.library import clause_by_key, confirm_parameters, revise
from recommender.storage.house import House
from recommender.vocabulary import CaseState, KindId, Verdict
from tests.contract.changing import BOOTS, TODAY, Shop, open_shop

TOLD = "heel came off after a short walk"
LATE = Condition("days_since_delivery", "max", 30, "day")


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def excepted(shop: Shop, key: str, **given: object) -> tuple[KindId, str]:
    """Accept an exception for a kind of late boots under a clause."""
    kind_id = shop.kind(clause=key, situation=TOLD)
    with shop.house.transaction(shop.manager) as tx:
        candidate_id = candidates.promote(tx, kind_id, Verdict.ADD_EXCEPTION).id
    with shop.house.transaction(shop.owner) as tx:
        candidates.claim(tx, candidate_id)
        accept(tx, candidate_id, reason="It helps.", **given)  # type: ignore[arg-type]
    return kind_id, candidate_id


def kept(shop: Shop, key: str) -> tuple[ClauseException, ...]:
    with shop.house.reading(shop.owner) as tx:
        return exceptions_of(clause_by_key(tx, key).newest)


def states(shop: Shop, key: str, sentence: str, kind_id: str) -> None:
    """Let a clause have excepted a kind up to 28 days, since the beginning of time."""
    one = ClauseException(
        key=sentence, kind_id=kind_id, sentence=sentence, conditions=(replace(LATE, limit=28),)
    )
    with shop.house.transaction(shop.owner) as tx:
        clause = clause_by_key(tx, key)
        markup = f"{clause.newest.markup} {sentence}"
        revise(tx, clause, markup=markup, effective_from=None, exceptions=(one,))


def drafted(shop: Shop, candidate_id: str) -> str:
    return shop.read(candidate_id).new_markup or ""


def wish(key: str, days: int = 25) -> Wish:
    return Wish(
        situation=TOLD,
        resolution="Sent a new pair at once.",
        clause_key=key,
        facts={"days_since_delivery": days},
    )


# Kept at acceptance


def test_what_is_accepted_for_a_kind_is_kept_as_data(shop: Shop) -> None:
    key = shop.add_clause(BOOTS)
    kind_id, candidate_id = excepted(shop, key)
    [one] = kept(shop, key)
    found = shop.read(candidate_id)
    assert found.effective_from
    assert (one.key, one.kind_id, one.candidate_id) == (candidate_id, kind_id, candidate_id)
    assert one.conditions == (LATE,)
    assert one.since == found.effective_from.date()
    assert one.sentence in drafted(shop, candidate_id)
    assert one.alone


def test_a_limit_that_an_owner_changes_in_the_words_is_read_back(shop: Shop) -> None:
    key = shop.add_clause(BOOTS)
    words = "As an exception, ill people are served on their own {0}."
    final = f"{BOOTS} {words.format('where days since delivery is at most 21.5 days')}"
    excepted(shop, key, markup=final)
    [one] = kept(shop, key)
    assert one.conditions == (replace(LATE, limit=21.5),)
    assert one.sentence.startswith("As an exception, ill people")


@pytest.mark.parametrize(
    "words",
    [
        "Ill people are served on their own.",
        "On their own where days since delivery is at most 20 and fee is at most 3.",
        "On their own where days since delivery is at most 20, days since delivery is at most 9.",
        "On their own where days since delivery is at most 20,500.",
    ],
)
def test_edited_words_that_no_program_reads_keep_no_data(shop: Shop, words: str) -> None:
    key = shop.add_clause(BOOTS)
    excepted(shop, key, markup=f"{BOOTS} {words}")
    assert kept(shop, key) == ()


def test_edited_words_that_name_a_colleague_allow_nothing_alone(shop: Shop) -> None:
    key = shop.add_clause(BOOTS)
    words = "Once a colleague has signed where days since delivery is at most 20."
    excepted(shop, key, markup=f"{BOOTS} {words}")
    [one] = kept(shop, key)
    assert one.conditions == (replace(LATE, limit=20),)
    assert one.meets({"days_since_delivery": 19}) is None
    assert one.meets({"days_since_delivery": 21}) is False


def test_a_moved_limit_is_for_everybody_and_no_exception(shop: Shop) -> None:
    key = shop.add_clause(BOOTS)
    shop.accepted(shop.kind(clause=key))
    assert kept(shop, key) == ()


# Carried on


def test_later_wordings_keep_it_as_long_as_they_state_it(shop: Shop) -> None:
    key = shop.add_clause(BOOTS)
    _, candidate_id = excepted(shop, key)
    known = kept(shop, key)
    markup = drafted(shop, candidate_id)
    with shop.house.transaction(shop.owner) as tx:
        clause = clause_by_key(tx, key)
        revise(tx, clause, markup=f"Please: {markup}", effective_from=None)
        assert exceptions_of(clause.newest) == known
        confirm_parameters(tx, key, [])
        assert exceptions_of(clause.newest) == known
        revise(tx, clause, markup=BOOTS, effective_from=None)
        assert exceptions_of(clause.newest) == ()


def test_a_kind_has_one_exception_and_a_new_one_takes_its_place(shop: Shop) -> None:
    key = shop.add_clause(BOOTS)
    kind_id, candidate_id = excepted(shop, key)
    before = drafted(shop, candidate_id)
    shop.at((TODAY + timedelta(days=300)).date())
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = tx.session.get_one(Kind, kind_id)
        later = tuple(range(30, 50))
        shop.add_cases(tx.session, kind, key, LATE.fact, later, age=-200)
        ground = find_ground(tx, kind_id)
        again = compose(ground, Verdict.ADD_EXCEPTION).wording.new or ""
        scoped = compose(ground, Verdict.WIDEN_LIMIT, Scope(market="DE", until=date(2027, 3, 1)))
    assert again.count("As an exception") == before.count("As an exception") == 1
    assert again != before
    assert scoped.draft.verdict is Verdict.ADD_EXCEPTION
    assert "As an exception in market DE, until 1 Mar 2027, agents may" in scoped.draft.redline.new
    assert scoped.exception
    assert scoped.exception.scope.market == "DE"


# Honoured where somebody asks


def test_a_draft_like_the_kind_is_told_that_it_is_allowed(shop: Shop, maya: Actor) -> None:
    key = shop.add_clause(BOOTS)
    kind_id, _ = excepted(shop, key)
    shop.kind(clause="RET-3.1", fact="months_owned", situation="zip torn out of the jacket")
    catch_up(shop.house, operator(shop.house))
    with shop.house.reading(maya) as tx:
        found = already_allowed(tx, wish(key), [])
        assert found is not None
        name = tx.session.get_one(Kind, kind_id).name
        assert (found.kind, found.named) == (name, True)
        assert found.words.startswith(f"If it is a case of “{name}”, {key} allows it since ")
        assert found.words.endswith(": no proposal is needed.")
        assert already_allowed(tx, wish(key, 31), []) is None, "beyond its limit"
        other = replace(wish(key), situation="zip torn out of the jacket", resolution="")
        assert already_allowed(tx, other, []) is None, "of another kind"
        within = already_allowed(tx, wish(key, 10), [])
        assert within is not None
        assert within.kind is None


def test_a_kind_that_took_another_in_has_its_exception(shop: Shop, maya: Actor) -> None:
    key = shop.add_clause(BOOTS)
    kind_id, _ = excepted(shop, key)
    catch_up(shop.house, operator(shop.house))
    with shop.house.transaction(operator(shop.house)) as tx:
        new = Kind(name="boots of all kinds", clause=clause_by_key(tx, key), born_at=TODAY)
        tx.session.add(new)
        tx.session.flush()
        tx.session.get_one(Kind, kind_id).merged_into_id = new.id
        tx.session.execute(update(Membership).values(kind_id=new.id))
    with shop.house.reading(maya) as tx:
        found = already_allowed(tx, wish(key), [])
        assert found is not None
        assert found.kind == "boots of all kinds"


def test_a_new_exception_replaces_those_of_kinds_that_were_taken_in(shop: Shop) -> None:
    key = shop.add_clause(BOOTS)
    kind_id = shop.kind(clause=key)
    states(shop, key, "Ill people may.", shop.kind(clause=None))
    states(shop, key, "Guests may.", shop.kind(clause=None))
    kinds = {one.sentence: one.kind_id for one in kept(shop, key)}
    with shop.house.transaction(operator(shop.house)) as tx:
        alone = compose(find_ground(tx, kind_id), Verdict.ADD_EXCEPTION).wording.new or ""
        for one in kinds.values():
            tx.session.get_one(Kind, one).merged_into_id = kind_id
        again = compose(find_ground(tx, kind_id), Verdict.ADD_EXCEPTION).wording.new or ""
    assert list(kinds) == ["Ill people may.", "Guests may."]
    assert alone.startswith(f"{BOOTS} Ill people may. Guests may. As an exception")
    assert again == alone.replace(" Ill people may. Guests may.", "")


def test_what_an_earlier_exception_allowed_is_no_use_of_a_later_one(
    shop: Shop, new_case: Callable[..., Case]
) -> None:
    key = shop.add_clause(BOOTS)
    kind_id = shop.kind(clause=None)
    states(shop, key, "Ill people may.", kind_id)
    other, later = excepted(shop, key, conditions=(replace(LATE, limit=45),))
    with shop.house.transaction(operator(shop.house)) as tx:
        for number, late in enumerate((20.0, 40.0)):
            new_case(
                tx.session,
                clause=key,
                state=CaseState.IN_POLICY,
                age=-8 - number,
                facts={LATE.fact: late},
                agent_id=None,
                customer_id=None,
                cosigner_id=None,
            )
    shop.at((TODAY + timedelta(days=21)).date())
    week = date(2026, 6, 8)

    def counted() -> list[int]:
        with shop.house.reading(operator(shop.house)) as tx:
            found = candidates.candidate(tx, later)
            followed = follow(tx, found)
            assert followed is not None
            return list(used(tx, found, followed, [week]).weekly)

    assert counted() == [2]
    with shop.house.transaction(operator(shop.house)) as tx:
        tx.session.get_one(Kind, kind_id).merged_into_id = other
    assert counted() == [1]


def test_a_scoped_exception_holds_there_alone(shop: Shop, maya: Actor) -> None:
    key = shop.add_clause(BOOTS)
    kind_id = shop.kind(clause=key, situation=TOLD)
    with shop.house.transaction(shop.manager) as tx:
        candidate_id = candidates.promote(tx, kind_id, Verdict.ADD_EXCEPTION).id
    with shop.house.transaction(shop.owner) as tx:
        candidates.claim(tx, candidate_id)
        accept(tx, candidate_id, reason="It helps.", scope=Scope(channel="chat"))
    catch_up(shop.house, operator(shop.house))
    with shop.house.reading(maya) as tx:
        told = {
            channel: already_allowed(tx, replace(wish(key), channel=channel), []) is not None
            for channel in ("chat", "phone", None)
        }
    assert told == {"chat": True, "phone": False, None: False}


# Counted as a use


def test_a_use_is_counted_for_the_change_that_made_it(shop: Shop, maya: Actor) -> None:
    key = shop.add_clause(BOOTS)
    _, candidate_id = excepted(shop, key)
    for number in range(4):
        with shop.house.transaction(maya) as tx:
            assert count_hit(tx, f"0000000{number}", wish(key))
    with shop.house.transaction(maya) as tx:
        assert not count_hit(tx, "00000000", wish(key))
        with pytest.raises(NotAllowedYet):
            count_hit(tx, "00000009", wish(key, 31))
        assert count_hit(tx, "00000008", wish(key, 10))
    with shop.house.reading(operator(shop.house)) as tx:
        hits = tx.session.scalars(select(AlreadyAllowed).order_by(AlreadyAllowed.draft_id)).all()
        assert [hit.candidate_id for hit in hits] == [candidate_id] * 4 + [None]
        assert hits[0].facts == {"days_since_delivery": 25}
    with shop.house.transaction(shop.manager) as tx:
        assert suggest_clarifications(tx) == [], "it is used, so people find it"


def test_an_amount_in_another_currency_is_not_within(shop: Shop, maya: Actor) -> None:
    key = shop.add_clause("Gifts are wrapped.")
    kind_id = shop.kind(clause=key, fact="points", amount=30.0)
    one = ClauseException(
        key="x",
        kind_id=kind_id,
        sentence="are",
        conditions=(Condition("amount", "max", 35, "EUR"),),
    )
    with shop.house.transaction(shop.owner) as tx:
        clause = clause_by_key(tx, key)
        revise(tx, clause, markup="Gifts are free.", effective_from=None, exceptions=(one,))
    gift = Wish(situation="", resolution="", clause_key=key, amount=30)
    with shop.house.transaction(maya) as tx:
        assert count_hit(tx, "00000001", replace(gift, currency="EUR"))
        with pytest.raises(NotAllowedYet):
            count_hit(tx, "00000002", replace(gift, currency="GBP"))
