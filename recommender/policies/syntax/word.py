"""Handbooks of a word processor: headings, paragraphs, lists and tables as a plain handbook.

Each paragraph, list item and table row becomes what may be a clause. Emphasis, pictures and page
furniture are left out; wording is not changed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from recommender.office.archive import UnreadableOffice, require_office
from recommender.policies.syntax.word_numbers import HeadingNumbers, apart, initials

ENDING: Final = ".docx"
MOST_MARKUP: Final = 8 * 1024 * 1024
"""Bytes of markup, unpacked: about two thousand pages."""
_TITLE: Final = "p[style-name='Title'] => h1.title:fresh"
_LONGEST_HEADING: Final = 80
_LONGEST_COLUMN: Final = 40
_LEVELS: Final = 6
_KEY: Final = re.compile(r"[A-Z][A-Z0-9]*(?:[-._][A-Z0-9]+)*[-._][0-9]+(?=[.:]?\s)[.:]?\s+(?=\S)")
_SPECIAL: Final = re.compile(r"#{1,6}\s|>|```|~~~|<!--|=+$|\[[^\]]+\]:\s")
_ENDS: Final = (".", ";", ":", ",", "!", "?")
_BACK: Final = "↑"
"""What leads back from a footnote."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch of the document: a heading of a level, or a text of level 0."""

    text: str
    level: int = 0
    title: bool = False
    key: str | None = None


def is_document(path: Path) -> bool:
    """Tell by its name whether a file is a document of a word processor."""
    return path.suffix.lower() == ENDING


def markdown_of(path: Path) -> str:
    """Read a document as the Markdown of a plain handbook; raises UnreadableOffice."""
    blocks = [block for block in _blocks(_body(path)) if re.search(r"\w", block.text)]
    if not any(block.level == 0 for block in blocks):
        raise UnreadableOffice(
            f"{path.name} holds no text.",
            field="file",
            remedy="A scan is a picture of a text: choose the document that was scanned.",
        )
    blocks = _with_keys(_with_numbers(_under_a_title(blocks, path.stem)))
    return "\n\n".join(map(_written, blocks)) + "\n"


def _body(path: Path) -> ET.Element:
    import mammoth

    require_office(path, "word/document.xml", markup=MOST_MARKUP)
    try:
        with path.open("rb") as file:
            html = mammoth.convert_to_html(
                file,
                style_map=_TITLE,
                convert_image=mammoth.images.img_element(lambda _: {}),
                transform_document=mammoth.transforms.paragraph(HeadingNumbers()),
            ).value
        return ET.fromstring(f"<body>{html}</body>")  # noqa: S314 - written by the library, not by the file
    except Exception as error:
        raise UnreadableOffice(
            f"{path.name} cannot be read: it is damaged, or no document.",
            field="file",
            remedy="Open it, and save it as .docx once more, or as Markdown.",
        ) from error


def _blocks(body: ET.Element) -> Iterator[_Block]:
    for part in body:
        if re.fullmatch("h[1-6]", part.tag):
            title = part.get("class") == "title"
            number, text = apart(_text(part))
            yield _Block(text, int(part.tag[1]), title, number)
        elif part.tag in {"ol", "ul"}:
            yield from _items(part)
        elif part.tag == "table":
            yield from _rows(part)
        else:
            yield _paragraph(part)


def _paragraph(part: ET.Element) -> _Block:
    """A short line that is bold from end to end is a heading that nobody styled."""
    text = _text(part)
    bold = "".join(_text(one) for one in part if one.tag == "strong")
    heading = text == bold and len(text) <= _LONGEST_HEADING and not text.endswith(_ENDS)
    return _Block(text, 2 if heading else 0)


def _items(items: ET.Element, depth: int = 0) -> Iterator[_Block]:
    """Give list items, each with those below it; one that heads numbered ones is a heading."""
    for item in items:
        own, below = _own(item), [part for part in item if part.tag in {"ol", "ul"}]
        heads = items.tag == "ol" and any(part.tag == "ol" for part in below)
        if heads and len(own) <= _LONGEST_HEADING and not own.endswith(_ENDS):
            yield _Block(own, 2 + depth)
            for part in below:
                yield from _items(part, depth + 1)
        else:
            yield _Block("\n".join(_lines(item, "")))


