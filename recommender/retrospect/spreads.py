"""How a ledger spreads over its own columns, and which of their values go together.

Some ledgers are coded rather than told: a reason out of a list, a licence, a project. What recurs
in them shows when they are counted, however alike or unlike the notes are.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations
from math import log
from typing import Final

from recommender.models.cases import Case
from recommender.retrospect.codes import (
    IN_NOTES,
    Coded,
    Counted,
    Course,
    Named,
    Spread,
    Together,
)
from recommender.retrospect.ledger import line_of
from recommender.retrospect.patterns import Blank, blanks

LEAST: Final = 5
"""Fewer exceptions are no kind, and are told nowhere by themselves."""
MOST: Final = 6
"""Values a column, and pairs, that are told."""
_CODED: Final = 0.5
"""Share of the rows whose value has to stand in several for a column to be counted."""
_ALL_ONE: Final = 0.95
"""Share from which a column says the same of nearly every row, and so nothing."""
_USUAL: Final = 0.6
"""Share of a kind's rows from which a value is the kind's own."""
_NAMING: Final = 0.8
"""Share of a kind's rows from which a value may name it."""
_APART: Final = 1.3
"""So many times more usual than anywhere a value must be to name a kind."""
_LONGEST: Final = 40
"""Letters of a value in a name."""
_NAMED: Final = 2
"""Values in a name."""
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_WORDS: Final = re.compile(r"\w+")
FIELDS: Final = (
    "product",
    "brand",
    "market",
    "channel",
    "policy_ref",
    "granted_action",
    "resolution",
    "reason",
)
"""Of our fields those that may hold codes."""

Column = Sequence[str | None]


class Columns:
    """The coded columns of a ledger, with the value of each case.

    Where all notes follow one pattern, what is filled into its blanks is a column too. `years` are
    those that the ledger spans.
    """

    def __init__(self, cases: Sequence[Case], heads: Mapping[str, str]) -> None:
        """Take all granted cases, and our fields with the ledger's own names for them."""
        self.cases = cases
        self._row_of = {case.id: row for row, case in enumerate(cases)}
        found: dict[str, Column] = {
            heads.get(name, name): _spelled_alike([getattr(case, name) or None for case in cases])
            for name in FIELDS
        }
        spanned = {case.occurred_at.year for case in cases}
        self.years = [*range(min(spanned), max(spanned) + 1)] if spanned else []
        self._own = set(found)
        self._given = heads.get("resolution", "resolution")
        self._blanks = blanks([case.situation for case in cases])
        found |= {_in_notes(one): one.values for one in self._blanks}
        self._columns = {head: values for head, values in found.items() if _is_coded(values)}
        self._common = {head: _common(values) for head, values in self._columns.items()}
        self.free = next((one for one in self._blanks if _in_notes(one) not in self._columns), None)

    def spreads(self) -> list[Spread]:
        """Give each column with its commonest values."""
        return [self._spread(head, range(len(self.cases))) for head in self._columns]

    def often(self, ids: Sequence[str]) -> list[Course]:
        """Give the values that most cases of a kind share, first what others have least."""
        rows = self._rows(ids)
        found = []
        for head, values in self._common.items():
            told = Counter(values[row] for row in rows if values[row])
            for value, count in told.most_common(1):
                if value is not None and count >= _USUAL * len(rows):
                    found.append(self._course(head, value, count))
        return sorted(found, key=lambda one: (-one.cases / one.everywhere, one.value))

    def usual(self, ids: Sequence[str]) -> list[str]:
        """Give those of a kind's cases that have all that most of its cases share; all if none."""
        shared = {case.id for case in self.bearing(self.often(ids))}
        return [one for one in ids if one in shared] or list(ids)

    def naming(self, ids: Sequence[str]) -> list[Course]:
        """Give the short values that nearly all cases of a kind share and others do not.

        Those that a form wrote into the notes go before the ledger's own codes, which often say
        only how a case was sorted.
        """
        found = [
            one
            for one in self.often(ids)
            if one.cases >= _NAMING * len(ids)
            and self._is_apart(one, len(ids))
            and len(one.value) <= _LONGEST
        ]
        return ([one for one in found if one.in_notes] or found)[:_NAMED]

    def varied(self, ids: Sequence[str], *, given: bool = False) -> Mapping[str, Column]:
        """Give the blanks of the notes, and the short codes in which these cases differ.

        What was `given` comes with them, however long, where it is asked for.
        """
        rows = self._rows(ids)
        coded = {head: [values[row] for row in rows] for head, values in self._columns.items()}
        short = {
            head: values
            for head, values in coded.items()
            if len(set(values)) > 1
            and ((given and head == self._given) or max(map(_length, values)) <= _LONGEST)
        }
        return {one.head: [one.values[row] for row in rows] for one in self._blanks} | {
            head: values for head, values in short.items() if head in self._own
        }

    def coded(self, ids: Sequence[str]) -> Coded | None:
        """Tell a kind by its codes; None where none set it apart."""
        naming = self.naming(ids)
        if not naming:
            return None
        inside = set(self._rows(ids))
        alike = self.bearing(naming)
        return Coded(
            naming=[self._named(one, inside) for one in naming],
            outside=_lines(case for case in alike if self._row_of[case.id] not in inside),
            different=None if self.free is None else _different(self.free, inside),
            words=[] if self.free is None else self._words(self.free, inside),
        )

    def bearing(self, values: Sequence[Counted]) -> list[Case]:
        """Give all exceptions that bear all of some values."""
        told = [(self._columns[one.column], one.value) for one in values]
        return [
            case
            for row, case in enumerate(self.cases)
            if all(column[row] == value for column, value in told)
        ]

    def beside(self, values: Iterable[Counted]) -> Counter[str]:
        """Count all that stands where some values stand."""
        return Counter(told for one in values for told in self._columns[one.column] if told)

    def unlike(self, ids: Sequence[str]) -> list[str]:
        """Give of these cases, in their order, the first about each thing that a form asks for."""
        if self.free is None:
            return list(ids)
        first: dict[str, str] = {}
        for one in ids:
            first.setdefault(_end(self.free.values[self._row_of[one]]) or one, one)
        return list(first.values())

    def _named(self, one: Course, inside: Collection[int]) -> Named:
        column = self._columns[one.column]
        lacking = _lines(self.cases[row] for row in inside if column[row] != one.value)
        return Named(**vars(one), lacking=lacking)

    def _words(self, free: Blank, inside: Collection[int]) -> list[Course]:
        """Give the words that most of what these cases fill into a blank holds, others less."""
        held = [set(_WORD.findall((value or "").casefold())) for value in free.values]
        told = Counter(word for row in inside for word in held[row])
        found = []
        for word, count in told.items():
            if count >= max(_USUAL * len(inside), LEAST):
                days = self._days(row for row, words in enumerate(held) if word in words)
                found.append(self._course_of(_in_notes(free), word, count, days))
        apart = [one for one in found if self._is_apart(one, len(inside))]
        return sorted(apart, key=lambda one: (-one.cases / one.everywhere, one.value))

    def _is_apart(self, one: Course, cases: int) -> bool:
        return one.cases / cases >= _APART * one.everywhere / len(self.cases)

    def _rows(self, ids: Sequence[str]) -> list[int]:
        return [self._row_of[one] for one in ids if one in self._row_of]

    def together(self) -> list[Together]:
        """Count the values of the two columns that say most, where they stand together."""
        heads = max(combinations(self._columns, 2), key=self._says, default=None)
        if heads is None:
            return []
        first, second = (self._common[head] for head in heads)
        pairs = Counter((a, b) for a, b in zip(first, second, strict=True) if a and b)
        return [
            self._pair(heads, pair, count)
            for pair, count in pairs.most_common(MOST)
            if count >= LEAST
        ]

    def _pair(
        self, heads: tuple[str, str], pair: tuple[str | None, str | None], count: int
    ) -> Together:
        first, second = (self._columns[head] for head in heads)
        told = zip(first, second, strict=True)
        days = self._days(row for row, both in enumerate(told) if both == pair)
        return Together(
            columns=heads,
            values=(str(pair[0]), str(pair[1])),
            cases=count,
            by_year=self._by_year(days),
            first=days[0],
            last=days[-1],
        )

    def _course(self, head: str, value: str, cases: int) -> Course:
        days = self._days(row for row, told in enumerate(self._columns[head]) if told == value)
        return self._course_of(head, value, cases, days)

    def _course_of(self, head: str, value: str, cases: int, days: Sequence[date]) -> Course:
        return Course(
            column=head,
            value=value,
            cases=cases,
            everywhere=len(days),
            by_year=self._by_year(days),
            last=days[-1],
        )

    def _days(self, rows: Iterable[int]) -> list[date]:
        return sorted(self.cases[row].occurred_at.date() for row in rows)

    def _by_year(self, days: Iterable[date]) -> list[int]:
        years = Counter(day.year for day in days)
        return [years[year] for year in self.years]

    def _says(self, heads: tuple[str, str]) -> float:
        """Give how much the pair's common values tell beyond either alone, in nats."""
        first, second = (self._common[head] for head in heads)
        return _spread_out(list(zip(first, second, strict=True)))

    def _spread(self, head: str, rows: Sequence[int]) -> Spread:
        told = Counter(value for row in rows if (value := self._columns[head][row]))
        common = [(value, count) for value, count in told.most_common(MOST) if count >= LEAST]
        rest = told.total() - sum(count for _, count in common)
        return Spread(
            column=head,
            values=[self._course(head, value, count) for value, count in common],
            others=rest,
            different=len(told) - len(common),
            blank=len(rows) - told.total(),
        )


