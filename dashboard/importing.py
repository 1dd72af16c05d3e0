"""An import on the screen: it is checked, then taken in; how far it is, and what it says after."""

from time import sleep
from typing import Final, NamedTuple

import streamlit as st

from api.schemas.imports import ImportIn, ImportJobOut, ImportOut, UploadOut
from dashboard import session
from dashboard.catalogue import t, tn
from dashboard.import_report import left_out, told
from dashboard.mapping import NEEDED, label
from dashboard.pages import attempt
from dashboard.transport import refused_with
from dashboard.widgets import problem_banner
from recommender.errors import NotFound, Unavailable

_REPORTS: Final = "import-reports"
_A_MOMENT: Final = 0.5
_CHECKED_UNASKED: Final = 5_000
"""A file of at most so many rows is checked as soon as it is there."""


class _Begun(NamedTuple):
    """An import at work or through, and what it was to do."""

    job: ImportJobOut
    wish: ImportIn


def begun(upload: UploadOut, wish: ImportIn) -> str | None:
    """Draw what checking says and the way on; give the batch once the file was taken in."""
    last: _Begun | None = st.session_state.get(_key(upload))
    missing = [label(field) for field in NEEDED if field not in wish.mapping.fields]
    if missing:
        st.warning(t("Say below which column is: {fields}.", fields=", ".join(missing)))
        return None
    if upload.ways_of_days and wish.mapping.way_of_days is None:
        st.warning(t("Say below how the file writes its days: they can be read in two ways."))
        return None
    if last is None and upload.rows <= _CHECKED_UNASKED:
        last = _begin(upload, wish, dry_run=True)
    if last is not None and last.job.state == "running":
        _at_work(upload)
        return None
    if last is not None and last.job.state == "failed":
        _broke_off(last.job)
    report = None if last is None else last.job.report
    if last is not None and report is not None:
        if not report.dry_run:
            _keep(report)
            return report.batch_id or ""
        told(report)
    as_checked = last is not None and last.wish == wish
    _ways_on(upload, wish, report if as_checked else None, changed=bool(last) and not as_checked)
    return None


def ended(upload_id: str) -> str | None:
    """Give the batch that a file became which does not wait any more, if it was begun here."""
    last: _Begun | None = st.session_state.get(f"import-{upload_id}")
    if last is None:
        return None
    job = attempt(session.api().import_job, last.job.id) or last.job
    if job.state == "running":  # its rows are kept and its file is gone: it is all but through
        with st.spinner(t("Importing …")):
            sleep(_A_MOMENT)
        st.rerun()
    if job.dry_run or job.report is None:
        return None
    _keep(job.report)
    return job.report.batch_id


def taken_in(batch_id: str) -> None:
    """Draw what an import of this session said, beyond what its batch keeps."""
    report: ImportOut | None = st.session_state.get(_REPORTS, {}).get(batch_id)
    if report is not None and report.refused:
        left_out(report)


def forget(batch_id: str) -> None:
    """Forget what an import said, once it was undone."""
    st.session_state.get(_REPORTS, {}).pop(batch_id, None)


def _ways_on(upload: UploadOut, wish: ImportIn, report: ImportOut | None, *, changed: bool) -> None:
    if changed:
        st.caption(t("You changed something since it was checked."))
    new = 0 if report is None else report.imported + report.updated
    with st.container(horizontal=True, key="ways-on"):
        if report is None:
            if st.button(t("Check"), key="import-check", type="primary"):
                _start(upload, wish, dry_run=True)
        elif new and st.button(
            tn("Import {n} case", "Import {n} cases", new), key="import-take", type="primary"
        ):
            _start(upload, wish, dry_run=False)


def _start(upload: UploadOut, wish: ImportIn, *, dry_run: bool) -> None:
    if _begin(upload, wish, dry_run=dry_run) is not None:
        st.rerun()


def _begin(upload: UploadOut, wish: ImportIn, *, dry_run: bool) -> _Begun | None:
    given = wish.model_copy(update={"dry_run": dry_run})
    job = attempt(session.api().begin_import, upload.id, given)
    if job is None:
        return None
    last = _Begun(job, wish)
    st.session_state[_key(upload)] = last
    return last


def _broke_off(job: ImportJobOut) -> None:
    if job.failure is not None:
        problem_banner(refused_with(job.failure))
    else:
        st.warning(
            t(
                "The service was started anew in the meantime. Nothing is ever taken in by half: "
                "check the file again, and it says what is here already."
            )
        )


@st.fragment(run_every="1s")
def _at_work(upload: UploadOut) -> None:
    """Ask once a second how far it is; at its end the page is drawn anew."""
    last: _Begun | None = st.session_state.get(_key(upload))
    if last is None:
        return
    try:
        job = session.api().import_job(last.job.id)
    except NotFound:
        job = last.job.model_copy(update={"state": "failed"})
    except Unavailable:
        st.caption(t("No answer just now; asking again …"))
        return
    st.session_state[_key(upload)] = last._replace(job=job)
    if job.state != "running":
        st.rerun()
    share = job.done / job.of if job.of else 0.0
    said = t("Checking …") if job.dry_run else t("Importing …")
    rows = t("{done} of {of} rows", done=f"{job.done:,}", of=f"{job.of:,}") if job.of else ""
    st.progress(share, f"{said} {rows}")


def _keep(report: ImportOut) -> None:
    reports: dict[str, ImportOut] = st.session_state.setdefault(_REPORTS, {})
    if report.batch_id is not None:
        reports[report.batch_id] = report


def _key(upload: UploadOut) -> str:
    return f"import-{upload.id}"
