"""The Kind screen."""

import streamlit as st


def show() -> None:
    """Draw the screen."""
    st.title("Kind", anchor=False)
