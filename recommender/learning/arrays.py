"""The arrays that the learning half passes around, named by what is true of them.

Shapes are written with two words: n texts (or cases), d dimensions.
"""

from typing import Any, NewType

import numpy as np
import numpy.typing as npt

from recommender.errors import Invalid

UnitVectors = NewType("UnitVectors", np.ndarray[tuple[Any, ...], np.dtype[np.float32]])
"""Vectors of n texts: shape (n, d), float32, every row of length 1, so that a dot product of two
rows is their cosine. Only `unit_vectors` makes them."""


class NoDirection(Invalid):
    """A vector without a direction: all zeros, or not finite, so that no length fits it."""

    title = "Vector without direction"


def unit_vectors(rows: npt.ArrayLike) -> UnitVectors:
    """Bring rows to length 1.

    Parameters
    ----------
    rows : array-like of shape (n, d)
        Any real numbers; the caller's array is left as it is.

    Returns
    -------
    UnitVectors of shape (n, d)

    Raises
    ------
    NoDirection
        When a row is all zeros or holds a value that is not finite; `row` is the first such row.
    """
    given = np.asarray(rows, dtype=np.float64)
    lengths = np.linalg.norm(given, axis=1, keepdims=True)
    lost = np.flatnonzero(~(np.isfinite(lengths) & (lengths > 0)))
    if lost.size:
        message = f"Row {lost[0]} has no direction: it is zero or not finite."
        raise NoDirection(message, row=int(lost[0]))
    return UnitVectors((given / lengths).astype(np.float32))
