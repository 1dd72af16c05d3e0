"""What discovery sees of the cases: text vectors, the fields people typed, human constraints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from recommender.errors import Invalid
from recommender.learning.arrays import UnitVectors

Pair = tuple[str, str]


class BadCaseTable(Invalid):
    """The case table does not fit together; `field` names the column."""

    title = "Bad case table"


class ContradictoryConstraints(Invalid):
    """Two cases must be together and must be apart at once; `pair` names them."""

    title = "Contradictory constraints"


@dataclass(frozen=True, kw_only=True)
class View:
    """One text field of all cases, embedded.

    Attributes
    ----------
    vectors : UnitVectors of shape (n, d)
        Rows of cases without this text are ignored, whatever they hold.
    present : bool array of shape (n,)
    """

    vectors: UnitVectors
    present: npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class CaseTable:
    """The approved cases of one run, a row each; the order of the rows never matters.

    Attributes
    ----------
    ids : n distinct, lasting strings; they settle every tie
    views : the text views kept apart (situation, resolution, reason); each case is in at least one
    words : per case all its redacted texts, for what only the wording tells
    clauses : key of the clause or section a case names, None where it names none
    actions : what was granted, coarsely; None where unknown
    facts : per case, name -> value; an empty mapping where none were typed
    taken : per case, which of "clause", "action" and "facts" its filer took over from a suggestion:
        they speak for their case, and teach nothing about others
    must_link, cannot_link : pairs of ids that people put together or apart; pairs with a case
        that is not in this run are dropped

    An empty `words`, `clauses`, `actions`, `facts` or `taken` means that nobody gave any.
    """

    ids: Sequence[str]
    views: Mapping[str, View]
    words: Sequence[str] = ()
    clauses: Sequence[str | None] = ()
    actions: Sequence[str | None] = ()
    facts: Sequence[Mapping[str, object]] = ()
    taken: Sequence[frozenset[str]] = ()
    must_link: Sequence[Pair] = field(default=())
    cannot_link: Sequence[Pair] = field(default=())

    def __post_init__(self) -> None:
        """Refuse columns of unequal length, repeated ids and cases without any text."""
        n = len(self.ids)
        if len(set(self.ids)) != n:
            raise BadCaseTable("Every case stands in one row only.", field="ids")
        for name in ("words", "clauses", "actions", "facts", "taken"):
            length = len(getattr(self, name))
            if length not in (0, n):
                raise BadCaseTable(f"{length} values for {n} cases.", field=name)
        if not self.views:
            raise BadCaseTable("At least one text view is needed.", field="views")
        for name, view in self.views.items():
            if view.vectors.ndim != 2 or len(view.vectors) != n or view.present.shape != (n,):  # noqa: PLR2004
                raise BadCaseTable(f"{name} does not have one row a case.", field="views")
            if not np.isfinite(view.vectors[view.present]).all():
                raise BadCaseTable(f"{name} holds a value that is not finite.", field="views")
        if n and not np.any([view.present for view in self.views.values()], axis=0).all():
            raise BadCaseTable("A case without any text cannot be compared.", field="views")

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: npt.NDArray[np.intp]) -> "CaseTable":
        """Give the table of the chosen rows, in that order; constraints stay as they are."""
        picked = rows.tolist()
        return CaseTable(
            ids=[self.ids[i] for i in picked],
            views={
                name: View(vectors=UnitVectors(view.vectors[rows]), present=view.present[rows])
                for name, view in self.views.items()
            },
            words=[self.words[i] for i in picked] if self.words else (),
            clauses=[self.clauses[i] for i in picked] if self.clauses else (),
            actions=[self.actions[i] for i in picked] if self.actions else (),
            facts=[self.facts[i] for i in picked] if self.facts else (),
            taken=[self.taken[i] for i in picked] if self.taken else (),
            must_link=self.must_link,
            cannot_link=self.cannot_link,
        )
