"""Runs that find what a test says, through everything that a run does but the grouping itself."""

from collections.abc import Collection, Iterable

import pytest

from recommender.kinds import thinking
from recommender.kinds.clauses import GAP
from recommender.kinds.gathering import Gathered, casebase
from recommender.kinds.recognising import recognise
from recommender.kinds.thinking import Group, Thought
from recommender.learning.encoder import Encoder
from recommender.learning.progress import Progress


def let_runs_find(monkeypatch: pytest.MonkeyPatch, *groups: Collection[str]) -> None:
    """Let every later run find these groups of imported ids, as far as they are approved."""

    def think(gathered: Gathered, encoder: Encoder, seed: int, _progress: Progress) -> Thought:
        id_of = {case.key.split("\x1f")[1]: case.id for case in gathered.approved.cases}
        found = [frozenset(id_of[one] for one in group if one in id_of) for group in groups]
        kinds = recognise(gathered, found)
        return Thought(
            groups=[
                _group(kind, sorted(group), cases)
                for kind, group, cases in zip(kinds, groups, found, strict=True)
                if cases
            ],
            casebase=casebase(gathered, encoder.fingerprint),
            parameters={"seed": seed},
        )

    monkeypatch.setattr(thinking, "think", think)


def ids(story: str, numbers: Iterable[int]) -> set[str]:
    """Give imported ids of a story."""
    return {f"{story}-{number}" for number in numbers}


def _group(kind: str | None, told: list[str], cases: frozenset[str]) -> Group:
    return Group(
        kind=kind,
        cases=dict.fromkeys(cases, 0.5),
        name=f"Group of {told[0]} to {told[-1]}",
        choice=GAP,
        card={"terms": [], "representatives": [], "quality": {"shortfalls": []}},
    )
