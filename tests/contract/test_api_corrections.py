"""The managers' corrections over HTTP: tried, done on what was seen, listed in pages, undone."""

from typing import Any

import pytest
from httpx2 import Response

from recommender.accounts.directory import operator
from recommender.kinds import catalogue
from recommender.vocabulary import CorrectionVerb
from tests.contract.asking import assert_refused
from tests.contract.conftest import Api

Kinds = dict[str, str]


@pytest.fixture
def kinds(shop_api: Api) -> Kinds:
    """The shop's surfaced kinds by their clause."""
    house = shop_api.house
    with house.reading(operator(house)) as tx:
        return {row.clause or "": row.id for row in catalogue.kinds(tx)}


def memberships(api: Api) -> dict[str, str | None]:
    rows = api.by("ines").get("/v1/memberships").json()
    return {row["id"]: row["kind_id"] for row in rows}


def post(api: Api, path: str, body: object = None, **how: Any) -> Response:  # noqa: ANN401
    return api.by("ines").post(f"/v1{path}", json=body, **how)


def test_every_correction_is_tried_done_and_undone(shop_api: Api, kinds: Kinds) -> None:
    late, zipped = kinds["RET-2.1"], kinds["RET-3.1"]
    before = memberships(shop_api)
    cases = [case for case, kind in before.items() if kind == late]
    for path, body in (
        (f"/kinds/{late}/merge", {"into": zipped}),
        (f"/kinds/{late}/split", {"cases": cases[:6], "name": "Late by the carrier"}),
        (f"/kinds/{late}/confirm", None),
        (f"/kinds/{late}/not-a-kind", {"reason": "They have nothing in common."}),
        (f"/cases/{cases[0]}/move", {"to": zipped}),
        (f"/cases/{cases[0]}/move", {"to": None}),
    ):
        tried = post(shop_api, path, body, params={"dry_run": True})
        assert (tried.status_code, tried.json()["correction"]) == (200, None), tried.text
        assert memberships(shop_api) == before
        done = post(shop_api, path, body).json()
        assert CorrectionVerb(done["verb"]) in CorrectionVerb
        undo = f"/corrections/{done['correction']}/undo"
        assert post(shop_api, undo, params={"dry_run": True}).json()["correction"] is None
        assert post(shop_api, undo).json()["correction"] == done["correction"]
        assert memberships(shop_api) == before
        assert_refused(post(shop_api, undo), 409, "CorrectionUndone")


@pytest.mark.parametrize("verb", ["merge", "split", "confirm", "not-a-kind"])
def test_what_has_moved_on_is_not_corrected(shop_api: Api, kinds: Kinds, verb: str) -> None:
    late = kinds["RET-2.1"]
    seen = shop_api.by("ines").get(f"/v1/kinds/{late}").headers["ETag"]
    case = next(case for case, kind in memberships(shop_api).items() if kind == late)
    assert post(shop_api, f"/cases/{case}/move", {"to": None}).status_code == 200
    other = next(case for case, kind in memberships(shop_api).items() if kind == late)
    body = {
        "merge": {"into": kinds["RET-3.1"]},
        "split": {"cases": [other]},
        "confirm": None,
        "not-a-kind": {"reason": "No."},
    }[verb]
    path = f"/kinds/{late}/{verb}"
    stale = post(shop_api, path, body, headers={"If-Match": seen})
    assert_refused(stale, 409, "VersionMoved")
    now = shop_api.by("ines").get(f"/v1/kinds/{late}").headers["ETag"]
    assert post(shop_api, path, body, headers={"If-Match": now}).status_code == 200


