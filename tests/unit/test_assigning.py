"""New cases beside known kinds: nearest kind, how likely, and what is too doubtful to say."""

import numpy as np
import pytest

from recommender.learning.arrays import unit_vectors
from recommender.learning.assigning import (
    EXEMPLARS,
    FARTHEST,
    LEAST_EXEMPLARS,
    LOOSE,
    NONE,
    OUTSIDE,
    TIGHT,
    UNKNOWN,
    Assigner,
    Assignment,
    Floats,
    Integers,
    looked_at,
    numbered,
)
from tests.unit.casebases import scattered, table

SIZES = (12, 9, 7)
ONE_OFFS = 12


def known(*, new: int = 2) -> Integers:
    """Kinds of `SIZES` and one-offs; the last cases of each are not known yet."""
    kinds = np.repeat([*range(len(SIZES)), NONE], [*SIZES, ONE_OFFS]).astype(np.intp)
    for end in np.cumsum([*SIZES, ONE_OFFS]):
        kinds[end - new : end] = UNKNOWN
    return kinds


def firm(kinds: Integers, strength: float = 1.0) -> Floats:
    """All cases are equally firmly in their kinds."""
    return np.where(kinds >= 0, strength, 0.0)


CASES = table(scattered(SIZES, ONE_OFFS))


def test_new_cases_join_their_kind_and_one_offs_join_none() -> None:
    kinds = known()
    new = np.flatnonzero(kinds == UNKNOWN)
    said = Assigner().fit(CASES, kinds, firm(kinds)).assign(new)
    found = [None if one is None else (one.kind if one.tight else None) for one in said]
    assert found == [0, 0, 1, 1, 2, 2, None, None]
    assert not any(one is not None and (one.tight or one.loose) for one in said[-2:])


def test_a_case_between_two_kinds_is_never_put_into_one() -> None:
    vectors = np.array(scattered(SIZES, ONE_OFFS))
    vectors[11] = vectors[:10].mean(axis=0) + vectors[12:19].mean(axis=0)
    kinds = known()
    assigner = Assigner().fit(table(unit_vectors(vectors)), kinds, firm(kinds))
    between = assigner.assign(np.array([11]))[0]
    assert between is not None
    assert {between.kind, between.runner_up} == {0, 1}
    assert not between.tight


def test_the_order_of_the_rows_does_not_matter() -> None:
    kinds = known()
    new = np.flatnonzero(kinds == UNKNOWN)
    order = np.random.default_rng(3).permutation(len(kinds))
    place = np.argsort(order)
    first = Assigner().fit(CASES, kinds, firm(kinds)).assign(new)
    again = Assigner().fit(CASES.take(order), kinds[order], firm(kinds[order])).assign(place[new])
    assert again == first


def test_a_case_is_as_likely_as_the_cases_it_is_likest_are_firmly_in_the_kind() -> None:
    kinds = known()
    new = np.flatnonzero(kinds == UNKNOWN)
    firmly = firm(kinds)
    sure = Assigner().fit(CASES, kinds, firmly).assign(new)
    firmly[kinds == 1] = 0.5
    doubted = Assigner().fit(CASES, kinds, firmly).assign(new)
    for before, after in zip(sure, doubted, strict=True):
        assert before is not None
        assert after is not None
        share = 0.25 if before.kind == 1 else 1
        assert after.strength == pytest.approx(before.strength * share)
        assert after.margin == before.margin


def test_only_the_nearest_cases_say_how_firm_a_kind_is() -> None:
    vectors = np.array(scattered((12, 9), 8))
    vectors[11] = vectors[0]
    kinds = np.repeat([0, 1, NONE], [12, 9, 8]).astype(np.intp)
    kinds[11] = UNKNOWN
    firmly = firm(kinds)
    firmly[1:11] = 0.0
    assigner = Assigner(nearest=1).fit(table(unit_vectors(vectors)), kinds, firmly)
    firmly[0] = 0.0
    loose = Assigner(nearest=1).fit(table(unit_vectors(vectors)), kinds, firmly)
    said, none = (one.assign(np.array([11]))[0] for one in (assigner, loose))
    assert said is not None
    assert none is not None
    assert said.strength > LOOSE
    assert none.strength == 0


