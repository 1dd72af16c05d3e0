"""Moving between screens: headings, links by address, and what an act leaves to say."""

from collections.abc import Callable, Collection
from typing import Final, NoReturn, ParamSpec, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.by_key import leading_on
from dashboard.catalogue import t
from dashboard.markup import escape_md
from dashboard.tour_steps import RUNNING
from dashboard.widgets import refusals_shown
from recommender.errors import RecommenderError

Given = ParamSpec("Given")
Result = TypeVar("Result")

_SAID: Final = "said"
_ADDRESS: Final = "address"
_CAME: Final = "came"


def heading(title: str, *params: str, bound: Collection[str] = (), caption: str = "") -> None:
    """Open a screen: its title, what the last act has to say, and only its own URL parameters.

    A parameter that another screen left in the address would make two addresses of one view. The
    others are written anew once they change: a link from a screen to itself leaves the browser's
    address as it was. On coming from another screen the address is right already; written then, it
    would follow whoever goes Back twice in a hurry. `bound` names those that widgets keep by
    themselves.
    """
    tour: dict[str, str] = st.session_state.get(RUNNING, {})
    for stray in {*st.query_params} - {*params, *bound, *tour}:
        del st.query_params[stray]
    own = {name: st.query_params[name] for name in params if name in st.query_params}
    here = _screen()
    before, said_before = st.session_state.get(_ADDRESS, (None, None))
    if before == here and said_before != own:
        st.query_params.update(own)
    st.session_state[_ADDRESS] = (here, own)
    st.session_state[_CAME] = before != here
    if any(st.query_params.get(name) != value for name, value in tour.items()):
        st.query_params.update(tour)
    st.title(escape_md(title), anchor=False)
    if caption:
        st.caption(escape_md(caption))
    said: str | None = st.session_state.pop(_SAID, None)
    if said:
        with st.container(key="said"):
            st.success(escape_md(said))


def came() -> bool:
    """Tell whether the reader has just come to this screen, rather than done something on it."""
    just: bool = st.session_state[_CAME]
    return just


def say(words: str) -> None:
    """Leave a sentence for the next heading, on this screen or another."""
    st.session_state[_SAID] = words


def link(label: str, to: str, *, key: str, **query: str) -> None:
    """A link to a screen by its address."""
    with st.container(key=key, width="content"):
        st.page_link(target(to), label=escape_md(label), query_params=query)


def attempt(
    act: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs
) -> Result | None:
    """Do something; a refusal is shown right here and gives None."""
    with refusals_shown():
        return act(*args, **kwargs)
    return None


def carry_out(
    words: str, act: Callable[Given, object], *args: Given.args, **kwargs: Given.kwargs
) -> None:
    """Do something, then draw the screen anew with words on top; a refusal is shown right here."""
    with refusals_shown():
        act(*args, **kwargs)
        say(words)
        st.rerun()


def read(title: str, ask: Callable[[str], Result], wanted: str) -> Result:
    """Ask for what a screen is named after; a refusal ends the screen, under its plain title."""
    try:
        return ask(wanted)
    except RecommenderError:
        heading(title, *st.query_params)
        raise


def go(to: str, **query: str) -> NoReturn:
    """Lead to another screen, by a link, so that Back leads here again."""
    with leading_on():
        st.page_link(target(to), label=t("Go on"), query_params=query)
    st.stop()


def _screen() -> str:
    """What Streamlit calls the screen that is drawn."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.page_script_hash if context else ""


def target(to: str) -> st.Page:
    """A screen by its address; Streamlit finds the registered one by the same address."""
    return st.Page(lambda: None, title=to, url_path=to)
