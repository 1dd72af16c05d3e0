"""What helps with a draft is put together in one place, for the front line alone."""

import pytest

from recommender.access import RoleMissing
from recommender.accounts.directory import actor_named, operator
from recommender.cases import advising
from recommender.cases.likely_clauses import LikelyClause
from recommender.cases.wishes import Wish
from recommender.storage.house import House

BOOTS = Wish(situation="A walker returned unworn boots nineteen days after delivery", resolution="")


def guess(likely: float) -> LikelyClause:
    return LikelyClause(key="RET-2.1", text="Returns.", likely=likely, from_cases=3)


@pytest.mark.parametrize(("likely", "asked"), [(0.51, ["days_since_delivery"]), (0.49, [])])
def test_only_a_clause_that_is_clearly_meant_asks_for_facts(
    shop: House, monkeypatch: pytest.MonkeyPatch, likely: float, asked: list[str]
) -> None:
    monkeypatch.setattr(advising, "likely_clauses", lambda *_: [guess(likely)])
    with shop.reading(actor_named(shop, "maya")) as tx:
        said = advising.advise(tx, BOOTS, top=2)
    assert list(said.asked) == asked
    assert [one.value for one in said.facts] == [19.0] * len(asked)
    assert len(said.earlier.precedents) == 2


def test_a_named_clause_is_meant_whatever_is_likelier(
    shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advising, "likely_clauses", lambda *_: [guess(0.9)])
    wish = Wish(situation=BOOTS.situation, resolution="", clause_key="RET-3.1")
    with shop.reading(actor_named(shop, "maya")) as tx:
        assert "days_since_delivery" not in advising.advise(tx, wish, top=2).asked


def test_who_files_nothing_is_advised_nothing(shop: House) -> None:
    with shop.reading(operator(shop)) as tx, pytest.raises(RoleMissing):
        advising.advise(tx, BOOTS, top=2)
