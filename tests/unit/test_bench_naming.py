"""The arithmetic of the naming benchmark and of its blind test."""

from dataclasses import replace

import numpy as np
import pytest

from recommender.learning.naming import NamedGroup
from tests.bench.bench_naming import shared_words, sibling_pairs, usual_names, words_row
from tests.bench.naming_quiz import key, questions, quiz, rivals, score
from tests.bench.naming_world import NamedSet

GROUPS = 7
NAMES = ["Late fee", "Late fee, bank", "Bank error", "Puppy", "Snow", "Visa", "visa"]


def named(name: str) -> NamedGroup:
    return NamedGroup(
        name=name, terms=(), action="", representatives=(), borderline=(), nearest_outside=()
    )


@pytest.fixture
def world() -> NamedSet:
    """Seven groups of three cases; the first three defy one clause, about a fee."""
    fee = frozenset({"fe"})
    return NamedSet(
        name="demo",
        texts=[f"text {group} {case}" for group in range(GROUPS) for case in range(3)],
        vectors=np.eye(21, dtype=np.float32),
        groups=[range(3 * group, 3 * group + 3) for group in range(GROUPS)],
        named=[named(name) for name in NAMES],
        clauses=["FEE"] * 3 + [None] * 4,
        rule_words=[fee] * 3 + [frozenset()] * 4,
        near=[[(group + step) % GROUPS for step in range(1, GROUPS)] for group in range(GROUPS)],
    )


def test_siblings_are_of_one_clause_or_nearest(world: NamedSet) -> None:
    pairs = sibling_pairs(world)
    assert {(0, 1), (0, 2), (1, 2)} <= set(pairs)
    assert (2, 3) in pairs
    assert (0, 6) in pairs
    assert (3, 5) not in pairs


def test_words_of_the_clause_of_both_are_free(world: NamedSet) -> None:
    assert shared_words(world, 0, 1) == {"lat"}
    assert shared_words(world, 1, 2) == {"bank"}
    assert shared_words(world, 2, 3) == frozenset()


def test_names_are_counted(world: NamedSet) -> None:
    row = words_row(world, "labelled")
    assert row["duplicates"] == 1
    assert row["sharing"] == 3
    assert row["sibling_pairs"] == len(sibling_pairs(world)) == 8


def test_rivals_are_of_the_same_clause_first(world: NamedSet) -> None:
    assert rivals(world, 1) == [2, 0, 3, 4, 5]
    small = replace(world, groups=[[0], *world.groups[1:]])
    assert rivals(small, 1) == [2, 3, 4, 5, 6]


def test_a_question_shows_three_cases_of_the_kind_and_of_five_others(world: NamedSet) -> None:
    asked = questions([world], count=5, seed=3)
    assert asked == questions([world], count=5, seed=3)
    assert len(asked) == 5
    for one in asked:
        assert len(one.bundles) == 6
        own = NAMES.index(one.name)
        assert set(one.bundles[one.right - 1]) == set(world.groups[own])
        assert len({row for rows in one.bundles for row in rows}) == 18
    told = quiz(asked)
    assert told.count("**Bundle") == 30
    assert all(f"## {at}. {one.name}" in told for at, one in enumerate(asked, start=1))


def test_sets_with_too_few_groups_ask_nothing(world: NamedSet) -> None:
    assert questions([replace(world, groups=world.groups[:5])]) == []


def test_answers_are_scored_and_silence_is_no_hit(world: NamedSet) -> None:
    right = key(questions([world], count=4, seed=1))
    answers = [f"{number}: {one['right']}" for number, one in right.items()]
    assert score("\n".join(answers), right)["hits"] == 4
    found = score(f"{answers[0]}\n2: 9\n", right)
    assert (found["hits"], found["answered"], found["questions"]) == (1, 2, 4)
    assert found["missed"] == [2, 3, 4]
    assert found["by_set"] == {"demo": "1 of 4"}


def test_the_usual_way_takes_the_words_that_are_the_groups_own(world: NamedSet) -> None:
    texts = ["zebra crossing zebra"] * 3 + ["zeppelin crossing"] * 18
    names = usual_names(replace(world, texts=texts))
    assert names[0].split(", ")[0] == "zebra"
    assert names[1].split(", ")[0] == "zeppelin"
