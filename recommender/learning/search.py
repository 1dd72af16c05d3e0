"""One pass of discovery: from the cases to groups, with lessons from provisional groups between."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.errors import Invalid
from recommender.learning.aspects import (
    Aspect,
    aspects_of,
    field_aspect,
    mean_likeness,
    text_features,
    weighed,
)
from recommender.learning.casetable import CaseTable
from recommender.learning.cells import cells_of, rejoined
from recommender.learning.consensus import Cut, Grouping, Rounds, close_pair, together
from recommender.learning.constraints import Constraints, taken_in
from recommender.learning.containment import SelfContained
from recommender.learning.fields import read_groups
from recommender.learning.linkage import AverageLinkageCut, renumber
from recommender.learning.progress import Progress
from recommender.learning.quality import FoundGroup, describe

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.intp]

LESSON_ROUNDS = 8
LESSON = "lesson"


class BadSetting(Invalid):
    """A discovery parameter is out of its range; `field` names it."""

    title = "Bad discovery setting"


@dataclass(frozen=True, kw_only=True)
class SearchSettings:
    """The checked parameters of one pass; `KindFinder` says what each means."""

    min_size: int
    word_weight: float
    field_weight: float
    lesson_weight: float
    lessons: int
    loosest: float
    tightest: float
    company_needed: float
    self_containment: float
    rounds: int
    agreement: float
    text_floor: float
    most_at_once: int
    seed: int

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        least: dict[str, float] = {
            "min_size": 2,
            "word_weight": 0,
            "field_weight": 0,
            "lesson_weight": 0,
            "lessons": 0,
            "loosest": 0,
            "tightest": self.loosest,
            "company_needed": 0,
            "self_containment": 0,
            "rounds": 1,
            "agreement": 0,
            "text_floor": 0,
            "most_at_once": 10,
            "seed": 0,
        }
        for name, floor in least.items():
            if not getattr(self, name) >= floor:
                raise BadSetting(f"{getattr(self, name)} is below {floor}.", field=name)
        if self.agreement > 1:
            raise BadSetting(f"{self.agreement} is above 1.", field="agreement")

    @property
    def middle(self) -> float:
        """The cut in the middle of the range, in close pairs."""
        return (self.loosest + self.tightest) / 2


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
        lessons = self._settings.lessons if isinstance(grouping, Cut) else 0
        plain, passes = aspects, lessons + 1
        for lesson in range(lessons):
            labels, _ = self._grouped(aspects, grouping, LESSON_ROUNDS)
            aspects = plain + self._lesson(plain, labels)
            self._progress(lesson + 1, passes)
        labels, strength = self._grouped(aspects, grouping, self._settings.rounds)
        self._progress(passes, passes)
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

    def _lesson(self, plain: tuple[Aspect, ...], labels: Integers) -> tuple[Aspect, ...]:
        """Read the provisional groups like a field that the texts and the other fields explain."""
        fields = [
            np.sqrt(one.weight / self._settings.field_weight) * one.rows
            for one in plain
            if one.weight > 0 and not one.told
        ]
        features = np.hstack([text_features(self._cases), *fields])
        reading = read_groups(features, labels)
        if reading is None:
            return ()
        return (field_aspect(LESSON, reading, weight=self._settings.lesson_weight),)

    def _grouped(
        self, aspects: tuple[Aspect, ...], grouping: Grouping, rounds: int
    ) -> tuple[Integers, Floats]:
        """Group every cell of the casebase, then join what the cells' borders parted."""
        labels = np.full(len(self._cases), -1, dtype=np.intp)
        strength = np.zeros(len(labels), dtype=np.float32)
        cells = cells_of(aspects, self._constraints.component, self._settings.most_at_once)
        for rows in cells:
            found, strength[rows] = self._cell(aspects, rows, grouping, rounds)
            labels[rows] = np.where(found >= 0, found + labels.max() + 1, -1)
        if len(cells) > 1:
            labels = rejoined(labels, aspects, cells, self._constraints, self._settings.middle)
        return renumber(labels, self._settings.min_size), strength

    def _cell(
        self, aspects: tuple[Aspect, ...], rows: Integers, grouping: Grouping, rounds: int
    ) -> tuple[Integers, Floats]:
        constraints = self._constraints.among(rows)
        parts = [one.likeness(rows, rows) for one in aspects]
        share = together(
            parts,
            [one.weight for one in aspects],
            [self._cases.ids[row] for row in rows],
            constraints.among,
            Rounds(count=rounds, seed=self._settings.seed),
            grouping,
        )
        distance = 1 - share
        constraints.contract(distance)
        constraints.part(distance, 2.0)
        cut, least = 1 - self._settings.agreement, self._settings.min_size
        tree = AverageLinkageCut(cut=cut, min_size=least, metric="precomputed")
        labels = renumber(constraints.kept(tree.fit(distance).labels_, distance), least)
        texts = sum(
            (one.weight * part for one, part in zip(aspects, parts, strict=True) if one.told),
            np.zeros_like(share),
        )
        labels = renumber(_told_alike(labels, texts, constraints, self._settings.text_floor), least)
        if constraints.strays(labels):
            alike = weighed(aspects, rows, rows)
            floor = self._settings.middle * close_pair(alike)
            labels = renumber(taken_in(labels, alike, floor, constraints), least)
        return labels, _strength(share, labels)


def _told_alike(
    labels: Integers, texts: Floats, constraints: Constraints, floor: float
) -> Integers:
    """Dissolve groups that only their fields hold together, unless people put most of one together.

    `texts` is the texts' likeness of all pairs; `floor` counts in its close pairs.
    """
    out = labels.copy()
    least = floor * close_pair(texts)
    for number in range(int(labels.max(initial=-1)) + 1):
        rows = np.flatnonzero(labels == number)
        inside = texts[np.ix_(rows, rows)]
        mean = (inside.sum() - np.trace(inside)) / (len(rows) * (len(rows) - 1))
        vouched = 2 * np.bincount(constraints.component[rows]).max() > len(rows)
        if mean < least and not vouched:
            out[rows] = -1
    return out


def _strength(share: Floats, labels: Integers) -> Floats:
    """Give the mean share of the rounds that each case spent with the others of its group."""
    out = np.zeros(len(labels), dtype=np.float32)
    for number in range(int(labels.max(initial=-1)) + 1):
        rows = np.flatnonzero(labels == number)
        out[rows] = (share[np.ix_(rows, rows)].sum(axis=1) - 1) / (len(rows) - 1)
    return out