def test_of_a_large_casebase_some_cases_of_each_kind_are_looked_at() -> None:
    sizes = (3000, 40, 4)
    kinds = np.repeat([0, 1, 2, NONE, UNKNOWN], [*sizes, 900, 7]).astype(np.intp)
    ids = [f"{number:04}" for number in np.random.default_rng(1).permutation(len(kinds))]
    rows = looked_at(ids, kinds)
    chosen = kinds[rows]
    assert [int((chosen == kind).sum()) for kind in (0, 1, 2)] == [EXEMPLARS, 40, 4]
    assert int((chosen == NONE).sum()) == OUTSIDE
    assert int((chosen == UNKNOWN).sum()) == 7
    assert [ids[row] for row in rows] == sorted(ids[row] for row in rows)
    back = np.arange(len(ids))[::-1]
    again = looked_at([ids[row] for row in back], kinds[back])
    assert back[again].tolist() == rows.tolist()


def test_of_many_kinds_a_few_cases_each_are_looked_at() -> None:
    kinds = np.repeat(np.arange(300), 9).astype(np.intp)
    rows = looked_at([f"{row:04}" for row in range(len(kinds))], kinds)
    assert set(np.bincount(kinds[rows])) == {LEAST_EXEMPLARS}


def test_beside_a_single_kind_strength_is_the_share_of_less_typical_cases() -> None:
    kinds = np.zeros(20, dtype=np.intp)
    kinds[10:] = UNKNOWN
    vectors = scattered((19,), 1)
    said = Assigner().fit(table(vectors), kinds, firm(kinds)).assign(np.arange(10, 20))
    assert all(one is not None for one in said)
    strengths = [one.strength for one in said if one is not None]
    assert strengths[-1] == 0
    assert max(strengths[:-1]) > LOOSE
    assert all((10 * strength).is_integer() for strength in strengths)
    assert {(one.runner_up, one.margin) for one in said if one is not None} == {(NONE, FARTHEST)}


def test_nothing_is_likely_where_kinds_do_not_know_their_own_cases() -> None:
    half = np.array(scattered((4,)))
    vectors = unit_vectors(np.vstack([half, half, half]))
    kinds = np.array([0, 1, 0, 1, 1, 0, 1, 0, *[UNKNOWN] * 4], dtype=np.intp)
    said = Assigner(nearest=1).fit(table(vectors), kinds, firm(kinds)).assign(np.arange(8, 12))
    assert all(one is not None and not one.tight for one in said)


@pytest.mark.parametrize("kinds", [[NONE] * 6, [UNKNOWN] * 6, [0, NONE, NONE, NONE, NONE, 1]])
def test_without_a_kind_of_two_cases_nothing_is_said(kinds: list[int]) -> None:
    known = np.array(kinds, dtype=np.intp)
    assigner = Assigner().fit(table(scattered((6,))), known, firm(known))
    assert assigner.assign(np.array([1, 2])) == [None, None]


def test_strength_and_margin_say_what_becomes_of_a_case() -> None:
    def said(strength: float, margin: float) -> tuple[bool, bool]:
        one = Assignment(kind=0, strength=strength, runner_up=1, margin=margin)
        return one.tight, one.loose

    assert said(TIGHT, 1) == (True, False)
    assert said(TIGHT, 0.1) == (False, True)
    assert said(LOOSE, 1) == (False, True)
    assert said(LOOSE - 0.01, 1) == (False, False)


def test_kinds_are_numbered_by_name() -> None:
    names, numbers = numbered(["b", None, "a", "b"])
    assert names == ["a", "b"]
    assert numbers.tolist() == [1, NONE, 0, 1]
