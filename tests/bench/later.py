"""Later cases put into the kinds of earlier ones: how many rightly, and what strengths are worth.

Later are the cases of the last months; where cases have no date, a third of them, by a hash of
their ids. A later case is assigned rightly where its true kind is that of most cases of the kind it
is put into. Kinds that earlier cases did not show cannot be hit: a case of one should wait.

Cases of one true kind are right or wrong together, so that the intervals are over kinds drawn anew,
each one-off being a kind of its own.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from recommender.learning.assigning import UNKNOWN, Assigner, Assignment, looked_at, numbered
from recommender.learning.casetable import CaseTable
from tests.bench.ours import fit
from tests.bench.scores import Interval, bootstrap
from tests.bench.sets import BenchSet

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]
SPLIT: Final = datetime(2025, 9, 1, tzinfo=UTC)
BINS: Final = (0.0, 0.2, 0.4, 0.6, 0.75, 0.9, 1.0)
"""The edges at .4 and .75 part the cases that wait, have a kind suggested and join one."""
TENTHS: Final = 10


@dataclass(frozen=True, kw_only=True)
class Later:
    """What was said of each later case, whether it is right, and whether it could have been.

    `sound` are those put into a kind that is mostly one true kind's. `drawn` numbers what is drawn
    anew for intervals: each case's true kind, one-offs apart. `earlier_right` is what a constant
    would say: how many of the earlier cases are in a kind that is mostly theirs.
    """

    said: Sequence[Assignment]
    right: Bools
    reachable: Bools
    sound: Bools
    drawn: Integers
    kinds: int
    earlier_right: float

    @property
    def strength(self) -> Floats:
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
            **self._share("rightly", self.right, tight),
            **self._share("of known joined rightly", tight & self.right, self.reachable),
            **self._share("of others joined", tight, ~self.reachable),
            "into mixtures": int((tight & ~self.sound).sum()),
            "into another kind": int((tight & self.sound & self.reachable & ~self.right).sum()),
            "suggested": int(loose.sum()),
            **self._share("suggested rightly", self.right, loose),
            **self._drawn("Brier", (self.strength - self.right) ** 2, _mean),
            "Brier constant": float(((self.earlier_right - self.right) ** 2).mean()),
            "Brier best constant": float(self.right.var()),
            **self._drawn("ECE", self._off_by_tenth(), _calibration_error),
        }

    def reliability(self) -> list[dict[str, Any]]:
        """Give, for each range of strengths, what was said beside what was so."""
        of_bin = np.clip(np.digitize(self.strength, BINS) - 1, 0, len(BINS) - 2)
        return [
            {
                "strength": f"{BINS[number]:.2f}-{BINS[number + 1]:.2f}",
                "cases": int(inside.sum()),
                "predicted": float(self.strength[inside].mean()),
                **self._share("observed", self.right, inside),
            }
            for number in range(len(BINS) - 1)
            if (inside := of_bin == number).any()
        ]

    def _off_by_tenth(self) -> Floats:
        """Give what was said less what was so, a column a tenth of the strengths."""
        tenth = np.clip((self.strength * TENTHS).astype(np.intp), 0, TENTHS - 1)
        off: Floats = np.zeros((len(tenth), TENTHS))
        off[np.arange(len(tenth)), tenth] = self.strength - self.right
        return off

    def _share(self, name: str, part: Bools, whole: Bools) -> dict[str, Any]:
        """Give the share of the whole that is the part, with its interval; None of nothing."""
        if not whole.any():
            return {name: None}
        columns = np.column_stack([part & whole, whole]).astype(np.float64)
        return self._figure(name, columns, lambda sums: sums[:, 0] / np.maximum(sums[:, 1], 1))

    def _drawn(
        self, name: str, columns: Floats, figure: Callable[[Floats], Floats]
    ) -> dict[str, Any]:
        return self._figure(name, np.column_stack([columns, np.ones(len(columns))]), figure)

    def _figure(
        self, name: str, columns: Floats, figure: Callable[[Floats], Floats]
    ) -> dict[str, Any]:
        """Give a figure of column sums over the cases, with its interval."""
        sums: Floats = np.zeros((int(self.drawn.max()) + 1, columns.shape[1]))
        np.add.at(sums, self.drawn, columns)
        interval: Interval = bootstrap(sums, figure)
        return {name: float(figure(sums.sum(axis=0)[None])[0]), f"{name} 95 %": interval}


def earlier(bench: BenchSet) -> Integers:
    """Choose the cases whose kinds are taken for known: those before `SPLIT`, or two thirds."""
    if any(bench.moments):
        chosen = [at is not None and at < SPLIT for at in bench.moments]
    else:
        chosen = [hashlib.sha256(case.encode()).digest()[0] % 3 != 0 for case in bench.ids]
    return np.flatnonzero(chosen)


def assigned_later(
    cases: CaseTable, truth: Mapping[str, str | None], known: Integers
) -> Later | None:
    """Find the kinds of the known rows alone, then assign all others; None without a kind."""
    found = fit(cases.take(known))
    if all(group is None for group in found.groups.values()):
        return None
    names, kinds = numbered([found.groups.get(case) for case in cases.ids])
    later = np.setdiff1d(np.arange(len(cases)), known)
    kinds[later] = UNKNOWN
    firmness = np.array([found.strength.get(case, 0.0) for case in cases.ids])
    seen = looked_at(cases.ids, kinds)
    assigner = Assigner().fit(cases.take(seen), kinds[seen], firmness[seen])
    asked = np.argsort(seen)[np.searchsorted(np.sort(seen), later)]
    said = [one for one in assigner.assign(asked) if one is not None]
    meant = [
        _mostly([truth.get(cases.ids[i]) for i in np.flatnonzero(kinds == k).tolist()])
        for k in range(len(names))
    ]
    own = [(i, None if kinds[i] < 0 else meant[int(kinds[i])]) for i in known]
    true = [truth.get(cases.ids[row]) for row in later]
    return Later(
        said=said,
        right=np.array(
            [
                kind is not None and meant[one.kind] == kind
                for one, kind in zip(said, true, strict=True)
            ]
        ),
        reachable=np.array([kind is not None and kind in meant for kind in true]),
        sound=np.array([meant[one.kind] is not None for one in said]),
        drawn=_numbered(true),
        kinds=len(names),
        earlier_right=float(
            np.mean([kind is not None and kind == truth.get(cases.ids[i]) for i, kind in own])
        ),
    )


def _mostly(kinds: Sequence[str | None]) -> str | None:
    """Give the true kind of more than half of a kind's cases; None where there is none."""
    kind, count = Counter(kinds).most_common(1)[0]
    return kind if 2 * count > len(kinds) else None


def _numbered(true: Sequence[str | None]) -> Integers:
    """Number the true kinds, each one-off by itself."""
    number: dict[object, int] = {}
    return np.array(
        [
            number.setdefault(row if kind is None else kind, len(number))
            for row, kind in enumerate(true)
        ],
        dtype=np.intp,
    )


def _mean(sums: Floats) -> Floats:
    return sums[:, 0] / sums[:, 1]


def _calibration_error(sums: Floats) -> Floats:
    return np.asarray(np.abs(sums[:, :TENTHS]).sum(axis=1) / sums[:, TENTHS])
