"""Bring your own: three steps from an empty house to the first kinds, each leading to the next."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import session
from dashboard.catalogue import md, t, tn
from dashboard.pages import attempt, go, link, say
from recommender.vocabulary import Role


def begins(cases: int | None, *, looked: bool) -> bool:
    """Tell whether the reader is still bringing what the first kinds are made of."""
    return Role.ADMIN in session.me().roles and (cases == 0 or not looked)


def steps(cases: int | None, *, choosing: bool = False) -> None:
    """Draw the three steps; `choosing` is where cases are chosen on the same page."""
    books = session.api().library().policies
    clauses = sum(len(book.clauses) for book in books)
    with st.container(border=True, key="beginning", gap="small"):
        st.subheader(t("Bring your own"), anchor=False)
        st.caption(
            t("Three steps to the first kinds. A few minutes, and nothing leaves this computer.")
        )
        said = (
            tn("{n} clause is here.", "{n} clauses are here.", clauses)
            if clauses
            else t("A file from Word or Markdown. It can also come later: kinds need none.")
        )
        with _step(t("1. Your handbook"), said, done=bool(clauses)):
            label = t("Rule books") if clauses else t("Choose a handbook")
            link(label, "library", key="begin-handbook")
        said = (
            tn("{n} approved case is here.", "{n} approved cases are here.", cases)
            if cases
            else t("A spreadsheet with a row for each: its number, when it was, what happened.")
        )
        with _step(t("2. Your cases"), said, done=cases != 0):
            if cases == 0 and choosing:
                st.caption(t("Below"), width="content")
            elif cases == 0 and st.button(t("Choose a file"), key="begin-cases", type="primary"):
                go("import")
        with _step(
            t("3. What recurs"), t("Cases that are alike are brought together."), done=False
        ):
            if st.button(
                t("Discover now"),
                key="discover",
                type="primary" if cases != 0 else "secondary",
                disabled=cases == 0,
            ):
                _discover()


def _step(title: str, said: str, *, done: bool) -> DeltaGenerator:
    """Draw a step's words; give the place of its way on."""
    words, state, way = st.columns((6, 1, 2), vertical_alignment="center")
    words.markdown(md("**{title}**  \n{said}", title=title, said=said))
    if done:
        state.badge(t("Done"), color="green")
    return way


def _discover() -> None:
    with st.spinner(t("Looking for kinds …")):
        run = attempt(session.api().discover)
    if run is not None:
        say(t("Kinds are up to date."))
        go("inbox")
