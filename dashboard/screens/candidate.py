"""One suggested change: what it writes, what it rests on, and its decision."""

import functools
from contextlib import suppress
from typing import Final

import streamlit as st

from api.schemas.candidates import CandidatePage
from dashboard import session
from dashboard.addressed import TRIED
from dashboard.afterwards import effect_card, last_word, record
from dashboard.anew import moved_on
from dashboard.answering import decide
from dashboard.cards import badges
from dashboard.catalogue import md, t, tn
from dashboard.clause_names import in_section
from dashboard.drafts import also, limits, rationale
from dashboard.editing import on_past_cases, proposed
from dashboard.evidence import evidence_panel
from dashboard.markup import escape_md
from dashboard.pages import carry_out, go, heading, link, read
from dashboard.releasing import lost_words
from dashboard.remedies import offers_way_back
from dashboard.scoping import scope_in_words
from dashboard.suggested import comes_of, in_a_sentence, written
from dashboard.trying import what_if
from dashboard.whose_turn import who_acts
from dashboard.widgets import as_text
from dashboard.words import (
    CANDIDATE_STATES,
    DECISIONS,
    GRADES,
    ROLES,
    day,
    percent,
    short,
)
from recommender.errors import NotFound
from recommender.vocabulary import DECIDED_CANDIDATES, CandidateState

_LONGEST: Final = 170
"""Letters of the sentence that is the page's title."""


def show() -> None:
    """Draw the screen; without a candidate it leads to the list of all."""
    candidate_id = st.query_params.get("id")
    if not candidate_id:
        go("candidates")
    _one(read(t("Change"), session.api().candidate, candidate_id))


def _title(page: CandidatePage) -> str:
    """The change in a sentence, and that it is only suggested while it is."""
    said = short(in_a_sentence(page), _LONGEST)
    suggested = written(page) and page.state not in DECIDED_CANDIDATES
    return t("Suggested: {change}", change=said) if suggested else said


def _one(page: CandidatePage) -> None:
    about = "" if page.clause and page.kind else _about(page)
    heading(_title(page), "id", bound=TRIED, caption=about)
    _head(page)
    _banners(page)
    lost_words(page)
    if page.state is CandidateState.CLAIMED and page.claimed_by_you:
        decide(page, functools.partial(_evidence, page))
        with st.columns((3, 2), gap="large")[0]:
            _numbers(page)
            _decisions(page)
        return
    left, right = st.columns((3, 2), gap="large")
    with left:
        proposed(page)
        _act(page, way_back=not _effect(page))
        _decisions(page)
        _numbers(page)
    with right:
        if page.backtest is not None:
            on_past_cases(page, page.backtest)
        _evidence(page)


def _about(page: CandidatePage) -> str:
    """What it is about, where no link to a clause and a kind says so."""
    rule = in_section(page.clause, page.section) if page.clause else t("no clause yet")
    return f"{rule} · {comes_of(page)}"


def _numbers(page: CandidatePage) -> None:
    currency = None if page.evidence is None else page.evidence.currency
    limits(page.draft.parameters, currency, key="limits")
    also(page.draft)
    decided = page.state in DECIDED_CANDIDATES
    if page.draft.conditions and page.kind is not None and not (page.claimed_by_you or decided):
        ask = functools.partial(session.api().try_candidate, page.id)
        what_if(page.draft, ask, f"{page.id}-{page.version}")
    if page.draft.rationale:
        with st.expander(t("Why, and on which cases"), key="why", expanded=True):
            rationale(page.draft.rationale, key="rationale")


def _evidence(page: CandidatePage) -> None:
    if page.evidence is not None:
        st.subheader(t("Evidence"), anchor=False)
        grade = page.evidence_grade
        promoted = day(page.promoted_on)
        said = t("Frozen on {day}, when it was promoted.", day=promoted)
        if grade is not None:
            said += " " + t("Its grade was then: {grade}.", grade=GRADES[grade].word.lower())
        st.caption(said)
        evidence_panel(page.evidence, key="evidence")


