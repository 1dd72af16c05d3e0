"""The dimension of a draft is suggested by earlier cases, else by its words; people decide."""

from dataclasses import replace

import pytest

from recommender.access import Actor, RoleMissing
from recommender.cases.dimensions import learn_dimensions, suggest_dimension
from recommender.cases.filing import edit, file
from recommender.cases.wishes import Wish
from recommender.learning.dimension import dimension_of
from recommender.storage.house import House
from recommender.vocabulary import CaseState, Dimension, FieldSource
from tests.conftest import NewCase

ADAPTING, COMMUNICATING, RESOURCES = Dimension


@pytest.mark.parametrize(
    ("action", "resolution", "dimension", "words"),
    [
        ("refund", "Money back to her card.", RESOURCES, ("refund", "money")),
        (None, "Let him return it after the window.", ADAPTING, ("let", "return", "window")),
        (None, "Told her in plain words what went wrong.", COMMUNICATING, ("told", "plain")),
        ("waive_fee", "Explained why it was late.", RESOURCES, ("waive", "fee")),
    ],
)
def test_everyday_words_tell(
    action: str | None, resolution: str, dimension: Dimension, words: tuple[str, ...]
) -> None:
    guess = dimension_of(action, resolution)
    assert guess is not None
    assert (guess.dimension, guess.words) == (dimension, words)


@pytest.mark.parametrize("resolution", ["", "Sorted it.", "Refund, and told him."])
def test_nothing_is_guessed_where_words_are_silent_or_at_odds(resolution: str) -> None:
    assert dimension_of(None, resolution) is None


def stated(
    house: House,
    new_case: NewCase,
    maya: Actor,
    *dimensions: Dimension,
    source: FieldSource = FieldSource.TYPED,
    misused: bool = False,
) -> None:
    with house.transaction(maya) as tx:
        for dimension in dimensions:
            new_case(
                tx.session,
                misused_at=tx.at if misused else None,
                granted_action="home_visit",
                dimension=dimension,
                state=CaseState.DECLINED,
                provenance={"dimension": source.value},
            )


def suggested(house: House, maya: Actor, resolution: str = "Refund.") -> tuple[str, str] | None:
    with house.reading(maya) as tx:
        found = suggest_dimension(tx, "home_visit", resolution)
        return None if found is None else (found.dimension, found.why)


def test_most_cases_with_the_same_action_outweigh_words(
    house: House, new_case: NewCase, maya: Actor
) -> None:
    stated(house, new_case, maya, ADAPTING, ADAPTING, COMMUNICATING)
    assert suggested(house, maya) == (ADAPTING, "2 of 3 cases of “home visit” say so.")


def test_what_was_decided_since_counts_once_it_is_learnt(
    house: House, new_case: NewCase, maya: Actor
) -> None:
    stated(house, new_case, maya, *[ADAPTING] * 3)
    suggested(house, maya)
    stated(house, new_case, maya, *[COMMUNICATING] * 5)
    with house.reading(maya) as tx:
        learn_dimensions(tx)
    assert suggested(house, maya) == (COMMUNICATING, "5 of 8 cases of “home visit” say so.")


@pytest.mark.parametrize(
    "dimensions",
    [(ADAPTING, ADAPTING), (ADAPTING, COMMUNICATING, RESOURCES, ADAPTING)],
    ids=["too few", "no most"],
)
def test_few_or_divided_cases_leave_it_to_the_words(
    house: House, new_case: NewCase, maya: Actor, dimensions: tuple[Dimension, ...]
) -> None:
    stated(house, new_case, maya, *dimensions)
    assert suggested(house, maya, "Money and a voucher and a refund, paid.") == (
        RESOURCES,
        "You wrote “money”, “voucher”, “refund”.",
    )


def test_a_suggestion_that_was_kept_teaches_nothing(
    house: House, new_case: NewCase, maya: Actor
) -> None:
    stated(house, new_case, maya, *[ADAPTING] * 5, source=FieldSource.SUGGESTED)
    assert suggested(house, maya, "Sorted it.") == (ADAPTING, "You wrote “visit”.")


def test_misused_cases_teach_nothing(house: House, new_case: NewCase, maya: Actor) -> None:
    stated(house, new_case, maya, *[ADAPTING] * 5, misused=True)
    assert suggested(house, maya, "Sorted it.") == (ADAPTING, "You wrote “visit”.")


def test_only_who_files_is_helped(house: House, ines: Actor) -> None:
    with house.reading(ines) as tx, pytest.raises(RoleMissing):
        suggest_dimension(tx, None, "Refund.")


def test_a_proposal_keeps_its_dimension_outside_what_is_signed(house: House, maya: Actor) -> None:
    wish = Wish(situation="The heel came off.", resolution="A new pair.", dimension=RESOURCES)
    with house.transaction(maya) as tx:
        case = file(tx, wish)
        assert case.dimension is RESOURCES
        assert case.provenance["dimension"] == FieldSource.TYPED
        sealed = case.content_hash
        edited = edit(tx, case.id, replace(wish, dimension=ADAPTING))
        assert (edited.dimension, edited.content_hash) == (ADAPTING, sealed)
