"""Import: a file is looked at, checked in words, mapped where it must be, taken in, and undone."""

from typing import Final

import streamlit as st

from api.schemas.imports import BatchOut, UploadOut
from dashboard import session
from dashboard.catalogue import mark, md, t, tn
from dashboard.importing import begun, ended, forget, outcome, taken_in
from dashboard.mapping import wish_for
from dashboard.pages import attempt, carry_out, heading, link
from dashboard.widgets import empty_state
from dashboard.words import day
from recommender.errors import NotFound

_SYSTEMS: Final = {"salesforce": "Salesforce", "servicenow": "ServiceNow", "zendesk": "Zendesk"}
_LAID_DOWN: Final = "import-laid-down"
_LAST: Final = "import-last"
_UNDONE: Final = mark("The import was taken back.")


def show() -> None:
    """Draw the screen."""
    heading(t("Import"), "upload", "batch")
    with st.container(width=900):
        waiting = st.query_params.get("upload")
        upload = None if waiting is None else _waiting(waiting)
        if upload is None:
            _choose()
            _others()
            _earlier()
        else:
            _file(upload)


def _waiting(upload_id: str) -> UploadOut | None:
    try:
        return session.api().uploaded(upload_id)
    except NotFound:
        del st.query_params["upload"]
        batch_id = ended(upload_id)
        if batch_id is not None:
            st.session_state[_LAST] = batch_id
            return None
        st.info(t("That file was taken in, or its hour is over. Choose it once more if need be."))
        return None


def _choose() -> None:
    file = st.file_uploader(
        t("A file of cases: CSV or JSONL, also packed as .gz, at most 50 MB"),
        type=["csv", "tsv", "jsonl", "ndjson", "gz"],
        key="import-file",
        max_upload_size=50,
    )
    st.caption(
        t(
            "It is only looked at first. It waits here for an hour, for administrators alone; "
            "nothing is taken in before you say so."
        )
    )
    if file is None or st.session_state.get(_LAID_DOWN) == file.file_id:
        return
    with st.spinner(t("Looking at the file …")):
        upload = attempt(session.api().upload, file.getvalue(), file.name)
    if upload is not None:
        st.session_state[_LAID_DOWN] = file.file_id
        st.query_params["upload"] = upload.id
        st.rerun()


def _others() -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="others"):
        st.caption(
            t(
                "Customers' answers and contacts per week come from the command line: `recommender "
                "surveys` and `contacts`. Elsewhere:"
            ),
            width="content",
        )
        link(t("People"), "people", key="to-people")
        link(t("Rule books"), "library", key="to-library")


def _file(upload: UploadOut) -> None:
    rows = tn("{n} row", "{n} rows", upload.rows)
    columns = tn("{n} column", "{n} columns", len(upload.columns))
    st.subheader(
        md("{name}: {rows}, {columns}", name=upload.file_name, rows=rows, columns=columns),
        anchor=False,
    )
    if upload.system is not None:
        st.caption(t("By its columns it comes from {system}.", system=_SYSTEMS[upload.system]))
    answer = st.container()
    wish = wish_for(upload)
    with answer:
        batch_id = begun(upload, wish)
    if batch_id is not None:
        _over(batch_id)
    if st.button(t("Choose another file"), key="another-file", type="tertiary"):
        _over(None)


def _over(batch_id: str | None) -> None:
    del st.query_params["upload"]
    if batch_id:
        st.session_state[_LAST] = batch_id
    st.rerun()


def _earlier() -> None:
    batches = session.api().imports()
    st.subheader(t("Taken in"), anchor=False)
    if not batches:
        empty_state(
            t("Nothing was imported yet"),
            t("History makes kinds visible on the first day. An import can be undone as a whole."),
        )
    wanted = st.query_params.get("batch") or st.session_state.get(_LAST)
    for batch in sorted(batches, key=lambda each: each.id != wanted):
        _batch(batch, whole=batch.id == wanted)


def _batch(batch: BatchOut, *, whole: bool) -> None:
    with st.container(border=True, key=f"batch-{batch.id}", gap="xsmall"):
        at = day(batch.imported_at)
        st.markdown(md("**{name}** · {day}", name=batch.file_name, day=at))
        st.caption(outcome(batch))
        if whole:
            taken_in(batch.id)
        if batch.stays is not None:
            undone = t("It was undone on {day}.", day=day(batch.undone_at or batch.imported_at))
            stays = md("It cannot be undone. {why}", why=batch.stays)
            st.caption(undone if batch.undone_at else stays)
        elif st.button(t("Undo this import"), key=f"undo-{batch.id}", type="tertiary"):
            carry_out(t(_UNDONE), _undo, batch.id)


def _undo(batch_id: str) -> None:
    session.api().undo_import(batch_id)
    forget(batch_id)
    st.session_state.pop(_LAST, None)
