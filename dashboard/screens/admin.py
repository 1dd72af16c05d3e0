"""Admin: who may sign in, taking in history, discovery runs, and what people typed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import streamlit as st

from api.schemas.health import HealthOut
from api.schemas.imports import ImportOut
from api.schemas.runs import RunOut
from dashboard import session
from dashboard.pages import carry_out, heading
from dashboard.people import people
from dashboard.tables import Row, pairs
from dashboard.texts import erasing, own_words
from dashboard.widgets import empty_state, escape_md, refusals_shown
from dashboard.words import DASH, day

if TYPE_CHECKING:
    import pandas as pd
    from streamlit.runtime.uploaded_file_manager import UploadedFile

OWN_FORM: Final = "This product's own columns"
_MAPPINGS: Final = {
    OWN_FORM: None,
    "Zendesk": "zendesk",
    "Salesforce": "salesforce",
    "ServiceNow": "servicenow",
}
_TAKEN: Final = "import-report"


def show() -> None:
    """Draw the screen."""
    heading("Admin", bound={"part"})
    chosen = st.segmented_control(
        "Part",
        list(_PARTS),
        default=next(iter(_PARTS)),
        required=True,
        key="part",
        label_visibility="collapsed",
        bind="query-params",
    )
    with st.container(width="stretch" if chosen == "People" else 760):
        _PARTS[chosen]()


def _import() -> None:
    st.caption(
        "Cases as CSV or JSONL, also .gz. Check first: nothing is taken in, and every row that "
        "would be refused is listed with its reason. What people decided here is never overwritten."
    )
    file = st.file_uploader(
        "File of cases", type=["csv", "jsonl", "gz"], key="import-file", max_upload_size=50
    )
    form = st.selectbox("Its columns are", list(_MAPPINGS), key="import-form")
    zone = st.text_input("Time zone, where a time names none", placeholder="UTC", key="import-zone")
    update = st.checkbox(
        "Take over cases that have changed since an earlier import", key="import-update"
    )
    if file is None:
        return
    options = {"mapping": _MAPPINGS[form], "zone": zone.strip() or None, "update": update}
    with st.container(horizontal=True):
        if st.button("Check without taking in", key="import-check", type="primary"):
            _take(file, dry_run=True, **options)
        if st.button("Take in", key="import-take"):
            _take(file, dry_run=False, **options)
    taken: tuple[str, ImportOut] | None = st.session_state.get(_TAKEN)
    if taken is not None and taken[0] == file.file_id:
        _report(taken[1])


def _take(file: "UploadedFile", *, dry_run: bool, **options: str | bool | None) -> None:
    with refusals_shown(), st.spinner("Reading …"):
        content = file.getvalue()
        answer = session.api().import_cases(content, file.name, dry_run=dry_run, **options)
        st.session_state[_TAKEN] = (file.file_id, answer)


def _report(answer: ImportOut) -> None:
    with st.container(border=True, key="import-report"):
        only_checked = "**Only checked: nothing was taken in**"
        st.markdown(only_checked if answer.dry_run else "**Taken in**")
        pairs(
            [
                Row("Rows read", f"{answer.rows:,}"),
                Row("New", f"{answer.imported:,}"),
                Row("Known, unchanged", f"{answer.unchanged:,}"),
                Row("Known, changed", f"{answer.changed:,}", "left as they were"),
                Row("Known, taken over", f"{answer.updated:,}"),
                Row("Decided here", f"{answer.kept:,}", "kept, whatever the file says"),
                Row("Without a status", f"{answer.status_missing:,}", "counted as approved"),
                Row("Times without a zone", f"{answer.zoneless:,}", f"read in {answer.zone}"),
                Row("Rules we do not know", f"{answer.unknown_refs:,}", "kept as they are"),
                Row("Refused", f"{len(answer.refused):,}"),
            ],
            key="import-counts",
        )
        if answer.refused:
            st.dataframe(_refused_rows(answer), hide_index=True, alt="Refused rows")
        batch_id = None if answer.dry_run else answer.batch_id
        if batch_id and st.button("Undo this import", key="import-undo", type="tertiary"):
            carry_out("The import was taken back.", _undo, batch_id)


def _undo(batch_id: str) -> None:
    session.api().undo_import(batch_id)
    del st.session_state[_TAKEN]


def _refused_rows(answer: ImportOut) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(
        {
            "Line": [each.line for each in answer.refused],
            "Id": [each.id or DASH for each in answer.refused],
            "Field": [each.field for each in answer.refused],
            "Reason": [each.reason for each in answer.refused],
            "What to do": [each.remedy for each in answer.refused],
        }
    )


def _runs() -> None:
    api = session.api()
    with refusals_shown():
        _health(api.health())
    runs = api.runs()
    if st.button("Discover now", key="discover", type="primary"):
        with st.spinner("Looking for kinds …"):
            carry_out("Kinds are up to date.", api.discover)
    if not runs:
        empty_state(
            "No run yet", "A run looks for kinds in all approved cases, so it needs some first."
        )
        return
    for run in runs[:20]:
        _run(run)


def _health(health: HealthOut) -> None:
    database = "The database answers" if health.database else "The database does not answer"
    encoder = (
        "cases like a draft are found at once"
        if health.encoder
        else "cases like a draft are not found yet, as the encoder is still loading"
    )
    shown = st.success if health.status == "ok" else st.warning
    with st.container(key="health"):
        shown(f"{database}; {encoder}.")


def _run(run: RunOut) -> None:
    with st.container(border=True, key=f"run-{run.id}", gap="xsmall"):
        at = run.started_at
        took = f", {(run.ended_at - at).total_seconds():.0f} s" if run.ended_at else ""
        st.markdown(f"**{run.state.capitalize()}** · {day(at)} at {at:%H:%M} UTC{took}")
        made_with = escape_md(f"Made with seed {run.seed} and encoder {run.encoder}.")
        st.caption(escape_md(" · ".join(_named(run.counts))), help=made_with)
        if run.diff.get("words"):
            st.caption(escape_md(f"What changed: {run.diff['words']}"))
        if run.failure:
            st.caption(escape_md(run.failure))


def _named(counts: dict[str, object]) -> list[str]:
    numbers = {name: value for name, value in counts.items() if isinstance(value, int | float)}
    return [f"{name.replace('_', ' ').capitalize()}: {value:,}" for name, value in numbers.items()]


_PARTS: Final[dict[str, Callable[[], None]]] = {
    "People": people,
    "Import": _import,
    "Runs": _runs,
    "Redaction": own_words,
    "Erasing": erasing,
}
