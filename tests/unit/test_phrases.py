"""Phrases of texts, and what words can be in them."""

import pytest

from recommender.learning.filler import everyday_words, stem
from recommender.learning.phrases import content, phrases, says, stems_of
from recommender.learning.wordclass import Role, role, stands_alone


def said(text: str) -> set[str]:
    return {" ".join(phrase) for phrase in phrases(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He cancelled the order", "cancelled order"),
        ("refund of the late fee", "refund of late fee"),
        ("the meters were swapped, meters swapped", "meters swapped"),
        ("please reset my password", "reset password"),
        ("waiting for a refund", "waiting for refund"),
        ("a broken screw", "broken screw"),
        ("I want to file a claim", "file claim"),
        ("can you get a new quote", "get quote"),
        ("remove a dependent, please", "remove dependent"),
    ],
)
def test_things_acts_and_what_befell_things_are_phrases(text: str, expected: str) -> None:
    assert expected in said(text)


def test_a_phrase_ends_where_the_text_pauses_or_a_placeholder_stands() -> None:
    found = said("the bank, account of [name] closed; invoice 23 lost")
    assert "bank account" not in found
    assert not any("name" in phrase or "account closed" in phrase for phrase in found)
    assert "invoice lost" not in found


@pytest.mark.parametrize("title", ["Mrs", "Dr.", "frau"])
def test_the_title_of_somebody_goes_with_their_name(title: str) -> None:
    assert stems_of(f"{title} [name] cancelled the fibre") == stems_of("[name] cancelled the fibre")


def test_everyday_words_act_only_where_they_are_asked_for() -> None:
    assert said("they get a quote") == {"quote"}
    assert "plan" in said("remove the dependent plan")
    assert "remove dependent" not in said("remove the dependent plan")


def test_articles_and_forms_are_left_out_of_the_stems() -> None:
    assert content(("refund", "of", "late", "fees")) == ("refund", "lat", "fe")
    assert stems_of("The returns, he said, were returned") == {"return"}


def test_no_phrase_holds_a_word_twice_or_a_persons_name() -> None:
    assert not any("fee fee" in phrase for phrase in said("the late fee fee"))
    assert "oliver" not in " ".join(said("Oliver paid the bill"))


def test_what_belongs_to_a_longer_thing_is_not_whole() -> None:
    uses = phrases("the late fee notice, the late fee")
    assert uses[("late", "fee")].times == 2
    assert uses[("late", "fee")].whole == 1


def test_phrases_are_five_words_at_most_and_have_one_link() -> None:
    found = phrases("big red metal garden tool shed door of the house at the lake")
    assert max(len(phrase) for phrase in found) <= 5
    assert all(sum(word in {"of", "at"} for word in phrase) < 2 for phrase in found)


def test_a_text_says_a_term_in_any_form_within_one_piece() -> None:
    assert says("They swapped the meter over", "meters swapped")
    assert not says("They swapped it. The meter ran on", "meters swapped")
    assert not says("anything", "the")
    assert says("So, who made you? he asked", "who made you")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("hospital", Role.THING),
        ("cancel", Role.ACT),
        ("late", Role.QUALITY),
        ("available", Role.QUALITY),
        ("wrapped", Role.PARTICIPLE),
        ("waiting", Role.PARTICIPLE),
        ("the", Role.ARTICLE),
        ("without", Role.LINK),
        ("please", Role.NONE),
        ("quickly", Role.NONE),
        ("ok", Role.NONE),
        ("zorblat", Role.THING),
        ("zorblatous", Role.QUALITY),
    ],
)
def test_what_a_word_can_be(word: str, expected: Role) -> None:
    assert role(word) is expected


def test_a_word_that_is_mostly_a_verb_says_nothing_alone() -> None:
    assert stands_alone("hospital")
    assert not stands_alone("cancel")
    assert not stands_alone("lift")


@pytest.mark.parametrize(
    "forms",
    [
        ("return", "returns", "returned", "returning"),
        ("cancel", "cancelling", "cancelled"),
        ("fee", "fees"),
        ("employee", "employees"),
    ],
)
def test_forms_of_a_word_are_one(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


def test_everyday_words_leave_the_words_of_business() -> None:
    assert {"the", "please", "customer", "would"} <= everyday_words()
    assert not {"bill", "fire", "move", "part", "system", "interest"} & everyday_words()


def test_titles_telling_and_slang_for_money_are_everyday() -> None:
    assert {"mrs", "bloke", "rang", "wrote", "insisted", "tenner"} <= everyday_words()
    assert not {"mother", "phone", "written", "credit", "email"} & everyday_words()
