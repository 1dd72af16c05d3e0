"""First names of found groups."""

import numpy as np
import pytest

from recommender.learning.naming import (
    NamingInput,
    contrastive_terms,
    name_groups,
    stem,
)

ILL = [
    "Was in hospital with a broken hip, lamp came back late",
    "Hospital stay after surgery, returned late",
    "Her mother was in hospital so the chair came back late",
    "Late return, long hospital stay",
    "Hospital again, parcel late",
]
POWER = [
    "Daughter holds a power of attorney for the account",
    "Son with power of attorney wants the bill",
    "Power of attorney shown, account opened",
    "Niece has power of attorney",
    "Shown the power of attorney letter",
]
STRAY = ["The gate was locked", "Paint smelled odd", "Sent a kind note"]
TEXTS = ILL + POWER + STRAY
GROUPS = [range(5), range(5, 10)]


def block_similarity() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    similarity = np.full((13, 13), 0.1, dtype=np.float32)
    similarity[:5, :5] = 0.8
    similarity[5:10, 5:10] = 0.8
    similarity[0, 1:5] = similarity[1:5, 0] = 0.9
    similarity[4, 1:4] = similarity[1:4, 4] = 0.6
    similarity[12, :5] = similarity[:5, 12] = 0.3
    np.fill_diagonal(similarity, 1)
    return similarity


def names(given: NamingInput, **options: list[str]) -> list[str]:
    found = name_groups(GROUPS, given, block_similarity(), **options)
    return [group.name for group in found]


def test_a_name_says_action_and_what_sets_the_group_apart() -> None:
    actions: list[str | None] = ["extend_return"] * 5 + ["open_account"] * 5 + [None] * 3
    first, second = names(NamingInput(texts=TEXTS, actions=actions))
    assert first.startswith("Extend return: hospital")
    assert second == "Open account: power of attorney"


def test_phrases_stay_whole_and_words_are_not_shared_between_siblings() -> None:
    first, second = contrastive_terms([list(g) for g in GROUPS], TEXTS)
    assert second[0] == "power of attorney"
    assert first[0].startswith("hospital")
    words = [{stem(w) for term in terms for w in term.split()} for terms in (first, second)]
    assert not words[0] & words[1]


def test_names_are_short_and_in_sentence_case() -> None:
    actions: list[str | None] = ["one_two_three_four_five"] * 13
    for name in names(NamingInput(texts=TEXTS, actions=actions)):
        assert len(name.split()) <= 7
        assert name[0].isupper()


def test_placeholders_and_filler_never_become_names() -> None:
    texts = [f"[name] {text} please customer wants" for text in TEXTS]
    joined = " ".join(names(NamingInput(texts=texts))).casefold()
    assert not {"name", "please", "customer", "wants"} & set(joined.replace(",", "").split())


def test_a_catch_all_or_divided_action_is_left_out() -> None:
    actions: list[str | None] = ["other"] * 5 + ["a", "a", "b", "b", "c"] + [None] * 3
    assert all(":" not in name for name in names(NamingInput(texts=TEXTS, actions=actions)))


def test_names_differ_from_each_other_and_from_those_taken() -> None:
    given = NamingInput(texts=[""] * 13, actions=["credit"] * 13, facts=[["days_late"]] * 13)
    assert names(given) == ["Credit", "Credit: days late"]
    assert names(given, taken=["credit", "credit: days late"]) == ["Credit (2)", "Credit (3)"]


def test_a_group_without_any_sign_is_still_named() -> None:
    assert names(NamingInput(texts=[""] * 13)) == ["Unnamed kind", "Unnamed kind (2)"]


def test_a_group_left_without_words_shares_its_best() -> None:
    texts = [*["fence broken"] * 10, *["other matter"] * 3]
    first, second = contrastive_terms([range(5), range(5, 10)], texts)
    assert first
    assert second


def test_words_of_the_action_are_not_said_twice() -> None:
    actions: list[str | None] = ["hospital"] * 13
    assert names(NamingInput(texts=TEXTS, actions=actions))[0].casefold().count("hospital") == 1


def test_the_cases_that_show_a_group_best() -> None:
    group = name_groups(GROUPS, NamingInput(texts=TEXTS), block_similarity())[0]
    assert group.representatives[0] == 0
    assert group.borderline[0] == 4
    assert group.nearest_outside[0] == 12
    assert not set(group.representatives) & set(group.borderline)


def test_names_never_depend_on_the_row_order() -> None:
    order = np.random.default_rng(5).permutation(13)
    place = {int(row): new for new, row in enumerate(order)}
    texts = [TEXTS[row] for row in order]
    groups = [[place[row] for row in group] for group in GROUPS]
    similarity = block_similarity()[np.ix_(order, order)]
    shuffled = name_groups(groups, NamingInput(texts=texts), similarity)
    assert [group.name for group in shuffled] == names(NamingInput(texts=TEXTS))


@pytest.mark.parametrize(
    "forms", [("return", "returns", "returned", "returning"), ("cancel", "cancelling", "cancelled")]
)
def test_forms_of_a_word_are_one(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1
