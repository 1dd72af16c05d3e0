"""Why the inbox is empty: what is missing, sentence by sentence, with no number of few people."""

from collections import Counter
from collections.abc import Sequence

from recommender.kinds.drilling import Groups
from recommender.kinds.floors import hides_people
from recommender.kinds.standing import Standing
from recommender.kinds.surfacing import shortfalls
from recommender.models.kinds import Run
from recommender.storage.house import Transaction
from recommender.vocabulary import KindState

NEAREST = 3
"""Of so many kinds it is said what they lack."""


def why_none(
    tx: Transaction, living: Sequence[Standing], shown: Groups, last: Run | None
) -> list[str]:
    """Say why no kind has surfaced; nothing where one has."""
    if any(one.surfaced for one in living):
        return []
    told = [] if shown.total is None else [f"Approved cases: {shown.total}."]
    if last is None:
        return [*told, "No run has looked for kinds yet. `recommender discover` starts one."]
    if not living:
        return [*told, "The last run found no five cases that are told alike."]
    aside = sum(one.state is KindState.DISMISSED for one in living)
    if aside:
        told.append(f"Kinds put aside: {aside}.")
    emerging = [one for one in living if one.state is KindState.EMERGING]
    if emerging:
        told.append(f"Kinds that are not yet sure enough: {len(emerging)}.")
        told += _lacking(tx, emerging)
    return told


def _lacking(tx: Transaction, emerging: Sequence[Standing]) -> list[str]:
    """Say what the nearest kinds lack, and what most of them do."""
    missing = {one.kind.id: shortfalls(one.evidence) for one in emerging}
    nearest = sorted(emerging, key=lambda one: (len(missing[one.kind.id]), one.kind.name))
    told = []
    for one in nearest[:NEAREST]:
        first = missing[one.kind.id][0]
        hidden = hides_people(one.evidence, tx.settings) or first.have is None
        has = "" if hidden else f" It has {first.have:g}."
        told.append(f"“{one.kind.name}”: {first.words}{has}")
    gates = Counter(words for one in emerging for words in one.evidence.gate)
    told += [
        f"Of {len(emerging)} kinds, {n} lack this: {words}" for words, n in gates.most_common(2)
    ]
    return told
