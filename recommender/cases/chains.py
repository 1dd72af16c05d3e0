"""Chains of re-use: a case, what re-used it, what re-used that, and so on."""

from collections.abc import Mapping


def chain_of(case_id: str, reused_from: Mapping[str, str | None]) -> str:
    """Give the case that a chain began with, itself where it re-used none.

    `reused_from` gives the precedent of each known case; a chain is followed as far as it is known.
    Cases that re-used one another in a ring, as edits can make them, are one chain.
    """
    first = case_id
    passed: set[str] = set()
    while (before := reused_from.get(first)) is not None:
        if first in passed:
            return min(passed)
        passed.add(first)
        first = before
    return first
