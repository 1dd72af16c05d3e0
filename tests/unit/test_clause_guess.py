"""Which clause a draft means, guessed from earlier cases and from the handbook's own words."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.learning.clause_guess import Book, ClauseGuesser, Guess, Telling, stems
from recommender.learning.hashing_encoder import HashingEncoder

Floats = npt.NDArray[np.float32]

ENCODER = HashingEncoder()
CLAUSES = {
    "LATE": ("Parcels that are delivered late are not refunded.", ("days_late",)),
    "FEE": ("Reminder fees stay on the account.", ()),
    "GIFT": ("Vouchers are never paid out in cash.", ()),
}
PARCEL = "The parcel sat at the depot and reached her days too late."
FEE = "He was charged a reminder although his bank had failed."
VOUCHER = "She wants cash for the voucher she was given."


def book(clauses: Sequence[str] = tuple(CLAUSES)) -> Book:
    texts = [CLAUSES[key][0] for key in clauses]
    return Book(
        keys=clauses,
        texts=texts,
        vectors=ENCODER.encode_documents(texts) if texts else np.empty((0, 0), dtype=np.float32),
        facts=[CLAUSES[key][1] for key in clauses],
    )


def learnt(
    cases: Sequence[tuple[str, str | None]], facts: Sequence[Sequence[str]] = ()
) -> ClauseGuesser:
    keys = list(CLAUSES)
    shares = np.zeros((len(cases), len(keys)), dtype=np.float32)
    for row, (_, clause) in enumerate(cases):
        if clause is not None:
            shares[row, keys.index(clause)] = 1
    tellings = [
        Telling(text=text, fields={"fact": names})
        for (text, _), names in zip(cases, facts or [()] * len(cases), strict=True)
    ]
    texts = [text for text, _ in cases]
    rows = ENCODER.encode_documents(texts) if texts else nothing()
    return ClauseGuesser().fit({"situation": rows}, tellings, shares, book())


def nothing() -> Floats:
    return np.empty((0, ENCODER.dimensions), dtype=np.float32)


def ranked(guesser: ClauseGuesser, text: str, facts: Sequence[str] = ()) -> list[Guess]:
    vectors = {"situation": ENCODER.encode_queries([text])[0]} if text else {}
    return guesser.rank(vectors, Telling(text=text, fields={"fact": facts}))


def test_what_alike_cases_named_comes_first_and_says_how_many_they_were() -> None:
    guesser = learnt([(PARCEL, "LATE"), (FEE, "FEE"), (FEE, "FEE")])
    first = ranked(guesser, "Charged a reminder, his bank failed.")[0]
    assert (first.key, first.from_cases) == ("FEE", 2)
    assert ranked(guesser, "The parcel came days too late.")[0].key == "LATE"


def test_a_clause_that_nobody_has_named_is_found_by_its_own_words() -> None:
    guesser = learnt([(PARCEL, "LATE"), (FEE, "FEE")])
    first = ranked(guesser, VOUCHER)[0]
    assert (first.key, first.from_cases) == ("GIFT", 0)


def test_without_any_case_the_handbook_speaks_alone() -> None:
    assert [ranked(learnt([]), text)[0].key for text in (VOUCHER, "a reminder fee")] == [
        "GIFT",
        "FEE",
    ]


def test_names_of_facts_tell_where_the_text_is_silent() -> None:
    cases = [(f"Case {word}.", key) for word in "abc" for key in ("FEE", "GIFT")]
    facts = [("months",) if key == "GIFT" else ("days_over",) for _, key in cases]
    guesser = learnt(cases, facts)
    assert ranked(guesser, "", ["months"])[0].key == "GIFT"
    assert ranked(guesser, "", ["days_over"])[0].key == "FEE"


def test_a_fact_that_a_typed_limit_asks_for_speaks_for_its_clause() -> None:
    guesser = learnt([(FEE, "FEE"), (VOUCHER, "GIFT")])
    with_it, without = (
        {guess.key: guess.likely for guess in ranked(guesser, "", facts)}
        for facts in (["days_late"], [])
    )
    assert with_it["LATE"] > without["LATE"]


def test_cases_that_name_no_clause_teach_none() -> None:
    named = [(PARCEL, "LATE"), (FEE, "FEE")]
    without = ranked(learnt(named), VOUCHER)
    beside = learnt([*named, (VOUCHER, None), (VOUCHER, None)])
    assert [guess.from_cases for guess in ranked(beside, VOUCHER)] == [0, *[1] * 2]
    assert ranked(beside, VOUCHER)[0].likely <= without[0].likely


def test_a_case_of_a_whole_section_speaks_for_each_clause_in_part() -> None:
    rows = ENCODER.encode_documents([PARCEL, FEE])
    shares = np.array([[0.5, 0, 0.5], [0, 1, 0]], dtype=np.float32)
    tellings = [Telling(text=PARCEL), Telling(text=FEE)]
    guesser = ClauseGuesser().fit({"situation": rows}, tellings, shares, book())
    assert {guess.key for guess in ranked(guesser, PARCEL)[:2]} == {"LATE", "GIFT"}


def test_a_view_that_is_missing_speaks_for_nothing() -> None:
    rows = ENCODER.encode_documents([PARCEL, FEE])
    resolution = np.full_like(rows, np.nan)
    shares = np.array([[1, 0, 0], [0, 1, 0]], dtype=np.float32)
    tellings = [Telling(text=PARCEL), Telling(text=FEE)]
    both = {"situation": rows, "resolution": resolution}
    with_it = ClauseGuesser().fit(both, tellings, shares, book())
    assert ranked(with_it, PARCEL) == ranked(learnt([(PARCEL, "LATE"), (FEE, "FEE")]), PARCEL)


def test_a_handbook_without_clauses_has_none_to_offer() -> None:
    guesser = ClauseGuesser().fit({"situation": nothing()}, [], nothing()[:, :0], book(()))
    assert ranked(guesser, PARCEL) == []


@given(
    st.lists(
        st.tuples(st.sampled_from([PARCEL, FEE, VOUCHER, "x"]), st.sampled_from([None, *CLAUSES])),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_shares_are_shares_and_the_order_of_cases_is_nothing(
    cases: list[tuple[str, str | None]], random: object
) -> None:
    said = ranked(learnt(cases), PARCEL)
    likely = [guess.likely for guess in said]
    assert likely == sorted(likely, reverse=True)
    assert sum(likely) == pytest.approx(1, abs=1e-5)
    shuffled = list(cases)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = {guess.key: guess.likely for guess in ranked(learnt(shuffled), PARCEL)}
    assert again == pytest.approx({guess.key: guess.likely for guess in said}, abs=1e-3)


def test_placeholders_and_everyday_words_tell_nothing() -> None:
    assert stems("She said [name] returned 12 parcels") == stems("a returning parcel")
