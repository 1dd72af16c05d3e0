"""What an owner signs, in a few lines: the words, where and when they hold, the cost, who hears."""

from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from api.schemas.candidates import CandidatePage
from api.schemas.drafts import BacktestOut, ScopeIn
from dashboard.catalogue import t, tn
from dashboard.scoping import scope_in_words
from dashboard.sentence import changed_sentences
from dashboard.suggested import cost_of_authority
from dashboard.tables import Row, pairs
from dashboard.words import UNKNOWN, costs, day
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
    st.markdown(t("**What you sign**"))
    pairs(
        [*_words(page, signed), *_times(page, signed), *_cost(page, signed), _told(page)],
        key="recap",
    )


def _words(page: CandidatePage, signed: Signed) -> list[Row]:
    if page.verdict not in TEXT_CHANGING_VERDICTS:
        return [Row(t("The clause"), t("stays word for word"))]
    before, after = changed_sentences(signed.old, signed.new)
    if page.verdict is Verdict.RETIRE_RULE:
        after = t("the clause no longer applies")
    return [
        Row(t("Before"), before or t("nothing was said of it")),
        Row(t("After"), after or t("nothing is said of it")),
    ]


def _times(page: CandidatePage, signed: Signed) -> list[Row]:
    begins = signed.effective_from
    start = t("at once") if begins is None else t("from {day}", day=day(begins))
    rows = [
        Row(t("Holds"), scope_in_words(signed.scope or page.draft.scope)),
        Row(t("In force"), start),
    ]
    if page.verdict in TEXT_CHANGING_VERDICTS:
        rows.append(Row(t("Looked at again"), _review(page, signed)))
    return rows


def _review(page: CandidatePage, signed: Signed) -> str:
    """The day that its owner set, else the one that the settings give."""
    if signed.review_on is not None:
        return day(signed.review_on)
    if signed.effective_from is not None:
        return day(signed.effective_from + timedelta(days=page.review_days))
    return tn("{n} day after", "{n} days after", page.review_days)


def _cost(page: CandidatePage, signed: Signed) -> list[Row]:
    authority = cost_of_authority(page)
    if authority is not None:
        return [authority]
    result = signed.backtest
    if result is None or result.covered is None:
        return []
    refused, allowed = result.newly_refused or 0, result.newly_allowed or 0
    told = [
        tn(
            "{n} case allowed without a signature",
            "{n} cases allowed without a signature",
            result.covered,
        )
    ]
    if refused:
        told.append(
            tn(
                "{n} case refused that is allowed today",
                "{n} cases refused that are allowed today",
                refused,
            )
        )
    if allowed:
        told.append(
            tn(
                "{n} case allowed that peers had declined",
                "{n} cases allowed that peers had declined",
                allowed,
            )
        )
    year = result.year
    cost = t(UNKNOWN) if year is None else costs(year.low, year.mid, year.high, result.currency)
    return [Row(t("Past cases"), ", ".join(told)), Row(t("Cost a year"), cost)]


def _told(page: CandidatePage) -> Row:
    writes = page.verdict in TEXT_CHANGING_VERDICTS
    return Row(
        t("Told why"),
        t("whoever filed or signed these cases, and who promoted it"),
        t("From its day on, all who file or lead are asked to read it.") if writes else "",
    )
