"""Files beside the cases: survey answers, contacts a week, people; tried, told, then taken in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import streamlit as st

from api.schemas.accounts import PeopleOut
from api.schemas.imports import ColumnOut, FiguresOut
from dashboard import session
from dashboard.catalogue import mark, md, t, tn
from dashboard.pages import attempt, carry_out
from dashboard.widgets import as_text
from dashboard.words import short

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_MOST_LINES: Final = 8
_SAMPLE: Final = 60
_ANEW: Final = "figures-anew"


@dataclass(frozen=True, slots=True)
class _Told:
    """What trying a file says: how much is new, the rest in sentences, the rows left out."""

    rows: int
    new: int
    said: tuple[str, ...]
    refused: tuple[str, ...]
    columns: tuple[ColumnOut, ...] = ()
    """Its columns, where it says which is which."""

    @property
    def guessed(self) -> dict[str, str]:
        """Field -> its column."""
        return {one.field: one.name for one in self.columns if one.field is not None}


@dataclass(frozen=True, slots=True)
class _Sort:
    """A sort of file: what it is called, what its columns are, and the way to take it in."""

    columns: str
    send: Callable[..., _Told]
    renews: bool
    """Whether what we have can be taken over from it, if somebody says so."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What its columns may stand for, in words; none where they must bear our names."""


def take_in(what: str) -> None:
    """Draw the two steps for a sort of file: it is tried as soon as it is there, then taken in."""
    sort = _SORTS[what]
    file = st.file_uploader(
        t(sort.columns),
        type=["csv", "tsv", "xlsx", "jsonl"],
        key=f"{what}-file-{st.session_state.get(_ANEW, 0)}",
        max_upload_size=50,
    )
    if file is None:
        st.caption(t("The first row names the columns. It is only tried first."))
        return
    update = sort.renews and st.checkbox(
        t("Take over what differs from what is here"), key=f"{what}-update"
    )
    first = attempt(sort.send, file, {}, dry_run=True, update=update)
    if first is None:
        return
    answer = st.container()
    columns = _columns(sort, file, first)
    with answer:
        told: _Told | None = first
        if columns != first.guessed:
            told = attempt(sort.send, file, columns, dry_run=True, update=update)
        if told is None:
            return
        _tell(told)
        if told.new and st.button(
            tn("Take in {n} row", "Take in {n} rows", told.new), key=f"{what}-take", type="primary"
        ):
            words = tn("{n} row was taken in.", "{n} rows were taken in.", told.new)
            carry_out(words, _take, sort, file, columns, update=update)


def _columns(sort: _Sort, file: "UploadedFile", told: _Told) -> dict[str, str]:
    """Show which column is what, to be corrected; give the column of each field."""
    chosen: dict[str, str] = {}
    if not told.columns:
        return chosen
    samples = {one.name: next(iter(one.samples), "") for one in told.columns}
    guessed = told.guessed
    with st.expander(t("Which column is what"), expanded=True, key=f"map-{file.file_id}"):
        for each, words in sort.fields.items():
            what, where, value = st.columns([3, 4, 4], vertical_alignment="center")
            what.markdown(md("{words}", words=t(words)))
            name = where.selectbox(
                t("The column for: {field}", field=t(words)),
                [None, *samples],
                index=0 if each not in guessed else 1 + [*samples].index(guessed[each]),
                format_func=lambda column: t("Not in the file") if column is None else column,
                key=f"figure-{each}-{file.file_id}",
                label_visibility="collapsed",
            )
            if name is not None:
                chosen[each] = name
                with value:
                    as_text(short(samples[name], _SAMPLE))
    return chosen


def _take(sort: _Sort, file: "UploadedFile", columns: Mapping[str, str], *, update: bool) -> None:
    sort.send(file, columns, dry_run=False, update=update)
    st.session_state[_ANEW] = st.session_state.get(_ANEW, 0) + 1


