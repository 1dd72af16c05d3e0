"""The File screen."""

import streamlit as st


def show() -> None:
    """Draw the screen."""
    st.title("File", anchor=False)
