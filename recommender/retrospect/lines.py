"""The one line beside a kind's name: a case that tells shortly what all of them tell.

Names are made of words that several cases share, which hurried notes hardly do. One whole "given"
and "why", as somebody wrote them, shows what is meant. So of the cases that tell it shortly the one
stands for a kind that is told most like half of it.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from recommender.kinds.gathering import Texts
from recommender.kinds.nearness import Floats
from recommender.learning.casetable import View
from recommender.models.cases import Case
from recommender.retrospect.quotes import Line

SHORT: Final = 90
"""Letters that a part of a line has at most."""
_USUAL: Final = 0.5
"""Share of a kind's cases that must tell a part for the line to tell it."""
_SHORT_PARTS: Final = ("resolution", "reason")


def telling_line(texts: Texts, cases: Mapping[str, Case], rows: Sequence[int]) -> Line:
    """Choose a kind's line among the cases in these rows; `cases` are all cases by id."""
    parts = [name for name in _SHORT_PARTS if _usually(texts.views.get(name), rows)]
    short = [row for row in rows if parts and _is_short(_case(texts, cases, row), parts)]
    if short:
        chosen = _nearest(texts, cases, rows, short, parts)
        return Line(
            given=chosen.resolution if "resolution" in parts else None,
            why=chosen.reason if "reason" in parts else None,
        )
    short = [row for row in rows if _is_short(_case(texts, cases, row), ["situation"])]
    return Line(note=_nearest(texts, cases, rows, short or rows, ["situation"]).situation)


def _usually(view: View | None, rows: Sequence[int]) -> bool:
    return view is not None and view.present[list(rows)].mean() >= _USUAL


def _case(texts: Texts, cases: Mapping[str, Case], row: int) -> Case:
    return cases[texts.cases[row].id]


def _is_short(case: Case, parts: Sequence[str]) -> bool:
    told = [getattr(case, part) for part in parts]
    return all(text and len(text) <= SHORT for text in told)


def _nearest(
    texts: Texts,
    cases: Mapping[str, Case],
    rows: Sequence[int],
    among: Sequence[int],
    parts: Sequence[str],
) -> Case:
    """Give of some cases the one whose parts are told most like those of half the kind."""
    near = np.sum([_toward(texts.views[part], rows, among) for part in parts], axis=0)
    return _case(texts, cases, among[int(np.argmax(np.round(near, 5)))])


def _toward(view: View, rows: Sequence[int], among: Sequence[int]) -> Floats:
    """Give how alike some cases' texts are to those of half the kind, each to its nearest half.

    What all texts share is left out. The middle of a kind would be the middle of two where it
    holds a second thing beside the one that most of it tells.
    """
    usual = view.vectors[view.present].mean(axis=0)
    inside = _directions(view.vectors[[row for row in rows if view.present[row]]] - usual)
    alike = _directions(view.vectors[list(among)] - usual) @ inside.T
    half = -(-len(inside) // 2) + 1
    return np.asarray(np.sort(alike, axis=1)[:, -half:].mean(axis=1), dtype=np.float32)


def _directions(away: Floats) -> Floats:
    return np.asarray(away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9))
