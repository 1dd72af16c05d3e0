"""One pass of discovery: from the cases to groups, cell by cell where they are too many."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.learning.aspects import Aspect, aspects_of, mean_likeness
from recommender.learning.casetable import CaseTable
from recommender.learning.cells import cells_of, recut, rejoined
from recommender.learning.cellsearch import LESSON_ROUNDS, CellSearch
from recommender.learning.consensus import Cut, Grouping
from recommender.learning.constraints import Constraints
from recommender.learning.containment import SelfContained
from recommender.learning.linkage import renumber
from recommender.learning.progress import Progress
from recommender.learning.quality import FoundGroup, describe
from recommender.learning.searchsettings import SearchSettings

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a pass found: group and strength of every case, and the aspects it went by."""

    labels: Integers
    strength: Floats
    aspects: tuple[Aspect, ...]
    doubted: Bools

    def groups(self, cases: CaseTable) -> tuple[FoundGroup, ...]:
        """Describe the groups, by number, over the cases of the pass."""
        count = int(self.labels.max(initial=-1)) + 1
        members = [np.flatnonzero(self.labels == number) for number in range(count)]
        likeness = mean_likeness(self.aspects, members)
        return describe(self.labels, self.strength, cases, self.doubted, likeness)


class Search:
    """One pass over cases sorted by id."""

    def __init__(self, settings: SearchSettings, cases: CaseTable, progress: Progress) -> None:
        self._settings = settings
        self._cases = cases
        self._constraints = Constraints.of(cases)
        self._progress = progress

    def found(self) -> Found:
        """Group the cases, let the groups teach, group them again."""
        n = len(self._cases)
        if n < self._settings.min_size:
            nobody = np.full(n, -1, dtype=np.intp)
            none = np.zeros(n, dtype=np.float32)
            return Found(labels=nobody, strength=none, aspects=(), doubted=none.astype(bool))
        aspects, doubted = aspects_of(
            self._cases,
            word_weight=self._settings.word_weight,
            field_weight=self._settings.field_weight,
        )
        grouping = self._grouping(aspects)
        cells = cells_of(aspects, self._constraints.component, self._settings.most_at_once)
        if len(cells) > 1:
            labels, strength = self._in_cells(aspects, cells, grouping)
        else:
            cell = self._cell(aspects, cells[0], grouping)
            labels, strength = cell.found(self._progress)
            aspects += cell.lesson
        return Found(labels=labels, strength=strength, aspects=aspects, doubted=doubted)

    def _grouping(self, aspects: tuple[Aspect, ...]) -> Grouping:
        """Cut at a distance where one text has company that lends it one; else go by ranks.

        Fields count by their weights, a further text by the share of the cases that have it. With
        fields, ranks mislead: the cases of one clause always keep to themselves.
        """
        texts = [view.present.mean() for view in self._cases.views.values()]
        fields = [one.weight for one in aspects if not one.told]
        if sum(fields) + sum(texts) - max(texts) >= self._settings.company_needed:
            return Cut(loosest=self._settings.loosest, tightest=self._settings.tightest)
        return SelfContained(least=self._settings.self_containment)

    def _in_cells(
        self, aspects: tuple[Aspect, ...], cells: list[Integers], grouping: Grouping
    ) -> tuple[Integers, Floats]:
        """Group the cells shortly, cut them anew around the groups, group those cells in full.

        The provisional groups of the first cells are the first lesson of the second ones.
        """
        labels = np.full(len(self._cases), -1, dtype=np.intp)
        strength = np.zeros(len(labels), dtype=np.float32)
        for done, rows in enumerate(cells):
            found, _ = self._cell(aspects, rows, grouping).grouped(LESSON_ROUNDS)
            _add(labels, rows, found)
            self._progress(done + 1, 2 * len(cells))
        groups = self._rejoined(labels, aspects, cells)
        made = recut(groups, aspects, self._constraints.component, self._settings.most_at_once)
        labels[:] = -1
        for done, rows in enumerate(made):
            cell = self._cell(aspects, rows, grouping)
            taught = renumber(groups[rows], self._settings.min_size)
            found, strength[rows] = cell.found(given=taught)
            _add(labels, rows, found)
            self._progress(len(cells) + done + 1, len(cells) + len(made))
        return self._rejoined(labels, aspects, made), strength

    def _rejoined(
        self, labels: Integers, aspects: tuple[Aspect, ...], cells: list[Integers]
    ) -> Integers:
        middle = self._settings.middle
        joined = rejoined(labels, aspects, cells, self._constraints, middle)
        return renumber(joined, self._settings.min_size)

    def _cell(self, aspects: tuple[Aspect, ...], rows: Integers, grouping: Grouping) -> CellSearch:
        ids = [self._cases.ids[row] for row in rows]
        constraints = self._constraints.among(rows)
        return CellSearch(self._settings, aspects, rows, ids, constraints, grouping)


def _add(labels: Integers, rows: Integers, found: Integers) -> None:
    """Number the groups found among `rows` after those that there are."""
    labels[rows] = np.where(found >= 0, found + labels.max() + 1, -1)
