"""How many declined cases are like each kind: counted for all at once, kept, and masked."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from recommender.accounts.directory import actor_named, operator
from recommender.cases.casebase import recheck
from recommender.cases.cosigning import decline
from recommender.cases.embedding import catch_up
from recommender.cases.filing import Wish, file, revoke
from recommender.errors import RecommenderError
from recommender.kinds import catalogue, contrast
from recommender.kinds.contrast import declined_like
from recommender.kinds.listing import KindRow
from recommender.kinds.opening import Asked, NumberOf
from recommender.models.cases import Case
from recommender.models.kinds import Kind
from recommender.policies.library import clause_by_key, revise
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CaseState
from tests.conftest import NewCase
from tests.contract.changing import OF_NOBODY
from tests.contract.conftest import Api
from tests.contract.small_shop import AGENTS, LATE, ZIP, Tale
from tests.contract.test_catalogue import one_agents_habit
from tests.contract.test_standings_kept import ACTS, OTHER_BOOTS, within


def tell(tx: Transaction, new_case: NewCase, tale: Tale, number: int, **given: object) -> Case:
    """Add one declined case that is told as a tale of the shop."""
    words = {"face": "from Leeds", "thing": "clogs", "number": 70 + number}
    fields = {
        "clause": tale.clause,
        "state": CaseState.DECLINED,
        "situation": tale.situation.format(**words),
        "resolution": tale.resolution,
        "agent_id": AGENTS[number % len(AGENTS)],
        "cosigner_id": None,
        "decline_reason": "That long is no longer new.",
    }
    return new_case(tx.session, age=number + 1, **fields | given)


@pytest.fixture
def declining(shop: House, new_case: NewCase) -> House:
    """The shop with six more declined cases, two of them about zips."""
    with shop.transaction(operator(shop)) as tx:
        for number, tale in enumerate((LATE, LATE, LATE, LATE, ZIP, ZIP)):
            tx.record("decline", "case", tell(tx, new_case, tale, number).id)
    catch_up(shop, operator(shop))
    return shop


def rows(house: House) -> dict[str | None, KindRow]:
    with house.reading(operator(house)) as tx:
        return {row.clause: row for row in catalogue.inbox(tx).kinds}


def seen(house: House) -> dict[str, list[str]]:
    """Give the declined cases that are like each living kind, in their order."""
    with house.reading(operator(house)) as tx:
        recheck(tx)
        living = tx.session.scalars(select(Kind).where(Kind.retired_at.is_(None)))
        return {kind.id: [case.id for case in declined_like(tx, kind)] for kind in living}


def test_a_row_counts_what_its_page_opens(declining: House) -> None:
    found = rows(declining)
    assert {key: row.declined_like for key, row in found.items()} == {"RET-2.1": 7, "RET-3.1": 2}
    with declining.reading(operator(declining)) as tx:
        for row in found.values():
            page = catalogue.kind(tx, row.id)
            assert page.evidence.look_alikes is not None
            assert page.kind.declined_like == row.declined_like == page.evidence.look_alikes.cases
            opened = catalogue.cases_behind(tx, row.id, Asked(of=NumberOf.DECLINED))
            assert opened.total == row.declined_like
        assert {row.id: row.declined_like for row in catalogue.kinds(tx)} == {
            row.id: row.declined_like for row in found.values()
        }


def test_where_few_people_are_behind_what_was_declined_nothing_is_counted(shop: House) -> None:
    for row in rows(shop).values():
        assert (row.declined_like, row.masked) == (None, ["declined_like"])
    with shop.transaction(operator(shop)) as tx:
        for case in tx.session.scalars(select(Case).where(Case.state == CaseState.DECLINED)):
            case.state = CaseState.WITHDRAWN
        tx.record("forget", "cases", "all")
    for row in rows(shop).values():
        assert (row.declined_like, row.masked) == (None, ["declined_like"]), "none is as few"


def test_what_names_nobody_is_counted(shop: House, new_case: NewCase) -> None:
    with shop.transaction(operator(shop)) as tx:
        for number in range(4):
            case = tell(tx, new_case, ZIP, number, **OF_NOBODY)
            tx.record("decline", "case", case.id)
    assert {row.declined_like for row in rows(shop).values()} == {3, 4}


def test_a_masked_kind_counts_none(house: House, new_case: NewCase) -> None:
    habit = one_agents_habit(house, new_case)
    with house.transaction(operator(house)) as tx:
        for number in range(6):
            fields = {"agent_id": AGENTS[number % 5], "cosigner_id": None}
            new_case(tx.session, state=CaseState.DECLINED, **fields)
    with house.reading(operator(house)) as tx:
        by_id = {row.id: row for row in catalogue.kinds(tx, include_all=True)}
    assert by_id[habit].declined_like is None
    assert "declined_like" in by_id[habit].masked
    assert {row.declined_like for row in by_id.values() if row.id != habit} == {0}


def test_what_was_declined_before_the_window_does_not_count(
    declining: House, new_case: NewCase
) -> None:
    with declining.transaction(operator(declining)) as tx:
        early = tell(tx, new_case, LATE, 80)
        tx.record("decline", "case", early.id)
        start = early.occurred_at + timedelta(days=10)
    assert rows(declining)["RET-2.1"].declined_like == 8
    with declining.transaction(operator(declining)) as tx:
        revise(tx, clause_by_key(tx, "RET-2.1"), markup=OTHER_BOOTS, effective_from=start)
    assert rows(declining)["RET-2.1"].declined_like == 7


# What is kept


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One entry each time that all declined cases were compared with all kinds."""
    times: list[None] = []
    compare = contrast._compared

    def counting(*given: object) -> object:
        times.append(None)
        return compare(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(contrast, "_compared", counting)
    return times


def test_all_kinds_are_compared_at_once_and_only_once(
    declining: House, compared: list[None]
) -> None:
    before = rows(declining)
    assert len(compared) == 1
    assert rows(declining) == before
    with declining.reading(operator(declining)) as tx:
        catalogue.kind(tx, before["RET-2.1"].id)
        catalogue.cases_behind(tx, before["RET-2.1"].id, Asked(of=NumberOf.DECLINED))
    assert len(compared) == 1


def test_what_is_filed_and_signed_changes_nothing(declining: House, compared: list[None]) -> None:
    rows(declining)
    compared.clear()
    wish = Wish(situation="Boots came late", resolution="Taken back", reason="The parcel was late")
    with declining.transaction(actor_named(declining, "maya")) as tx:
        case = file(tx, wish)
        case_id, content = case.id, case.content_hash
    rows(declining)
    assert compared == []
    with declining.transaction(actor_named(declining, "tom")) as tx:
        decline(tx, case_id, content, "Not this time.")
    assert rows(declining)["RET-2.1"].declined_like is not None
    assert len(compared) == 1


def test_a_writing_transaction_keeps_nothing(declining: House, compared: list[None]) -> None:
    before = seen(declining)
    compared.clear()
    with declining.transaction(operator(declining)) as tx:
        for case in tx.session.scalars(select(Case).where(Case.state == CaseState.DECLINED)):
            case.state = CaseState.WITHDRAWN
        tx.session.flush()
        for kind_id in before:
            assert declined_like(tx, tx.session.get_one(Kind, kind_id)) == []
        tx.session.rollback()
    assert len(compared) == len(before)
    assert seen(declining) == before
    assert len(compared) == len(before)


def decline_one(house: House, chance: random.Random) -> None:
    wish = Wish(
        situation=f"Zip of the boots jammed in month {chance.randint(13, 99)}",
        resolution="Zip mended at the workbench without charge",
        reason="Mending costs minutes",
    )
    with house.transaction(actor_named(house, "maya")) as tx:
        case = file(tx, wish)
        case_id, content = case.id, case.content_hash
    with house.transaction(actor_named(house, "tom")) as tx:
        decline(tx, case_id, content, "Not this time.")


def embed(house: House, _: random.Random) -> None:
    catch_up(house, operator(house))


def revoke_any(tx: Transaction, chance: random.Random) -> None:
    approved = select(Case.id).where(Case.state == CaseState.APPROVED).order_by(Case.source_id)
    revoke(tx, chance.choice(tx.session.scalars(approved).all()), "A mistake.")


MORE: dict[str, Callable[[House, random.Random], object]] = {
    "a decline": decline_one,
    "an embedding": embed,
    "any revocation": within(revoke_any),
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_kept_is_as_fresh_after_whatever_was_done(declining: House, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a repeatable choice
    acts = ACTS | MORE
    seen(declining)
    for name in chance.sample([*acts] * 3, k=3 * len(acts)):
        try:
            acts[name](declining, chance)
        except RecommenderError:
            continue
        assert seen(declining) == seen(House(declining.settings)), name


def test_the_doors_tell_it(shop_api: Api, new_case: NewCase) -> None:
    house = shop_api.house
    with house.transaction(operator(house)) as tx:
        for number in range(6):
            tell(tx, new_case, LATE, number)
    manager = shop_api.by("ines")
    for path in ("/v1/inbox", "/v1/kinds"):
        answer = manager.get(path).json()
        listed = answer["kinds"] if isinstance(answer, dict) else answer
        assert {row["clause"]: row["declined_like"] for row in listed}["RET-2.1"] == 9