def _effect(page: CandidatePage) -> bool:
    """What the change did, where a wording came of it; tells whether it offers the way back."""
    if page.state not in DECIDED_CANDIDATES or page.effective_from is None:
        return False
    with suppress(NotFound):
        effect = session.api().effect(page.id)
        effect_card(page, effect)
        return offers_way_back(effect.remedies)
    return False


def _head(page: CandidatePage) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="candidate-head"):
        badges(CANDIDATE_STATES[page.state], GRADES[page.grade] if page.grade else None)
        if page.clause:
            rule = in_section(page.clause, page.section)
            link(rule, "library", key="candidate-clause", clause=page.clause)
        if page.kind is not None:
            link(
                t("The kind: {name}", name=page.kind.name),
                "kind",
                key="candidate-kind",
                id=page.kind.id,
            )
        link(t("All changes"), "candidates", key="all-candidates")


def _banners(page: CandidatePage) -> None:
    moved_on(page)
    if page.you_promoted and page.state not in DECIDED_CANDIDATES:
        with st.container(key="you-promoted"):
            st.info(
                t(
                    "You promoted this, so somebody else decides: two pairs of eyes. You will be "
                    "told the answer and its reason."
                )
            )
    if page.effective_from and page.state in DECIDED_CANDIDATES - {CandidateState.REJECTED}:
        st.caption(t("In force from {day}.", day=day(page.effective_from)))
        _terms(page)


def _terms(page: CandidatePage) -> None:
    """Where and until when it was accepted, and when it is looked at again."""
    told = []
    if page.scope is not None and page.scope.model_dump(exclude_none=True):
        told.append(t("Holds: {scope}.", scope=scope_in_words(page.scope)))
    if page.review_on is not None:
        told.append(t("Its owner looks at it again on {day}.", day=day(page.review_on)))
    if told:
        st.caption(escape_md(" ".join(told)))


def _act(page: CandidatePage, *, way_back: bool) -> None:
    """The one act on this page that is the reader's: to claim, or to say a last word.

    Without `way_back` the way back stands elsewhere on the page.
    """
    if page.state in DECIDED_CANDIDATES:
        last_word(page, way_back=way_back)
        record(page)
    elif page.yours:
        _claim(page)
    elif not page.you_promoted:
        st.markdown(f"{t('Who acts next')}: {who_acts(page)}")
        st.caption(t("There is nothing for you to accept or refuse here now."))


def _claim(page: CandidatePage) -> None:
    """Claim it, or take it over from whoever claimed it and is away."""
    held = page.state is CandidateState.CLAIMED
    with st.container(border=True, key="decision"):
        if held:
            st.caption(
                t(
                    "Somebody claimed it and is away, or has let it wait for long. You may take "
                    "it over; they are told."
                )
            )
        st.caption(t("Claim it to decide. Its text and numbers then stay as you see them."))
        label = t("Take it over") if held else t("Claim")
        if st.button(label, key="claim", type="primary", shortcut="L"):
            carry_out(
                t("It is yours to decide. Nothing in it changes until you have."),
                session.api().claim,
                page.id,
            )


def _decisions(page: CandidatePage) -> None:
    if not page.decisions:
        return
    st.subheader(t("Answers so far"), anchor=False)
    for place, decision in enumerate(page.decisions):
        with st.container(border=True, key=f"answer-{place}", gap="xsmall"):
            role = decision.decided_as
            told = {"answer": DECISIONS[decision.verdict], "day": day(decision.decided_on)}
            said = md("**{answer}** on {day}", **told)
            if role is not None:
                said = md("**{answer}** on {day}, as {role}", **told, role=ROLES[role])
            st.markdown(said)
            if decision.edit_distance:
                changed = percent(decision.edit_distance)
                st.caption(t("{share} of the suggested words were changed.", share=changed))
            as_text(decision.reason)
    if page.answered_in_days is not None:
        days = page.answered_in_days
        after = tn("The yes or no came after {n} day.", "The yes or no came after {n} days.", days)
        st.caption(after if days else t("The yes or no came on the same day."))
    if page.thanks:
        st.caption(md("Thanks to {names}, who want to be named.", names=", ".join(page.thanks)))
