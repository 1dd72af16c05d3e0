"""An import on the screen: it is checked, then taken in; how far it is, and what it says after."""

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

import streamlit as st

from api.schemas.imports import (
    BatchOut,
    ImportIn,
    ImportJobOut,
    ImportOut,
    RefusedRowOut,
    UploadOut,
)
from dashboard import session
from dashboard.catalogue import md, t, tn
from dashboard.mapping import NEEDED, label
from dashboard.pages import attempt
from dashboard.transport import refused_with
from dashboard.widgets import problem_banner
from dashboard.words import DASH
from recommender.errors import NotFound, Unavailable

if TYPE_CHECKING:
    import pandas as pd

_REPORTS: Final = "import-reports"
_CHECKED_UNASKED: Final = 5_000
"""A file of at most so many rows is checked as soon as it is there."""
_NOTHING_THERE: Final = "There is no "
"""How the core begins where a row has nothing for a field."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


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
        _told(report)
    as_checked = last is not None and last.wish == wish
    _ways_on(upload, wish, report if as_checked else None, changed=bool(last) and not as_checked)
    return None


def ended(upload_id: str) -> str | None:
    """Give the batch that a file became which does not wait any more, if it was begun here."""
    last: _Begun | None = st.session_state.get(f"import-{upload_id}")
    if last is None:
        return None
    job = attempt(session.api().import_job, last.job.id) or last.job
    if job.dry_run or job.report is None:
        return None
    _keep(job.report)
    return job.report.batch_id


def taken_in(batch_id: str) -> None:
    """Draw what an import of this session said, beyond what its batch keeps."""
    report: ImportOut | None = st.session_state.get(_REPORTS, {}).get(batch_id)
    if report is not None and report.refused:
        _left_out(report)


def forget(batch_id: str) -> None:
    """Forget what an import said, once it was undone."""
    st.session_state.get(_REPORTS, {}).pop(batch_id, None)


def outcome(batch: BatchOut) -> str:
    """What a batch brought, in words."""
    parts = [tn("{n} new case", "{n} new cases", batch.imported)]
    if batch.updated:
        parts.append(tn("{n} changed", "{n} changed", batch.updated))
    if batch.refused:
        parts.append(tn("{n} row left out", "{n} rows left out", batch.refused))
    return " · ".join(parts)


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


def _told(report: ImportOut) -> None:
    """Say what checking found, most telling first."""
    readable = report.rows - len(report.refused)
    with st.container(border=True, key="import-report", gap="xsmall"):
        st.markdown(
            md(
                "**{readable} of {rows} can be read.** Nothing is taken in yet.",
                readable=f"{readable:,}",
                rows=tn("{n} row", "{n} rows", report.rows),
            )
        )
        for said in _details(report):
            st.caption(said)
        if report.refused:
            _left_out(report)


def _details(report: ImportOut) -> list[str]:
    found = [
        (report.imported, tn("{n} is new.", "{n} are new.", report.imported)),
        (
            report.unchanged,
            tn("{n} is here already.", "{n} are here already.", report.unchanged),
        ),
        (
            report.changed,
            tn(
                "{n} is here with other content and stays as it is.",
                "{n} are here with other content and stay as they are.",
                report.changed,
            ),
        ),
        (
            report.updated,
            tn("{n} would be taken over.", "{n} would be taken over.", report.updated),
        ),
        (
            report.kept,
            tn(
                "{n} was decided on here, which stays.",
                "{n} were decided on here, which stays.",
                report.kept,
            ),
        ),
        (
            report.erased,
            tn("{n} was erased here.", "{n} were erased here.", report.erased),
        ),
        (
            report.status_missing,
            tn(
                "{n} has no status and counts as approved.",
                "{n} have no status and count as approved.",
                report.status_missing,
            ),
        ),
        (
            report.zoneless,
            tn(
                "{n} time names no zone and is read in {zone}.",
                "{n} times name no zone and are read in {zone}.",
                report.zoneless,
                zone=report.zone,
            ),
        ),
        (
            report.unknown_refs,
            tn(
                "{n} names a rule that the library does not know.",
                "{n} name rules that the library does not know.",
                report.unknown_refs,
            ),
        ),
    ]
    return [said for number, said in found if number]


def _left_out(report: ImportOut) -> None:
    whys = Counter(_why(each) for each in report.refused)
    why = ", ".join(f"{n:,} {said}" for said, n in whys.most_common())
    st.caption(
        tn(
            "{n} row is left out: {why}.",
            "{n} rows are left out: {why}.",
            len(report.refused),
            why=why,
        )
    )
    with st.expander(t("The rows that are left out"), key="left-out"):
        st.dataframe(_rows(report), hide_index=True, alt=t("The rows that are left out"), lazy=True)
        st.download_button(
            t("Download them as CSV"),
            left_out_csv(report),
            "left-out.csv",
            "text/csv",
            key="left-out-csv",
        )


def _why(row: RefusedRowOut) -> str:
    what = label(row.field)
    if _NOTHING_THERE in row.reason:
        return t("without “{what}”", what=what)
    return t("by what “{what}” says", what=what)


def _table(report: ImportOut) -> dict[str, list[object]]:
    return {
        t("Line"): [each.line for each in report.refused],
        t("Id"): [each.id or DASH for each in report.refused],
        t("Field"): [label(each.field) for each in report.refused],
        t("Reason"): [each.reason for each in report.refused],
        t("What to do"): [each.remedy for each in report.refused],
    }


def _rows(report: ImportOut) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(_table(report))


def left_out_csv(report: ImportOut) -> str:
    """The rows as CSV in which no cell is a formula."""
    table = _table(report)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table)
    for row in zip(*table.values(), strict=True):
        texts = [str(cell) for cell in row]
        writer.writerow([f"'{each}" if each.startswith(_FORMULA) else each for each in texts])
    return out.getvalue()


def _keep(report: ImportOut) -> None:
    reports: dict[str, ImportOut] = st.session_state.setdefault(_REPORTS, {})
    if report.batch_id is not None:
        reports[report.batch_id] = report


def _key(upload: UploadOut) -> str:
    return f"import-{upload.id}"
