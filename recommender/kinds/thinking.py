"""The thinking of a run, with no transaction open: group, recognise, name, find the clause."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.kinds.clauses import Choice, choose_clause, usual_share
from recommender.kinds.gathering import (
    Gathered,
    RunCase,
    Texts,
    case_table,
    casebase,
    middles,
    naming_input,
)
from recommender.kinds.nearness import Floats, centre
from recommender.kinds.recognising import recognise
from recommender.learning.discovery import KindFinder
from recommender.learning.distinctive import Meaning
from recommender.learning.encoder import Encoder
from recommender.learning.naming import NamedGroup, name_groups
from recommender.learning.progress import Progress, unseen
from recommender.learning.quality import FoundGroup
from recommender.learning.wording import Rule


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group as the run will publish it, its cases by id."""

    kind: str | None
    """The living or retired kind that it is; None: a new one."""
    cases: Mapping[str, float]
    """Case -> strength."""
    name: str
    choice: Choice
    card: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Thought:
    """What a run found."""

    groups: Sequence[Group]
    casebase: str
    """What it saw, as a fingerprint."""
    parameters: Mapping[str, object]


def think(gathered: Gathered, encoder: Encoder, seed: int, progress: Progress = unseen) -> Thought:
    """Group the cases, recognise the kinds in the groups, name and describe them.

    `progress` is told how far the grouping, the long part, has come.
    """
    cases_of_run = case_table(gathered.approved, gathered.must_link, gathered.cannot_link)
    finder = KindFinder(seed=seed).fit(cases_of_run, progress=progress)
    cases = gathered.approved.cases
    found = [frozenset(cases[row].id for row in group.rows) for group in finder.groups_]
    kinds = recognise(gathered, found)
    clauses = _Clauses(gathered, encoder)
    choices = [clauses.choice(group) for group in finder.groups_]
    taken = {gathered.names[kind] for kind in _keeping_names(gathered, kinds)}
    rules = [clauses.rule(choice) for choice in choices]
    named = _named(finder, gathered.approved, rules, encoder, taken)
    settings = {name: value for name, value in finder.get_params().items() if name != "seed"}
    return Thought(
        groups=[
            Group(
                kind=kinds[number],
                cases={cases[row].id: float(finder.strength_[row]) for row in group.rows},
                name=named[number].name,
                choice=choices[number],
                card=_card(cases, group, named[number]),
            )
            for number, group in enumerate(finder.groups_)
        ],
        casebase=casebase(gathered, encoder.fingerprint, repr(sorted(settings.items()))),
        parameters=finder.get_params() | {"weights": dict(finder.weights_)},
    )


def _keeping_names(gathered: Gathered, found: Collection[str | None]) -> set[str]:
    """Give the kinds that keep their names: named by people, or without a group."""
    return {
        kind for kind in gathered.names if kind in gathered.named_by_people or kind not in found
    }


def _named(
    finder: KindFinder,
    approved: Texts,
    rules: Sequence[Rule | None],
    encoder: Encoder,
    taken: Collection[str],
) -> tuple[NamedGroup, ...]:
    """Name the groups, none like the kinds that keep their names whatever is found."""
    return name_groups(
        [group.rows for group in finder.groups_],
        naming_input(approved),
        finder.likeness,
        rules=rules,
        meaning=Meaning(vectors=middles(approved), embed=encoder.encode_documents),
        taken=taken,
    )


def _card(cases: Sequence[RunCase], group: FoundGroup, named: NamedGroup) -> dict[str, object]:
    return {
        "terms": list(named.terms),
        "action": named.action,
        "representatives": [cases[row].id for row in named.representatives],
        "borderline": [cases[row].id for row in named.borderline],
        "nearest_outside": [cases[row].id for row in named.nearest_outside],
        "quality": {
            "cohesion": group.cohesion,
            "rival_similarity": group.rival_similarity,
            "stability": group.stability,
            "clause_share": group.clause_share,
            "doubted": group.doubted,
            "shortfalls": [missed.sentence for missed in group.shortfalls()],
        },
    }


class _Clauses:
    """Chooses each group's clause; embeds the words of a clause when they are first needed."""

    def __init__(self, gathered: Gathered, encoder: Encoder) -> None:
        self._gathered = gathered
        self._encoder = encoder
        self._words = {clause.key: clause.text for clause in gathered.book}
        self._vectors: dict[str, Floats] = {}
        self._usual = usual_share([case.reference for case in gathered.approved.cases])

    def rule(self, choice: Choice) -> Rule | None:
        """Give the words of a chosen clause."""
        key = choice.clause
        return None if key is None else Rule(key=key, text=self._words[key])

    def choice(self, group: FoundGroup) -> Choice:
        cases = self._gathered.approved.cases
        middle = centre(self._gathered.approved, group.rows)

        def likeness(keys: Sequence[str]) -> dict[str, float]:
            self._embed(keys)
            return {
                key: float(np.mean([vector @ self._vectors[key] for vector in middle.values()]))
                for key in keys
            }

        return choose_clause(
            [cases[row].reference for row in group.rows],
            self._gathered.book,
            likeness,
            usual=self._usual,
        )

    def _embed(self, keys: Sequence[str]) -> None:
        missing = [key for key in keys if key not in self._vectors]
        if missing:
            rows = self._encoder.encode_documents([self._words[key] for key in missing])
            self._vectors |= dict(zip(missing, rows, strict=True))
