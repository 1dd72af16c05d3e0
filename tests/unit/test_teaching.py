"""What corrections say together: never against each other, and the later one in full."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.kinds.teaching import Lesson, Part, links
from recommender.learning.arrays import UnitVectors
from recommender.learning.casetable import CaseTable, View
from recommender.learning.constraints import Constraints

CASES = tuple("abcdefghij")


@st.composite
def lessons(draw: st.DrawFn) -> list[Lesson]:
    """Corrections of every verb over a few cases, in any order, as the verbs write them."""
    return [draw(st.one_of(together(), split(), move(), scattered())) for _ in range(draw(sizes))]


sizes = st.integers(0, 8)
some = st.lists(st.sampled_from(CASES), unique=True, min_size=1, max_size=6).map(tuple)


def together() -> st.SearchStrategy[Lesson]:
    return some.map(lambda cases: [Part(placed=cases)])


def split() -> st.SearchStrategy[Lesson]:
    return st.tuples(some, some).map(
        lambda two: [
            Part(witnesses=tuple(case for case in two[0] if case not in two[1])),
            Part(placed=two[1]),
        ]
    )


def move() -> st.SearchStrategy[Lesson]:
    return st.lists(st.sampled_from(CASES), unique=True, min_size=1, max_size=7).map(
        lambda cases: [
            Part(placed=tuple(cases[:1]), witnesses=tuple(cases[1:4])),
            Part(witnesses=tuple(cases[4:])),
        ]
    )


def scattered() -> st.SearchStrategy[Lesson]:
    return some.map(lambda cases: [Part(placed=(case,)) for case in cases])


def groups(given_lessons: list[Lesson]) -> dict[str, int]:
    """Each case's component, as discovery sees it; raises if the pairs contradict each other."""
    found = links(given_lessons)
    view = View(
        vectors=UnitVectors(np.ones((len(CASES), 1), np.float32)),
        present=np.ones(len(CASES), dtype=bool),
    )
    table = CaseTable(
        ids=CASES, views={"situation": view}, must_link=found.together, cannot_link=found.apart
    )
    constraints = Constraints.of(table)
    return dict(zip(CASES, constraints.component.tolist(), strict=True))


def apart(given_lessons: list[Lesson], a: str, b: str) -> bool:
    component = groups(given_lessons)
    pairs = {
        frozenset((component[one], component[other])) for one, other in links(given_lessons).apart
    }
    return frozenset((component[a], component[b])) in pairs


@given(lessons())
def test_pairs_never_contradict_each_other(given_lessons: list[Lesson]) -> None:
    assert set(groups(given_lessons)) == set(CASES)


@given(lessons().filter(bool))
def test_the_last_lesson_holds_in_full(given_lessons: list[Lesson]) -> None:
    component = groups(given_lessons)
    last = given_lessons[-1]
    for part in last:
        cases = (*part.placed, *part.witnesses) if part.placed else ()
        assert len({component[case] for case in cases}) <= 1
    for number, one in enumerate(last):
        for other in last[number + 1 :]:
            if one.placed or other.placed:
                assert all(
                    apart(given_lessons, a, b)
                    for a in (*one.placed, *one.witnesses)
                    for b in (*other.placed, *other.witnesses)
                )


@given(lessons())
def test_pairs_are_as_few_as_can_be(given_lessons: list[Lesson]) -> None:
    found = links(given_lessons)
    component = groups(given_lessons)
    assert len(found.together) == len(CASES) - len(set(component.values()))
    assert len({frozenset(pair) for pair in found.apart}) == len(found.apart)


def test_a_moved_case_leaves_an_earlier_confirmation_and_the_others_stay_together() -> None:
    confirmed = [Part(placed=("a", "b", "c"))]
    moved = [Part(placed=("a",), witnesses=("x",)), Part(witnesses=("b",))]
    found = links([confirmed, moved])
    assert ("b", "c") in found.together
    assert ("a", "x") in found.together
    assert found.apart == [("a", "b")]


def test_a_case_moved_back_into_the_kind_it_was_split_from_is_not_kept_apart_from_it() -> None:
    split_off = [Part(witnesses=("r", "s", "t", "u")), Part(placed=("a", "b"))]
    back = [Part(placed=("a",), witnesses=("r", "s", "t")), Part(witnesses=("b",))]
    assert not apart_pairs([split_off, back], "a") & {"r", "s", "t", "u"}
    assert "b" in apart_pairs([split_off, back], "a")


def test_a_split_keeps_its_cases_from_each_that_stayed_without_tying_those() -> None:
    found = links([[Part(witnesses=("r", "s", "t")), Part(placed=("a", "b"))]])
    assert found.together == [("a", "b")]
    assert sorted(found.apart) == [("r", "a"), ("s", "a"), ("t", "a")]


def test_a_merge_after_not_a_kind_puts_its_cases_together() -> None:
    none = [Part(placed=(case,)) for case in "abc"]
    merged = [Part(placed=("a", "b"))]
    found = links([none, merged])
    assert found.together == [("a", "b")]
    assert found.apart == []


def apart_pairs(given_lessons: list[Lesson], case: str) -> set[str]:
    """The cases that are kept apart from one, itself only."""
    return {
        other
        for pair in links(given_lessons).apart
        for other in pair
        if case in pair and other != case
    }