def test_a_case_that_was_moved_meanwhile_is_not_moved(shop_api: Api, kinds: Kinds) -> None:
    late, zipped = kinds["RET-2.1"], kinds["RET-3.1"]
    case = next(case for case, kind in memberships(shop_api).items() if kind == late)
    seen_late, seen_unsorted = {"If-Match": f'"{late}"'}, {"If-Match": '"unsorted"'}
    path, out, back = f"/cases/{case}/move", {"to": None}, {"to": late}
    assert_refused(post(shop_api, path, out, headers=seen_unsorted), 409, "VersionMoved")
    for try_first in (True, False):
        done = post(shop_api, path, out, headers=seen_late, params={"dry_run": try_first})
        assert done.status_code == 200
    other = next(case for case, kind in memberships(shop_api).items() if kind == late)
    for how in ({}, {"params": {"dry_run": True}}):
        stale = post(shop_api, path, {"to": zipped}, headers=seen_late, **how)
        assert_refused(stale, 409, "VersionMoved")
        assert memberships(shop_api)[case] is None
    assert post(shop_api, path, back, headers=seen_unsorted).status_code == 200
    assert memberships(shop_api)[case] == late
    assert post(shop_api, f"/cases/{other}/move", out, headers=seen_late).status_code == 200
    unknown = post(shop_api, "/cases/nobody-knows/move", out, headers=seen_late)
    assert_refused(unknown, 404, "UnknownCase")


def test_a_correction_whose_kinds_moved_on_is_not_undone(shop_api: Api, kinds: Kinds) -> None:
    late, zipped = kinds["RET-2.1"], kinds["RET-3.1"]
    cases = [case for case, kind in memberships(shop_api).items() if kind == late]
    done = post(shop_api, f"/kinds/{late}/merge", {"into": zipped}).json()
    undo, seen = f"/corrections/{done['correction']}/undo", listed_version(shop_api)
    tried = post(shop_api, undo, params={"dry_run": True}, headers={"If-Match": seen})
    assert (tried.status_code, listed_version(shop_api)) == (200, seen)
    taught = post(shop_api, f"/cases/{cases[0]}/move", {"to": None}).json()
    assert_refused(post(shop_api, undo, headers={"If-Match": seen}), 409, "VersionMoved")
    assert late not in memberships(shop_api).values()
    post(shop_api, f"/corrections/{taught['correction']}/undo")
    assert_refused(post(shop_api, undo, headers={"If-Match": seen}), 409, "VersionMoved")
    now = {"If-Match": listed_version(shop_api)}
    assert post(shop_api, undo, headers=now).status_code == 200
    assert {case for case, kind in memberships(shop_api).items() if kind == late} == set(cases)
    assert_refused(post(shop_api, undo, headers=now), 409, "VersionMoved")
    assert_refused(post(shop_api, undo), 409, "CorrectionUndone")
    unknown = post(shop_api, "/corrections/nobody-knows/undo", headers=now)
    assert_refused(unknown, 404, "UnknownCorrection")


def listed_version(api: Api) -> str:
    """The merge's version as the list of corrections gives it, as an ETag."""
    rows = api.by("auditor").get("/v1/corrections").json()["corrections"]
    return next(f'"{row["version"]}"' for row in rows if row["verb"] == "merge")


def test_corrections_come_in_pages(shop_api: Api, kinds: Kinds) -> None:
    cases = [case for case, kind in memberships(shop_api).items() if kind == kinds["RET-2.1"]]
    made = [
        post(shop_api, f"/cases/{case}/move", {"to": None}).json()["correction"]
        for case in cases[:3]
    ]
    auditor = shop_api.by("auditor")
    first = auditor.get("/v1/corrections", params={"limit": 2}).json()
    then = auditor.get("/v1/corrections", params={"limit": 2, "before": first["next"]}).json()
    pages = (*first["corrections"], *then["corrections"])
    assert [row["id"] for row in pages] == made[::-1]
    assert then["next"] is None
    assert pages[0]["verb"] == "move"
    assert (pages[0]["kind_id"], pages[0]["other_kind_id"]) == (kinds["RET-2.1"], None)
    unknown = auditor.get("/v1/corrections", params={"before": "nobody-knows"})
    assert_refused(unknown, 404, "UnknownCorrection")


def test_a_merged_kind_answers_and_is_listed_no_more(shop_api: Api, kinds: Kinds) -> None:
    late, zipped = kinds["RET-2.1"], kinds["RET-3.1"]
    post(shop_api, f"/kinds/{late}/merge", {"into": zipped})
    ines = shop_api.by("ines")
    assert late not in {row["id"] for row in ines.get("/v1/kinds", params={"all": True}).json()}
    assert ines.get(f"/v1/kinds/{late}").status_code == 200
