"""The rows of a large table that are nearest to a vector: a graph index (HNSW) over 16-bit floats.

Measured against the exact product: tests/bench/bench_nearest.py.
"""

from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

CONNECTIVITY: Final = 32
EFFORT_ADDING: Final = 256
EFFORT_SEEKING: Final = 512
"""How many candidates are looked at, so that hundreds of nearest rows are found, not only ten."""


class NearestRows:
    """An index of the first rows of a table of unit vectors; whoever asks it sees it whole.

    Attributes
    ----------
    covered : how many rows of the table it knows
    """

    def __init__(self, table: Floats, known: Self | None = None) -> None:
        """Index a table, shape (n, d), rows of NaN left out; from what is known of it already."""
        self.covered = len(table)
        self._index: Any = _empty(table.shape[1]) if known is None else known._index.copy()  # noqa: SLF001 - of the same class
        first = 0 if known is None else known.covered
        told = first + np.flatnonzero(~np.isnan(table[first:, 0]))
        if told.size:
            self._index.add(told, table[told], threads=1)

    def near(self, vector: Floats, most: int) -> Rows:
        """Give the rows nearest to a unit vector, shape (d,), nearly all of them."""
        if len(self._index) == 0:
            return np.empty(0, dtype=np.int64)
        return np.asarray(self._index.search(vector, most).keys, dtype=np.int64)


def _empty(dimensions: int) -> Any:  # noqa: ANN401 - usearch ships no types that mypy reads
    from usearch.index import Index

    return Index(
        ndim=dimensions,
        metric="ip",
        dtype="f16",
        connectivity=CONNECTIVITY,
        expansion_add=EFFORT_ADDING,
        expansion_search=EFFORT_SEEKING,
    )
