"""Handbooks as they lie on a disk: Markdown, a word processor's document, or JSONL rows."""

from pathlib import Path
from typing import Final

from recommender.policies.syntax.read import decode, parse_policy
from recommender.policies.syntax.rows import ParsedRows, parse_rows
from recommender.policies.syntax.word import ENDING, is_document, markdown_of

ENDINGS: Final = (".md", ".markdown", ENDING, ".jsonl")


def read_handbook(path: Path) -> ParsedRows:
    """Read a file's policies, and the rows that were refused.

    Raises HandbookFault, NotUtf8 and UnreadableOffice.
    """
    if path.suffix.lower() == ".jsonl":
        return parse_rows(decode(path.read_bytes()))
    text = markdown_of(path) if is_document(path) else decode(path.read_bytes())
    return ParsedRows((parse_policy(text, path.stem),), ())
