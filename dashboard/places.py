"""Places on a form where the refusal of a field is shown: right under that field."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.catalogue import t
from dashboard.pages import say
from dashboard.session import leave
from dashboard.transport import SignedOut
from dashboard.widgets import problem_banner
from recommender.errors import RecommenderError

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


class Places:
    """One form's places; a refusal of no field, or of one without a place, is shown at hand."""

    def __init__(self) -> None:
        self._under: dict[str, DeltaGenerator] = {}

    def under(self, *fields: str) -> None:
        """Keep this place for refusals of these fields, and of what lies in them (`scope.team`)."""
        place = st.container()
        self._under.update(dict.fromkeys(fields, place))

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Around an act: its refusal is shown in its place, and the page goes on."""
        try:
            yield
        except SignedOut:
            leave()
        except RecommenderError as error:
            self._show(error)

    def carry_out(self, words: str, act: Callable[[], object]) -> None:
        """Do something, then draw the screen anew with words on top; a refusal in its place.

        That may be far above the button, so beside this it is said where to look.
        """
        try:
            act()
        except SignedOut:
            leave()
        except RecommenderError as error:
            if self._show(error):
                st.caption(t("It was not sent. What is wrong is said at its field."))
        else:
            say(words)
            st.rerun()

    def _show(self, error: RecommenderError) -> bool:
        """Show a refusal; tells whether its field has a place here."""
        name = (error.field or "").replace(" ", "_")
        place = self._under.get(name) or self._under.get(name.partition(".")[0])
        with place or nullcontext():
            problem_banner(error)
        return place is not None
