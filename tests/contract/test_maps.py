"""The map over HTTP: what is on it, what a part of it holds, and what nobody learns from it."""

from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from httpx2 import Response

from recommender.accounts.directory import operator
from recommender.cli.main import recommender
from recommender.kinds.runs import discover
from tests.contract.asking import assert_refused
from tests.contract.conftest import Api

WHOLE = [[-1e5, -1e5], [1e5, -1e5], [1e5, 1e5], [-1e5, 1e5]]


@pytest.fixture
def api(shop_api: Api) -> Api:
    return shop_api


def read(api: Api) -> dict[str, Any]:
    answer: dict[str, Any] = api.by("ines").get("/v1/map").json()
    return answer


def points(api: Api, version: str) -> "np.ndarray[Any, np.dtype[np.float32]]":
    answer = api.by("ines").get("/v1/map/points", params={"version": version})
    assert answer.headers["content-type"] == "application/octet-stream"
    return np.frombuffer(answer.content, dtype="<f4").reshape(-1, 3)


def within(api: Api, **body: object) -> dict[str, Any]:
    answer = api.by("ines").post("/v1/map/within", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def move(api: Api, body: object, **how: Any) -> Response:  # noqa: ANN401
    return api.by("ines").post("/v1/moves", json=body, **how)


def test_each_case_lies_on_the_island_of_its_kind(api: Api) -> None:
    drawn = read(api)
    found = points(api, drawn["version"])
    assert len(found) == sum(kind["cases"] for kind in drawn["kinds"]) + (drawn["unsorted"] or 0)
    for number, kind in enumerate(drawn["kinds"]):
        own = found[found[:, 2] == number, :2]
        island = kind["island"]
        far = np.sqrt(((own - [island["x"], island["y"]]) ** 2).sum(axis=1))
        assert len(own) == kind["cases"]
        assert far.max() < island["radius"]


def test_an_outline_counts_what_it_holds(api: Api) -> None:
    drawn = read(api)
    everything = within(api, version=drawn["version"], polygon=WHOLE)
    assert everything["total"] == len(points(api, drawn["version"]))
    assert everything["ids"] == everything["cases"] == []
    kind = drawn["kinds"][0]
    x, y, r = (kind["island"][name] for name in ("x", "y", "radius"))
    around = [[x - r, y - r], [x + r, y - r], [x + r, y + r], [x - r, y + r]]
    held = within(api, version=drawn["version"], polygon=around, kind=kind["id"], top=5)
    assert held["kinds"][0] | {"version": 0} == {
        "id": kind["id"],
        "name": kind["name"],
        "clause": kind["clause"],
        "version": 0,
        "cases": kind["cases"],
        "of": kind["cases"],
    }
    assert [case["id"] for case in held["cases"]] == held["ids"][:5]
    assert held["after"] == held["ids"][4]
    more = within(api, kind=kind["id"], after=held["after"], top=50)
    assert [case["id"] for case in more["cases"]] == held["ids"][5:]
    assert more["after"] is None


def test_what_a_lasso_split_off_survives_the_next_run(api: Api) -> None:
    drawn = read(api)
    kind = max(drawn["kinds"], key=lambda one: one["cases"])
    x, y, r = (kind["island"][name] for name in ("x", "y", "radius"))
    half = [[x, y - r], [x + r, y - r], [x + r, y + r], [x, y + r]]
    ids = within(api, version=drawn["version"], polygon=half, kind=kind["id"])["ids"]
    assert 0 < len(ids) < kind["cases"]
    split = api.by("ines").post(
        f"/v1/kinds/{kind['id']}/split", json={"cases": ids, "name": "By the lasso"}
    )
    assert split.status_code == 200, split.text
    new = split.json()["kinds"][1]["id"]
    assert within(api, version=drawn["version"], polygon=half, kind=new)["ids"] == ids
    discover(api.house, operator(api.house))
    after = read(api)
    assert after["version"] != drawn["version"]
    assert within(api, kind=new)["ids"] == ids
    by_id = {one["id"]: one["island"] for one in drawn["kinds"]}
    for one in after["kinds"]:
        if one["id"] in by_id and one["id"] != kind["id"]:
            assert (one["island"]["x"], one["island"]["y"]) == pytest.approx(
                (by_id[one["id"]]["x"], by_id[one["id"]]["y"]), abs=0.02 * r * 10
            )


def test_cases_move_together_and_back(api: Api) -> None:
    first, second = read(api)["kinds"][:2]
    ids = within(api, kind=first["id"])["ids"][:3]
    body, seen = {"cases": ids, "to": second["id"]}, {"If-Match": f'"{first["id"]}"'}
    tried = move(api, body, params={"dry_run": True}, headers=seen).json()
    assert (tried["correction"], tried["cases"]) == (None, 3)
    done = move(api, body, headers=seen).json()
    assert set(ids) <= set(within(api, kind=second["id"])["ids"])
    assert_refused(move(api, body, headers=seen), 409, "VersionMoved")
    assert_refused(move(api, body), 409, "NothingToCorrect")
    other = within(api, kind=first["id"])["ids"][0]
    assert_refused(move(api, {"cases": [ids[0], other], "to": None}), 422, "NotTogether")
    undone = api.by("ines").post(f"/v1/corrections/{done['correction']}/undo")
    assert undone.status_code == 200
    assert set(ids) <= set(within(api, kind=first["id"])["ids"])


def test_cases_left_unsorted_stay_so_and_are_not_put_together(api: Api) -> None:
    kind = read(api)["kinds"][0]
    ids = within(api, kind=kind["id"])["ids"][:3]
    assert move(api, {"cases": ids, "to": None}).json()["cases"] == 3
    discover(api.house, operator(api.house))
    rows = api.by("ines").get("/v1/memberships").json()
    assert {row["kind_id"] for row in rows if row["id"] in ids} == {None}


def test_the_command_line_lists_the_islands(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", api.house.settings.database_url)
    monkeypatch.setenv("RECOMMENDER_ENCODER", "hashing")
    told = CliRunner().invoke(recommender, ["map"])
    assert told.exit_code == 0, told.output
    for kind in read(api)["kinds"]:
        assert kind["name"] in told.output


def test_before_the_first_run_there_is_no_map(ruled: Api) -> None:
    assert read(ruled) == {
        "version": None,
        "drawn_on": None,
        "kinds": [],
        "unsorted": None,
        "without_place": 0,
    }
    assert ruled.by("ines").get("/v1/map/points").content == b""
    assert within(ruled)["total"] == 0


def test_a_map_that_is_not_kept_is_refused(api: Api) -> None:
    asked = {"version": "000000000000"}
    assert_refused(api.by("ines").get("/v1/map", params=asked), 404, "UnknownMap")
    assert_refused(api.by("ines").get("/v1/map/points", params=asked), 404, "UnknownMap")
    refused = api.by("ines").post("/v1/map/within", json=asked | {"polygon": WHOLE})
    assert_refused(refused, 404, "UnknownMap")
    refused = api.by("ines").post("/v1/map/within", json={"polygon": WHOLE})
    assert_refused(refused, 422, "NoMap")


def test_two_outlines_tell_no_more_than_the_cases_that_may_be_read(api: Api) -> None:
    """What two lassos differ by is cases that the reader may open one by one, and nothing else."""
    drawn = read(api)
    readable = {row["id"] for row in api.by("ines").get("/v1/memberships").json()}
    for kind in drawn["kinds"]:
        x, y = kind["island"]["x"], kind["island"]["y"]
        seen = set()
        for size in np.linspace(0.1, 1, 8) * kind["island"]["radius"]:
            box = [[x - size, y - size], [x + size, y - size], [x + size, y + size], [x - size, y]]
            part = within(api, version=drawn["version"], polygon=box, kind=kind["id"])
            assert set(part) == {"total", "kinds", "ids", "cases", "after"}
            seen |= set(part["ids"])
        assert seen <= readable
    assert within(api, kind="000000000000")["ids"] == []
