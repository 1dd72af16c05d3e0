"""The Candidate screen."""

import streamlit as st


def show() -> None:
    """Draw the screen."""
    st.title("Candidate", anchor=False)
