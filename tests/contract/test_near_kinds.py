"""The kinds nearest to one: shown ones alone, the nearest first, each with what the two share."""

import json
from collections.abc import Callable, Mapping

import pytest

from recommender.accounts.directory import operator
from recommender.cases.embedding import catch_up
from recommender.kinds import catalogue, near_kinds
from recommender.kinds.floors import release
from recommender.kinds.near_kinds import NearKind
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.storage.house import House
from recommender.vocabulary import KindState
from tests.conftest import RunCli
from tests.contract.changing import Shop, open_shop
from tests.contract.conftest import Api

Kinds = Mapping[str, str]
"""Ids of kinds by what they are about."""
ZIPS = "zip torn out of the jacket, third time this winter"
POCKETS = "zip torn out of the jacket pocket, third time"
TENTS = "zip torn out of a tent in the storm"
OTHERS = {
    "boots": "heel of the left boot came off after a short walk",
    "parcels": "courier left the box on the wet steps",
    "gifts": "wrong colour, bought as a present for grandmother",
    "sizes": "too tight although our chart said otherwise",
}


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


@pytest.fixture
def zips(shop: Shop) -> Kinds:
    """Three kinds about zips, the second told more like the first than the third is, and others."""
    told = {"jackets": ZIPS, "pockets": POCKETS, "tents": TENTS}
    kinds = {
        name: shop.kind(clause="RET-3.1", fact="months_owned", situation=words)
        for name, words in told.items()
    } | {name: shop.kind(situation=words) for name, words in OTHERS.items()}
    settle(shop)
    return kinds


def settle(shop: Shop) -> None:
    """Embed what is new, and let readers see it."""
    actor = operator(shop.house)
    catch_up(shop.house, actor)
    with shop.house.transaction(actor) as tx:
        release(tx)


def near(shop: Shop, kind_id: str) -> list[NearKind]:
    with shop.house.reading(shop.manager) as tx:
        return catalogue.kind(tx, kind_id).near


def test_the_nearest_comes_first_with_its_clause_and_its_cases(shop: Shop, zips: Kinds) -> None:
    found = near(shop, zips["jackets"])
    assert [one.id for one in found][:2] == [zips["pockets"], zips["tents"]]
    assert {(one.clause, one.gap, one.cases) for one in found[:2]} == {("RET-3.1", False, 16)}
    assert zips["jackets"] not in {one.id for one in found}


def test_what_two_share_is_said(shop: Shop, zips: Kinds) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        for name, terms in (("jackets", ["torn zip", "winter"]), ("pockets", ["pocket"])):
            kind = tx.session.get_one(Kind, zips[name])
            typical = [one.case_id for one in kind.memberships][:3]
            kind.card = {"terms": terms, "action": "mend", "representatives": typical}
    first = near(shop, zips["jackets"])[0]
    assert first.why == "Same clause; both granted “mend”; both say “torn zip”."
    assert near(shop, zips["pockets"])[0].why == first.why
    tents = near(shop, zips["tents"])
    assert {one.why for one in tents} == {"Same clause."}


@pytest.mark.parametrize(
    ("gap", "why"), [(False, "Told in a similar way."), (True, "No clause fits either.")]
)
def test_without_a_clause_the_likeness_or_the_gap_is_said(
    shop: Shop,
    zips: Kinds,
    gap: bool,  # noqa: FBT001 - a value of the table
    why: str,
) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        for name in ("jackets", "pockets"):
            kind = tx.session.get_one(Kind, zips[name])
            kind.clause, kind.gap = None, gap
    assert near(shop, zips["jackets"])[0].why == why


def test_the_farthest_is_not_near(shop: Shop, zips: Kinds) -> None:
    assert zips["gifts"] not in {one.id for one in near(shop, zips["jackets"])}


def test_a_kind_put_aside_leaves_its_place_to_the_next(
    shop: Shop, zips: Kinds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near_kinds, "MOST", 1)
    assert [one.id for one in near(shop, zips["jackets"])] == [zips["pockets"]]
    with shop.house.transaction(shop.manager) as tx:
        catalogue.dismiss(tx, zips["pockets"], "Known.")
    assert [one.id for one in near(shop, zips["jackets"])] == [zips["tents"]]
    assert near(shop, zips["pockets"])[0].id == zips["jackets"]


def test_a_masked_kind_is_near_to_none_and_none_to_it(shop: Shop, zips: Kinds) -> None:
    habit = shop.kind(
        clause="RET-3.1", situation=f"{ZIPS}, as felix tells it", agent_id="felix", cosigner_id=None
    )
    settle(shop)
    assert near(shop, habit) == []
    named = {one.id for kind in zips.values() for one in near(shop, kind)}
    assert named
    assert habit not in named


def test_an_emerging_kind_is_told_what_it_is_near_to(shop: Shop, zips: Kinds) -> None:
    few = shop.kind(clause="RET-3.1", situation=ZIPS, values=(15, 16, 17, 18, 19), amount=None)
    with shop.house.transaction(operator(shop.house)) as tx:
        tx.session.get_one(Kind, few).card = {"quality": {"shortfalls": ["Too loose."]}}
    settle(shop)
    with shop.house.reading(shop.manager) as tx:
        page = catalogue.kind(tx, few)
    assert page.kind.state is KindState.EMERGING
    assert page.near[0].id == zips["jackets"]
    assert few not in {one.id for one in near(shop, zips["jackets"])}


def test_without_vectors_nothing_is_near(shop: Shop) -> None:
    kind_id, _ = shop.kind(), shop.kind()
    assert near(shop, kind_id) == []


def test_the_page_and_the_command_line_name_them(shop: Shop, zips: Kinds, cli: RunCli) -> None:
    page = Api(shop.house).by("ines").get(f"/v1/kinds/{zips['jackets']}").json()
    shown = json.loads(cli("kinds", "show", zips["jackets"], "--json").stdout)
    assert page["near"] == shown["near"]
    assert list(page["near"][0]) == ["id", "name", "clause", "gap", "cases", "why"]
    assert page["near"][0]["name"] in cli("kinds", "show", zips["jackets"]).stdout
