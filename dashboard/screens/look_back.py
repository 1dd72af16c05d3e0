"""Look back: a ledger goes in, its columns are confirmed, a report comes out, and nothing stays."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

import streamlit as st

from api.schemas.look_backs import (
    LedgerOut,
    LookBackIn,
    LookBackJobOut,
    LookBackOut,
    RecurringOut,
)
from dashboard import session
from dashboard.catalogue import mark, md, t, tn
from dashboard.mapping import columns_for, conversions_for, label, place, sheets, title
from dashboard.pages import attempt, heading
from dashboard.tables import grid
from dashboard.transport import refused_with
from dashboard.widgets import empty_state, problem_banner
from dashboard.words import DASH, money, number
from recommender.errors import NotFound, Unavailable

_FORMS: Final = ["xlsx", "csv", "tsv", "jsonl", "ndjson", "gz"]
_DAY: Final = "occurred_at"
_NOTES: Final = ("situation", "reason", "resolution")
"""One of these must be there: a ledger's only note is read as what happened."""
_LAID_DOWN: Final = "look-back-laid-down"
_OPENED: Final = "look-back-opened"
_STEPS: Final[Mapping[str, str]] = {
    "reading": mark("Reading the rows, replacing names and numbers"),
    "comparing": mark("Comparing what the notes tell"),
    "grouping": mark("Grouping those that are alike"),
    "writing": mark("Writing the report"),
}
_TALL: Final = 900
"""Pixels of the report that are seen at once; it scrolls by itself."""


def show() -> None:
    """Draw the screen."""
    heading(
        t("Look back"),
        "ledger",
        "sheet",
        caption=t(
            "What keeps recurring in a ledger that you already have: fee waivers, refund "
            "overrides, goodwill credits with a note."
        ),
    )
    with st.container(width=900):
        opened: tuple[str, str] | None = st.session_state.get(_OPENED)
        if opened is not None:
            _report(*opened)
            return
        job = _own()
        if job is None:
            _choose()
        else:
            _DRAWN[job.state](job)


def _own() -> LookBackJobOut | None:
    """Find the reader's look back, which its address names; say where it is over."""
    job = next(iter(session.api().look_backs()), None)
    named = st.query_params.get("ledger")
    if named is not None and (job is None or job.id != named):
        st.info(
            t(
                "That look back is over: its report was opened, its hour has passed, or the "
                "service was started anew. Choose the ledger once more."
            )
        )
        _leave_address()
    if job is not None and named != job.id:
        st.query_params["ledger"] = job.id
    return job


def _leave_address() -> None:
    for name in ("ledger", "sheet"):
        st.query_params.pop(name, None)


def _choose() -> None:
    file = st.file_uploader(
        t("A ledger with a date and a note in each row: a spreadsheet (.xlsx), CSV or JSONL"),
        type=_FORMS,
        key="look-back-file",
        max_upload_size=50,
    )
    st.caption(
        t(
            "It is only looked at first, and waits for you alone, in memory, for an hour at most. "
            "Columns about staff and customers are never read."
        )
    )
    if file is None or st.session_state.get(_LAID_DOWN) == file.file_id:
        return
    with st.spinner(t("Looking at the file …")):
        job = attempt(session.api().lay_ledger_down, file.getvalue(), file.name)
    if job is not None:
        st.session_state[_LAID_DOWN] = file.file_id
        st.query_params["ledger"] = job.id
        st.rerun()


def _waiting(job: LookBackJobOut) -> None:
    """Show which column is what, to be confirmed or corrected."""
    ledger = attempt(session.api().ledger, job.id, st.query_params.get("sheet"))
    if ledger is not None:
        _ledger(job, ledger)
    _give_up(job, t("Choose another ledger"))


def _ledger(job: LookBackJobOut, ledger: LedgerOut) -> None:
    title(ledger, hidden=len(ledger.never_read))
    sheets(ledger, "look-back", ledger=job.id)
    if job.failure is not None:
        problem_banner(refused_with(job.failure))
    answer = st.container()
    mapping = columns_for(ledger, (_DAY, "situation"))
    _left_out(ledger, {*mapping.fields.values()})
    with st.expander(t("How values are written"), key=f"how-{place(ledger)}"):
        mapping = mapping.model_copy(update={"conversions": conversions_for(ledger)})
    with answer:
        rules = st.checkbox(
            t("Hold it against the rule books here"), value=True, key=f"rules-{job.id}"
        )
        unsure = bool(ledger.ways_of_days) and mapping.way_of_days is None
        if _begins(mapping.fields, unsure=unsure):
            _start(job, LookBackIn(mapping=mapping, rules=rules))


def _begins(fields: Mapping[str, str], *, unsure: bool) -> bool:
    """Draw the button that begins, and what it still waits for; tell whether it was pressed."""
    missing = [label(_DAY)] if _DAY not in fields else []
    if not fields.keys() & {*_NOTES}:
        missing.append(label("situation"))
    if missing:
        st.warning(t("Say below which column is: {fields}.", fields=", ".join(missing)))
    elif unsure:
        st.warning(t("Say below how the file writes its days: they can be read in two ways."))
    else:
        st.caption(t("Below stands which column is what. Five hundred rows take some minutes."))
    return st.button(
        t("Look back"), key="look-back", type="primary", disabled=bool(missing) or unsure
    )


