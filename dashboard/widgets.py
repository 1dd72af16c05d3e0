"""Pieces that screens share; each shows what a person typed as text, never as markup."""

import difflib
import html
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import streamlit as st

from api.schemas.policies import ChangeOut
from dashboard.catalogue import mark, t
from dashboard.markup import escape_md
from dashboard.session import leave
from dashboard.transport import SignedOut
from recommender.errors import Conflict, RecommenderError, Unavailable

_WORDS: Final = re.compile(r"\s+|[^\s]+")
_SPOKEN: Final = {"removed": ("del", mark("removed")), "added": ("ins", mark("added"))}


def as_text(text: str, *, key: str | None = None) -> None:
    """Show what a person typed, line by line as they typed it."""
    with st.container(key=key):
        st.text(text)


def below_title(markdown: str) -> str:
    """A document of ours without its title, where the screen has one."""
    title, _, rest = markdown.partition("\n")
    return rest if title.startswith("#") else markdown


def empty_state(title: str, hint: str = "") -> None:
    """Say that there is nothing here, why, and what would change it."""
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f"**{escape_md(title)}**", text_alignment="center")
        if hint:
            st.caption(escape_md(hint), text_alignment="center")


def problem_banner(error: RecommenderError) -> None:
    """Show a refusal: what it is, what happened, and what to do about it."""
    title = str(error.facts.get("title") or error.title)
    sentences = filter(None, (error.detail, error.remedy))
    words = f"**{escape_md(title)}.** {' '.join(escape_md(each) for each in sentences)}"
    (st.warning if isinstance(error, Conflict | Unavailable) else st.error)(words)


def show_end(error: Exception) -> bool:
    """Show what ended a run, a fragment or a callback; True tells Streamlit that it is shown."""
    if isinstance(error, SignedOut):
        st.logout()
    elif isinstance(error, RecommenderError):
        problem_banner(error)
    else:
        st.error(
            t(
                "**Something went wrong on this screen.** What you see may be incomplete. The "
                "server's log says more; an administrator can read it."
            )
        )
    return True


@contextmanager
def refusals_shown() -> Iterator[None]:
    """Around an act: a refusal becomes a banner right here, and the page goes on below it."""
    try:
        yield
    except SignedOut:
        leave()
    except RecommenderError as error:
        problem_banner(error)


def changes_between(old: str, new: str) -> list[ChangeOut]:
    """The word-level difference of two wordings, in reading order."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    changes: list[ChangeOut] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            changes.append(ChangeOut(op="same", text="".join(before[i1:i2])))
            continue
        if i1 < i2:
            changes.append(ChangeOut(op="removed", text="".join(before[i1:i2])))
        if j1 < j2:
            changes.append(ChangeOut(op="added", text="".join(after[j1:j2])))
    return changes


def redline(changes: Iterable[ChangeOut], *, key: str = "redline") -> None:
    """Show a changed wording: removed words struck, added ones underlined, both also spoken."""
    with st.container(key=key):
        st.html(redline_html(changes))


def redline_html(changes: Iterable[ChangeOut]) -> str:
    """The redline as HTML in which every typed character is escaped."""
    pieces = []
    for change in changes:
        text = html.escape(change.text)
        if change.op == "same":
            pieces.append(text)
            continue
        tag, word = _SPOKEN[change.op]
        spoken = f'<span class="spoken">[{html.escape(t(word))}: </span>'
        pieces.append(f'<{tag}>{spoken}{text}<span class="spoken">]</span></{tag}>')
    return f'<div class="redline">{"".join(pieces)}</div>'