def _tell(told: _Told) -> None:
    good = told.rows - len(told.refused)
    with st.container(border=True, key="figures-report", gap="xsmall"):
        st.markdown(
            md(
                "**{good} of {rows} can be read.** Nothing is taken in yet.",
                good=f"{good:,}",
                rows=tn("{n} row", "{n} rows", told.rows),
            )
        )
        for line in told.said:
            st.caption(md("{line}", line=line))
        if told.refused:
            n = len(told.refused)
            st.caption(tn("{n} row is left out:", "{n} rows are left out:", n))
            more = [t("and {n} more", n=n - _MOST_LINES)] if n > _MOST_LINES else []
            as_text("\n".join([*told.refused[:_MOST_LINES], *more]))


def _figures(report: FiguresOut) -> _Told:
    counts = (
        (report.added, tn("{n} is new.", "{n} are new.", report.added)),
        (
            report.updated,
            tn("{n} would be taken over.", "{n} would be taken over.", report.updated),
        ),
        (report.unchanged, tn("{n} is here already.", "{n} are here already.", report.unchanged)),
        (
            report.changed,
            tn(
                "{n} differs from what is here, and stays as it is.",
                "{n} differ from what is here, and stay as they are.",
                report.changed,
            ),
        ),
    )
    return _Told(
        rows=report.rows,
        new=report.added + report.updated,
        said=tuple(said for number, said in counts if number),
        refused=tuple(
            t("Line {line}: {field}: {why}", line=row.line, field=row.field, why=row.reason)
            for row in report.refused
        ),
        columns=tuple(report.columns),
    )


def _people(report: PeopleOut) -> _Told:
    named = (
        (report.added, t("New")),
        (report.changed, t("Changed")),
        (report.deactivated, t("Leaving")),
        (report.unchanged, t("As they are")),
    )
    good = sum(len(names) for names, _ in named)
    return _Told(
        rows=good + len(report.refused),
        new=good - len(report.unchanged),
        said=tuple(_line(says, names) for names, says in named if names),
        refused=tuple(
            t("Row {row}: {field}: {why}", row=row.row, field=row.field, why=row.reason)
            for row in report.refused
        ),
    )


def _line(says: str, names: list[str]) -> str:
    more = t(" and {n} more", n=len(names) - _MOST_LINES) if len(names) > _MOST_LINES else ""
    return f"{says} ({len(names)}): {', '.join(names[:_MOST_LINES])}{more}"


def _send_answers(
    file: "UploadedFile", columns: Mapping[str, str], *, dry_run: bool, update: bool
) -> _Told:
    ask = session.api().import_figures
    return _figures(
        ask("surveys", file.getvalue(), file.name, columns, dry_run=dry_run, update=update)
    )


def _send_contacts(
    file: "UploadedFile", columns: Mapping[str, str], *, dry_run: bool, update: bool
) -> _Told:
    ask = session.api().import_figures
    return _figures(
        ask("contacts", file.getvalue(), file.name, columns, dry_run=dry_run, update=update)
    )


def _send_people(
    file: "UploadedFile", columns: Mapping[str, str], *, dry_run: bool, update: bool
) -> _Told:
    del columns, update  # a list of people says what is to be, in our words
    return _people(session.api().import_people(file.getvalue(), file.name, dry_run=dry_run))


_SORTS: Final[Mapping[str, _Sort]] = {
    "answers": _Sort(
        mark(
            "Survey answers by case: a file with the case's number and a rating (1 to 5), or "
            "whether they complained or stayed, or what it cost in the end"
        ),
        _send_answers,
        renews=True,
        fields={
            "id": mark("The case's number"),
            "csat": mark("The customer's rating"),
            "complaint": mark("Whether they complained"),
            "retained": mark("Whether they stayed"),
            "actual_cost": mark("What it cost in the end"),
            "source_system": mark("The system it comes from"),
        },
    ),
    "contacts": _Sort(
        mark(
            "How many customers got in touch each week: a file with the week and their number, and "
            "product or channel where they are told apart"
        ),
        _send_contacts,
        renews=True,
        fields={
            "week": mark("The week, or a day of it"),
            "contacts": mark("How many got in touch"),
            "product": mark("Product"),
            "channel": mark("Channel"),
        },
    ),
    "people": _Sort(
        mark(
            "Colleagues: a file with the columns name, display_name, roles, team, lead, active; "
            "whom it does not name stays"
        ),
        _send_people,
        renews=False,
    ),
}
