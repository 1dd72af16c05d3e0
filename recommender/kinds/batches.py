"""Batch correction: what was pasted, re-used or all on one day is not independent evidence."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from recommender.cases.chains import chain_of
from recommender.kinds.rows import CaseFacts

NEAR_IN_TIME = timedelta(days=2)
NEAR_IN_WORDS = 0.8
"""Least share of common words (Jaccard) of two texts that count once."""
MOST_A_DAY = 3
"""One day is one event; it adds this many cases at most."""

_WORD = re.compile(r"\w+")


def counted(rows: Sequence[CaseFacts]) -> list[CaseFacts]:
    """Give the rows that count as evidence, the earliest first, equal times as they were given.

    Near-identical texts of one filer within two days count once, and so does the text of a
    precedent that was re-used, whoever re-used it and whenever; beyond three on one day, three
    count, of as many different filers as there were. Unknown filers may be one person, so their
    near-identical texts count once too.
    """
    ordered = sorted(rows, key=lambda row: row.occurred_at)
    again = _pasted(ordered) | _copied(ordered)
    return _capped([row for row in ordered if row.id not in again])


def _pasted(ordered: Sequence[CaseFacts]) -> set[str]:
    """Find what one filer wrote again within two days."""
    by_filer: dict[str | None, list[CaseFacts]] = defaultdict(list)
    again = set()
    for row in ordered:
        earlier = [
            other
            for other in by_filer[row.agent]
            if row.occurred_at - other.occurred_at <= NEAR_IN_TIME
        ]
        if any(near_identical(row.situation, other.situation) for other in earlier):
            again.add(row.id)
        else:
            earlier.append(row)
        by_filer[row.agent] = earlier
    return again


def _copied(ordered: Sequence[CaseFacts]) -> set[str]:
    """Find what re-used a precedent and says no more than it, or than another that re-used it."""
    reused = {row.id: row.reused_from for row in ordered}
    said: dict[str, list[str]] = defaultdict(list)
    for row in ordered:
        if row.reused_from is None:
            said[row.id].append(row.situation)
    copies = set()
    for row in ordered:
        if row.reused_from is None:
            continue
        before = said[chain_of(row.id, reused)]
        if any(near_identical(row.situation, text) for text in before):
            copies.add(row.id)
        else:
            before.append(row.situation)
    return copies


def near_identical(one: str, other: str) -> bool:
    """Tell whether two texts are the same but for spelling, or share four fifths of their words.

    Blank texts are like no other.
    """
    a, b = _words(one), _words(other)
    return bool(a and b) and len(a & b) >= NEAR_IN_WORDS * len(a | b)


def _capped(rows: Sequence[CaseFacts]) -> list[CaseFacts]:
    by_day: dict[date, list[CaseFacts]] = defaultdict(list)
    for row in rows:
        by_day[row.day].append(row)
    return [row for day in by_day.values() for row in _most_varied(day)]


def _most_varied(rows: Sequence[CaseFacts]) -> list[CaseFacts]:
    """Choose what a day adds: first cases of different filers, then the others."""
    seen: set[str | None] = set()
    again = []
    for row in rows:
        again.append(row.agent in seen)
        seen.add(row.agent)
    order = sorted(range(len(rows)), key=lambda place: (again[place], place))
    return [rows[place] for place in sorted(order[:MOST_A_DAY])]


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))
