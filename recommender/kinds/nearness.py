"""Which of some kinds a case is nearest to, by the mean texts of their cases."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from recommender.kinds.gathering import Texts

Floats = npt.NDArray[np.float32]
Centre = Mapping[str, Floats]
"""View -> the mean direction of some cases."""


def centre(texts: Texts, rows: Sequence[int]) -> Centre:
    """Give the mean direction of some cases in every view that they have."""
    found = {}
    for name, view in texts.views.items():
        chosen = [row for row in rows if view.present[row]]
        if chosen:
            mean = view.vectors[chosen].mean(axis=0)
            found[name] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return found


class Nearness:
    """Measures how near the cases of a run are to kinds; a kind's centre is computed once."""

    def __init__(self, texts: Texts, kind_of: Mapping[str, str]) -> None:
        self._texts = texts
        self._row_of = {case.id: row for row, case in enumerate(texts.cases)}
        self._cases: dict[str, list[str]] = defaultdict(list)
        for case, kind in kind_of.items():
            self._cases[kind].append(case)
        self._centres: dict[str, Centre] = {}

    def cases(self, kind: str) -> Sequence[str]:
        """Give the kind's cases."""
        return self._cases.get(kind, ())

    def nearest(self, case: str, kinds: Sequence[str]) -> str | None:
        """Give the kind whose cases tell most nearly what the case tells; None without kinds."""
        row = self._row_of[case]
        return min(
            kinds, key=lambda kind: (-self._likeness(row, self._centre(kind)), kind), default=None
        )

    def _centre(self, kind: str) -> Centre:
        if kind not in self._centres:
            self._centres[kind] = centre(self._texts, self._rows(self.cases(kind)))
        return self._centres[kind]

    def _rows(self, cases: Iterable[str]) -> list[int]:
        return sorted(self._row_of[case] for case in cases if case in self._row_of)

    def _likeness(self, row: int, of_kind: Centre) -> float:
        alike = [
            float(view.vectors[row] @ of_kind[name])
            for name, view in self._texts.views.items()
            if view.present[row] and name in of_kind
        ]
        return sum(alike) / len(alike) if alike else -1.0
