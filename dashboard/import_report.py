"""What an import says: of a file that was checked, of one that was taken in, of rows left out."""

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, Final

import streamlit as st

from api.schemas.imports import BatchOut, ImportOut, RefusedRowOut
from dashboard.catalogue import md, t, tn
from dashboard.mapping import label
from dashboard.words import DASH

if TYPE_CHECKING:
    import pandas as pd

_NOTHING_THERE: Final = "There is no "
"""How the core begins where a row has nothing for a field."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def outcome(batch: BatchOut) -> str:
    """What a batch brought, in words."""
    parts = [tn("{n} new case", "{n} new cases", batch.imported)]
    if batch.updated:
        parts.append(tn("{n} changed", "{n} changed", batch.updated))
    if batch.refused:
        parts.append(tn("{n} row left out", "{n} rows left out", batch.refused))
    return " · ".join(parts)


def told(report: ImportOut) -> None:
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
            left_out(report)


def _details(report: ImportOut) -> list[str]:
    """Say each number that is not nought."""
    found = (*_what_becomes_of_rows(report), *_what_rows_lack(report))
    return [said for number, said in found if number]


def _what_becomes_of_rows(report: ImportOut) -> list[tuple[int, str]]:
    return [
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
    ]


def _what_rows_lack(report: ImportOut) -> list[tuple[int, str]]:
    return [
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


def left_out(report: ImportOut) -> None:
    """Say why rows are left out, and list them."""
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
