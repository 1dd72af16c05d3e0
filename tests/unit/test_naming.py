"""First names of found groups."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.learning.distinctive import Meaning
from recommender.learning.hashing_encoder import HashingEncoder
from recommender.learning.naming import NamedGroup, NamingInput, name_groups, related_groups
from recommender.learning.showing import BLOCK, CORE, WITNESSES, Floats, Likeness, beside, standings
from recommender.learning.wording import MOST_WORDS, Rule, stems_in

ILL = [
    "Was in hospital with a broken hip, the lamp came back late",
    "Long hospital stay after surgery, parcel never opened",
    "Her mother was in hospital, so the chair stood there",
    "Hospital stay, the courier left the parcel outside",
    "Back from the hospital stay he found the lamp",
]
POWER = [
    "Daughter holds a power of attorney for the account",
    "Son with a power of attorney asks about the bill",
    "Power of attorney on paper, account opened",
    "Niece has power of attorney",
    "Brought the power of attorney to the counter",
]
STRAY = ["The gate was locked", "Paint smelled odd", "The dog barked at the courier"]
TEXTS = ILL + POWER + STRAY
GROUPS = [range(5), range(5, 10)]
EXTEND = Rule(key="RET-2.1", text="Goods are taken back within 30 days. A late fee is charged.")


def likeness_of(texts: Sequence[str]) -> Likeness:
    rows = HashingEncoder().encode_documents([text or "-" for text in texts])
    return lambda some, others: np.asarray(rows[some] @ rows[others].T, dtype=np.float32)


def meaning_of(texts: Sequence[str]) -> Meaning:
    encoder = HashingEncoder()
    return Meaning(
        vectors=encoder.encode_documents([text or "-" for text in texts]),
        embed=encoder.encode_documents,
    )


def named(
    groups: Sequence[Sequence[int]] = GROUPS,
    *,
    texts: Sequence[str] = TEXTS,
    **fields: Any,  # noqa: ANN401 - handed on to what is named
) -> tuple[NamedGroup, ...]:
    options = {key: fields.pop(key) for key in ("rules", "meaning", "taken") if key in fields}
    return name_groups(
        groups,
        NamingInput(texts=texts, **fields),
        likeness_of(texts),
        **options,
    )


def names(
    groups: Sequence[Sequence[int]] = GROUPS,
    **fields: Any,  # noqa: ANN401 - handed on to what is named
) -> list[str]:
    return [group.name for group in named(groups, **fields)]


def test_a_name_says_what_was_granted_and_what_sets_the_group_apart() -> None:
    actions = ["extend_return"] * 5 + ["open_account"] * 5 + [None] * 3
    first, second = names(actions=actions)
    assert first == "Extend return: hospital"
    assert second == "Open account: power of attorney"


def test_meaning_and_words_together_choose_the_same_phrases_here() -> None:
    first, second = named(meaning=meaning_of(TEXTS))
    assert first.terms[0].startswith("hospital")
    assert second.terms[0] == "power of attorney"


def test_a_lone_group_has_a_name_too() -> None:
    assert "power of attorney" in names([range(5, 10)], meaning=meaning_of(TEXTS))[0].casefold()


def test_siblings_that_were_granted_the_same_are_led_by_what_their_clause_is_about() -> None:
    texts = [f"{text}, late fee" for text in TEXTS[:10]] + STRAY
    first, second = names(texts=texts, actions=["waive_late"] * 13, rules=[EXTEND, EXTEND])
    assert not stems_in(f"{first} {second}") & stems_in("waive")
    assert first.split(":")[0] == second.split(":")[0]
    assert stems_in(first.split(":")[0]) <= stems_in(EXTEND.text)


def test_meaning_helps_to_find_what_a_clause_is_about() -> None:
    first, _ = names(rules=[EXTEND, None], meaning=meaning_of(TEXTS))
    assert stems_in(first.split(":")[0]) <= stems_in(EXTEND.text)


def test_words_of_both_clauses_may_stand_in_both_names() -> None:
    texts = [f"{text}, late fee" for text in TEXTS[:10]] + STRAY
    rules = [EXTEND, EXTEND]
    fields: dict[str, Any] = {"texts": texts, "actions": ["late_fee"] * 13}
    assert all(name.startswith("Late fee: ") for name in names(rules=rules, **fields))
    assert not any(name.startswith("Late fee") for name in names(**fields))


def test_a_phrase_that_says_the_clauses_object_takes_its_place() -> None:
    late = ["Late fee of the bank card", "Bank card lost, late fee", "His bank card was stolen"]
    texts = [*late, "Snow on the road", "The road was closed by snow", "Road under snow"]
    rule = Rule(key="FEE-1", text="The bank takes a fee.")
    first, _ = names([range(3), range(3, 6)], texts=texts, rules=[rule, None])
    assert first == "Bank card"


def test_words_are_not_shared_between_siblings() -> None:
    words = [{w for term in group.terms[:2] for w in stems_in(term)} for group in named()]
    assert not words[0] & words[1]


def test_names_are_short_and_in_sentence_case() -> None:
    for name in names(actions=["one_two_three_four_five"] * 5 + ["six_seven"] * 8):
        assert len(name.split()) <= MOST_WORDS
        assert name[0].isupper()


def test_a_catch_all_or_divided_action_leads_no_name() -> None:
    actions = ["other"] * 5 + ["a", "a", "b", "b", "c"] + [None] * 3
    assert all(":" not in name for name in names(actions=actions))


def test_one_cases_words_and_one_persons_words_stay_out() -> None:
    texts = [f"{text}, zeppelin zeppelin" if row == 0 else text for row, text in enumerate(TEXTS)]
    texts = [f"{text}, canoe trip" if row in {1, 2} else text for row, text in enumerate(texts)]
    filers = ["ada", "bo", "bo", "cy", "dee", *("eli", "flo") * 4]
    told = " ".join(" ".join((one.name, *one.terms)) for one in named(texts=texts, filers=filers))
    assert "zeppelin" not in told
    assert "canoe" not in told
    assert "hospital" in told


def test_a_group_of_one_filer_is_named_by_that_filers_words() -> None:
    filers = ["ada"] * 5 + ["bo", "cy", "dee", "eli", "flo"] + [None] * 3
    assert "hospital" in names(filers=filers)[0].casefold()


def test_words_that_no_dictionary_knows_need_more_cases() -> None:
    texts = [f"{text} zorblat" for text in TEXTS[:4]] + TEXTS[4:]
    assert "zorblat" not in " ".join(names(texts=texts)).casefold()
    texts = [f"{text} zorblat" for text in TEXTS[:5]] + TEXTS[5:]
    assert "zorblat" in " ".join(names(texts=texts)).casefold()


HURT = ["Broken hip", "Surgery", "Hospital stay", "Hospital", "Hospital bed", *TEXTS[5:]]


def test_a_number_is_told_by_the_limit_of_the_clause_that_most_exceed() -> None:
    facts: list[dict[str, object]] = [{"days_late": 33 + n} for n in range(5)]
    facts += [{"age": 9}] * 8
    first, second = names(texts=HURT, facts=facts, rules=[EXTEND, None])
    assert first == "Late fee: hospital, over 30 days"
    assert second == "Power of attorney"


def test_a_yes_that_sets_a_group_apart_stands_behind_its_words() -> None:
    facts = [{"doctor_seen": True, "receipt": False}] * 5 + [{"age": 9}] * 8
    assert names(texts=HURT, facts=facts)[0] == "Hospital, doctor seen"


def test_a_fact_that_is_only_named_stands_in_a_name_where_nothing_else_does() -> None:
    facts = [{"days_late": 3 + n} for n in range(5)] + [{"age": 9}] * 8
    assert names(texts=HURT, facts=facts)[0] == "Hospital"
    assert names(texts=["-"] * 13, facts=facts)[0] == "Days late"


def test_a_value_that_most_share_is_told_by_itself() -> None:
    facts = [{"proof": "bank_letter"}] * 4 + [{"proof": "none seen"}] + [{"proof": "9 %"}] * 8
    silent = ["-"] * 13
    assert names(texts=silent, facts=facts)[0] == "Bank letter"


def test_a_clause_that_no_case_speaks_of_gives_no_lead_where_an_action_does() -> None:
    first, second = names(actions=["waive_fee"] * 13, rules=[EXTEND, EXTEND])
    assert first == "Waive fee: hospital"
    assert second == "Waive fee: power of attorney"
    silent = [Rule(key="X-1", text="")] * 2
    assert names(actions=["waive_fee"] * 13, rules=silent) == ["Hospital", "Power of attorney"]


def test_a_phrase_that_several_say_comes_before_a_lone_word() -> None:
    texts = ["I want to file a claim", "please file a claim", "how to file the claim"] * 2 + POWER
    assert names([range(6), range(6, 11)], texts=texts)[0] == "File claim"


def test_a_clause_is_never_about_itself() -> None:
    texts = [f"{text}, see section two" for text in TEXTS[:10]] + STRAY
    rule = Rule(key="GEN-1", text="This section covers goods.")
    assert "section" not in names(texts=texts, rules=[rule, None])[0].casefold()


def test_what_the_clause_says_too_is_worth_less() -> None:
    texts = ["Late fee charged, snow storm", "Snow storm, late fee charged"] * 3
    rule = Rule(key="FEE-1", text="A late fee is charged for goods.")
    first, _ = names([range(6), range(6, 11)], texts=texts + POWER, rules=[rule, None])
    assert first.endswith("snow storm")


def test_misspellings_of_a_usual_word_stay_out() -> None:
    texts = ["new preference"] * 7 + ["prefrence of hers"] * 5 + POWER
    told = " ".join(names([range(12), range(12, 17)], texts=texts))
    assert "Preference" in told
    assert "prefrence" not in told


def test_another_phrase_tells_like_names_apart_before_a_number_does() -> None:
    texts = ["garden hose leaking", "water tap dripping"] * 3 + POWER
    fields: dict[str, Any] = {"groups": [range(6), range(6, 11)], "texts": texts}
    first = names(**fields)[0]
    again = names(**fields, taken=[first])[0]
    third = names(**fields, taken=[first, again])[0]
    assert len({first, again, third}) == 3
    assert "(" not in f"{again} {third}"


def test_a_saying_is_a_name_by_itself() -> None:
    texts = ["who made you, how are you doing", "how are you doing, who made you"] * 3 + POWER
    assert names([range(6), range(6, 11)], texts=texts)[0] in {"Who made you", "How are you doing"}


def test_no_saying_ends_with_a_word_that_waits_for_more() -> None:
    texts = ["how many times does 8 go", "how many times does 4 go", "tell me how it is"] * 2
    first = named([range(6), range(6, 11)], texts=texts + POWER)[0]
    assert not any(told.endswith("does") for told in (first.name, *first.terms))


def test_long_sayings_are_told_by_how_they_begin() -> None:
    texts = [f"how much have i spent on {what} for us here" for what in ("it", "him", "her")] * 2
    first = names([range(6), range(6, 11)], texts=texts + POWER)[0]
    assert first == "How much have i spent"


def test_names_differ_from_each_other_and_from_those_taken() -> None:
    fields: dict[str, Any] = {"texts": ["-"] * 13, "actions": ["credit"] * 5 + ["repair"] * 8}
    facts = [{"days_late": 1}] * 5 + [{}] * 8
    assert names(facts=facts, **fields) == ["Credit: days late", "Repair"]
    taken = ["credit: days late", "repair"]
    assert names(facts=facts, taken=taken, **fields) == ["Credit: days late (2)", "Repair (2)"]


def test_the_clause_tells_like_names_apart_before_a_number_does() -> None:
    text = "Goods are taken back within 30 days."
    rules = [Rule(key="RET-2.1", text=text), Rule(key="RET-2.2", text=text)]
    found = names(texts=["-"] * 13, rules=rules, taken=["Goods"])
    assert found == ["Goods (RET-2.1)", "Goods (RET-2.2)"]


def test_a_taken_name_gets_one_more_phrase_if_there_is_room() -> None:
    texts = [f"{text}, snowed in" for text in ILL] + POWER + STRAY
    first = names(texts=texts)[0]
    longer = names(texts=texts, taken=[first])[0]
    assert longer.startswith(f"{first},")


@pytest.mark.parametrize("meant", [None, meaning_of], ids=["words", "meaning"])
def test_a_group_of_everyday_words_is_named_as_its_cases_say_it(
    meant: Callable[[Sequence[str]], Meaning] | None,
) -> None:
    texts = ["who made you", "please, who made you", "tell me who made you"] * 2 + POWER
    meaning = meant(texts) if meant else None
    first = named([range(6), range(6, 11)], texts=texts, meaning=meaning)[0]
    assert first.name == "Who made you"
    assert first.terms == ("who made you", "tell me who made you")[: len(first.terms)]


def test_a_group_without_any_sign_is_still_named() -> None:
    assert names(texts=["-"] * 13) == ["Unnamed kind", "Unnamed kind (2)"]


def test_nothing_to_name_is_no_name() -> None:
    assert names([], texts=[]) == []


def test_the_cases_that_show_a_group_best() -> None:
    group = named()[0]
    assert not set(group.representatives) & set(group.borderline)
    assert not set(group.nearest_outside) & set(range(5))
    assert group.action == ""


def test_those_nearest_either_way_or_of_one_clause_could_be_mistaken() -> None:
    related = related_groups(["A", "A", None, None], [[2], [2], [0], [1]])
    assert related == [{1, 2}, {0, 2, 3}, {0, 1}, {1}]


def test_large_groups_are_compared_in_blocks_and_by_witnesses() -> None:
    asked: list[tuple[int, int]] = []

    def likeness(some: Floats, others: Floats) -> Floats:
        asked.append((len(some), len(others)))
        return np.asarray(np.equal.outer(some % 2, others % 2), dtype=np.float32)

    cases = 2 * BLOCK + 10
    stands = standings([range(0, cases, 2), [1, 3]], cases, likeness)  # type: ignore[arg-type]
    assert stands[0].core == tuple(range(0, 2 * CORE, 2))
    assert stands[1].outside == (5, 7, 9)
    assert beside(stands, likeness) == [[1], [0]]  # type: ignore[arg-type]
    assert max(rows for rows, _ in asked) <= BLOCK
    assert max(others for _, others in asked) <= WITNESSES


WORDS = ["hospital", "parcel", "invoice", "roof", "bank", "puppy", "train", "[name]", "please"]
Texts = list[str]
casebases = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=7).map(" ".join), min_size=8, max_size=20
)


def thirds(texts: Texts) -> list[list[int]]:
    """Three groups; the last cases stay unsorted."""
    size = len(texts) // 4
    return [list(range(n * size, (n + 1) * size)) for n in range(3)]


@settings(max_examples=25, deadline=None)
@given(casebases)
def test_names_are_distinct_repeatable_and_free_of_placeholders(texts: Texts) -> None:
    found = names(thirds(texts), texts=texts, meaning=meaning_of(texts))
    assert found == names(thirds(texts), texts=texts, meaning=meaning_of(texts))
    assert len({name.casefold() for name in found}) == len(found)
    assert not stems_in(" ".join(found)) & stems_in("please")
    assert "[" not in " ".join(found)
    assert "Name" not in " ".join(found)


@pytest.mark.parametrize("meant", [None, meaning_of], ids=["words", "meaning"])
@settings(max_examples=25, deadline=None)
@given(casebases, st.randoms(use_true_random=False))
def test_names_never_depend_on_the_order_of_cases(
    meant: Callable[[Texts], Meaning] | None,
    texts: Texts,
    chance: Random,
) -> None:
    order = list(range(len(texts)))
    chance.shuffle(order)
    place = {row: new for new, row in enumerate(order)}
    shuffled = [texts[row] for row in order]
    groups = [[place[row] for row in rows] for rows in thirds(texts)]
    there = names(groups, texts=shuffled, meaning=meant(shuffled) if meant else None)
    assert there == names(thirds(texts), texts=texts, meaning=meant(texts) if meant else None)
