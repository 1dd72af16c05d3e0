"""Corrections: what people taught about kinds, the newest first, and taking it back."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from api.schemas.corrections import CorrectionOut
from dashboard import session
from dashboard.catalogue import mark, md, t, tn
from dashboard.correcting import changes
from dashboard.pages import attempt, carry_out, heading, link, read
from dashboard.session import judges
from dashboard.widgets import as_text, empty_state
from dashboard.words import MASKED, day
from recommender.vocabulary import CorrectionVerb

_SAYS: Final[Mapping[CorrectionVerb, str]] = {
    CorrectionVerb.MERGE: mark("**{kind}** was merged into **{other}**"),
    CorrectionVerb.SPLIT: mark("**{other}** was split off **{kind}**"),
    CorrectionVerb.MOVE: mark("Moved from **{kind}** to **{other}**"),
    CorrectionVerb.CONFIRM: mark("The cases of **{kind}** belong together"),
    CorrectionVerb.NOT_A_KIND: mark("**{kind}** is no kind"),
}


def show() -> None:
    """Draw the screen."""
    before = st.query_params.get("before")
    page = read(t("Corrections"), lambda _: session.api().corrections(before), "")
    caption = t("What people taught about kinds; every run obeys it.")
    heading(t("Corrections"), "before", caption=caption)
    link(t("To the map"), "map", key="to-map")
    if not page.corrections:
        empty_state(
            t("Nothing was corrected yet"),
            t("Where a kind holds two things, take one of them on the map and split it off."),
        )
    for one in page.corrections:
        _row(one)
    if page.next is not None:
        link(t("Earlier ones"), "corrections", key="earlier", before=page.next)


def _row(one: CorrectionOut) -> None:
    kinds = [(one.kind_id, one.kind_name), (one.other_kind_id, one.other_kind_name)]
    kind, other = (name or t("unsorted") for _, name in kinds)
    with st.container(border=True, gap="xsmall", key=f"correction-{one.id}"):
        cases = t(MASKED) if one.cases is None else tn("{n} case", "{n} cases", one.cases)
        st.markdown(md(_SAYS[one.verb], kind=kind, other=other))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(md("{day} · {cases}", day=day(one.made_on), cases=cases), width="content")
            for kind_id, name in kinds:
                if kind_id is not None:
                    opens = t("Open {name}", name=name or kind_id)
                    link(opens, "kind", key=f"kind-{one.id}-{kind_id}", id=kind_id)
        if one.note:
            as_text(one.note)
        if one.undone_on is not None:
            st.caption(md("Taken back on {day}", day=day(one.undone_on)))
        elif judges():
            _take_back(one)


def _take_back(one: CorrectionOut) -> None:
    key = f"{one.id}-{one.version}"
    if not st.toggle(t("Take it back"), key=f"undo-{key}"):
        return
    effect = attempt(session.api().undo_correction, one, tried=True)
    if effect is None:
        return
    changes(effect, key=f"undone-{one.id}")
    if st.button(t("Yes, take it back"), key=f"undo-do-{key}", type="primary"):
        carry_out(
            t("Taken back. Cases that were corrected again since stay where they are."),
            session.api().undo_correction,
            one,
            tried=False,
        )
