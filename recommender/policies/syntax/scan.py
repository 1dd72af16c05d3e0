"""A handbook file as lines that know what they are: headings, blank lines, asides, text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

BYTE_ORDER_MARK = "\ufeff"
LineSort = Literal["heading", "blank", "aside", "text"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_ATX = re.compile(r" {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<title>.*))?")
_UNDERLINE = re.compile(r" {0,3}(?P<mark>=+|-{2,})[ \t]*")
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}(?!.*`)|~{3,}).*")
_BREAK = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}")
_COMMENT = re.compile(r" {0,3}<!--")
_FRONT_END = re.compile(r"(?:---|\.\.\.)[ \t]*(?:[\r\n]|\Z)")
_NO_TITLE = re.compile(r"[ \t]|[-*+>|]|\[[^\]]*\]\{[^{}]*\.clause")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a handbook, or the few that form one heading, code block or comment."""

    number: int
    raw: str
    sort: LineSort
    level: int = 0
    title: str = ""


def scan(text: str) -> list[Line]:
    """Cut a handbook into lines; joined, their `raw` gives the text back."""
    lines = [Line(1, BYTE_ORDER_MARK, "aside")] if text.startswith(BYTE_ORDER_MARK) else []
    return lines + list(_Scan(_LINE.findall(text.removeprefix(BYTE_ORDER_MARK))).lines())


class _Scan:
    """One walk over the lines of a file."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self._pieces = pieces
        self._never_closed: dict[str, int] = {}

    def lines(self) -> Iterator[Line]:
        at, after_text = 0, False
        while at < len(self._pieces):
            length = self._front_matter() if at == 0 else 0
            length = length or self._code(at) or self._comment(at)
            if length:
                line = Line(at + 1, "".join(self._pieces[at : at + length]), "aside")
            else:
                line, length = self._line(at, after_text=after_text)
            yield line
            after_text = line.sort == "text"
            at += length

    def _line(self, at: int, *, after_text: bool) -> tuple[Line, int]:
        raw = self._pieces[at]
        piece = _bare(raw)
        if not piece.strip():
            return Line(at + 1, raw, "blank"), 1
        if _BREAK.fullmatch(piece):
            return Line(at + 1, raw, "aside"), 1
        heading = _ATX.fullmatch(piece)
        if heading:
            title = re.sub(r"(?:^|[ \t]+)#+[ \t]*$", "", heading["title"] or "").strip()
            return Line(at + 1, raw, "heading", len(heading["marks"]), title), 1
        below = self._pieces[at + 1] if at + 1 < len(self._pieces) else ""
        underline = _UNDERLINE.fullmatch(_bare(below))
        if underline and not after_text and not _NO_TITLE.match(piece):
            level = 1 if underline["mark"][0] == "=" else 2
            return Line(at + 1, raw + below, "heading", level, piece.strip()), 2
        return Line(at + 1, raw, "text"), 1

    def _code(self, at: int) -> int:
        """Count the lines of a fenced code block that starts here; 0 where none does.

        One that is never closed is ordinary text: nothing after it may get lost.
        """
        fence = _FENCE.fullmatch(_bare(self._pieces[at]))
        if fence is None:
            return 0
        mark, size = fence["fence"][0], len(fence["fence"])
        if size >= self._never_closed.get(mark, size + 1):
            return 0
        closing = re.compile(rf" {{0,3}}{mark}{{{size},}}[ \t]*")
        for end in range(at + 1, len(self._pieces)):
            if closing.fullmatch(_bare(self._pieces[end])):
                return end - at + 1
        self._never_closed[mark] = size
        return 0

    def _comment(self, at: int) -> int:
        """Count the lines of a comment that stands alone; 0 where none starts or ends so."""
        if not _COMMENT.match(self._pieces[at]):
            return 0
        for end in range(at, len(self._pieces)):
            before, close, after = self._pieces[end].rpartition("-->")
            if close:
                return 0 if after.strip() or "-->" in before else end - at + 1
            if end > at and "<!--" in self._pieces[end]:
                return 0
        return 0

    def _front_matter(self) -> int:
        if _bare(self._pieces[0]).rstrip() != "---":
            return 0
        ends = (n for n in range(1, len(self._pieces)) if _FRONT_END.match(self._pieces[n]))
        end = next(ends, 0)
        return end + 1 if any(":" in piece for piece in self._pieces[1:end]) else 0


def _bare(piece: str) -> str:
    return piece.rstrip("\r\n")
