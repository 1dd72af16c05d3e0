"""How every screen looks: one sheet of our own over Streamlit's theme."""

from pathlib import Path
from typing import Final

import streamlit as st

SHEET: Final = Path(__file__).parent / "static" / "look.css"
_STYLE: Final = f"<style>{SHEET.read_text(encoding='utf-8')}</style>"


def apply() -> None:
    """Put the sheet on the page; it takes no room."""
    st.html(_STYLE)
