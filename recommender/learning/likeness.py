"""How alike two cases are: text views kept apart, fused with what their fields say."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.learning.casetable import CaseTable, View
from recommender.learning.fields import FieldReading, read_choice, read_names

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

DENSITY_FLOOR = 0.05


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """Fused similarities of n cases and how they came about.

    Attributes
    ----------
    similarity : float array of shape (n, n), at most 1
    doubted : bool array of shape (n,)
        Cases whose clause reference the texts speak clearly against.
    weights : view or field -> its weight, the text views together being 1
    """

    similarity: Floats
    doubted: Bools
    weights: Mapping[str, float]


def fuse(cases: CaseTable, *, field_weight: float, doubt: float) -> Likeness:
    """Mean of the text views plus the fields, each by its worth in this casebase.

    Parameters
    ----------
    cases : CaseTable
    field_weight : float
        Weight of a field that the texts predict perfectly, where the texts together weigh 1; a
        field without any predictability weighs nothing.
    doubt : float
        As in `fields.read_choice`.
    """
    total = text_similarity(cases.views)
    readings = _readings(cases, doubt)
    weights = {name: field_weight * reading.skill for name, reading in readings.items()}
    for name, reading in readings.items():
        total += weights[name] * reading.agreement()
    total /= 1 + sum(weights.values())
    clause = readings.get("clause")
    doubted = np.zeros(len(cases), dtype=bool) if clause is None else clause.doubted
    return Likeness(similarity=total, doubted=doubted, weights={"text": 1.0, **weights})


def text_similarity(views: Mapping[str, View]) -> Floats:
    """Mean cosine over the views that both cases have; the usual similarity where none is shared.

    Returns
    -------
    float array of shape (n, n)
    """
    n = len(next(iter(views.values())).present)
    total, shared = np.zeros((n, n), np.float32), np.zeros((n, n), np.float32)
    for _, view in sorted(views.items()):
        rows = _filled(view)
        total += rows @ rows.T
        shared += np.outer(view.present, view.present)
    usual = float(total.sum()) / max(float(shared.sum()), 1.0)
    total /= np.maximum(shared, 1)
    total[shared == 0] = usual
    return total


def level_density(distance: Floats, *, neighbours: int, strength: float) -> Floats:
    """Draw sparse regions together and spread dense ones, mildly.

    Each distance is divided by the geometric mean of both cases' distances to their
    `neighbours`-th neighbour, raised to `strength`; 0 leaves all as it is.
    """
    nearest = min(neighbours, len(distance) - 1)
    reach = np.partition(distance, nearest, axis=1)[:, nearest]
    scale = np.maximum(reach, DENSITY_FLOOR) ** (strength / 2)
    return np.asarray(distance / scale[:, None] / scale[None, :], dtype=np.float32)


def _readings(cases: CaseTable, doubt: float) -> dict[str, FieldReading]:
    features = np.hstack([_filled(view) for _, view in sorted(cases.views.items())])
    found = {
        "clause": read_choice(features, cases.clauses, doubt=doubt),
        "action": read_choice(features, cases.actions, doubt=doubt),
        "facts": read_names(features, cases.facts),
    }
    return {name: reading for name, reading in found.items() if reading is not None}


def _filled(view: View) -> Floats:
    """The view's vectors, zeros where the text is missing."""
    return np.where(view.present[:, None], view.vectors, np.float32(0))
