"""The Notices screen."""

import streamlit as st


def show() -> None:
    """Draw the screen."""
    st.title("Notices", anchor=False)
