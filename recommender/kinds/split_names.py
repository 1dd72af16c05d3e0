"""The name that a split suggests: out of the chosen cases' own words, beside those that stay."""

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np

from recommender.access import Act
from recommender.cases.proposals import find_case
from recommender.kinds.by_hand import living_names, members
from recommender.kinds.catalogue import living_kind
from recommender.kinds.drilling import in_shown_kinds
from recommender.kinds.gathering import Texts, approved_texts, middles, naming_input
from recommender.learning.distinctive import Meaning
from recommender.learning.naming import name_groups
from recommender.learning.showing import Floats, Rows
from recommender.learning.wording import UNNAMED, Rule
from recommender.models.kinds import Kind
from recommender.storage.house import Transaction

MOST_READ: Final = 200
"""Cases of each side that are read: more hardly change a name, and a click waits for it."""
FEWEST: Final = 2
"""Fewer cases have no words in common."""


def suggested_name(tx: Transaction, kind_id: str, cases: Collection[str]) -> str | None:
    """Name some of a kind's cases as a run names a group; None where they say too little.

    Only cases that are shown to every reader of kinds are read, so that the name tells nothing
    of the others.
    """
    tx.actor.require(Act.JUDGE_KINDS)
    kind = living_kind(tx, kind_id)
    shown = in_shown_kinds(tx, set(members(tx.session, kind)))
    off = {case if case in shown else find_case(tx, case).id for case in cases}
    sides = [_some(shown & off), _some(shown - off)]
    texts = approved_texts(tx.session, tx.house.encoder.fingerprint, {*sides[0], *sides[1]})
    row_of = {case.id: row for row, case in enumerate(texts.cases)}
    groups = [sorted(row_of[case] for case in side if case in row_of) for side in sides]
    if len(groups[0]) < FEWEST:
        return None
    name = _named(tx, kind, texts, [group for group in groups if group])
    return None if name == UNNAMED else name


def _some(cases: Collection[str]) -> Sequence[str]:
    """Choose cases evenly out of all, the same each time."""
    return sorted(cases)[:: max(1, -(-len(cases) // MOST_READ))]


def _named(tx: Transaction, kind: Kind, texts: Texts, groups: Sequence[Sequence[int]]) -> str:
    told = middles(texts)

    def likeness(some: Rows, others: Rows) -> Floats:
        return np.asarray(told[some] @ told[others].T)

    named = name_groups(
        groups,
        naming_input(texts),
        likeness,
        rules=[_rule(tx, kind)] * len(groups),
        meaning=Meaning(vectors=told, embed=tx.house.encoder.encode_documents),
        taken=living_names(tx.session),
    )
    return named[0].name


def _rule(tx: Transaction, kind: Kind) -> Rule | None:
    revision = None if kind.clause is None else kind.clause.revision_at(tx.at)
    if kind.clause is None or revision is None or revision.retires:
        return None
    return Rule(key=kind.clause.key, text=revision.text)
