"""What an owner signs, in a few lines: the words, where and when they hold, the cost, who hears."""

from dataclasses import dataclass
from datetime import date

import streamlit as st

from api.schemas.candidates import CandidatePage
from api.schemas.drafts import BacktestOut, ScopeIn
from dashboard.scoping import scope_in_words
from dashboard.sentence import changed_sentences
from dashboard.tables import Row, pairs
from dashboard.words import UNKNOWN, costs, count, day
from recommender.vocabulary import TEXT_CHANGING_VERDICTS, Verdict


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What an acceptance would write; None of scope or days: as drafted, at once, as set."""

    old: str
    new: str
    backtest: BacktestOut | None
    scope: ScopeIn | None
    effective_from: date | None
    review_on: date | None


def recap(page: CandidatePage, signed: Signed) -> None:
    """Draw it."""
    st.markdown("**What you sign**")
    pairs([*_words(page, signed), *_times(page, signed), *_cost(signed), _told(page)], key="recap")


def _words(page: CandidatePage, signed: Signed) -> list[Row]:
    if page.verdict not in TEXT_CHANGING_VERDICTS:
        return [Row("The clause", "stays word for word")]
    before, after = changed_sentences(signed.old, signed.new)
    if page.verdict is Verdict.RETIRE_RULE:
        after = "the clause no longer applies"
    return [
        Row("Before", before or "nothing was said of it"),
        Row("After", after or "nothing is said of it"),
    ]


def _times(page: CandidatePage, signed: Signed) -> list[Row]:
    start = "at once" if signed.effective_from is None else f"from {day(signed.effective_from)}"
    rows = [
        Row("Holds", scope_in_words(signed.scope or page.draft.scope)),
        Row("In force", start),
    ]
    if page.verdict in TEXT_CHANGING_VERDICTS:
        review = (
            "on the day that the settings give"
            if signed.review_on is None
            else day(signed.review_on)
        )
        rows.append(Row("Review", review))
    return rows


def _cost(signed: Signed) -> list[Row]:
    result = signed.backtest
    if result is None or result.covered is None:
        return []
    told = [f"{count(result.covered, 'case')} allowed without a signature"]
    if result.newly_refused:
        told.append(f"{count(result.newly_refused, 'case')} refused that are allowed today")
    if result.newly_allowed:
        told.append(f"{count(result.newly_allowed, 'case')} allowed that peers had declined")
    year = result.year
    cost = UNKNOWN if year is None else costs(year.low, year.mid, year.high, result.currency)
    return [Row("Past cases", ", ".join(told)), Row("Cost a year", cost)]


def _told(page: CandidatePage) -> Row:
    writes = page.verdict in TEXT_CHANGING_VERDICTS
    return Row(
        "Told why",
        "whoever filed or signed these cases, and who promoted it",
        "From its day on, all who file or lead are asked to read it." if writes else "",
    )
