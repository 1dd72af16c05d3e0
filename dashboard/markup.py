"""Text among Markdown: what a person typed is shown as they typed it."""

import re
from typing import Final

_MARKUP: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$^&])")
# Links, icons, emoji and arrows that Streamlit makes of plain text after the escapes are gone: an
# invisible word joiner between their parts keeps them text.
_LATE_MARKUP: Final = re.compile(
    r"(?<=:)(?=[A-Za-z/+])|(?<=www)(?=\.)|(?<=@)(?=\w)|(?<=[-<])(?=[->])", re.IGNORECASE
)
_WORD_JOINER: Final = "\u2060"


def escape_md(text: str) -> str:
    """A text to put into a Markdown line (label, caption, cell): its marks lose their meaning.

    Line breaks become spaces; for a text of several lines use `as_text`.
    """
    one_line = _LATE_MARKUP.sub(_WORD_JOINER, " ".join(text.split()))
    return _MARKUP.sub(r"\\\1", one_line)
