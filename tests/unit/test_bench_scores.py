"""The benchmark's own arithmetic: intervals, totals, agreement, the oracle, empty casebases."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.learning.arrays import UnitVectors, unit_vectors
from recommender.learning.casetable import CaseTable, View
from recommender.learning.evaluation import FOUND, RECURRING, evaluate
from recommender.learning.hashing_encoder import HashingEncoder
from tests.bench import disturb, peer_runs, peers
from tests.bench.generator import generated
from tests.bench.oracle import Way, corrections
from tests.bench.scores import (
    Grouping,
    Unit,
    agreement,
    bootstrap,
    grouping,
    groups_of,
    kinds_kept,
    rk_intervals,
    scored,
    share_found,
    totals,
    units,
)
from tests.bench.sets import SHOP, WRITTEN, case_table, load
from tests.bench.tables import show, told
from tests.bench.vectors import StoredEncoder

LETTERS = st.sampled_from([None, "a", "b", "c", "d"])
PAIRS = st.lists(st.tuples(LETTERS, LETTERS), max_size=60)


def named(groups: dict[str, int], *, unsorted: int = 0) -> dict[str, str | None]:
    """Cases by group: {"a": 3} gives a1, a2, a3 in group a; the unsorted are x1, x2."""
    cases: dict[str, str | None] = {
        f"{name}{number}": name for name, size in groups.items() for number in range(1, size + 1)
    }
    return cases | {f"x{number}": None for number in range(1, unsorted + 1)}


@given(PAIRS)
def test_units_add_up_to_what_evaluate_says(pairs: list[tuple[str | None, str | None]]) -> None:
    truth = {str(i): kind for i, (kind, _) in enumerate(pairs)}
    found = {str(i): cluster for i, (_, cluster) in enumerate(pairs)}
    parts, whole = units(truth, found), evaluate(truth, found)
    recurring = [unit for unit in parts if unit.size >= RECURRING]
    assert sum(unit.clusters for unit in parts) == whole.kinds_found
    assert len(recurring) == whole.kinds_true
    matched = sum(unit.matched for unit in parts)
    assert matched == pytest.approx(whole.rk_precision * whole.kinds_found)
    assert sum(unit.matched for unit in recurring) == pytest.approx(
        whole.rk_recall * whole.kinds_true
    )
    assert sum(unit.size == 0 for unit in parts) == whole.false


def test_the_interval_of_a_perfect_grouping_is_a_point() -> None:
    truth = named({"a": 9, "b": 12, "c": 30}, unsorted=4)
    assert scored(truth, truth).as_row()["intervals_95"] == {
        "rk_precision": (1.0, 1.0),
        "rk_recall": (1.0, 1.0),
        "rk_f1": (1.0, 1.0),
    }


def test_intervals_hold_the_figure_and_narrow_with_more_kinds() -> None:
    half = [Unit(size=9, matched=True, clusters=1), Unit(size=9, matched=False, clusters=1)]
    few, many = rk_intervals(half * 5)["rk_f1"], rk_intervals(half * 100)["rk_f1"]
    assert few[0] < many[0] < 0.5 < many[1] < few[1]


def test_clusters_of_one_offs_are_drawn_too() -> None:
    good = [Unit(size=9, matched=True, clusters=1)] * 10
    with_strays = [*good, *[Unit(size=0, matched=False, clusters=1)] * 10]
    low, high = rk_intervals(with_strays)["rk_precision"]
    assert low < 0.5 < high
    assert rk_intervals(with_strays)["rk_recall"] == (1.0, 1.0)


def test_no_kinds_have_no_spread() -> None:
    assert rk_intervals([])["rk_f1"] == (0.0, 0.0)


def test_a_bootstrap_covers_a_share_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    inside = 0
    for _ in range(100):
        column = (rng.random(60) < 0.4).astype(float)[:, None]
        low, high = bootstrap(column, lambda sums: sums[:, 0] / 60)
        inside += low <= 0.4 <= high
    assert 85 <= inside <= 99


def test_small_kinds_are_pooled_over_sets() -> None:
    kinds = [
        Unit(size=7, matched=True, clusters=1),
        Unit(size=8, matched=True, clusters=1),
        Unit(size=15, matched=False, clusters=0),
        Unit(size=16, matched=True, clusters=1),
    ]
    row = share_found(kinds)
    assert (row["kinds"], row["found"], row["share"]) == (2, 1, 0.5)
    assert share_found([])["share"] is None


def test_totals_are_per_hundred_found() -> None:
    truth = named({"a": 20}, unsorted=20)
    one_wrong = {f"a{n}": "1" for n in range(1, 21)} | {f"x{n}": "2" for n in range(1, 21)}
    row = totals([evaluate(truth, one_wrong), evaluate(truth, truth)])
    assert (row["found"], row["false"], row["false_per_100"]) == (3, 1, pytest.approx(100 / 3))
    assert totals([])["false_per_100"] is None


def test_agreement_looks_at_common_cases_and_tells_unsorted_ones_apart() -> None:
    whole = named({"a": 5, "b": 5}, unsorted=5)
    assert agreement(whole, {case: group for case, group in whole.items() if case != "a1"}) == 1.0
    assert agreement(whole, whole | dict.fromkeys([f"x{n}" for n in range(1, 6)], "c")) < 1.0
    renamed = {case: group and f"new {group}" for case, group in whole.items()}
    assert agreement(whole, renamed) == 1.0


def test_kinds_that_split_or_vanish_do_not_keep_their_id() -> None:
    before = named({"a": 10, "b": 10, "c": 10})
    after: Grouping = {
        case: None if group == "c" else "1" if case <= "b4" else "2"
        for case, group in before.items()
    }
    assert kinds_kept(before, after) == (2, 3)
    assert kinds_kept({}, {}) == (0, 0)


def test_labels_become_groups() -> None:
    assert grouping(["p", "q", "r"], [0, -1, 0]) == {"p": "0", "q": None, "r": "0"}
    assert groups_of({"p": "0", "q": None, "r": "0"}) == {"0": {"p", "r"}}


@pytest.mark.parametrize("way", ["pair", "whole"])
def test_the_oracle_joins_fragments_the_biggest_first(way: Way) -> None:
    truth = named({"a": 30, "b": 14})
    found = {c: f"a{int(c[1:]) % 3}" if k == "a" else "b" for c, k in truth.items()}
    first, second = corrections(truth, found, strengths(found), way)
    assert (first.verb, first.size, second.size) == ("merge", 10, 10)
    assert all(truth[a] == truth[b] for a, b in first.must_link)
    assert not first.cannot_link
    assert len(first.touched) == (2 if way == "pair" else 20)


@pytest.mark.parametrize("way", ["pair", "whole"])
def test_the_oracle_splits_mixtures_and_takes_strangers_out(way: Way) -> None:
    truth = named({"a": 8, "b": 6, "c": 1}, unsorted=1)
    made = corrections(truth, dict.fromkeys(truth, "1"), strengths(truth), way)
    assert [(one.verb, one.size) for one in made] == [("split", 6), ("remove", 1), ("remove", 1)]
    assert all(truth[a] != truth[b] for one in made for a, b in one.cannot_link)
    assert len(made[0].must_link) == (0 if way == "pair" else 7 + 5)


def test_the_oracle_declares_a_group_of_one_offs_no_kind() -> None:
    truth = named({"a": 2}, unsorted=4)
    (made,) = corrections(truth, dict.fromkeys(truth, "1"), strengths(truth), "pair")
    assert (made.verb, made.size, len(made.cannot_link)) == ("not a kind", 6, 15)


def test_the_oracle_has_nothing_to_say_to_the_truth() -> None:
    truth = named({"a": 9, "b": 9}, unsorted=9)
    assert corrections(truth, truth, strengths(truth), "whole") == []


@given(PAIRS)
def test_the_oracle_never_contradicts_itself(pairs: list[tuple[str | None, str | None]]) -> None:
    truth = {str(i): kind for i, (kind, _) in enumerate(pairs)}
    found = {str(i): cluster for i, (_, cluster) in enumerate(pairs)}
    for made in corrections(truth, found, strengths(found), "whole"):
        assert all(truth[a] == truth[b] is not None for a, b in made.must_link)
        assert all(
            truth[a] is None or truth[a] != truth[b]
            for a, b in made.cannot_link
            if made.verb != "not a kind"
        )
        assert made.size >= 1


def test_torn_columns_are_what_they_were_but_apart() -> None:
    cases = small_table(200)
    torn = disturb.torn(cases, seed=1)
    assert sorted(map(str, torn.clauses)) == sorted(map(str, cases.clauses))
    assert sorted(torn.words) == sorted(cases.words) != torn.words
    for name, view in cases.views.items():
        assert np.array_equal(torn.views[name].present, view.present)
        there, now = view.vectors[view.present], torn.views[name].vectors[view.present]
        assert np.array_equal(np.sort(there, axis=0), np.sort(now, axis=0))
    assert same_direction(cases) == 1.0
    assert same_direction(torn) < 0.3


def test_noise_has_the_shape_it_should() -> None:
    cases = small_table(400)
    cloud = disturb.noise(cases, seed=1, like_the_real=True).views["told"].vectors
    round_ = disturb.noise(cases, seed=1, like_the_real=False).views["told"].vectors
    real = cases.views["told"].vectors
    words = disturb.noise(cases, seed=1, like_the_real=False).words
    assert sorted(" ".join(words).split()) == sorted(" ".join(cases.words).split())
    assert sum(text in cases.words for text in words) < 40
    assert np.abs(round_.mean(axis=0)).max() < 0.15
    assert np.dot(unit_vectors([cloud.mean(axis=0)])[0], unit_vectors([real.mean(axis=0)])[0]) > 0.9


def test_disturbed_rows_are_the_rows() -> None:
    assert sorted(disturb.shuffled_rows(50, 1)) == list(range(50))
    assert len(set(disturb.nine_tenths(50, 1))) == 45


def test_a_generated_casebase_fits_together() -> None:
    base, cases = load(SHOP), small_table(len(load(SHOP).ids))
    bench, views = generated(base, cases.views, 500, seed=1)
    table = case_table(bench, with_fields=True, views=views)
    assert len(table) == 500
    assert len(bench.truth) == 500
    again, _ = generated(base, cases.views, 500, seed=1)
    assert bench == again
    one_offs = sum(kind is None for kind in bench.truth.values())
    assert 0.2 < one_offs / 500 < 0.4
    for view in views.values():
        assert np.allclose(np.linalg.norm(view.vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(("name", "title"), [("demo", "demo"), (SHOP, "shop*")])
def test_the_demo_world_and_the_first_one_are_always_there(name: str, title: str) -> None:
    world = load(name)
    assert set(world.truth) == set(world.ids)
    assert world.modes == ("fields", "text")
    assert world.title == title
    assert all(moment is not None for moment in world.moments)


@pytest.mark.parametrize("name", WRITTEN)
def test_the_cases_written_for_tuning_lose_fields_but_no_truth(name: str) -> None:
    written = load(name)
    assert len(written) == len(written.truth) == 218
    assert sum(kind is None for kind in written.truth.values()) == 32
    missing = sum(clause is None for clause in written.clauses)
    assert 0.15 < missing / len(written) < 0.35
    assert written.title.endswith("*")


def test_an_encoder_remembers(tmp_path: Path) -> None:
    first = StoredEncoder(HashingEncoder(), tmp_path)
    seen: list[tuple[int, int]] = []
    once = first.encode_documents(["a b", "c", "a b"], progress=lambda *told: seen.append(told))
    assert seen == [(2, 2)]
    second = StoredEncoder(Deaf(), tmp_path)
    assert np.array_equal(second.encode_documents(["c", "a b"]), once[1:])
    assert second.dimensions == once.shape[1]
    with pytest.raises(AssertionError, match="asked"):
        second.encode_documents(["new"])


class Deaf(HashingEncoder):
    """An encoder that must not be needed."""

    def encode_documents(self, *_: object, **__: object) -> UnitVectors:
        raise AssertionError("asked")


def test_figures_are_told_shortly(capsys: pytest.CaptureFixture[str]) -> None:
    assert [told(one) for one in (None, 0.256, (0.1, 1.0), 7, "x")] == [
        "",
        "0.26",
        "0.10-1.00",
        "7",
        "x",
    ]
    show("Title", [{"a": 1, "bb": None, "c": None}, {"a": 22, "bb": "x"}])
    assert capsys.readouterr().out == "\nTitle\n  a   bb\n  1     \n  22  x \n"
    show("Empty", [])
    assert "nothing" in capsys.readouterr().out


def test_small_groups_of_peers_are_unsorted() -> None:
    labels = np.array([3] * FOUND + [1] * (FOUND - 1) + [-1] * 9)
    assert peers._large(labels).tolist() == [3] * FOUND + [-1] * (FOUND - 1) + [-1] * 9


@pytest.mark.parametrize("name", ["HDBSCAN", "average linkage", "k-means"])
def test_peers_find_clouds_that_nobody_could_miss(name: str) -> None:
    rng = np.random.default_rng(0)
    clouds = np.repeat(np.eye(6, 16), 16, axis=0) + 0.05 * rng.standard_normal((96, 16))
    labels = np.asarray(peers.PEERS[name][0](unit_vectors(clouds), []))
    assert [len(set(labels[start : start + 16])) for start in range(0, 96, 16)] == [1] * 6
    assert len(set(labels)) == 6


def test_a_kept_grouping_counts_only_for_what_it_was_made_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "FOLDER", tmp_path)
    monkeypatch.setattr(peers, "one_vector", lambda _: unit_vectors(np.eye(20)))
    row = {"key": peers.key("HDBSCAN", "demo"), "labels": [0]}
    peers.place("HDBSCAN", "demo").write_text(json.dumps(row), "utf-8")
    assert peer_runs.grouped("HDBSCAN", ["demo"]) == {"demo": row}
    monkeypatch.setattr(peers, "one_vector", lambda _: unit_vectors(1 + np.eye(20)))
    assert peer_runs._kept("HDBSCAN", "demo") is None


def test_a_missing_peer_is_said_to_be_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(peers.PEERS, "nobody", (peers.hdbscan, ("no-such-package",)))
    assert peer_runs.grouped("nobody", ["demo"]) == {}
    assert "not installed" in capsys.readouterr().out


def strengths(cases: Grouping) -> dict[str, float]:
    """The same strength for all: ties go by the id."""
    return dict.fromkeys(cases, 0.5)


def same_direction(cases: CaseTable) -> float:
    """Share of cases whose two views are alike."""
    told, done = (view.vectors for view in cases.views.values())
    return float(((told * done).sum(axis=1) > 0.99).mean())


def small_table(n: int) -> CaseTable:
    """Cases whose two views say the same, on one side of a sphere, with fields."""
    rng = np.random.default_rng(0)
    rows = unit_vectors(rng.standard_normal((n, 8)) + 1)
    present = np.ones(n, dtype=bool)
    return CaseTable(
        ids=[f"{row:03}" for row in range(n)],
        views={
            "told": View(vectors=rows, present=present),
            "done": View(vectors=rows, present=present),
        },
        words=[f"w{row} v{row}" for row in range(n)],
        clauses=[f"C{row % 3}" for row in range(n)],
        actions=["a" if row % 2 else None for row in range(n)],
        facts=[{"days": row} for row in range(n)],
    )