def _start(job: LookBackJobOut, wish: LookBackIn) -> None:
    if attempt(session.api().begin_look_back, job.id, wish) is not None:
        st.rerun()


def _left_out(ledger: LedgerOut, chosen: set[str]) -> None:
    """Name the columns that are not read: those about people, and those that nobody chose."""
    if ledger.never_read:
        st.caption(
            md(
                "**Never read**, for they are about people: {names}. Is one of them not? Give it "
                "another name in the file.",
                names=", ".join(ledger.never_read),
            )
        )
    left = [column.name for column in ledger.columns if column.name not in chosen]
    if left:
        st.caption(md("Not read: {names}.", names=", ".join(left)))


def _running(job: LookBackJobOut) -> None:
    st.subheader(md("Looking back at {name}", name=job.file_name), anchor=False)
    _at_work(job)
    st.caption(
        t("You can leave this page: it goes on, and the report waits here for you for an hour.")
    )
    _give_up(job, t("Stop"))


@st.fragment(run_every="2s")
def _at_work(before: LookBackJobOut) -> None:
    """Ask every other second how far it is; at its end the page is drawn anew."""
    try:
        job = session.api().look_back(before.id)
    except NotFound:
        st.rerun()
    except Unavailable:
        st.caption(t("No answer just now; asking again …"))
        return
    if job.state != "running":
        st.rerun()
    st.progress(job.share, _how_far(job))
    steps = [*_STEPS]
    now = steps.index(job.step) if job.step in steps else -1
    for at, step in enumerate(steps):
        if at < now:
            st.caption(md("✓ {step}", step=t(_STEPS[step])))
        elif at == now:
            st.markdown(md("**{step} …**", step=t(_STEPS[step])))
        else:
            st.caption(md("{step}", step=t(_STEPS[step])))


def _how_far(job: LookBackJobOut) -> str:
    if job.step not in _STEPS:
        return t("Somebody else looks back just now; yours is next.")
    if job.of > 1:
        return t("{done} of {of} in this step", done=number(job.done), of=number(job.of))
    return t("{share} of the whole", share=f"{job.share:.0%}")


def _done(job: LookBackJobOut) -> None:
    if job.found is None:
        return
    _summary(job.file_name, job.found)
    if st.button(t("Open the report"), key="look-back-open", type="primary"):
        page = attempt(session.api().fetch_report, job.id)
        if page is not None:
            st.session_state[_OPENED] = (job.file_name, page)
            _leave_address()
            st.rerun()
    st.caption(t("It is handed out once, to you alone, and is kept here for an hour at most."))
    _kinds(job.found)
    _give_up(job, t("Discard it"))


def _give_up(job: LookBackJobOut, words: str) -> None:
    if st.button(words, key="look-back-give-up", type="tertiary"):
        with suppress(NotFound):  # it may be over already
            session.api().give_up_look_back(job.id)
        _leave_address()
        st.rerun()


def _report(name: str, page: str) -> None:
    st.subheader(md("{name}: the report", name=name), anchor=False)
    with st.container(horizontal=True, key="report-ways", vertical_alignment="center"):
        st.download_button(
            t("Save the report"),
            page,
            f"{name.partition('.')[0]}.html",
            "text/html",
            key="look-back-report",
            on_click="ignore",
            type="primary",
        )
        if st.button(t("Look back at another ledger"), key="look-back-another", type="tertiary"):
            del st.session_state[_OPENED]
            st.rerun()
    st.caption(
        t(
            "It is on this page alone by now, and gone when you load it anew. Saved, it is one "
            "file that opens in any browser, can be printed and loads nothing."
        )
    )
    # Not as text: links within it would lead to this page, in its frame.
    framed = f"data:text/html;base64,{b64encode(page.encode()).decode()}"
    st.iframe(framed, height=_TALL, alt=t("The report"))


def _summary(name: str, found: LookBackOut) -> None:
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


def _kinds(found: LookBackOut) -> None:
    if not found.kinds:
        empty_state(
            t("Nothing recurs clearly enough"),
            t("No five notes tell of the same thing. The report says what would have to be asked."),
        )
        return
    rows = [
        (kind.name, kind.line, number(kind.cases), _a_year(kind), kind.rule or DASH)
        for kind in found.kinds
    ]
    heads = (t("Kind"), t("As somebody told it"), t("Times"), t("A year"), t("Rule"))
    grid(heads, rows, key="look-back-kinds")


def _a_year(kind: RecurringOut) -> str:
    """What recurs in a year, as roughly as it is known: two digits."""
    return DASH if kind.a_year is None else money(float(f"{kind.a_year:.2g}"), kind.currency)


_DRAWN: Final[Mapping[str, Callable[[LookBackJobOut], None]]] = {
    "waiting": _waiting,
    "running": _running,
    "done": _done,
    "failed": _waiting,
}
