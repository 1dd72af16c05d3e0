"""Identity over runs: what changes at once, what waits, what is asked, what became of a kind."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from recommender.access import Actor
from recommender.kinds import catalogue, corrections, run_rows
from recommender.kinds.catalogue import UnknownKind
from recommender.kinds.publishing import NOT_FOUND
from recommender.learning.hashing_encoder import HashingEncoder
from recommender.models.cases import Case
from recommender.models.kinds import Correction, CorrectionCase, Kind
from recommender.storage.house import House
from recommender.vocabulary import CorrectionVerb, Descent
from tests.conftest import NewCase, RunCli
from tests.contract.conftest import Api
from tests.contract.finding import ids, let_runs_find
from tests.contract.kinds_world import SIZE, case_fields, fill, found, kind_of, stories_of

STORM, PUPPY = ids("storm", range(SIZE)), ids("puppy", range(SIZE))
Meet = Callable[..., None]


@pytest.fixture
def meet(monkeypatch: pytest.MonkeyPatch, house: House, new_case: NewCase, ines: Actor) -> Meet:
    """Publish a run that finds these groups, on one case more than before."""
    fill(house, new_case, ["storm", "puppy"])
    let_runs_find(monkeypatch, STORM, PUPPY)
    found(house)

    def run_on_another_casebase(*groups: set[str]) -> None:
        with house.transaction(ines) as tx:
            new_case(tx.session, situation="A parrot swore at the guests.")
        let_runs_find(monkeypatch, *groups)
        found(house)

    return run_on_another_casebase


def last_words(house: House, reader: Actor) -> str:
    with house.reading(reader) as tx:
        return str(run_rows.run(tx).diff["words"])


def steps(house: House, reader: Actor, kind_id: str) -> list[tuple[Descent, str, str | None]]:
    with house.reading(reader) as tx:
        lived = catalogue.lineage(tx, kind_id)
        return [(step.what, step.kind_id, step.other_kind_id) for step in lived]


@pytest.mark.usefixtures("meet")
def test_a_first_run_tells_what_is_new(house: House, ines: Actor) -> None:
    assert last_words(house, ines) == "2 new."
    storm = kind_of(house, "storm")
    assert steps(house, ines, storm) == [(Descent.BORN, storm, None)]


def test_one_run_that_merges_two_kinds_takes_neither_out_of_the_inbox(
    house: House, meet: Meet, ines: Actor, new_case: NewCase
) -> None:
    with house.reading(ines) as tx:
        shown = {row.id: row.grade for row in catalogue.inbox(tx).kinds}
    assert len(shown) == 2
    with house.transaction(ines) as tx:
        new_case(tx.session, **case_fields("storm", SIZE))
    meet(STORM | PUPPY | {f"storm-{SIZE}"})
    with house.reading(ines) as tx:
        assert {row.id: row.grade for row in catalogue.inbox(tx).kinds} == shown
        lost = next(catalogue.kind(tx, kind) for kind in shown if catalogue.kind(tx, kind).waiting)
    assert not lost.waiting[0].decide
    assert "find it as one with" in lost.waiting[0].words
    assert f"storm-{SIZE}" in stories_of(house)[kind_of(house, "storm")]
    assert last_words(house, ines) == "1 grew, 1 unchanged, 1 may merge."
    meet(STORM, PUPPY)
    assert last_words(house, ines) == "2 unchanged, some cases may move."


def test_a_merge_that_is_found_twice_leads_old_links_to_the_kind_that_took_it_in(
    house: House, meet: Meet, ines: Actor, cli: RunCli
) -> None:
    storm, puppy = kind_of(house, "storm"), kind_of(house, "puppy")
    for _ in range(2):
        meet(STORM | PUPPY)
    (into,) = stories_of(house)
    gone = ({storm, puppy} - {into}).pop()
    assert last_words(house, ines) == "1 merged into another, 1 grew by 10."
    with house.reading(ines) as tx:
        page = catalogue.kind(tx, gone)
        assert (page.kind.id, page.asked_for, page.retired) == (into, gone, False)
        assert page.history[-1].words.startswith("Took in “Group of")
        with pytest.raises(UnknownKind, match=f"Ask for {into}"):
            catalogue.living_kind(tx, gone)
    assert (Descent.MERGED_INTO, gone, into) in steps(house, ines, gone)
    assert (Descent.MERGED_INTO, gone, into) in steps(house, ines, into)
    assert f"{gone} was merged into {into}." in cli("kinds", "show", gone).stdout
    assert json.loads(cli("kinds", "show", gone, "--json").stdout)["asked_for"] == gone
    assert "merged_into" in cli("kinds", "lineage", gone).stdout
    told = json.loads(cli("kinds", "lineage", gone, "--json").stdout)
    assert [step["what"] for step in told] == ["born", "merged_into"]
    meet(STORM, PUPPY)
    meet(STORM, PUPPY)
    assert gone not in stories_of(house)
    assert len(stories_of(house)) == 2


def test_a_split_shows_after_two_casebases_and_knows_where_it_came_from(
    house: House, meet: Meet, ines: Actor, cli: RunCli
) -> None:
    storm = kind_of(house, "storm")
    parts = ids("storm", range(6)), ids("storm", range(6, SIZE))
    parts[1].update(ids("puppy", {0}))
    meet(*parts, PUPPY - parts[1])
    assert last_words(house, ines) == "2 unchanged, 1 may split, some cases may move."
    assert len(stories_of(house)) == 2
    meet(*parts, PUPPY - parts[1])
    new = kind_of(house, "storm-9")
    assert stories_of(house)[new] == parts[1]
    assert steps(house, ines, new) == [(Descent.SPLIT_FROM, new, storm)]
    assert last_words(house, ines) == "1 new, 1 split, 2 shrank."
    with house.reading(ines) as tx:
        assert "was split off" in catalogue.kind(tx, storm).history[-1].words
        assert "Split off from" in catalogue.kind(tx, new).history[-1].words
    shown = cli("runs", "show").stdout
    assert "1 new, 1 split, 2 shrank." in shown
    assert new in shown


def test_the_same_casebase_again_confirms_nothing_and_changes_nothing(
    house: House, meet: Meet, ines: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(STORM | PUPPY)
    before = _everything(house)
    for seed, groups in enumerate([(STORM | PUPPY,), (STORM | PUPPY,), (STORM, PUPPY)]):
        let_runs_find(monkeypatch, *groups)
        found(house, seed)
        assert _everything(house) == before
    assert last_words(house, ines) == "2 unchanged, 1 may merge."


def test_a_kind_that_two_casebases_do_not_show_ends_and_comes_back_as_itself(
    house: House, meet: Meet, ines: Actor
) -> None:
    puppy = kind_of(house, "puppy")
    meet(STORM)
    assert stories_of(house)[puppy] == PUPPY
    meet(STORM)
    assert last_words(house, ines) == "1 retired, 1 unchanged."
    with house.reading(ines) as tx:
        page = catalogue.kind(tx, puppy)
        assert (page.retired, page.kind.id, page.asked_for) == (True, puppy, None)
    meet(STORM, PUPPY)
    assert last_words(house, ines) == "1 found again, 1 unchanged."
    assert [what for what, *_ in steps(house, ines, puppy)] == ["born", "retired", "reborn"]
    assert stories_of(house)[puppy] == PUPPY


def test_what_people_named_is_asked_and_answered_by_a_correction(
    house: House, meet: Meet, ines: Actor
) -> None:
    storm = kind_of(house, "storm")
    with house.transaction(ines) as tx:
        catalogue.rename(tx, storm, "Storm damage")
    parts = ids("storm", range(5)), ids("storm", range(5, SIZE))
    for _ in range(3):
        meet(*parts, PUPPY)
        assert last_words(house, ines) == "2 unchanged, 1 would split: decide."
        assert stories_of(house)[storm] == STORM
    with house.transaction(ines) as tx:
        (question,) = catalogue.kind(tx, storm).waiting
        assert question.decide
        assert "Split it, or confirm it as it is." in question.words
        corrections.confirm(tx, storm)
        assert catalogue.kind(tx, storm).waiting == []


def test_a_named_kind_that_runs_lose_keeps_its_cases_and_says_so(
    house: House, meet: Meet, ines: Actor
) -> None:
    puppy = kind_of(house, "puppy")
    with house.transaction(ines) as tx:
        catalogue.rename(tx, puppy, "Chewed by a puppy")
    for shortfalls in ([], [NOT_FOUND], [NOT_FOUND]):
        meet(STORM)
        assert stories_of(house)[puppy] == PUPPY
        assert _card(house, puppy)["quality"]["shortfalls"] == shortfalls
    assert last_words(house, ines) == "2 unchanged, 1 would vanish: decide."
    meet(STORM, PUPPY)
    assert _card(house, puppy)["quality"]["shortfalls"] == []


def test_another_encoder_changes_kinds_only_when_a_later_run_agrees(
    house: House, meet: Meet, ines: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.__dict__["encoder"] = HashingEncoder(dimensions=384)
    let_runs_find(monkeypatch, STORM | PUPPY)
    for _ in range(2):
        found(house)
        assert last_words(house, ines) == "2 unchanged, 1 may merge."
    meet(STORM | PUPPY)
    assert last_words(house, ines) == "1 merged into another, 1 grew by 10."


def test_a_casebase_that_more_than_doubled_is_taken_as_it_is_found(
    house: House, meet: Meet, ines: Actor, new_case: NewCase
) -> None:
    assert kind_of(house, "storm") != kind_of(house, "puppy")
    many = ids("funeral", range(30))
    with house.transaction(ines) as tx:
        for number in range(30):
            new_case(tx.session, **case_fields("funeral", number) | {"cosigner_id": None})
    meet(STORM | PUPPY, many)
    assert {frozenset(cases) for cases in stories_of(house).values()} == {
        frozenset(STORM | PUPPY),
        frozenset(many),
    }


def test_a_case_that_people_put_apart_is_never_kept_beside_the_other(
    house: House, meet: Meet, ines: Actor
) -> None:
    storm = kind_of(house, "storm")
    with house.transaction(ines) as tx:
        by_source = dict(tx.session.query(Case.source_id, Case.id).all())
        corrections.split(tx, storm, [by_source[f"storm-{n}"] for n in range(6, SIZE)])
    parts = ids("storm", range(6)), ids("storm", range(6, SIZE))
    for _ in range(2):
        meet(*parts, PUPPY)
        assert stories_of(house)[storm] == parts[0]
        assert len(stories_of(house)) == 3


def test_a_new_kind_never_gets_a_name_that_another_one_keeps(
    house: House, meet: Meet, ines: Actor
) -> None:
    puppy, name = kind_of(house, "puppy"), "Group of puppy-0 to storm-9"
    with house.transaction(ines) as tx:
        catalogue.rename(tx, puppy, name)
    storm = kind_of(house, "storm")
    for _ in range(2):
        meet(
            ids("storm", range(6)), ids("storm", range(6, SIZE)) | {"puppy-0"}, PUPPY - {"puppy-0"}
        )
    with house.reading(ines) as tx:
        names = {row.id: row.name for row in catalogue.kinds(tx, include_all=True)}
    assert len(names) == len(set(names.values())) == 3
    assert names[puppy] == name
    assert names.keys() - {puppy, storm} == {kind_of(house, "storm-9")}


def test_a_case_does_not_wait_beside_one_that_people_keep_it_from(
    house: House, meet: Meet, ines: Actor, new_case: NewCase
) -> None:
    storm = kind_of(house, "storm")
    with house.transaction(ines) as tx:
        new_case(tx.session, **case_fields("storm", SIZE))
        by_source = dict(tx.session.query(Case.source_id, Case.id).all())
        taught = Correction(number=1, verb=CorrectionVerb.NOT_A_KIND, made_by="ines", made_at=tx.at)
        taught.cases = [
            CorrectionCase(case_id=by_source[f"storm-{number}"], part=number, placed=True)
            for number in (0, SIZE)
        ]
        tx.session.add(taught)
    meet((STORM | ids("storm", {SIZE})) - {"storm-0", "storm-1"}, PUPPY)
    assert stories_of(house)[storm] == (STORM | ids("storm", {SIZE})) - {"storm-0"}
    assert last_words(house, ines) == "2 unchanged, some cases may move."


def test_runs_and_lineage_are_told_over_http(house: House, meet: Meet) -> None:
    meet(STORM | PUPPY)
    api = Api(house)
    reader = api.by("auditor")
    newest = reader.get("/v1/runs").json()[0]
    run: dict[str, Any] = reader.get(f"/v1/runs/{newest['id']}").json()
    assert run == newest
    assert run["diff"]["words"] == "2 unchanged, 1 may merge."
    entries = run["diff"]["entries"]
    assert {frozenset(entry) for entry in entries} == {
        frozenset({"kind", "name", "what", "cases", "other"})
    }
    waits = next(entry for entry in entries if entry["what"] == "may_merge")
    lineage = reader.get(f"/v1/kinds/{waits['kind']}/lineage").json()
    assert [(step["what"], step["run_id"] is None) for step in lineage] == [("born", False)]
    page = reader.get(f"/v1/kinds/{waits['kind']}").json()
    assert (page["asked_for"], page["waiting"][0]["what"]) == (None, "merge")
    assert page["waiting"][0]["other_kind_id"] == waits["other"]
    for unknown in ("/v1/runs/000000000000", "/v1/kinds/000000000000/lineage"):
        assert reader.get(unknown).status_code == 404


def test_the_command_line_lists_runs_and_refuses_what_it_cannot_tell(
    house: House, meet: Meet, cli: RunCli
) -> None:
    meet(STORM)
    newest, first = json.loads(cli("runs", "--json").stdout)
    assert newest["diff"]["words"] == "2 unchanged, 1 may vanish."
    assert json.loads(cli("runs", "show", first["id"], "--json").stdout) == first
    assert "2 new." in cli("runs", "show", first["id"]).stdout
    assert "2 new." in cli("runs").stdout
    assert cli("runs", "show", "000000000000").exit_code == 1
    assert cli("runs", "--json", "show").exit_code == 2
    assert "Runs no longer find it" in cli("kinds", "show", kind_of(house, "puppy")).stdout
    meet(STORM)
    retired = next(kind for kind in _everything(house)[0] if kind[2])
    assert "No run finds it any more." in cli("kinds", "show", retired[0]).stdout


def _card(house: House, kind_id: str) -> dict[str, Any]:
    with house.database.reading() as session:
        return session.get_one(Kind, kind_id).card


def _everything(house: House) -> tuple[list[tuple[str, int, bool]], dict[str, set[str]]]:
    with house.database.reading() as session:
        kinds = session.query(Kind).order_by(Kind.id).all()
        rows = [(kind.id, kind.version, kind.retired_at is not None) for kind in kinds]
    return rows, stories_of(house)
