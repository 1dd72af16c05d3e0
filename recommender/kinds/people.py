"""Counting people without counting anybody twice: distinct where known, unknown where not."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import TypeVar

from recommender.kinds.rows import CaseFacts
from recommender.vocabulary import EvidenceMode

MOST = 0.5
"""An identity counts as known when more than this share of the cases carries it."""
CLIQUE = 3
"""Signers who only sign for each other, from this many on, count as one pair."""

Identity = TypeVar("Identity", bound=Hashable)


def known(values: Sequence[Identity | None]) -> list[Identity] | None:
    """Give the known values if most cases carry one; None where it cannot be checked."""
    given = [value for value in values if value is not None]
    return given if len(given) > MOST * len(values) else None


def distinct(values: Sequence[Hashable] | None) -> int | None:
    """Count different values; None stays None."""
    return None if values is None else len(set(values))


def evidence_mode(rows: Sequence[CaseFacts]) -> EvidenceMode:
    """Tell how many of agents, signers and customers most cases carry: all, some or none."""
    missing = len(unknown(rows))
    if missing == 0:
        return EvidenceMode.FULL
    return EvidenceMode.PARTIAL if missing < len(_IDENTITIES) else EvidenceMode.ANONYMOUS


def unknown(rows: Sequence[CaseFacts]) -> tuple[str, ...]:
    """Name the identities that most cases do not carry."""
    return tuple(
        words
        for name, words in _IDENTITIES.items()
        if known([getattr(row, name) for row in rows]) is None
    )


def signer_pairs(rows: Sequence[CaseFacts]) -> int | None:
    """Count pairs of filer and signer, whoever filed; a closed clique counts as one pair.

    None where most cases do not carry both.
    """
    pairs = known([_pair(row) for row in rows])
    if pairs is None:
        return None
    return sum(
        1 if len(group) >= CLIQUE and edges == len(group) * (len(group) - 1) // 2 else edges
        for group, edges in _components({pair for pair in pairs if len(pair) > 1})
    )


def _pair(row: CaseFacts) -> frozenset[str] | None:
    if row.agent is None or row.cosigner is None:
        return None
    return frozenset({row.agent, row.cosigner})


def _components(pairs: set[frozenset[str]]) -> list[tuple[set[str], int]]:
    """Give the groups of people linked by pairs, each with its number of pairs."""
    linked: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        for person in pair:
            linked[person] |= pair
    found = []
    unseen = set(linked)
    while unseen:
        group, fresh = set[str](), {unseen.pop()}
        while fresh:
            group |= fresh
            fresh = set[str]().union(*(linked[person] for person in fresh)) - group
        unseen -= group
        found.append((group, sum(len(linked[person]) - 1 for person in group) // 2))
    return found


_IDENTITIES = {"agent": "agents", "cosigner": "signers", "customer": "customers"}
