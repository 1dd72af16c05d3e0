"""The Mine screen."""

import streamlit as st


def show() -> None:
    """Draw the screen."""
    st.title("Mine", anchor=False)
