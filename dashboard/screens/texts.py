"""Texts: the organisation's own words for redaction, and erasing a customer."""

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from dashboard.catalogue import mark, t
from dashboard.pages import heading
from dashboard.texts import erasing, own_words

_PARTS: Final[Mapping[str, tuple[str, Callable[[], None]]]] = {
    "words": (mark("Own words"), own_words),
    "erasing": (mark("Erasing"), erasing),
}


def show() -> None:
    """Draw the screen."""
    heading(t("Texts"), bound={"part"})
    chosen = st.segmented_control(
        t("Part"),
        list(_PARTS),
        format_func=lambda part: t(_PARTS[part][0]),
        default=next(iter(_PARTS)),
        required=True,
        key="part",
        label_visibility="collapsed",
        bind="query-params",
    )
    with st.container(width=760):
        _PARTS[chosen][1]()
