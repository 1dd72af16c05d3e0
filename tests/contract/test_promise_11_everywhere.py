"""Promise 11, at every door: no share without its interval, and what is missing is never good.

Two looks: at the shapes that the doors declare, and at all that they say about a shop whose
outcomes are known, then partly, then not at all.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, select

from recommender.accounts.directory import actor_named, operator
from recommender.changes.accepting import accept
from recommender.changes.candidates import claim, promote
from recommender.kinds import catalogue
from recommender.models.cases import Case
from recommender.models.kinds import Run
from recommender.models.outcomes import Outcome
from recommender.vocabulary import CaseState, OutcomeReading, OutcomeSource
from tests.contract.conftest import Api
from tests.contract.doors import DOORS

READER = "ines"
ABOUT_OUTCOMES = re.compile(r"(^|_)(good|bad)(_|$)")
SAID_GOOD = re.compile(r"\b([1-9]\d*) good\b|([1-9]\d*) ?%[^.]*\bwell\b")
INTERVAL = {"known", "missing", "share_low", "share_high", "all_missing_bad", "all_missing_good"}
Intervals = dict[str, dict[str, Any]]


@pytest.fixture
def ids(shop_api: Api) -> dict[str, str]:
    """A shop with a good outcome for every second case, and a bad one; ids to ask for."""
    house = shop_api.house
    with house.transaction(operator(house)) as tx:
        tx.session.execute(delete(Outcome))
        tx.session.expire_all()
        cases = list(tx.session.scalars(select(Case).order_by(Case.source_system, Case.source_id)))
        for place, case in enumerate(cases):
            case.outcomes.append(
                Outcome(
                    csat=1 if place % 7 == 0 else 5, source=OutcomeSource.IMPORT, recorded_at=tx.at
                )
            )
        tx.record("import", "outcomes", "all")
        approved = [case.id for case in cases if case.state is CaseState.APPROVED]
    with house.database.reading() as session:
        run_id = session.scalars(select(Run.id)).one()
    with house.reading(actor_named(house, READER)) as tx:
        kind_id = next(kind.id for kind in catalogue.kinds(tx) if kind.clause == "RET-2.1")
    return {"kind_id": kind_id, "case_id": approved[0], "run_id": run_id, "key": "RET-2.1"}


def answers(api: Api, ids: dict[str, str]) -> Iterator[tuple[str, str, Any]]:
    """Give all that the doors answer to a manager: the door, its text, its JSON if it is some."""
    for (method, path), door in DOORS.items():
        wanted = set(re.findall(r"{(\w+)}", path))
        if method != "GET" or not wanted <= ids.keys() or path == "/openapi.json":
            continue
        filled = path.replace("{key}/markdown", "RET/markdown").format(**ids)
        answer = api.by(READER).get(filled, params=door.query)
        if answer.status_code == 200:
            is_json = "json" in answer.headers["content-type"]
            yield path, answer.text, answer.json() if is_json else None


def intervals(said: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:  # noqa: ANN401 - JSON
    """Find every share of outcomes in an answer, by where it stands."""
    if isinstance(said, dict):
        if said.keys() >= INTERVAL:
            yield place, said
        for name, each in said.items():
            yield from intervals(each, f"{place}.{name}")
    if isinstance(said, list):
        for number, each in enumerate(said):
            yield from intervals(each, f"{place}[{number}]")


def told(api: Api, ids: dict[str, str]) -> Intervals:
    return {
        where: each for path, _, said in answers(api, ids) for where, each in intervals(said, path)
    }


def forget(api: Api, *readings: OutcomeReading) -> None:
    """Let the outcomes of such a reading be missing."""
    with api.house.transaction(operator(api.house)) as tx:
        for case in tx.session.scalars(select(Case)):
            if case.outcome.reading in readings:
                case.outcomes.clear()
        tx.record("import", "outcomes", "forgotten")


def test_every_field_about_good_and_bad_is_an_interval_or_a_count(api: Api) -> None:
    shapes = api.app.openapi()["components"]["schemas"]
    found = {
        f"{name}.{field}": json.dumps(kind)
        for name, shape in shapes.items()
        for field, kind in shape.get("properties", {}).items()
        if ABOUT_OUTCOMES.search(field) and name != "IntervalOut"
    }
    shares = {name for name, kind in found.items() if "IntervalOut" in kind}
    assert len(shares) >= 3
    assert {name for name in found.keys() - shares if "number" in found[name]} == set()
    assert set(shapes["IntervalOut"]["required"]) == INTERVAL


def test_missing_outcomes_help_no_share_at_any_door(shop_api: Api, ids: dict[str, str]) -> None:
    before = told(shop_api, ids)
    assert any(each["share_low"] for each in before.values())
    forget(shop_api, OutcomeReading.GOOD)
    after = told(shop_api, ids)
    assert after.keys() == before.keys()
    for where, now in after.items():
        then = before[where]
        assert now["known"] + now["missing"] == then["known"] + then["missing"], where
        if where.endswith(".good"):
            assert (now["share_low"] or 0) <= (then["share_low"] or 0), where
            assert (now["all_missing_bad"] or 0) <= (then["all_missing_bad"] or 0), where


def test_where_nothing_is_known_no_door_says_anything_good(
    shop_api: Api, ids: dict[str, str]
) -> None:
    house = shop_api.house
    assert any(SAID_GOOD.search(text) for _, text, _ in answers(shop_api, ids))
    forget(shop_api, *OutcomeReading)
    with house.transaction(actor_named(house, READER)) as tx:
        ids["candidate_id"] = promote(tx, ids["kind_id"]).id
    with house.transaction(actor_named(house, "ruth")) as tx:
        claim(tx, ids["candidate_id"])
        accept(tx, ids["candidate_id"], reason="Late parcels are not theirs.")
    found = told(shop_api, ids)
    assert any(where.startswith("/v1/candidates") for where in found)
    for where, each in found.items():
        assert each["known"] == 0, where
        assert (each["share_low"], each["share_high"]) == (None, None), where
        worst = "all_missing_good" if where.endswith(".bad") else "all_missing_bad"
        assert each[worst] in {None, 0}, where
    for path, text, _ in answers(shop_api, ids):
        assert not SAID_GOOD.search(text), path
