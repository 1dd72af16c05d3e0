"""The Inbox screen."""

import streamlit as st


def show() -> None:
    """Draw the screen."""
    st.title("Inbox", anchor=False)
