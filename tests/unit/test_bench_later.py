"""The benchmark of later cases: who is later, what is right, how far strengths are off."""

from datetime import UTC, datetime

import numpy as np
import pytest

from recommender.learning.assigning import Assignment
from tests.bench import later as bench
from tests.bench.later import Later, assigned_later, earlier
from tests.bench.ours import OurRun
from tests.bench.sets import BenchSet
from tests.unit.casebases import scattered, table


def later(strengths: list[float], right: list[bool], drawn: list[int] | None = None) -> Later:
    """Cases of one kind each, all reachable, with the strengths and what became of them."""
    said = [Assignment(kind=0, strength=one, runner_up=1, margin=3.0) for one in strengths]
    return Later(
        said=said,
        right=np.array(right),
        reachable=np.ones(len(said), dtype=bool),
        sound=np.arange(len(said)) > 0,
        drawn=np.array(drawn or range(len(said)), dtype=np.intp),
        kinds=2,
        earlier_right=0.5,
    )


def of(*moments: datetime | None) -> BenchSet:
    """Cases with these moments and nothing else."""
    ids = [f"c{number}" for number in range(len(moments))]
    return BenchSet(name="demo", ids=ids, texts={}, moments=moments, truth={})


def test_what_joined_and_how_far_strengths_are_off() -> None:
    row = later([0.9, 0.9, 0.5, 0.1], [True, False, True, False]).as_row()
    assert (row["joined"], row["rightly"], row["suggested"], row["suggested rightly"]) == (
        *(2, 0.5),
        *(1, 1.0),
    )
    assert row["of known joined rightly"] == 0.25
    assert row["of others joined"] is None
    assert (row["into mixtures"], row["into another kind"]) == (1, 1)
    assert row["Brier"] == pytest.approx((0.01 + 0.81 + 0.25 + 0.01) / 4)
    assert row["Brier constant"] == 0.25
    assert row["ECE"] == pytest.approx((0.8 + 0.5 + 0.1) / 4)


def test_what_a_constant_says_of_itself_is_not_off() -> None:
    assert later([0.5] * 4, [True, False] * 2).as_row()["ECE"] == 0


def test_cases_of_one_kind_are_drawn_together() -> None:
    strengths, right = [0.9] * 6, [True] * 3 + [False] * 3
    apart = later(strengths, right).as_row()["rightly 95 %"]
    together = later(strengths, right, [0, 0, 0, 1, 1, 1]).as_row()["rightly 95 %"]
    assert together == (0, 1)
    assert 0 < apart[0] < 0.5 < apart[1] < 1


def test_each_range_of_strengths_says_what_was_so() -> None:
    lines = later([0.1, 0.8, 0.8, 1.0], [False, True, False, True]).reliability()
    assert [(one["strength"], one["cases"], one["observed"]) for one in lines] == [
        ("0.00-0.20", 1, 0),
        ("0.75-0.90", 2, 0.5),
        ("0.90-1.00", 1, 1),
    ]
    assert lines[1]["predicted"] == pytest.approx(0.8)


def test_later_are_the_last_months_or_a_third() -> None:
    early, late = datetime(2025, 8, 31, tzinfo=UTC), datetime(2025, 9, 1, tzinfo=UTC)
    assert earlier(of(early, late, None, early)).tolist() == [0, 3]
    chosen = earlier(of(*[None] * 900))
    assert len(chosen) == pytest.approx(600, abs=50)
    assert chosen.tolist() == earlier(of(*[None] * 900)).tolist()


def test_right_is_what_most_of_the_kind_are(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = table(scattered((9, 8), 6))
    known = np.setdiff1d(np.arange(len(cases)), [8, 16, 22])
    kinds = ["a"] * 9 + ["b"] * 8 + [None] * 6
    found = {cases.ids[row]: kinds[row] for row in known}
    run = OurRun(groups=found, strength=dict.fromkeys(found, 1.0), cpu_seconds=0.0)
    monkeypatch.setattr(bench, "fit", lambda _: run)
    truth = dict(zip(cases.ids, ["x"] * 9 + ["y"] * 4 + ["z"] * 4 + [None] * 6, strict=True))
    said = assigned_later(cases, truth, known)
    assert said is not None
    assert said.right.tolist() == [True, False, False]
    assert said.reachable.tolist() == [True, False, False]
    assert said.sound.tolist() == [True] * 3
    assert said.drawn.tolist() == [0, 1, 2]
    assert said.earlier_right == pytest.approx((8 + 4) / 20)


def test_without_a_kind_nothing_is_assigned(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = table(scattered((9, 8), 6))
    run = OurRun(groups=dict.fromkeys(cases.ids), strength={}, cpu_seconds=0.0)
    monkeypatch.setattr(bench, "fit", lambda _: run)
    assert assigned_later(cases, dict.fromkeys(cases.ids), np.arange(12)) is None
