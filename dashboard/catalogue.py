"""The one catalogue of texts: English sentences where they are used, other languages beside them.

A sentence is written once, as its reader sees it, with named places for what changes. `make texts`
collects all of them into `dashboard/locale/messages.pot`; a translation lies in
`dashboard/locale/LANGUAGE/LC_MESSAGES/messages.mo` and is used where a browser asks for that
language. There is none yet: everybody reads English.
"""

import gettext
from functools import cache
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.markup import escape_md

FOLDER: Final = Path(__file__).parent / "locale"


def t(sentence: str, /, **values: object) -> str:
    """A sentence in the reader's language, with its `{places}` filled."""
    return _translations(_language()).gettext(sentence).format(**values)


def tn(one: str, many: str, n: int, /, **values: object) -> str:
    """The sentence for this number; its place `{n}` reads 1,234."""
    chosen = _translations(_language()).ngettext(one, many, n)
    return chosen.format(n=f"{n:,}", **values)


def md(sentence: str, /, **values: object) -> str:
    """As `t`, for Markdown: our sentence keeps its marks, what fills it loses them."""
    return t(sentence, **{name: escape_md(str(value)) for name, value in values.items()})


def mark(sentence: str) -> str:
    """A constant for the catalogue, given back as it is; `t` translates it where it is shown."""
    return sentence


def _language() -> str:
    """The language that the reader's browser asks for; empty where nobody reads."""
    return (st.context.locale or "") if get_script_run_ctx(suppress_warning=True) else ""


@cache
def _translations(language: str) -> gettext.NullTranslations:
    """The texts of a language (`de-AT` reads `de` too), else English."""
    known = [language.replace("-", "_"), language.partition("-")[0]]
    return gettext.translation("messages", FOLDER, languages=known, fallback=True)
