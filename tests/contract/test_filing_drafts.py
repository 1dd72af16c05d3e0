"""What is typed and not filed is kept for its writer alone, and goes when it is filed."""

from datetime import timedelta

import pytest

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import operator
from recommender.cases.drafts import (
    KEPT_DAYS,
    LONGEST,
    drop_draft,
    drop_old_drafts,
    keep_draft,
    my_draft,
)
from recommender.cases.filing import file
from recommender.cases.wishes import TooLong, Wish
from recommender.models.drafts import FilingDraft
from recommender.storage.house import House
from tests.contract.conftest import Api

TYPED = {"situation": "The heel came off, Mrs Adler", "facts": {"days": 3}}


def kept(house: House, actor: Actor) -> object:
    with house.reading(actor) as tx:
        found = my_draft(tx)
        return None if found is None else found[0]


def keep(house: House, actor: Actor) -> None:
    with house.transaction(actor) as tx:
        keep_draft(tx, TYPED)


def test_a_draft_is_its_writers_own(house: House, maya: Actor, tom: Actor) -> None:
    keep(house, maya)
    keep(house, maya)
    assert (kept(house, maya), kept(house, tom)) == (TYPED, None)


def test_filing_lets_go_of_it(house: House, maya: Actor) -> None:
    keep(house, maya)
    with house.transaction(maya) as tx:
        file(tx, Wish(situation="The heel came off.", resolution="A new pair."))
    assert kept(house, maya) is None


def test_it_is_let_go_on_request(house: House, maya: Actor) -> None:
    keep(house, maya)
    with house.transaction(maya) as tx:
        drop_draft(tx)
    assert kept(house, maya) is None


def test_after_a_week_it_is_gone(house: House, maya: Actor) -> None:
    keep(house, maya)
    with house.transaction(operator(house)) as tx:
        drop_old_drafts(tx)
        draft = tx.session.get_one(FilingDraft, "maya")
        draft.saved_at = tx.at - timedelta(days=KEPT_DAYS)
    assert kept(house, maya) is None
    with house.transaction(operator(house)) as tx:
        drop_old_drafts(tx)
        assert tx.session.get(FilingDraft, "maya") is None


def test_an_endless_draft_is_refused_and_the_last_one_stays(house: House, maya: Actor) -> None:
    keep(house, maya)
    with house.transaction(maya) as tx, pytest.raises(TooLong):
        keep_draft(tx, {"situation": "x" * LONGEST})
    assert kept(house, maya) == TYPED


def test_only_who_files_has_one(house: House, ines: Actor) -> None:
    with house.reading(ines) as tx, pytest.raises(RoleMissing):
        my_draft(tx)


def test_it_is_kept_through_the_web(api: Api) -> None:
    maya = api.by("maya")
    assert maya.get("/v1/draft").json() is None
    assert maya.put("/v1/draft", json=TYPED).status_code == 204
    assert maya.get("/v1/draft").json()["draft"].items() >= TYPED.items()
    assert maya.delete("/v1/draft").status_code == 204
    assert maya.get("/v1/draft").json() is None
