"""The Admin screen."""

import streamlit as st


def show() -> None:
    """Draw the screen."""
    st.title("Admin", anchor=False)
