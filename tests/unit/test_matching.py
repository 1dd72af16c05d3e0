"""Kinds keep their ids across runs."""

import random

from hypothesis import given
from hypothesis import strategies as st

from recommender.learning.matching import match_kinds


def ids(prefix: str, count: int, start: int = 0) -> set[str]:
    return {f"{prefix}{i}" for i in range(start, start + count)}


@st.composite
def partitions(draw: st.DrawFn) -> dict[str, set[str]]:
    sizes = draw(st.lists(st.integers(5, 12), min_size=1, max_size=6))
    return {f"K{n}": ids(f"{n}-", size) for n, size in enumerate(sizes)}


@given(partitions(), st.randoms(use_true_random=False))
def test_unchanged_kinds_keep_their_ids_in_any_order(
    living: dict[str, set[str]], shuffle: random.Random
) -> None:
    found = list(living.items())
    shuffle.shuffle(found)
    kinds = match_kinds(living, [members for _, members in found])
    assert kinds == tuple(kind for kind, _ in found)


@given(partitions(), st.data())
def test_a_tenth_of_the_cases_coming_and_going_changes_no_id(
    living: dict[str, set[str]], data: st.DataObject
) -> None:
    found = []
    for kind, members in living.items():
        gone = data.draw(st.sampled_from(sorted(members)))
        found.append((members - {gone}) | {f"{kind}-fresh"})
    assert match_kinds(living, found) == tuple(living)


@given(
    st.lists(st.sets(st.integers(0, 30), max_size=10), max_size=5),
    st.lists(st.integers(-1, 4), min_size=31, max_size=31),
    st.randoms(use_true_random=False),
)
def test_the_outcome_never_depends_on_the_order_of_groups_or_kinds(
    kinds: list[set[int]], labels: list[int], shuffle: random.Random
) -> None:
    taken: set[int] = set()
    living: dict[str, set[str]] = {}
    for n, members in enumerate(kinds):
        living[f"K{n}"] = {str(i) for i in members - taken}
        taken |= members
    found = [{str(i) for i, g in enumerate(labels) if g == n} for n in range(5)]
    found = [group for group in found if group]
    plain = match_kinds(living, found, pinned={"K1"})
    mixed, kinds_mixed = found.copy(), list(living.items())
    shuffle.shuffle(mixed)
    shuffle.shuffle(kinds_mixed)
    other = match_kinds(dict(kinds_mixed), mixed, pinned={"K1"})

    def by_cases(groups: list[set[str]], kind_of: tuple[str | None, ...]) -> dict[object, object]:
        return {frozenset(g): kind for g, kind in zip(groups, kind_of, strict=True)}

    assert by_cases(found, plain) == by_cases(mixed, other)
    given_out = [kind for kind in plain if kind is not None]
    assert len(given_out) == len(set(given_out))


def test_the_larger_part_of_a_split_keeps_the_id() -> None:
    assert match_kinds({"K": ids("c", 12)}, [ids("c", 5), ids("c", 7, start=5)]) == (None, "K")


def test_the_larger_half_of_a_merge_keeps_the_id() -> None:
    small, large = ids("s", 6), ids("l", 9)
    assert match_kinds({"A-small": small, "B-large": large}, [small | large]) == ("B-large",)


def test_a_pinned_kind_claims_before_a_larger_one() -> None:
    small, large = ids("s", 6), ids("l", 9)
    kinds = match_kinds({"small": small, "large": large}, [small | large], pinned={"small"})
    assert kinds == ("small",)


def test_a_kind_that_the_last_run_lost_yields_to_a_smaller_one() -> None:
    small, large = ids("s", 6), ids("l", 9)
    living = {"small": small, "large": large}
    assert match_kinds(living, [small | large], yielding={"large"}) == ("small",)
    assert match_kinds(living, [small, large], yielding={"large"}) == ("small", "large")


def test_removed_cases_do_not_count_against_a_kind() -> None:
    living = {"K": ids("c", 20)}
    still = ids("c", 6)
    assert match_kinds(living, [still], cases=still) == ("K",)
    assert match_kinds(living, [ids("c", 6) | ids("x", 9)], cases=living["K"]) == (None,)


def test_a_shrunken_kind_lives_on_in_the_group_it_makes_up() -> None:
    living = {"K": ids("c", 20)}
    assert match_kinds(living, [ids("c", 8)], cases=living["K"]) == ("K",)


def test_new_cases_make_a_new_kind() -> None:
    assert match_kinds({"K": ids("c", 6)}, [ids("c", 6), ids("x", 5)]) == ("K", None)