def _lines(cases: Iterable[Case]) -> list[int]:
    return sorted(line_of(case.source_id) for case in cases)


def _length(value: str | None) -> int:
    return len(value or "")


def _in_notes(blank: Blank) -> str:
    return f"{blank.head}{IN_NOTES}"


def _different(free: Blank, rows: Collection[int]) -> Counted:
    """Count what is filled in, roughly: paths to one thing are one."""
    ends = {_end(free.values[row]) for row in rows}
    return Counted(column=_in_notes(free), value="", cases=len(ends - {""}))


def _end(path: str | None) -> str:
    return (path or "").rsplit("/", 1)[-1].casefold()


def _spelled_alike(values: Column) -> Column:
    """Write what differs in signs and capitals alone as it is written most often."""
    written: dict[str | None, Counter[str]] = defaultdict(Counter)
    for value in filter(None, values):
        written[_words_in(value)][value] += 1
    usual = {words: found.most_common(1)[0][0] for words, found in written.items()}
    return [value and usual[_words_in(value)] for value in values]


def _words_in(value: str) -> str:
    return " ".join(_WORDS.findall(value.casefold())) or value


def _is_coded(values: Column) -> bool:
    told = Counter(value for value in values if value)
    common = sum(count for count in told.values() if count >= LEAST)
    return bool(told) and (
        common >= _CODED * len(values) and max(told.values()) < _ALL_ONE * len(values)
    )


def _common(values: Column) -> list[str | None]:
    """Give the values that stand in several rows, None in place of all others."""
    told = Counter(values)
    return [value if told[value] >= LEAST else None for value in values]


def _spread_out(values: Sequence[object]) -> float:
    counts = Counter(values)
    shares = [count / len(values) for count in counts.values()]
    return -sum(share * log(share) for share in shares)
