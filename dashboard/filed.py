"""What happens to a proposal that was just filed: who can sign it, what comes next, until when."""

import streamlit as st

from api.schemas.cases import CaseOut
from dashboard import session
from dashboard.cards import badge
from dashboard.catalogue import md, t, tn
from dashboard.pages import link
from dashboard.widgets import refusals_shown
from dashboard.words import CASE_STATES, day
from recommender.vocabulary import CaseState


def next_steps(case_id: str) -> None:
    """Draw them for a proposal of the reader's own."""
    with refusals_shown():
        case = session.api().proposal(case_id)
        with st.container(border=True, key="filed", gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(t("**Filed. What happens next**"), width="content")
                badge(CASE_STATES[case.state])
            _steps(case)
            link(t("Follow it under Mine"), "mine", key="follow", id=case.id)
    link(t("File another one"), "file", key="file-another")


def _steps(case: CaseOut) -> None:
    if case.state is not CaseState.PENDING:
        st.markdown(t(CASE_STATES[case.state].says))
        return
    if case.breaches:
        words = " ".join(breach.words for breach in case.breaches)
        with st.container(key="breaches"):
            st.warning(
                md(
                    "**Peers cannot approve this here.** {why} It went to the desk that owns the "
                    "rule; you hear its answer.",
                    why=words,
                )
            )
        return
    first = [_waits(case), _signers(case), t("You cannot.")]
    then = t("One signature approves it. You get a notice either way, a no with its reason.")
    last = t("Please act once it is approved, and tell under Mine what came of it.")
    st.markdown(f"1. {' '.join(filter(None, first))}\n2. {then}\n3. {last}")


def _waits(case: CaseOut) -> str:
    if case.expires_at is None:
        return t("It waits in your colleagues' queue.")
    return t("It waits in your colleagues' queue until {day}.", day=day(case.expires_at))


def _signers(case: CaseOut) -> str:
    if not case.could_sign:
        return ""
    return tn("{n} colleague can sign it.", "{n} colleagues can sign it.", case.could_sign)
