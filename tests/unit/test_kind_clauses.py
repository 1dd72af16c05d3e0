"""Which clause a kind defies, from what its cases name."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from recommender.kinds.clauses import (
    GAP,
    Choice,
    ClauseWords,
    Reference,
    choose_clause,
    usual_share,
)

BOOK = [
    ClauseWords(key="RET-1", section="RET", text="Returns within days.", facts=frozenset({"days"})),
    ClauseWords(key="RET-2", section="RET", text="Returns of opened goods."),
    ClauseWords(key="DEL-1", section="DEL", text="Delivery is charged."),
]
SILENT = Reference()
SECTION = Reference(section="RET", given=True)
UNKNOWN = Reference(given=True)
SAID_GAP = Reference(gap=True)


def clause(key: str, *facts: str) -> Reference:
    section = key.split("-", maxsplit=1)[0]
    return Reference(clause=key, section=section, given=True, facts=frozenset(facts))


def choose(references: Sequence[Reference], *, usual: float = 0.8, **like: float) -> Choice:
    alike = {key.replace("_", "-"): value for key, value in like.items()}
    return choose_clause(
        references, BOOK, lambda keys: {key: alike.get(key, 0.0) for key in keys}, usual=usual
    )


def test_the_majority_of_the_references_decides() -> None:
    chosen = choose([clause("RET-1")] * 6 + [clause("DEL-1")] * 2 + [SILENT] * 2, RET_2=0.9)
    assert chosen == Choice(clause="RET-1", gap=False)


def test_a_section_is_resolved_by_the_words_that_fit_best() -> None:
    assert choose([SECTION] * 6, RET_1=0.2, RET_2=0.5).clause == "RET-2"


def test_a_section_is_resolved_by_the_facts_that_its_limits_name() -> None:
    carrying = Reference(section="RET", given=True, facts=frozenset({"days"}))
    assert choose([carrying] * 6, RET_1=0.2, RET_2=0.5).clause == "RET-1"


def test_references_to_a_clause_support_it_inside_its_section() -> None:
    assert choose([SECTION] * 4 + [clause("RET-2")] * 2, RET_1=0.3, RET_2=0.3).clause == "RET-2"


def test_most_cases_saying_gap_make_a_gap() -> None:
    assert choose([SAID_GAP] * 4 + [clause("RET-1")] * 3) == GAP
    assert choose([SAID_GAP] * 2 + [clause("RET-1")] * 3).clause == "RET-1"


def test_scattered_references_fit_no_rule() -> None:
    assert choose([clause("RET-1"), clause("DEL-1"), UNKNOWN, UNKNOWN, UNKNOWN]) == GAP


def test_far_fewer_references_than_usual_fit_no_rule() -> None:
    few = [clause("RET-1")] * 2 + [SILENT] * 8
    assert choose(few, usual=0.8) == GAP
    assert choose(few, usual=0.2).clause == "RET-1"


def test_nothing_named_is_a_gap() -> None:
    assert choose([SILENT] * 5) == GAP
    assert choose([UNKNOWN] * 5) == GAP
    assert choose([]) == GAP


def test_a_section_without_a_living_clause_is_a_gap() -> None:
    assert choose([Reference(section="OLD", given=True)] * 5) == GAP


def test_ties_are_settled_by_key() -> None:
    assert choose([SECTION] * 5).clause == "RET-1"
    assert choose([clause("RET-1"), clause("DEL-1")]).clause == "DEL-1"


@given(
    own=st.lists(st.sampled_from([clause("RET-1"), SECTION, SAID_GAP]), min_size=1, max_size=6),
    taken=st.lists(st.sampled_from(["RET-2", "DEL-1"]), max_size=1000),
)
def test_no_number_of_taken_suggestions_outvotes_what_a_filer_named(
    own: list[Reference], taken: list[str]
) -> None:
    offered = [replace(clause(key), suggested=True) for key in taken]
    assert choose(own + offered, RET_2=0.4) == choose(own, RET_2=0.4)
    assert usual_share(own + offered) == usual_share(own)


def test_taken_suggestions_speak_where_no_filer_named_anything() -> None:
    offered = [replace(clause("RET-1"), suggested=True)]
    assert choose(offered * 4 + [SILENT]).clause == "RET-1"
    assert choose([*offered * 9, SAID_GAP]) == GAP
