"""Deputies decide in an owner's place on the days that they are away, and never otherwise."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from recommender.accounts.directory import actor_named, add_account, deactivate, operator
from recommender.changes import accepting, candidates, decisions
from recommender.changes.deputies import BadDeputy, DaysReversed, choose_deputy, deputy
from recommender.changes.desks import NotYourDesk, may_decide, owners_of
from recommender.config import now
from recommender.errors import NotAllowed
from recommender.models.cases import Case
from recommender.models.changes import NotYourClaim, PromoterAccepts
from recommender.models.policies import NotYourClause
from recommender.notices import my_notices
from recommender.storage.house import House
from recommender.vocabulary import Role
from tests.conftest import RunCli
from tests.contract.changing import Shop, open_shop_of_two_desks
from tests.contract.conftest import Api

DAY = timedelta(days=1)


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop_of_two_desks(house, add_policy, new_case)


def away(shop: Shop, name: str | None = "otto", first: int = 0, last: int | None = None) -> None:
    """Let ruth be away from so many days after today on, until so many."""
    today = now().date()
    until = None if last is None else today + last * DAY
    with shop.house.transaction(shop.owner) as tx:
        choose_deputy(tx, name, away_from=today + first * DAY, away_until=until)


def claim(shop: Shop, candidate_id: str, who: str = "otto") -> None:
    with shop.house.transaction(actor_named(shop.house, who)) as tx:
        candidates.claim(tx, candidate_id)


@pytest.mark.parametrize(
    ("first", "last", "may"),
    [(0, None, True), (0, 0, True), (-9, 3, True), (1, None, False), (-9, -1, False)],
)
def test_a_deputy_decides_on_the_days_that_the_owner_is_away(
    shop: Shop, *, first: int, last: int | None, may: bool
) -> None:
    away(shop, "otto", first, last)
    candidate_id = shop.promoted(shop.kind())
    otto = actor_named(shop.house, "otto")
    with shop.house.reading(otto) as tx:
        found = candidates.candidate(tx, candidate_id)
        assert may_decide(tx.session, otto, found) is may
        assert owners_of(tx.session, found) == ["rhea", "ruth", *["otto"] * may]
        told = [one.candidate_id for one in my_notices(tx)]
        assert (candidate_id in told) is may
    if may:
        claim(shop, candidate_id)
    else:
        with pytest.raises(NotYourClause):
            claim(shop, candidate_id)


def test_the_decision_keeps_in_whose_place_it_was(shop: Shop) -> None:
    away(shop)
    own, theirs = shop.accepted(shop.kind(clause="RET-3.1")), shop.promoted(shop.kind())
    claim(shop, theirs)
    with shop.house.transaction(actor_named(shop.house, "otto")) as tx:
        accepting.accept(tx, theirs, reason="It helps.")
    [decision] = shop.read(theirs).decisions
    assert (decision.decided_by, decision.in_place_of) == ("otto", "ruth")
    assert shop.read(own).decisions[0].in_place_of is None


def test_who_promoted_it_does_not_decide_it_as_a_deputy(shop: Shop) -> None:
    away(shop)
    kind_id = shop.kind()
    with shop.house.transaction(actor_named(shop.house, "otto")) as tx:
        candidate_id = candidates.promote(tx, kind_id).id
    with pytest.raises(PromoterAccepts):
        claim(shop, candidate_id)


def test_a_gap_has_deputies_too_and_who_answers_claims_before(shop: Shop) -> None:
    gap = shop.promoted(shop.kind(clause=None, fact="hens"))
    with pytest.raises(NotYourDesk):
        claim(shop, gap)
    away(shop)
    claim(shop, gap)
    claimed = shop.claimed(shop.kind())
    otto = actor_named(shop.house, "otto")
    with pytest.raises(NotYourClaim), shop.house.transaction(otto) as tx:
        decisions.reject(tx, claimed, reason="No.")


def test_back_again_nobody_stands_in_nor_does_who_left(shop: Shop) -> None:
    candidate_id = shop.promoted(shop.kind())
    away(shop)
    away(shop, None)
    with pytest.raises(NotYourClause):
        claim(shop, candidate_id)
    away(shop)
    otto = actor_named(shop.house, "otto")
    with shop.house.transaction(operator(shop.house)) as tx:
        deactivate(tx, "otto")
    with pytest.raises(NotYourClause), shop.house.transaction(otto) as tx:
        candidates.claim(tx, candidate_id)


@pytest.mark.parametrize("name", ["ruth", "maya", "nobody"])
def test_a_deputy_is_another_policy_owner(shop: Shop, name: str) -> None:
    with pytest.raises(BadDeputy) as refused:
        away(shop, name)
    assert refused.value.field == "deputy"
    with pytest.raises(DaysReversed):
        away(shop, "otto", 3, 2)
    with shop.house.reading(shop.owner) as tx:
        assert deputy(tx).deputy is None
    with pytest.raises(NotAllowed), shop.house.transaction(shop.manager) as tx:
        choose_deputy(tx, "otto")


def test_the_api_names_a_deputy_and_takes_it_back(api: Api) -> None:
    with api.house.transaction(operator(api.house)) as tx:
        add_account(tx, name="otto", display_name="Otto", roles=[Role.POLICY_OWNER])
    ruth, path = api.by("ruth"), "/v1/me/deputy"
    nobody = {"deputy": None, "away_from": None, "away_until": None}
    assert ruth.get(path).json() == nobody
    days = {"away_from": "2030-07-01", "away_until": "2030-07-14"}
    chosen = ruth.put(path, json={"deputy": "otto"} | days)
    assert chosen.json() == ruth.get(path).json() == {"deputy": "otto"} | days
    [told] = api.by("otto").get("/v1/notices").json()["notices"]
    assert "from 2030-07-01 until 2030-07-14" in told["body"]
    assert ruth.put(path, json={"deputy": None}).json() == nobody


@pytest.mark.usefixtures("shop")
def test_the_command_line_names_a_deputy_and_takes_it_back(cli: RunCli) -> None:
    def asked(*words: object) -> dict[str, str | None]:
        answer = cli("--as", "ruth", "deputy", *words, "--json")
        found: dict[str, str | None] = json.loads(answer.stdout)
        return found

    assert asked() == {"deputy": None, "away_from": None, "away_until": None}
    days = {"away_from": "2030-07-01", "away_until": "2030-07-14"}
    assert asked("otto", "--from", days["away_from"], "--until", days["away_until"]) == asked()
    assert asked() == {"deputy": "otto"} | days
    assert "from 2030-07-01 until 2030-07-14" in cli("--as", "ruth", "deputy").stdout
    assert cli("--as", "ruth", "deputy", "otto", "--nobody").exit_code == 2
    assert cli("--as", "ruth", "deputy", "--until", "2030-07-14").exit_code == 2
    assert cli("--as", "ruth", "deputy", "maya").exit_code == 1
    assert cli("deputy").exit_code == 1, "the local operator owns no policy"
    assert asked("--nobody")["deputy"] is None


def test_a_deputy_has_the_last_word_too_and_a_colleague_of_another_desk_has_not(
    shop: Shop, api: Api
) -> None:
    candidate_id = shop.accepted(shop.kind())
    otto = api.by("otto")

    def may() -> tuple[bool, bool]:
        page = otto.get(f"/v1/candidates/{candidate_id}").json()
        return page["may_confirm"], page["may_roll_back"]

    assert may() == (False, False)
    away(shop)
    assert may() == (True, True)
    said = otto.post(f"/v1/candidates/{candidate_id}/confirm", json={"reason": "It works."})
    assert (said.status_code, said.json()["may_confirm"]) == (200, False)
    assert may() == (False, True)
    watching = api.by("ines").get(f"/v1/candidates/{candidate_id}").json()
    assert (watching["may_confirm"], watching["may_roll_back"]) == (False, False)
