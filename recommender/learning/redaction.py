"""Replace personal data by readable placeholders before a text is embedded or shown.

Names, e-mail, telephone and card numbers, references, addresses, birth dates and identity numbers
become [name], [e-mail] and so on. Amounts, dates, counts with units and clause keys stay: they are
facts. How well it works and what it misses: docs/protection.md.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from recommender.errors import Invalid
from recommender.learning.personal import numbers, patterns
from recommender.learning.personal.gazetteer import gazetteer
from recommender.learning.personal.known import KnownNames
from recommender.learning.personal.names import names_in
from recommender.learning.personal.patterns import Finder, Range
from recommender.learning.personal.words import MASK

SORTS: Final = (
    "e-mail",
    "card",
    "birth date",
    "id",
    "address",
    "phone",
    "reference",
    "name",
)
"""Placeholders of what is found without configuration, in the order of the search."""

_PLACEHOLDER: Final = re.compile(r"[a-z][a-z -]{0,30}")


class BadPattern(Invalid):
    """An organisation's own pattern cannot be used."""

    title = "Pattern not usable"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the original text that was replaced, and the word of its placeholder."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without its personal data, and where in the original each piece had stood."""

    text: str
    spans: tuple[Span, ...]


class Redactor:
    r"""Replaces personal data; the same text always gives the same result.

    Redacting a redacted text changes nothing. The lists of names are read with the first text,
    or by `warm`, never at import; after that one redactor may serve many threads.

    Parameters
    ----------
    extra_patterns
        The organisation's own sorts of data, searched first: placeholder word to regular
        expression, such as ``{"meter": r"MTR-\d{6}"}``. A group called ``value`` limits what is
        replaced. Pairs of both where a word has several expressions.
    known_names
        People who are replaced however their name is written.
    staff
        Names of accounts, which are desks too: replaced where they are no plain words.
    keep_words
        Words or phrases that are never personal data here: brands, product lines, places.
    regions
        ISO countries whose national telephone numbers are recognised.

    Raises
    ------
    BadPattern
        If a pattern is no regular expression, matches an empty text, or its placeholder is not
        made of small letters.
    """

    def __init__(
        self,
        *,
        extra_patterns: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        known_names: Iterable[str] = (),
        staff: Iterable[str] = (),
        keep_words: Iterable[str] = (),
        regions: tuple[str, ...] = ("GB", "US"),
    ) -> None:
        self._keep = frozenset(word.lower() for word in keep_words)
        pairs = extra_patterns.items() if isinstance(extra_patterns, Mapping) else extra_patterns
        own = [(kind, _own(kind, source)) for kind, source in pairs]
        self._finders: tuple[tuple[str, Finder], ...] = (
            *own,
            ("name", KnownNames(tuple(known_names), tuple(staff)).find),
            ("e-mail", patterns.emails),
            ("card", numbers.cards),
            ("birth date", patterns.birth_dates),
            ("id", patterns.identities),
            ("address", patterns.addresses),
            ("phone", partial(numbers.phones, regions=regions)),
            ("reference", patterns.references),
            ("name", self._names),
        )
        words = sorted({*SORTS, *(kind for kind, _ in own)}, key=len, reverse=True)
        self._placeholders = re.compile(rf"\[(?:{'|'.join(map(re.escape, words))})\]")

    def warm(self) -> None:
        """Read the lists of names now rather than with the first text."""
        gazetteer()

    def redact(self, text: str) -> Redacted:
        """A text with its personal data replaced, and the replaced stretches, left to right."""
        masked = self._placeholders.sub(lambda match: MASK * len(match.group()), text)
        spans: list[Span] = []
        while found := self._round(masked):
            spans += found
            masked = _mask(masked, found)
        spans.sort()
        return Redacted(_replaced(text, spans), tuple(spans))

    def _round(self, masked: str) -> list[Span]:
        """What all finders find in a text, each searching only what the earlier ones left."""
        found: list[Span] = []
        for kind, find in self._finders:
            fresh = [
                Span(start, end, kind)
                for start, end in _apart(find(masked))
                if MASK not in masked[start:end] and masked[start:end].lower() not in self._keep
            ]
            masked = _mask(masked, fresh)
            found += fresh
        return found

    def _names(self, text: str) -> Iterable[Range]:
        return names_in(text, gazetteer(), self._keep)


def _own(kind: str, source: str) -> Finder:
    if not _PLACEHOLDER.fullmatch(kind):
        raise BadPattern(
            f"{kind!r} cannot be a placeholder.",
            field="placeholder",
            remedy="Use small letters, blanks and hyphens only.",
        )
    try:
        pattern = re.compile(source)
    except re.error as error:
        raise BadPattern(
            f"The pattern for {kind!r} is no regular expression: {error}.",
            field="pattern",
            remedy="Correct the expression.",
        ) from error
    if pattern.search(""):
        raise BadPattern(
            f"The pattern for {kind!r} matches an empty text.",
            field="pattern",
            remedy="Let it ask for at least one character.",
        )
    return patterns.finder(pattern)


def _apart(ranges: Iterable[Range]) -> list[Range]:
    """Ranges in order without the empty ones; of two that overlap the earlier, longer one stays."""
    kept: list[Range] = []
    for start, end in sorted(ranges, key=lambda span: (span[0], -span[1])):
        if start < end and (not kept or start >= kept[-1][1]):
            kept.append((start, end))
    return kept


def _mask(text: str, spans: list[Span]) -> str:
    for span in spans:
        text = text[: span.start] + MASK * (span.end - span.start) + text[span.end :]
    return text


def _replaced(text: str, spans: list[Span]) -> str:
    pieces: list[str] = []
    end = 0
    for span in spans:
        pieces += (text[end : span.start], f"[{span.kind}]")
        end = span.end
    return "".join([*pieces, text[end:]])