def _lines(item: ET.Element, indent: str) -> Iterator[str]:
    yield f"{indent}- {_own(item)}"
    for below in item:
        if below.tag in {"ol", "ul"}:
            for one in below:
                yield from _lines(one, f"{indent}    ")


def _own(item: ET.Element) -> str:
    """Give a list item's own words, without those of the items below it."""
    words = [item.text or ""]
    for part in item:
        words += ["" if part.tag in {"ol", "ul"} else f" {_text(part)} ", part.tail or ""]
    return _plain("".join(words)).removesuffix(_BACK).strip()


def _rows(table: ET.Element) -> Iterator[_Block]:
    """Give a table's rows as list items: each cell behind the name of its column, if it has one."""
    rows = [[_text(cell) for cell in row] for row in table.iter("tr")]
    header = rows[0] if _is_header(rows) else []
    for cells in rows[1:] if header else rows:
        if len(header) == len(cells):
            named = [f"{name}: {cell}" for name, cell in zip(header, cells, strict=True) if cell]
            yield _Block(f"- {'; '.join(named)}")
        else:
            said = [cell for cell in cells if cell]
            yield _Block(f"- {': '.join(said[:2])}{''.join(f'; {cell}' for cell in said[2:])}")


def _is_header(rows: Sequence[Sequence[str]]) -> bool:
    first = rows[0] if rows else []
    named = all(first) and len(set(first)) == len(first) > 1
    short = all(len(cell) <= _LONGEST_COLUMN and not cell.endswith(_ENDS) for cell in first)
    return len(rows) > 1 and named and short and not any(re.search(r"\d", one) for one in first)


def _under_a_title(blocks: list[_Block], name: str) -> list[_Block]:
    """Put one heading above all others: the document's title, its only one, or the file's name."""
    first = next((block for block in blocks if block.level), None)
    tops = [block for block in blocks if block.level == 1]
    if first is not None and (first.title or (tops == [first] and blocks[0] is first)):
        rest = [block for block in blocks if block is not first]
        deeper = 1 if len(tops) > 1 else 0
        return [replace(first, level=1), *(_lowered(block, deeper) for block in rest)]
    return [_Block(name, 1), *(_lowered(block, 1 if tops else 0) for block in blocks)]


def _lowered(block: _Block, by: int) -> _Block:
    return replace(block, level=min(block.level + by, _LEVELS)) if block.level else block


def _with_numbers(blocks: list[_Block]) -> list[_Block]:
    """Make of the numbers of headings keys of this book: 2.1 of the Shop rules is SR-2.1."""
    head, *rest = blocks
    book = initials(head.text)
    return [
        replace(head, key=None),
        *(replace(one, key=f"{book}-{one.key}") if one.key else one for one in rest),
    ]


def _with_keys(blocks: list[_Block]) -> list[_Block]:
    """Mark the keys that clauses begin with (RET-2.1), where several do and none stands twice."""
    keys = [match[0].strip().rstrip(".:") for block in blocks if (match := _key(block))]
    if len(keys) < 2 or len(set(keys)) < len(keys):  # noqa: PLR2004 - one may be a word: COVID-19
        return blocks
    return [
        replace(block, text=f"**{match[0].strip().rstrip('.:')}** {block.text[match.end() :]}")
        if (match := _key(block))
        else block
        for block in blocks
    ]


def _key(block: _Block) -> re.Match[str] | None:
    return None if block.level else _KEY.match(block.text)


def _written(block: _Block) -> str:
    if block.level:
        named = f" {{#{block.key}}}" if block.key else ""
        return f"{'#' * block.level} {block.text}{named}"
    return f"\\{block.text}" if _SPECIAL.match(block.text) else block.text


def _text(part: ET.Element) -> str:
    words: list[str] = []
    for one in part.iter():
        words += [" " if one.tag in {"br", "p", "li"} else "", one.text or ""]
        words += [one.tail or ""] if one is not part else []
    return _plain("".join(words))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
