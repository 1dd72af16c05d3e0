"""What people type and have not sent yet, so that an ended session loses none of it.

It is kept for an hour in this process's memory alone, by account and field: a session that ends in
mid-sentence leads to the sign-in page, and back to a field that holds what stood in it. Nothing of
it is written down; it goes when it was sent, with the process, and when a customer is erased.
"""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final, TypeVar

import streamlit as st

from dashboard import session

Option = TypeVar("Option")
Value = str | float | date | list[Any]
"""What can stand in a field."""

SECONDS: Final = 3600.0
"""How long a text is kept after it was last changed."""
BYTES: Final = 100_000
"""How much is kept of one account; beyond it the oldest goes first."""
_SENT: Final = "kept-sent"


class Kept:
    """Values by account and field, the oldest of an account first; safe to share among threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._fields: dict[str, dict[str, tuple[float, Value]]] = {}

    def put(self, account: str, field: str, value: Value | None) -> None:
        """Keep what stands in a field; an empty one is forgotten."""
        with self._lock:
            self._expire()
            fields = self._fields.setdefault(account, {})
            fields.pop(field, None)
            if value is not None and str(value).strip():
                fields[field] = (self._now(), value)
            while sum(len(str(each).encode()) for _, each in fields.values()) > BYTES:
                del fields[next(iter(fields))]
            if not fields:
                del self._fields[account]

    def get(self, account: str, field: str) -> Value | None:
        """What stood in a field."""
        with self._lock:
            self._expire()
            _, value = self._fields.get(account, {}).get(field, (0.0, None))
            return value

    def clear(self) -> None:
        """Forget all of everybody."""
        with self._lock:
            self._fields.clear()

    def _expire(self) -> None:
        oldest = self._now() - SECONDS
        for account, fields in [*self._fields.items()]:
            living = {field: kept for field, kept in fields.items() if kept[0] > oldest}
            if living:
                self._fields[account] = living
            else:
                del self._fields[account]


_KEPT: Final = Kept()


def area(
    label: str,
    value: str = "",
    *,
    key: str,
    height: int = 90,
    placeholder: str | None = None,
    max_chars: int | None = None,
) -> str:
    """A field of several lines that keeps what is typed; gives what stands in it.

    The key names its object (`reason-{page.id}`): it is the name under which the text is kept.
    `value` stands in it at first. Call `sent` once it was sent.
    """
    text: str = st.text_area(
        label,
        height=height,
        placeholder=placeholder,
        max_chars=max_chars,
        **keeping(key, value=value),
    )
    return text


def line(
    label: str,
    value: str = "",
    *,
    key: str,
    placeholder: str | None = None,
    max_chars: int | None = None,
    hint: str | None = None,
) -> str:
    """A field of one line, as `area`; never for a password."""
    text: str = st.text_input(
        label, placeholder=placeholder, max_chars=max_chars, help=hint, **keeping(key, value=value)
    )
    return text


def figure(
    label: str,
    value: float | None = None,
    *,
    key: str,
    least: float | None = None,
    step: float = 1.0,
    form: str | None = None,
) -> float | None:
    """A field for a number, as `area`; whole ones alone where `least` and `step` are whole."""
    given: float | None = st.number_input(
        label, min_value=least, value=None, step=step, format=form, **keeping(key, value=value)
    )
    return given


def calendar(label: str, value: date | None = None, *, key: str) -> date | None:
    """A field for a day, as `area`."""
    day: date | None = st.date_input(
        label, value=None, format="YYYY-MM-DD", **keeping(key, value=value)
    )
    return day


def several(
    label: str,
    options: Sequence[Option],
    value: Sequence[Option],
    *,
    key: str,
    named: Callable[[Option], str] = str,
) -> list[Option]:
    """A field for some of the options, as `area`."""
    chosen: list[Option] = st.multiselect(
        label, options, format_func=named, **keeping(key, value=[*value])
    )
    return chosen


def begin(key: str, value: Value | None) -> None:
    """Put into a field what it begins with, anew after it was sent; call it before it is drawn."""
    was_sent: set[str] = st.session_state.setdefault(_SENT, set())
    if key in was_sent:
        was_sent.remove(key)
        st.session_state[key] = value
    elif key not in st.session_state:
        st.session_state[key] = value
        recall(key)


def keeping(key: str, *, value: Value | None) -> dict[str, Any]:
    """What makes a field of Streamlit's keep what is put into it; call it where that is drawn."""
    begin(key, value)
    return {"key": key, "on_change": _keep, "args": (key,), "persist_state": "session"}


def sent(*keys: str) -> None:
    """After an act succeeded: its fields are forgotten, and begin anew when drawn again."""
    stored(*keys)
    st.session_state.setdefault(_SENT, set()).update(keys)


def stored(*keys: str) -> None:
    """The API keeps these itself by now: forget them here; the fields stay as they are."""
    for key in keys:
        _KEPT.put(session.me().name, key, None)


def recall(*keys: str) -> None:
    """Put what is kept into fields that something else was put into already."""
    for key in keys:
        value = _KEPT.get(session.me().name, key)
        if value is not None:
            st.session_state[key] = value


def begun(key: str) -> Value | None:
    """What stands in a field that is drawn later in this run."""
    begin(key, None)
    value: Value | None = st.session_state[key]
    return value


def noted(key: str) -> Value | None:
    """What `note` keeps."""
    return _KEPT.get(session.me().name, key)


def note(key: str, value: Value | None) -> None:
    """Keep what many small marks come to, under a name that is no field's; nothing forgets it."""
    _KEPT.put(session.me().name, key, value or None)


def clear() -> None:
    """Forget all of everybody: some of it may speak of a customer who was erased."""
    _KEPT.clear()


def _keep(key: str) -> None:
    """A callback runs before anything is asked of the API, so also when the session has ended."""
    _KEPT.put(session.me().name, key, st.session_state[key])
