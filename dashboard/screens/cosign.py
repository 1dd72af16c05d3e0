"""The Co-sign screen."""

import streamlit as st


def show() -> None:
    """Draw the screen."""
    st.title("Co-sign", anchor=False)
