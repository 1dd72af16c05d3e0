"""What people taught, asked of places."""

from recommender.kinds.knots import Knots

TOGETHER = [("a", "b"), ("b", "c")]
APART = [("c", "x"), ("x", "y")]


def test_places_that_obey_break_nothing() -> None:
    knots = Knots(TOGETHER, APART)
    assert knots.broken({"a": "K", "b": "K", "c": "K", "x": "L", "y": "M", "z": "K"}) == set()
    assert knots.broken({"a": "K", "z": "L"}) == set()


def test_cases_of_one_knot_in_two_kinds_break_it() -> None:
    assert Knots(TOGETHER, APART).broken({"a": "K", "c": "L", "z": "L"}) == {"a", "c"}


def test_a_knot_beside_one_that_it_is_kept_from_breaks_both() -> None:
    assert Knots(TOGETHER, APART).broken({"a": "K", "x": "K", "y": "L", "z": "K"}) == {"a", "x"}


def test_a_case_may_join_all_but_those_that_it_is_kept_from() -> None:
    knots = Knots(TOGETHER, APART)
    assert knots.allows("a", ["b", "y", "z"])
    assert not knots.allows("a", ["z", "x"])
    assert knots.allows("z", ["a", "x"])
