"""Protection: who read my name, what is kept about me and seen of me, and the charter."""

from typing import Final

import streamlit as st

from api.schemas.identities import LookedOut
from api.schemas.protection import KeptPage
from dashboard import session
from dashboard.catalogue import mark, t
from dashboard.charter import as_accepted
from dashboard.markup import escape_md
from dashboard.pages import heading, link
from dashboard.tables import grid
from dashboard.widgets import as_text, below_title, empty_state
from dashboard.words import ROLES, day, short_id
from recommender.vocabulary import Participant, Role

_DID: Final = {
    Participant.FILER: mark("that you filed case {case}"),
    Participant.SIGNER: mark("that you answered case {case}"),
}
_SEEN: Final = (
    mark("Cases by an opaque id and their day, with their texts, facts and outcome."),
    mark("How many cases, colleagues and customers are behind a kind, where they are not few."),
    mark("What was decided about a rule, and at which desk."),
)
_UNSEEN: Final = (
    mark("Who filed or answered a case."),
    mark("How much one person files, signs or declines: nothing here counts that."),
    mark("Numbers behind which so few people stand that one could be recognised."),
)


def show() -> None:
    """Draw the screen."""
    heading(
        t("Protection"),
        caption=t("Who read your name, what is seen and kept of you, and what you are promised."),
    )
    only_files = session.me().roles == [Role.AGENT]
    kept = session.api().kept()
    with st.container(width=960):
        _looked_at()
        _seen(kept.hours)
        _kept(kept)
        _ask()
        with st.expander(t("The charter, in full"), key="charter", expanded=only_files):
            as_accepted()
        if not only_files:
            _report()


def _looked_at() -> None:
    st.subheader(t("Who read your name"), anchor=False)
    looked = session.api().looked_at()
    if not looked:
        empty_state(
            t("Nobody has read your name"),
            t("Should somebody, you are told at once, and it stands here with their reason."),
        )
    for number, one in enumerate(looked):
        _reading(one, key=f"looked-{number}")


def _reading(one: LookedOut, *, key: str) -> None:
    with st.container(border=True, key=key, gap="xsmall"):
        role = t("somebody who no longer has that role")
        if one.role is not None:
            role = t("somebody with the role {role}", role=ROLES[one.role])
        said = t(_DID[one.who], case=short_id(one.case_id))
        told = t("{day}: {somebody} was told {what}.", day=day(one.at), somebody=role, what=said)
        st.markdown(escape_md(told))
        st.caption(t("The reason given"))
        as_text(one.reason)


def _seen(hours: int) -> None:
    seen, unseen = st.columns(2, gap="large")
    with seen:
        st.subheader(t("What managers see"), anchor=False)
        _list(_SEEN)
    with unseen:
        st.subheader(t("What managers do not see"), anchor=False)
        _list(_UNSEEN)
    st.caption(
        t(
            "One way leads to a name: somebody asks and says why, a second person of another role "
            "agrees, and for {hours} hours the name of that one case can be read.",
            hours=hours,
        )
    )


def _list(sentences: tuple[str, ...]) -> None:
    st.markdown("\n".join(f"- {escape_md(t(each))}" for each in sentences))


def _kept(page: KeptPage) -> None:
    st.subheader(t("What is kept about you"), anchor=False)
    rows = [(one.what, one.readers, one.stays) for one in page.kept]
    st.markdown(escape_md(f"{_texts(page.texts_days)} {_people(page.people_days)}"))
    grid((t("What"), t("Who reads it"), t("How long")), rows, key="kept")


def _texts(days: int | None) -> str:
    if days is None:
        return t("No day is set here for texts to go: they stay until somebody erases them.")
    return t("Texts go after {days} days.", days=days)


def _people(days: int | None) -> str:
    if days is None:
        return t("No day is set here for cases to forget who filed and answered them.")
    return t("After {days} days a case forgets who filed and answered it.", days=days)


def _ask() -> None:
    st.subheader(t("Whom to ask"), anchor=False)
    if Role.EMPLOYEE_REPRESENTATIVE in session.me().roles:
        link(t("Who asked for a name, and who agreed"), "identities", key="to-identities")
    else:
        st.markdown(t("Your employee representative knows who asked for a name and who agreed."))
    st.markdown(t("What is stored about your account, an administrator can tell you."))


def _report() -> None:
    report = session.api().protection_report()
    with st.expander(t("The report on this installation"), key="whole-report"):
        st.download_button(
            t("Download as Markdown"),
            report,
            "protection-report.md",
            "text/markdown",
            key="download",
            on_click="ignore",
        )
        with st.container(key="report"):
            st.markdown(below_title(report))
