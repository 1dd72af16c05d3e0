"""Paper: one Markdown text, and the same ready to print.

What people wrote stands in it as the text that it is: no markup, link, image or second line of
theirs survives `said`, in whatever program the Markdown is opened.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

_MARKUP: Final = re.compile(r"[\\`*_{}\[\]<>&|~#!$:@^=]")
_LIST: Final = re.compile(r"^(\d{1,9})([.)])|^([-+])")
_HOST: Final = re.compile(r"(?i)\bwww\.")
_RULES: Final = ("image", "link", "autolink", "reference", "html_block", "html_inline")
_STYLE: Final = """\
@page { margin: 2cm; }
body { font: 11pt/1.45 Georgia, "Times New Roman", serif; color: #111; background: #fff;
  max-width: 46em; margin: 2em auto; padding: 0 1em; overflow-wrap: anywhere; }
h1 { font-size: 1.6em; } h2 { font-size: 1.2em; margin-top: 1.6em; }
h1, h2, th { break-after: avoid; }
table { border-collapse: collapse; width: 100%; font-size: .92em; }
th, td { border: 1px solid #999; padding: .25em .5em; text-align: left; vertical-align: top; }
tr, blockquote { break-inside: avoid; }
blockquote { margin: .6em 0; padding-left: .8em; border-left: 3px solid #999; }
"""


def said(text: object) -> str:
    """Give what somebody wrote as one line of Markdown that says the same and does nothing."""
    line = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    line = _MARKUP.sub(lambda found: f"\\{found[0]}", line)
    line = _HOST.sub(lambda found: f"{found[0][:-1]}\\.", line)
    return _LIST.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", line)


def quoted(text: object) -> list[str]:
    """Give it as a quotation, which is a paragraph of its own."""
    return [f"> {said(text) or '–'}", ""]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Give rows of finished cells under their heads; none where there is no row."""
    if not rows:
        return []
    lines = [heads, ["---"] * len(heads), *rows]
    return [*(f"| {' | '.join(line)} |" for line in lines), ""]


def page(lines: Iterator[str]) -> str:
    """Join lines to a text that ends with one line break."""
    return "\n".join(lines).rstrip() + "\n"


def html(markdown: str, title: str) -> str:
    """Give a page of Markdown as a document that loads nothing and is made for printing."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable(list(_RULES))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n"
        f"{reader.render(markdown)}</body>\n</html>\n"
    )
