"""Later cases put into the kinds of earlier ones: how many rightly, and what strengths are worth.

A later case is assigned rightly where its true kind is that of most cases of the kind it is put
into. Kinds that earlier cases did not show cannot be hit: a case of one should wait.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from recommender.learning.assigning import UNKNOWN, Assigner, Assignment, numbered
from recommender.learning.casetable import CaseTable
from tests.bench.ours import fit

Integers = npt.NDArray[np.intp]
BINS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, kw_only=True)
class Later:
    """What was said of each later case, whether it is right, and whether it could have been.

    `earlier_right` is what a constant would say: how many of the earlier cases are in a kind that
    is mostly theirs.
    """

    said: Sequence[Assignment]
    right: npt.NDArray[np.bool_]
    reachable: npt.NDArray[np.bool_]
    kinds: int
    earlier_right: float

    @property
    def strength(self) -> npt.NDArray[np.float64]:
        """How likely each was said to be."""
        return np.array([one.strength for one in self.said])

    def as_row(self) -> dict[str, Any]:
        """Say how many joined, how many of those rightly, and how far strengths are off."""
        tight = np.array([one.tight for one in self.said])
        loose = np.array([one.loose for one in self.said])
        return {
            "kinds": self.kinds,
            "later": len(self.said),
            "of known kinds": float(self.reachable.mean()),
            "joined": int(tight.sum()),
            "rightly": _mean(self.right[tight]),
            "of known joined rightly": _mean((tight & self.right)[self.reachable]),
            "of others joined": _mean(tight[~self.reachable]),
            "suggested": int(loose.sum()),
            "suggested rightly": _mean(self.right[loose]),
            "Brier": float(((self.strength - self.right) ** 2).mean()),
            "Brier constant": float(((self.earlier_right - self.right) ** 2).mean()),
            "Brier best constant": float(self.right.var()),
        }

    def reliability(self) -> list[dict[str, Any]]:
        """Give, for each range of strengths, what was said beside what was so."""
        of_bin = np.clip(np.digitize(self.strength, BINS) - 1, 0, len(BINS) - 2)
        return [
            {
                "strength": f"{BINS[number]:.1f}-{BINS[number + 1]:.1f}",
                "cases": int(inside.sum()),
                "predicted": float(self.strength[inside].mean()),
                "observed": float(self.right[inside].mean()),
            }
            for number in range(len(BINS) - 1)
            if (inside := of_bin == number).any()
        ]


def assigned_later(cases: CaseTable, truth: Mapping[str, str | None], earlier: Integers) -> Later:
    """Find the kinds of the earlier rows alone, then assign all others."""
    groups = fit(cases.take(earlier)).groups
    names, kinds = numbered([groups.get(case) for case in cases.ids])
    later = np.setdiff1d(np.arange(len(cases)), earlier)
    kinds[later] = UNKNOWN
    said = Assigner().fit(cases, kinds).assign(later)
    meant = [
        _mostly([truth.get(cases.ids[i]) for i in np.flatnonzero(kinds == k).tolist()])
        for k in range(len(names))
    ]
    told = [one for one in said if one is not None]
    own = [(i, None if kinds[i] < 0 else meant[int(kinds[i])]) for i in earlier]
    true = [truth.get(cases.ids[row]) for row in later]
    return Later(
        said=told,
        right=np.array(
            [
                kind is not None and meant[one.kind] == kind
                for one, kind in zip(told, true, strict=True)
            ]
        ),
        reachable=np.array([kind is not None and kind in meant for kind in true]),
        kinds=len(names),
        earlier_right=float(
            np.mean([kind is not None and kind == truth.get(cases.ids[i]) for i, kind in own])
        ),
    )


def _mostly(kinds: Sequence[str | None]) -> str | None:
    """Give the true kind of more than half of a kind's cases; None where there is none."""
    kind, count = Counter(kinds).most_common(1)[0]
    return kind if 2 * count > len(kinds) else None


def _mean(values: npt.NDArray[np.bool_]) -> float | None:
    return float(values.mean()) if len(values) else None
