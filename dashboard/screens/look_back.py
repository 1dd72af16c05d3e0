"""Look back: a ledger goes in, a report comes out, and nothing of it stays."""

from typing import Final

import streamlit as st

from api.schemas.look_backs import LookBackOut, RecurringOut
from dashboard import session
from dashboard.catalogue import md, t, tn
from dashboard.pages import attempt, heading
from dashboard.tables import grid
from dashboard.widgets import empty_state
from dashboard.words import DASH, money, number

_FOUND: Final = "look-back-found"
_FORMS: Final = ["xlsx", "csv", "tsv", "jsonl", "ndjson", "gz"]


def show() -> None:
    """Draw the screen."""
    heading(
        t("Look back"),
        caption=t(
            "What keeps recurring in a ledger that you already have: fee waivers, refund "
            "overrides, goodwill credits with a note."
        ),
    )
    with st.container(width=900):
        _choose()
        found: tuple[str, LookBackOut] | None = st.session_state.get(_FOUND)
        if found is not None:
            _report(*found)


def _choose() -> None:
    file = st.file_uploader(
        t("A ledger with a date and a note in each row: a spreadsheet (.xlsx), CSV or JSONL"),
        type=_FORMS,
        key="look-back-file",
        max_upload_size=50,
    )
    rules = st.checkbox(t("Hold it against the rule books here"), value=True, key="look-back-rules")
    st.caption(
        t(
            "Columns about staff and customers are never read. The ledger itself is gone when the "
            "report is made; five hundred rows take a minute or two."
        )
    )
    asked = st.button(
        t("Look back"),
        key="look-back",
        type="secondary" if _FOUND in st.session_state else "primary",
        disabled=file is None,
    )
    if asked and file is not None:
        with st.spinner(t("Reading, comparing, writing the report …")):
            found = attempt(session.api().look_back, file.getvalue(), file.name, rules=rules)
        if found is not None:
            st.session_state[_FOUND] = (file.name, found)
            st.rerun()


def _report(name: str, found: LookBackOut) -> None:
    recur = tn("{n} kind recurs", "{n} kinds recur", len(found.kinds))
    st.subheader(md("{name}: {recur}", name=name, recur=recur), anchor=False)
    st.markdown(
        md(
            "{sorted} of {approved} granted exceptions; {refused} of {rows} rows refused.",
            sorted=number(found.sorted_cases),
            approved=number(found.approved),
            refused=number(found.refused),
            rows=number(found.rows),
        )
    )
    st.download_button(
        t("Download the report"),
        found.html,
        f"{name.partition('.')[0]}.html",
        "text/html",
        key="look-back-report",
        on_click="ignore",
        type="primary",
    )
    st.caption(t("One page that opens in any browser, can be printed and loads nothing."))
    if not found.kinds:
        empty_state(
            t("Nothing recurs clearly enough"),
            t("No five notes tell of the same thing. The report says what would have to be asked."),
        )
        return
    rows = [
        (kind.name, number(kind.cases), _a_year(kind), kind.rule or DASH) for kind in found.kinds
    ]
    grid((t("Kind"), t("Times"), t("A year"), t("Rule")), rows, key="look-back-kinds")


def _a_year(kind: RecurringOut) -> str:
    """What recurs in a year, as roughly as it is known: two digits."""
    return DASH if kind.a_year is None else money(float(f"{kind.a_year:.2g}"), kind.currency)
