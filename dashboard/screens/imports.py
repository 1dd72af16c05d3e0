"""Import: a file is looked at, checked in words, mapped where it must be, taken in, and undone."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from api.schemas.imports import BatchOut, UploadOut
from dashboard import figures, session
from dashboard.beginning import begins, steps
from dashboard.cards import chip
from dashboard.catalogue import mark, md, t
from dashboard.import_report import outcome
from dashboard.importing import begun, ended, forget, taken_in
from dashboard.mapping import sheets, title, wish_for
from dashboard.pages import attempt, carry_out, heading, link
from dashboard.widgets import empty_state
from dashboard.words import day
from recommender.errors import NotFound

_SYSTEMS: Final = {"salesforce": "Salesforce", "servicenow": "ServiceNow", "zendesk": "Zendesk"}
_LAID_DOWN: Final = "import-laid-down"
_UNDONE: Final = mark("The import was taken back.")
_CASES: Final = "cases"
_WHAT: Final[Mapping[str, str]] = {
    _CASES: mark("Cases"),
    "answers": mark("Survey answers"),
    "contacts": mark("Contacts a week"),
    "people": mark("People"),
}
"""What a file may hold."""


def show() -> None:
    """Draw the screen."""
    heading(t("Import"), "upload", "batch", "sheet", "what")
    with st.container(width=900):
        waiting = st.query_params.get("upload")
        upload = None if waiting is None else _waiting(waiting)
        if upload is not None:
            _file(upload)
            return
        what = st.query_params.get("what", _CASES)
        if what in _WHAT and what != _CASES:
            _sorts(what)
            figures.take_in(what)
        else:
            _begin()
            _sorts(_CASES)
            _choose()
            _earlier()


def _waiting(upload_id: str) -> UploadOut | None:
    try:
        return session.api().uploaded(upload_id, st.query_params.get("sheet"))
    except NotFound:
        batch_id = ended(upload_id)
        _leave_file()
        if batch_id is not None:
            st.query_params["batch"] = batch_id
            return None
        st.info(t("That file was taken in, or its hour is over. Choose it once more if need be."))
        return None


def _begin() -> None:
    """The way to the first kinds, until they were looked for."""
    inbox = session.api().inbox()
    if begins(inbox.cases, looked=inbox.last_run is not None):
        steps(inbox.cases, choosing=True)


def _sorts(what: str) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="sorts"):
        for sort, label in _WHAT.items():
            chip(t(label), "import", key=sort, chosen=sort == what, what=sort)


def _choose() -> None:
    file = st.file_uploader(
        t("A file of cases"),
        type=["xlsx", "csv", "tsv", "jsonl", "ndjson", "gz"],
        key="import-file",
        max_upload_size=50,
    )
    st.caption(
        t(
            "It is only looked at first, and waits here for an hour, for administrators alone. "
            "Nothing is taken in before you press “Import … cases”, which follows."
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


def _file(upload: UploadOut) -> None:
    title(upload)
    if upload.system is not None:
        st.caption(t("By its columns it comes from {system}.", system=_SYSTEMS[upload.system]))
    sheets(upload, "import", upload=upload.id)
    answer = st.container()
    wish = wish_for(upload)
    with answer:
        batch_id = begun(upload, wish)
    if batch_id is not None:
        _over(batch_id)
    if st.button(t("Choose another file"), key="another-file", type="tertiary"):
        _over(None)


def _leave_file() -> None:
    for name in ("upload", "sheet"):
        st.query_params.pop(name, None)


def _over(batch_id: str | None) -> None:
    _leave_file()
    if batch_id:
        st.query_params["batch"] = batch_id
    st.rerun()


def _earlier() -> None:
    batches = session.api().imports()
    st.subheader(t("Taken in"), anchor=False)
    if not batches:
        empty_state(
            t("Nothing was imported yet"),
            t("History makes kinds visible on the first day. An import can be undone as a whole."),
        )
    wanted = st.query_params.get("batch")
    for batch in sorted(batches, key=lambda each: each.id != wanted):
        _batch(batch, whole=batch.id == wanted)


def _batch(batch: BatchOut, *, whole: bool) -> None:
    with st.container(border=True, key=f"batch-{batch.id}", gap="xsmall"):
        at = day(batch.imported_at)
        named = t("{name} · {day}", name=batch.file_name, day=at)
        link(named, "import", key=f"to-batch-{batch.id}", batch=batch.id)
        st.caption(outcome(batch))
        if whole:
            taken_in(batch.id)
        if batch.stays is not None:
            undone = t("It was undone on {day}.", day=day(batch.undone_at or batch.imported_at))
            stays = md("It stays taken in. {why}", why=batch.stays)
            st.caption(undone if batch.undone_at else stays)
        elif st.button(t("Undo this import"), key=f"undo-{batch.id}", type="tertiary"):
            carry_out(t(_UNDONE), _undo, batch.id)


def _undo(batch_id: str) -> None:
    session.api().undo_import(batch_id)
    forget(batch_id)
