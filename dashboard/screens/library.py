"""The Library screen."""

import streamlit as st


def show() -> None:
    """Draw the screen."""
    st.title("Library", anchor=False)
