"""What a run changes at once, what waits for a second casebase, what is asked of people."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from recommender.kinds.settling import Change, Grouping, Present, Settled, Sighting, settle
from recommender.learning.matching import match_kinds
from recommender.vocabulary import WaitingChange

START = datetime(2026, 6, 1, tzinfo=UTC)
LEAVING = {WaitingChange.SPLIT, WaitingChange.MOVE}


def ids(prefix: str, count: int, start: int = 0) -> frozenset[str]:
    return frozenset(f"{prefix}{i}" for i in range(start, start + count))


@dataclass
class Shop:
    """Kinds as people see them, kept by nothing but `settle` and the matching."""

    kind_of: dict[str, str] = field(default_factory=dict)
    pinned: set[str] = field(default_factory=set)
    living: set[str] = field(default_factory=set)
    merged_into: dict[str, str] = field(default_factory=dict)
    waiting: Sequence[Change] = ()
    runs: int = 0

    def run(
        self, *groups: AbstractSet[str], casebase: str | None = None, at_once: bool = False
    ) -> Settled:
        """Publish a run that found these groups, on a casebase of its own unless one is named."""
        self.runs += 1
        groupings = [
            Grouping(cases=frozenset(group), kind=kind)
            for group, kind in zip(groups, self._recognised(groups), strict=True)
        ]
        settled = settle(
            Present(
                kind_of=self.kind_of, living=self.living, pinned=self.pinned, waiting=self.waiting
            ),
            groupings,
            Sighting(
                run=f"run-{self.runs:03}",
                casebase=casebase or f"casebase-{self.runs}",
                at=START + timedelta(days=self.runs),
            ),
            lambda _, kinds: min(kinds),
            at_once=at_once,
        )
        self._show(settled)
        return settled

    def cases(self, kind: str) -> frozenset[str]:
        return frozenset(case for case, holder in self.kind_of.items() if holder == kind)

    def holder(self, case: str) -> str:
        return self.kind_of[case]

    def _recognised(self, groups: Sequence[AbstractSet[str]]) -> Sequence[str | None]:
        leaving = {c for change in self.waiting if change.what in LEAVING for c in change.cases}
        return match_kinds(
            {kind: self.cases(kind) - leaving for kind in self.living},
            groups,
            pinned=self.pinned,
            yielding={one.kind for one in self.waiting if one.what not in LEAVING},
        )

    def _show(self, settled: Settled) -> None:
        name = {number: f"{self.runs:03}-{number}" for number in settled.born}
        self.kind_of = {
            case: name[place] if isinstance(place, int) else place
            for case, place in settled.place.items()
        }
        self.living = (self.living | set(name.values())) - settled.gone.keys()
        self.merged_into |= {kind: into for kind, into in settled.gone.items() if into}
        self.waiting = [
            replace(one, other=name[one.other]) if isinstance(one.other, int) else one
            for one in settled.waiting
        ]


def told(changes: Sequence[Change]) -> set[tuple[str, str, str | int | None]]:
    return {(change.what.value, change.kind, change.other) for change in changes}


def shop_with(*groups: AbstractSet[str]) -> Shop:
    """A shop after its first run."""
    shop = Shop()
    shop.run(*groups)
    return shop


A, B = ids("a", 9), ids("b", 7)


def test_the_first_run_shows_exactly_its_groups() -> None:
    shop = shop_with(A, B)
    assert {shop.cases(kind) for kind in shop.living} == {A, B}
    assert not shop.waiting


def test_new_kinds_show_and_new_cases_join_at_once() -> None:
    shop = shop_with(A)
    shop.run(A | ids("new", 2), B)
    assert {shop.cases(kind) for kind in shop.living} == {A | ids("new", 2), B}


def test_a_group_with_few_free_cases_makes_no_kind() -> None:
    shop = shop_with(A)
    settled = shop.run(A, ids("few", 4))
    assert not settled.born
    assert shop.living == {shop.holder("a0")}


def test_a_split_shows_when_a_run_on_other_cases_finds_it_again() -> None:
    shop = shop_with(A)
    kind = shop.holder("a0")
    small, large = ids("a", 4), ids("a", 5, start=4)
    small |= ids("new", 2)
    shop.run(large, small)
    assert told(shop.waiting) == {("split", kind, None)}
    assert shop.cases(kind) == A | ids("new", 2)
    settled = shop.run(large, small)
    assert list(settled.born.values()) == [kind]
    assert shop.cases(kind) == large
    assert shop.cases(shop.holder("a0")) == small
    assert not shop.waiting


def test_a_split_that_is_not_found_again_is_dropped() -> None:
    shop = shop_with(ids("a", 12))
    shop.run(ids("a", 6), ids("a", 6, start=6))
    shop.run(ids("a", 12))
    assert not shop.waiting
    shop.run(ids("a", 6), ids("a", 6, start=6))
    assert len(shop.living) == 1


def test_another_split_is_not_the_same_split() -> None:
    shop = shop_with(ids("a", 20))
    shop.run(ids("a", 13), ids("a", 7, start=13))
    shop.run(ids("a", 7) | ids("a", 7, start=13), ids("a", 6, start=7))
    assert len(shop.living) == 1
    assert [change.cases for change in shop.waiting] == [ids("a", 6, start=7)]


def test_a_merge_shows_when_it_is_found_again_and_leaves_a_trace() -> None:
    shop = shop_with(A, B)
    a, b = shop.holder("a0"), shop.holder("b0")
    settled = shop.run(A | B | {"new"})
    assert told(shop.waiting) == {("merge", b, a)}
    assert not settled.gone
    assert (shop.cases(a) | shop.cases(b), shop.cases(b) >= B) == (A | B | {"new"}, True)
    settled = shop.run(A | B | {"new"})
    assert settled.gone == {b: a}
    assert shop.cases(a) == A | B | {"new"}


def test_a_merge_keeps_its_direction_though_new_cases_join_the_smaller_kind() -> None:
    shop = shop_with(ids("z", 6), ids("a", 5))
    z, a = shop.holder("z0"), shop.holder("a0")
    both = ids("z", 6) | ids("a", 5)
    shop.pinned = {z}
    shop.run(both | ids("new", 9))
    shop.pinned = set()
    for _ in range(2):
        shop.run(both | ids("new", 9))
    assert shop.merged_into == {a: z}


def test_a_kind_that_two_runs_do_not_find_ends() -> None:
    shop = shop_with(A, B)
    b = shop.holder("b0")
    shop.run(A)
    assert told(shop.waiting) == {("vanish", b, None)}
    assert shop.cases(b) == B
    assert shop.run(A).gone == {b: None}
    assert not shop.cases(b)


def test_a_kind_that_is_lost_in_two_ways_ends_as_the_second_run_says() -> None:
    shop = shop_with(A, B)
    a, b = shop.holder("a0"), shop.holder("b0")
    shop.run(A)
    assert shop.run(A | B).gone == {b: a}


def test_a_kind_without_any_case_ends_at_once_unless_people_touched_it() -> None:
    shop = shop_with(A, B)
    a, b = shop.holder("a0"), shop.holder("b0")
    shop.pinned = {a}
    shop.kind_of = {}
    assert shop.run().gone == {b: None}
    assert shop.living == {a}
    assert not shop.waiting


def test_a_case_leaves_its_kind_when_two_runs_put_it_outside() -> None:
    shop = shop_with(A, B, ids("c", 6))
    a, b = shop.holder("a0"), shop.holder("b0")
    shop.run(A - {"a0", "a1"}, B | {"a0"}, ids("c", 6))
    assert told(shop.waiting) == {("move", a, b), ("move", a, None)}
    assert shop.cases(a) == A
    shop.run(A - {"a0"}, B, ids("c", 6) | {"a0"})
    assert shop.holder("a0") == shop.holder("c0")
    assert shop.holder("a1") == a
    assert not shop.waiting


def test_a_large_part_that_goes_to_another_kind_is_a_split() -> None:
    shop = shop_with(ids("a", 12), B)
    a, b = shop.holder("a0"), shop.holder("b0")
    for _ in range(2):
        assert shop.cases(a) == ids("a", 12)
        shop.run(ids("a", 7), B | ids("a", 5, start=7))
    assert shop.cases(b) == B | ids("a", 5, start=7)


def test_the_same_run_again_changes_nothing_and_confirms_nothing() -> None:
    shop = shop_with(ids("a", 12), B, ids("c", 8))
    groups = (ids("a", 6), ids("a", 6, start=6) | ids("new", 7), B | ids("c", 8) | ids("late", 3))
    shop.run(*groups, casebase="one")
    before = (shop.kind_of, shop.living, shop.waiting)
    shop.run(*groups, casebase="one")
    assert (shop.kind_of, shop.living, shop.waiting) == before


def test_what_people_touched_is_asked_for_ever_and_never_done() -> None:
    shop = shop_with(ids("a", 12), B, ids("c", 8))
    a, b, c = (shop.holder(f"{letter}0") for letter in "abc")
    shop.pinned = {a, b, c}
    for _ in range(5):
        shop.run(ids("a", 6), ids("a", 6, start=6), B | ids("c", 8))
        assert told(shop.waiting) == {("split", a, None), ("merge", b, c)}
        assert (shop.cases(a), shop.cases(b), shop.cases(c)) == (ids("a", 12), B, ids("c", 8))
    shop.run(ids("a", 12), B)
    assert told(shop.waiting) == {("vanish", c, None)}


def test_single_cases_leave_even_a_kind_that_people_touched() -> None:
    shop = shop_with(A, B)
    a = shop.holder("a0")
    shop.pinned = {a}
    for _ in range(2):
        shop.run(A - {"a0"}, B | {"a0"})
    assert shop.cases(a) == A - {"a0"}


def test_a_new_casebase_needs_no_second_run() -> None:
    shop = shop_with(ids("a", 12), B)
    a, b = shop.holder("a0"), shop.holder("b0")
    shop.pinned = {b}
    many = ids("m", 40)
    shop.run(ids("a", 6) | many, ids("a", 6, start=6), at_once=True)
    assert shop.cases(a) == ids("a", 6, start=6)
    assert told(shop.waiting) == {("vanish", b, None)}


def test_a_mixed_group_makes_a_kind_only_when_enough_of_its_cases_are_free() -> None:
    shop = shop_with(A, B)
    a, b = shop.holder("a0"), shop.holder("b0")
    mixed = {"a0", "a1", "a2", "b0", "b1", "b2", "new"}
    for _ in range(2):
        assert shop.cases(a) | shop.cases(b) >= A | B
        shop.run(A - mixed, B - mixed, mixed)
    assert shop.cases(shop.holder("a0")) == mixed
    assert shop.holder("a0") not in {a, b}


def test_a_new_kind_takes_over_what_waited_of_an_old_one() -> None:
    shop = shop_with(ids("a", 12))
    a = shop.holder("a0")
    new = ids("n", 8)
    shop.run(ids("a", 7), ids("a", 5, start=7) | new)
    assert shop.cases(a) == ids("a", 12)
    assert shop.cases(shop.holder("n0")) == new
    shop.run(ids("a", 7), ids("a", 5, start=7) | new)
    assert shop.cases(shop.holder("n0")) == new | ids("a", 5, start=7)


CASES = [f"case-{number:02}" for number in range(30)]
LABELS = st.lists(st.integers(-1, 4), min_size=len(CASES), max_size=len(CASES))


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[list[int], int, bool]]:
    """Some groupings, each found one to three times, with or without a pin before."""
    return draw(
        st.lists(st.tuples(LABELS, st.integers(1, 3), st.booleans()), min_size=1, max_size=6)
    )


def grouped(labels: Sequence[int]) -> list[frozenset[str]]:
    found: dict[int, set[str]] = {}
    for case, label in zip(CASES, labels, strict=True):
        found.setdefault(label, set()).add(case)
    return [frozenset(group) for n, group in found.items() if n >= 0 and len(group) >= 5]


@given(histories())
def test_no_sequence_of_runs_breaks_what_people_rely_on(
    history: list[tuple[list[int], int, bool]],
) -> None:
    shop = Shop()
    for labels, times, pins in history:
        if pins and shop.living:
            shop.pinned.add(min(shop.living))
        for _ in range(times):
            check(shop, shop.run(*grouped(labels)))


def check(shop: Shop, settled: Settled) -> None:
    assert shop.pinned <= shop.living
    assert set(shop.kind_of.values()) <= shop.living
    assert not {c.kind for c in settled.waiting} & settled.gone.keys()
    for change in settled.waiting:
        assert change.cases
        assert change.cases <= shop.cases(change.kind)
    held = [case for change in settled.waiting for case in change.cases]
    assert len(held) == len(set(held))
    for kind in shop.merged_into:
        passed = {kind}
        while (kind := shop.merged_into.get(kind, "")) in shop.merged_into:
            assert kind not in passed
            passed.add(kind)
        assert kind
    for number in settled.born:
        assert sum(place == number for place in settled.place.values()) >= 5


@given(LABELS, LABELS)
def test_a_run_after_another_never_takes_a_case_out_of_its_kind_at_once(
    first: list[int], second: list[int]
) -> None:
    shop = Shop()
    shop.run(*grouped(first))
    before = dict(shop.kind_of)
    shop.run(*grouped(second))
    assert {case: shop.kind_of.get(case) for case in before} == before


@given(LABELS, LABELS)
def test_what_two_casebases_find_alike_is_what_people_see(
    first: list[int], second: list[int]
) -> None:
    shop = Shop()
    shop.run(*grouped(first))
    for _ in range(3):
        shop.run(*grouped(second))
    assert {shop.cases(kind) for kind in shop.living} == set(grouped(second))
    assert not shop.waiting
