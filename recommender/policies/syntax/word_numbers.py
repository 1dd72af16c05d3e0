"""Numbers that a word processor counts for its headings: they stand nowhere in the text.

They are counted as the document is shown: by level, from one on. Another start, and words around
the number ("Article 1"), are not seen.
"""

import re
from typing import Any, Final

_HEADING: Final = re.compile(r"heading ?[1-9]", re.IGNORECASE)
_MARKED: Final = re.compile("\ue000([0-9.]+)\ue001")
_SHORT: Final = 3
_WORDS: Final = 4


class HeadingNumbers:
    """Writes its number into each numbered heading of a document, marked off from its text."""

    def __init__(self) -> None:
        self._counts: list[int] = []

    def __call__(self, paragraph: Any) -> Any:  # noqa: ANN401 - the library has no types
        """Give the paragraph, with its number in front if it is a numbered heading."""
        from mammoth import documents

        level = _level(paragraph)
        if level is None:
            return paragraph
        before = self._counts[level] if level < len(self._counts) else 0
        above = [*self._counts, *([1] * level)][:level]
        self._counts = [*above, before + 1]
        number = documents.text(f"\ue000{'.'.join(map(str, self._counts))}\ue001")
        return paragraph.copy(children=[number, *paragraph.children])


def _level(paragraph: Any) -> int | None:  # noqa: ANN401 - the library has no types
    """Tell on which level a heading is numbered; None for whatever is not."""
    named = f"{paragraph.style_name or ''} {paragraph.style_id or ''}"
    counted = paragraph.numbering
    if counted is None or not counted.is_ordered or not _HEADING.search(named):
        return None
    return int(counted.level_index)


def apart(text: str) -> tuple[str | None, str]:
    """Give the number that was written into a heading, and the heading without it."""
    found = _MARKED.match(text)
    return (found[1], text[found.end() :].strip()) if found else (None, text)


def initials(title: str) -> str:
    """Give what tells one book's numbers from another's: `Shop rules` is `SR`, `Fees` is `FEE`."""
    words: list[str] = re.findall(r"[A-Za-z0-9]+", title)
    if len(words) == 1:
        return words[0][:_SHORT].upper()
    return "".join(word[0] for word in words[:_WORDS]).upper() or "P"
