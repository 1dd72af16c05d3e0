"""What cases say and carry, counted: words, phrases and typed facts, of all cases and of a group's.

A word counts by its stem, once a case. A word that is one case's or one person's own counts for
nothing: it must stand in several cases, filed by several people where it is known who filed.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from recommender.learning.factwords import fact_words
from recommender.learning.filler import stem
from recommender.learning.phrases import (
    Phrase,
    content,
    names_a_person,
    phrases,
    piece_stems,
    pieces,
)
from recommender.learning.wordclass import LINKS, ends_phrases, leads_on

MINED: Final = 80
"""Most typical cases of a group whose phrases are read."""
LEAST_SHARE: Final = 0.12
"""Share of a group's cases in which a word of the group's own stands."""
SEVERAL: Final = 2
SAYING: Final = (3, 6)
"""Words that a piece of a text has which may be a name as a whole: at least, at most."""
_WHOLE: Final = 0.5
_WORDY: Final = 3

Fact = tuple[str, str | None]
"""A fact that a case carries: its name, and a value in words or none."""


@dataclass(frozen=True, kw_only=True)
class Casebase:
    """What all cases say, read once.

    Attributes
    ----------
    texts : redacted words of each case, their parts on lines of their own
    facts : each case's typed facts; empty where nobody gave any
    filers : who filed each case, None where unknown, which counts as somebody else each time;
        empty where nobody's name is known
    """

    texts: Sequence[str]
    facts: Sequence[Mapping[str, object]] = ()
    filers: Sequence[str | None] = ()
    pieces: Sequence[Sequence[frozenset[str]]] = field(init=False)
    """Stems of each case's content words, piece by piece between stops."""
    stems: Sequence[frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        """Read the texts."""
        pieces = [piece_stems(text) for text in self.texts]
        object.__setattr__(self, "pieces", pieces)
        object.__setattr__(self, "stems", [frozenset[str]().union(*each) for each in pieces])

    def __len__(self) -> int:
        return len(self.texts)

    def of_several(self, rows: Collection[int]) -> AbstractSet[str]:
        """Give the stems that stand in several of some cases, filed by several people.

        Where one person filed all of them, several cases are enough.
        """
        alone = len({self._filer(row) for row in rows}) < SEVERAL
        first: dict[str, str | int] = {}
        several = set()
        for row in rows:
            filer = row if alone else self._filer(row)
            for word in self.stems[row]:
                if first.setdefault(word, filer) != filer:
                    several.add(word)
        return several

    def carried(self, row: int) -> Iterator[Fact]:
        """Give the facts of a case: a yes and a number by name, words also with their value."""
        for name, value in self.facts[row].items() if self.facts else ():
            if value is False or value is None:
                continue
            yield name, None
            if isinstance(value, str) and 0 < len(fact_words(value)) <= _WORDY:
                yield name, value

    def telling(self, rows: Collection[int]) -> int:
        """Count the cases that carry any fact."""
        return sum(bool(self.facts[row]) for row in rows) if self.facts else 0

    def _filer(self, row: int) -> str | int:
        return (self.filers[row] if self.filers else None) or row


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A phrase of a group's cases, in the form that most of them use.

    `rows` say it word for word; `cases` is the number that say it in any form.
    """

    phrase: Phrase
    rows: tuple[int, ...]
    cases: int

    @property
    def stems(self) -> tuple[str, ...]:
        """The stems of its content words."""
        return content(self.phrase)


class GroupWords:
    """One group's words, phrases and facts; `rows` stand the most typical first."""

    def __init__(self, base: Casebase, rows: Sequence[int]) -> None:
        self.rows = rows
        self.counts = Counter(word for row in rows for word in base.stems[row])
        least = LEAST_SHARE * len(rows)
        self.own = {word for word in base.of_several(rows) if self.counts[word] >= least}
        self.telling = base.telling(rows)
        self.facts = Counter(fact for row in rows for fact in base.carried(row))
        self._base = base

    def said(self) -> list[Said]:
        """Give the phrases that end where they are said; most of their words are the group's own.

        Of the forms of one phrase the most frequent stands for all, then the shortest.
        """
        forms: dict[Phrase, dict[Phrase, list[int]]] = defaultdict(lambda: defaultdict(list))
        times: Counter[Phrase] = Counter()
        whole: Counter[Phrase] = Counter()
        for row in self.rows[:MINED]:
            for phrase, use in phrases(self._base.texts[row]).items():
                one = tuple(word if word in LINKS else stem(word) for word in phrase)
                forms[one][phrase].append(row)
                times[one] += use.times
                whole[one] += use.whole
        return [
            self._as_most_say(forms[one])
            for one in forms
            if whole[one] >= _WHOLE * times[one] and self._owns(next(iter(forms[one])))
        ]

    def values(self, name: str) -> list[object]:
        """Give what the group's cases carry under the name of a fact; a no is not carried."""
        carried = [self._base.facts[row].get(name) for row in self.rows] if self._base.facts else []
        return [value for value in carried if value is not None and value is not False]

    def sayings(self) -> list[Said]:
        """Give the short whole pieces of the cases as they are told, and how they begin."""
        told: dict[Phrase, set[int]] = defaultdict(set)
        whole: set[Phrase] = set()
        for row in self.rows[:MINED]:
            for words in pieces(self._base.texts[row]):
                for length in range(min(SAYING), min(max(SAYING), len(words)) + 1):
                    told[tuple(words[:length])].add(row)
                whole.add(tuple(words))
        return [
            Said(phrase=phrase, rows=tuple(sorted(rows)), cases=len(rows))
            for phrase, rows in told.items()
            if (phrase in whole or (content(phrase) and ends_phrases(phrase[-1])))
            and not leads_on(phrase[-1])
            and not names_a_person(phrase)
        ]

    def _owns(self, phrase: Phrase) -> bool:
        words = content(phrase)
        return 2 * sum(word in self.own for word in words) > len(words)

    def _as_most_say(self, forms: Mapping[Phrase, list[int]]) -> Said:
        phrase = min(forms, key=lambda form: (-len(forms[form]), len(form), form))
        rows = {row for said in forms.values() for row in said}
        return Said(
            phrase=phrase, rows=tuple(forms[phrase]), cases=max(len(rows), self._speaking(phrase))
        )

    def _speaking(self, phrase: Phrase) -> int:
        """Count the cases of which one piece holds all content words of a phrase."""
        wanted = frozenset(content(phrase))
        return sum(
            any(wanted <= piece for piece in self._base.pieces[row]) for row in self.rows[:MINED]
        )
