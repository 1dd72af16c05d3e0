"""What the promoter saw is kept with the candidate, however the evidence moves on."""

import pytest

from recommender.accounts.directory import operator
from recommender.changes import candidates
from recommender.changes.content import plain
from recommender.changes.records import record
from recommender.kinds import catalogue
from recommender.kinds.floors import release
from recommender.kinds.standing import standings
from recommender.models.kinds import Kind
from recommender.policies.library import clause_by_key, revise
from recommender.storage.house import House
from tests.conftest import AddPolicy, NewCase
from tests.contract.changing import Shop, open_shop
from tests.contract.conftest import Api


@pytest.fixture
def shop(house: House, add_policy: AddPolicy, new_case: NewCase) -> Shop:
    return open_shop(house, add_policy, new_case)


def more_cases(shop: Shop, kind_id: str, values: tuple[float, ...]) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = tx.session.get_one(Kind, kind_id)
        shop.add_cases(tx.session, kind, "RET-2.1", "days_since_delivery", values)


def test_all_that_the_kinds_page_showed_is_kept_with_its_grade(shop: Shop) -> None:
    kind_id = shop.kind(csat=5, declined=(40, 45, 50))
    with shop.house.reading(shop.manager) as tx:
        page = catalogue.kind(tx, kind_id)
    candidate_id = shop.promoted(kind_id)
    kept = shop.read(candidate_id).evidence
    assert kept == plain(page.evidence) | {"grade": page.kind.grade}
    assert {one["fact"]: one["median"] for one in kept["facts"]} == {
        "amount": 20,
        "days_since_delivery": 22.5,
    }
    assert kept["year"]["currency"] == "EUR"
    more_cases(shop, kind_id, (40.0, 41.0, 42.0, 43.0))
    with shop.house.transaction(shop.owner) as tx:
        candidates.claim(tx, candidate_id)
    assert shop.read(candidate_id).evidence == kept


def test_the_page_of_the_candidate_and_its_record_show_it(shop: Shop) -> None:
    kind_id = shop.kind(csat=5)
    candidate_id = shop.promoted(kind_id)
    page = Api(shop.house).by("ruth").get(f"/v1/candidates/{candidate_id}").json()
    kept = shop.read(candidate_id).evidence
    assert page["evidence_grade"] == kept["grade"] is not None
    for name in ("cases", "good", "facts", "rate", "year"):
        assert page["evidence"][name] == kept[name] is not None
    with shop.house.reading(shop.owner) as tx:
        text = record(tx, candidate_id).markdown
    assert f"The grade was {kept['grade']}." in text


def test_what_was_masked_is_kept_masked(shop: Shop) -> None:
    kind_id = shop.kind(agent_id="maya", cosigner_id="tom")
    with shop.house.transaction(operator(shop.house)) as tx:
        release(tx)
        kind = standings(tx, [tx.session.get_one(Kind, kind_id)])[0]
        shown = candidates._as_shown(tx, kind)
    assert shown["masked"]
    assert shown["facts"] == shown["costs"] == []
    assert shown["year"] is shown["rate"] is shown["cases"] is None


# What a release loses


def test_words_that_the_owner_had_are_told_when_the_new_draft_lacks_them(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    with shop.house.transaction(shop.owner) as tx:
        markup = "Boots come back within 25 days."
        _, lost = candidates.release(tx, candidate_id, markup=markup)
        assert lost is not None
        assert (lost.markup, lost.conditions) == (markup, [])


def test_nothing_is_lost_where_the_new_draft_says_the_same(shop: Shop) -> None:
    candidate_id = shop.claimed(shop.kind())
    frozen = shop.read(candidate_id).new_markup
    with shop.house.transaction(shop.owner) as tx:
        assert candidates.release(tx, candidate_id, markup=f"{frozen}\n")[1] is None
        candidates.claim(tx, candidate_id)
        assert candidates.release(tx, candidate_id)[1] is None


def test_a_claimed_draft_that_is_made_anew_is_told_with_its_conditions(shop: Shop) -> None:
    kind_id = shop.kind()
    candidate_id = shop.claimed(kind_id)
    frozen = shop.read(candidate_id).new_markup
    with shop.house.transaction(operator(shop.house)) as tx:
        markup = "Boots come back within [20 days]{.parameter fact=days_since_delivery max=20}."
        revise(tx, clause_by_key(tx, "RET-2.1"), markup=markup, effective_from=None)
    ruth = Api(shop.house).by("ruth")
    page = ruth.post(f"/v1/candidates/{candidate_id}/release").json()
    assert page["state"] == "open"
    assert page["lost"]["markup"] == frozen
    gone = "".join(one["text"] for one in page["lost"]["changes"] if one["op"] != "removed")
    assert " ".join(gone.split()) == "Unworn shoes come back within 30 days of delivery."
    assert ruth.get(f"/v1/candidates/{candidate_id}").json()["lost"] is None


def test_a_condition_that_is_gone_is_told_in_words(shop: Shop) -> None:
    kind_id = shop.kind()
    candidate_id = shop.claimed(kind_id)
    before = shop.read(candidate_id).draft["conditions"]
    more_cases(shop, kind_id, tuple(float(day) for day in range(40, 60)))
    with shop.house.transaction(shop.owner) as tx:
        found, lost = candidates.release(tx, candidate_id)
        assert lost is not None
        assert lost.markup is not None
        assert "30 days" in lost.markup
        assert found.draft["conditions"] != before
        assert len(lost.conditions) == len(before) > 0
