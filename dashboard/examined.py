"""The examiner's answers as an auditor reads them: sentences, and tables where numbers compare."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

import streamlit as st

from api.schemas.examiner import ExaminedLineOut
from api.schemas.slices import SliceCellOut, SliceOut
from dashboard.catalogue import mark, md, t, tn
from dashboard.tables import grid
from dashboard.words import DASH, DIMENSIONS, fact_name, number, percents
from recommender.vocabulary import Dimension

QUESTIONS: Final[Mapping[str, str]] = {
    "share": mark("How many contacts ended in an exception?"),
    "attribute": mark("Were groups of customers treated alike?"),
    "product": mark("For which products?"),
    "reason": mark("For which reasons?"),
    "limits": mark("Were the limits kept?"),
    "deciders": mark("Did two pairs of eyes decide?"),
}
_HIDDEN: Final = mark("hidden")
_ATTRIBUTES: Final[Mapping[str, str]] = {"dimension": mark("What was bent")}
_OTHERS: Final = "all others"
_VALUES: Final[Mapping[str, str]] = {_OTHERS: mark("all others")}
_UNDIVIDED: Final = SliceCellOut(
    value=None,
    cases=0,
    exceptions=None,
    declined=None,
    low=None,
    high=None,
    rate_low=None,
    rate_high=None,
)
_FEW: Final = frozenset({"few", "fewer people than are counted"})
"""The notes of a line that tells nothing, for too few people are behind it."""


def answer(question: str, lines: Sequence[ExaminedLineOut]) -> None:
    """Draw the question and its answer."""
    st.subheader(t(QUESTIONS[question]), anchor=False)
    with st.container(width=960, key=f"answers-{question}", gap="small"):
        if question == "share":
            _share(lines[0])
        elif question == "limits":
            _limits(lines)
        elif question == "deciders":
            _deciders(lines)
        else:
            _compared(lines)


def alike(slices: Sequence[SliceOut]) -> None:
    """Draw what those who may not read all answers see of them: the groups compared."""
    lines = [_line(one.attribute, cell) for one in slices for cell in one.parts or [_UNDIVIDED]]
    if lines:
        answer("attribute", lines)


def _line(attribute: str, cell: SliceCellOut) -> ExaminedLineOut:
    return ExaminedLineOut(
        question="attribute",
        attribute=attribute,
        value=_OTHERS if cell.value is None else cell.value,
        label="",
        cases=cell.cases or None,
        exceptions=cell.exceptions,
        declined=cell.declined,
        low=cell.low,
        high=cell.high,
        note="",
    )


def _share(line: ExaminedLineOut) -> None:
    """The exceptions, and their share of all contacts where these are known."""
    if line.exceptions is None:
        st.markdown(t("Hidden: too few people are behind it."))
        return
    exceptions = tn("**{n} exception.**", "**{n} exceptions.**", line.exceptions)
    if line.low is None or line.high is None:
        st.markdown(exceptions)
        st.caption(
            t(
                "Their share of all contacts cannot be told: not every week has its contacts on "
                "record. An administrator imports them."
            )
        )
        return
    share = f"{number(100 * line.low)}{DASH}{number(100 * line.high)} %"
    of_contacts = md("That is {share} {of}.", share=share, of=line.note)
    st.markdown(f"{exceptions} {of_contacts}")
    st.caption(t("A 95 % interval."))


def _limits(lines: Sequence[ExaminedLineOut]) -> None:
    """How many cases went past one; all limits are folded away."""
    for line in lines:
        if line.attribute != "clause":
            hidden = t("How many cases went past a limit is hidden: too few people are behind it.")
            st.markdown(hidden if line.note in _FEW else md("{said}.", said=line.note))
    rules = [(_name(line), line.note) for line in lines if line.attribute == "clause"]
    if rules:
        said = tn(
            "{n} rule had a limit on the last day",
            "{n} rules had limits on the last day",
            len(rules),
        )
        with st.expander(said, key="examined-limits"):
            grid((t("Rule"), t("Limit")), rows=rules, key="examined-rules")


def _deciders(lines: Sequence[ExaminedLineOut]) -> None:
    """Who decided how often, by role."""
    if all(line.note in _FEW for line in lines):
        st.markdown(t("Hidden: too few people are behind every number."))
        return
    rows = [(_name(line), t(_HIDDEN) if line.note in _FEW else line.note) for line in lines]
    grid((t("Who"), t("How often")), rows, key="examined-roles")
    if any(line.note in _FEW for line in lines):
        st.caption(_legend())


def _compared(lines: Sequence[ExaminedLineOut]) -> None:
    """A table of each attribute that can be compared by, then the others in a line."""
    alone, undivided = [], []
    for attribute, some in groupby(lines, key=lambda line: line.attribute):
        found = list(some)
        if all(line.cases is None for line in found):
            undivided.append(_attribute(attribute).lower())
        elif all(line.exceptions is None for line in found):
            alone.append(found)
        else:
            _table(attribute, found)
    for found in alone:
        _cases_alone(found)
    if alone:
        st.caption(t("How many of these were declined is hidden: too few people are behind it."))
    if undivided:
        what = ", ".join(undivided)
        st.caption(
            md("Not told by {what}: one value only, or too few people behind one.", what=what)
        )


def _cases_alone(lines: Sequence[ExaminedLineOut]) -> None:
    """How the cases divide, in a line: which were declined is hidden."""
    said = " · ".join(f"{_name(line)}: {number(line.cases or 0)}" for line in lines)
    st.markdown(md("**{what}**, cases: {said}", what=_attribute(lines[0].attribute), said=said))


def _table(attribute: str, lines: Sequence[ExaminedLineOut]) -> None:
    rows: list[tuple[str, ...]] = [
        (
            _name(line),
            _counted(line.cases),
            _counted(line.exceptions),
            _counted(line.declined),
            percents(line.low, line.high),
            line.note,
        )
        for line in lines
    ]
    heads: tuple[str, ...] = (
        _attribute(attribute),
        t("Cases"),
        t("Exceptions"),
        t("Declined"),
        t("Declined, 95 % interval"),
        "",
    )
    if not any(line.note for line in lines):
        heads, rows = heads[:-1], [row[:-1] for row in rows]
    grid(heads, rows, key=f"answers-by-{attribute}")
    if any(line.exceptions is None for line in lines):
        st.caption(_legend())


def _legend() -> str:
    return t("hidden: too few people are behind it")


def _attribute(name: str) -> str:
    return t(_ATTRIBUTES[name]) if name in _ATTRIBUTES else fact_name(name)


def _name(line: ExaminedLineOut) -> str:
    """What a line is about, as people call it."""
    if line.attribute == "dimension" and line.value in set(Dimension):
        return DIMENSIONS[Dimension(line.value)]
    if line.value in _VALUES:
        return t(_VALUES[line.value])
    if line.attribute == "role":
        return fact_name(line.value)
    return line.label or line.value


def _counted(many: int | None) -> str:
    return t(_HIDDEN) if many is None else number(many)
