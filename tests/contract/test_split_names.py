"""The name that a split suggests: of the chosen cases' own words, and of shown cases alone."""

import re
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from recommender.accounts.directory import operator
from recommender.cli.main import recommender
from recommender.kinds.by_hand import living_names, members
from recommender.kinds.split_names import suggested_name
from recommender.learning.naming import name_groups
from recommender.models.cases import Case, Embedding
from recommender.models.kinds import Kind
from tests.contract.conftest import Api


@pytest.fixture
def api(shop_api: Api) -> Api:
    return shop_api


def together(api: Api) -> tuple[str, dict[str, list[str]]]:
    """Two kinds made one; its id, and the names that they had with their cases."""
    rows = api.by("ines").get("/v1/memberships").json()
    first, second = sorted({row["kind_id"] for row in rows if row["kind_id"]})[:2]
    sides: dict[str, list[str]] = {}
    for row in rows:
        if row["kind_id"] in {first, second}:
            sides.setdefault(row["kind_name"], []).append(row["id"])
    merged = api.by("ines").post(f"/v1/kinds/{first}/merge", json={"into": second})
    assert merged.status_code == 200, merged.text
    return second, sides


def tried(api: Api, kind: str, **body: object) -> dict[str, Any]:
    answer = api.by("ines").post(f"/v1/kinds/{kind}/split", json=body, params={"dry_run": True})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def words(name: str) -> set[str]:
    return set(re.findall(r"[a-z]{4,}", name.casefold()))


def test_each_half_is_named_by_what_its_own_cases_say(api: Api) -> None:
    kind, sides = together(api)
    suggested = {name: tried(api, kind, cases=ids)["suggested_name"] for name, ids in sides.items()}
    one, other = suggested
    assert words(one) & words(suggested[one]) - words(other)
    assert words(other) & words(suggested[other]) - words(one)
    with api.house.reading(operator(api.house)) as tx:
        assert {*suggested.values()}.isdisjoint(living_names(tx.session))


def test_only_a_try_without_a_name_suggests_one_and_it_is_forced_on_nobody(api: Api) -> None:
    kind, sides = together(api)
    ids = next(iter(sides.values()))
    assert tried(api, kind, cases=ids, name="By hand")["suggested_name"] is None
    assert tried(api, kind, cases=ids[:1])["suggested_name"] is None
    done = api.by("ines").post(f"/v1/kinds/{kind}/split", json={"cases": ids}).json()
    assert done["suggested_name"] is None
    assert done["kinds"][1]["name"].startswith("Part of ")


def test_it_reads_no_case_that_may_not_be_shown(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, sides = together(api)
    ids = next(iter(sides.values()))
    read: list[list[str]] = []

    def spy(groups: Any, given: Any, *rest: Any, **more: Any) -> Any:  # noqa: ANN401
        read.append(given.texts)
        return name_groups(groups, given, *rest, **more)

    monkeypatch.setattr("recommender.kinds.split_names.name_groups", spy)
    with api.house.transaction(operator(api.house)) as tx:
        inside = members(tx.session, tx.session.get_one(Kind, kind))
        monkeypatch.setattr(
            "recommender.kinds.split_names.in_shown_kinds", lambda _tx, _cases: set(ids)
        )
        assert suggested_name(tx, kind, ids)
        assert len(read[0]) == len(ids) < len(inside)


def test_cases_without_vectors_are_not_named(api: Api) -> None:
    kind, sides = together(api)
    ids = next(iter(sides.values()))
    with api.house.transaction(operator(api.house)) as tx:
        tx.session.execute(update(Embedding).values(fingerprint="of an encoder before"))
        assert suggested_name(tx, kind, ids) is None


def test_the_command_line_suggests_too(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, sides = together(api)
    ids = next(iter(sides.values()))
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", api.house.settings.database_url)
    monkeypatch.setenv("RECOMMENDER_ENCODER", "hashing")
    with api.house.reading(operator(api.house)) as tx:
        own = tx.session.scalars(select(Case.source_id).where(Case.id.in_(ids))).all()
    told = CliRunner().invoke(
        recommender, ["kinds", "split", kind, "--cases", ",".join(own), "--dry-run"]
    )
    assert told.exit_code == 0, told.output
    expected = tried(api, kind, cases=ids)["suggested_name"]
    assert f"Could be called: {expected}" in told.output
