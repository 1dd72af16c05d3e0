"""Simulated corrections: somebody who knows the truth fixes the biggest errors of a grouping.

An error's size is the number of cases it misplaces. Two ways to correct:
- *pair*: one link between two typical cases, the least a person can say;
- *whole*: what a merge or split in the product says, about all cases concerned that are of the
  kinds in question.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from recommender.learning.casetable import Pair
from recommender.learning.evaluation import FOUND
from tests.bench.scores import Grouping, groups_of

Way = Literal["pair", "whole"]


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One thing that somebody put right."""

    verb: Literal["merge", "split", "remove", "not a kind"]
    size: int
    must_link: tuple[Pair, ...] = ()
    cannot_link: tuple[Pair, ...] = ()

    @property
    def touched(self) -> frozenset[str]:
        """The cases that it speaks about."""
        return frozenset(case for pair in self.must_link + self.cannot_link for case in pair)


@dataclass(frozen=True)
class _Found:
    """A found group as the oracle sees it: its cases by true kind, the most typical first."""

    kind: str
    members: Mapping[str | None, Sequence[str]]

    @property
    def typical(self) -> str:
        return self.members[self.kind][0]


def corrections(
    truth: Grouping, found: Grouping, strength: Mapping[str, float], way: Way
) -> list[Correction]:
    """List what is wrong with a grouping, the biggest error first.

    Fragments of a kind are joined, other kinds and strangers are put apart from the kind that a
    group mostly holds, and a group that is mostly one-offs is declared no kind.
    """
    groups = [group for _, group in sorted(groups_of(found).items()) if len(group) >= FOUND]
    kept: list[_Found] = []
    made: list[Correction] = []
    for group in groups:
        members = _by_kind(group, truth, strength)
        kind = max(
            (kind for kind in members if kind is not None),
            key=lambda k: (len(members[k]), k),
            default=None,
        )
        if kind is None or len(members.get(None, ())) > len(group) / 2:
            pairs = tuple(combinations(sorted(group), 2))
            made.append(Correction(verb="not a kind", size=len(group), cannot_link=pairs))
        else:
            kept.append(_Found(kind, members))
    made += [one for each in kept for one in _apart(each, way)]
    made += list(_together(kept, way))
    return sorted(made, key=lambda one: (-one.size, one.verb, one.must_link, one.cannot_link))


def _by_kind(
    group: set[str], truth: Grouping, strength: Mapping[str, float]
) -> dict[str | None, list[str]]:
    members: dict[str | None, list[str]] = {}
    for case in sorted(group, key=lambda case: (-strength[case], case)):
        members.setdefault(truth.get(case), []).append(case)
    return members


def _apart(group: _Found, way: Way) -> Iterator[Correction]:
    """Split other kinds off, and take single strangers out."""
    for kind, cases in group.members.items():
        if kind == group.kind:
            continue
        if kind is None or len(cases) == 1:
            for case in cases:
                yield Correction(verb="remove", size=1, cannot_link=((group.typical, case),))
            continue
        inside = _star(group.members[group.kind]) + _star(cases) if way == "whole" else ()
        yield Correction(
            verb="split",
            size=min(len(cases), len(group.members[group.kind])),
            must_link=inside,
            cannot_link=((group.typical, cases[0]),),
        )


def _together(groups: Sequence[_Found], way: Way) -> Iterator[Correction]:
    """Join the fragments of a kind to its largest one."""
    for kind, count in sorted(Counter(group.kind for group in groups).items()):
        if count == 1:
            continue
        parts = sorted(
            (list(group.members[kind]) for group in groups if group.kind == kind),
            key=lambda part: (-len(part), part),
        )
        for part in parts[1:]:
            chosen = parts[0] + part if way == "whole" else [parts[0][0], part[0]]
            yield Correction(verb="merge", size=len(part), must_link=_star(chosen))


def _star(cases: Sequence[str]) -> tuple[Pair, ...]:
    return tuple((cases[0], other) for other in cases[1:])
