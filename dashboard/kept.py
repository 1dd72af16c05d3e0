"""What people type and have not sent yet, so that an ended session loses none of it.

It is kept for an hour in this process's memory alone, by account and field: a session that ends in
mid-sentence leads to the sign-in page, and back to a field that holds what stood in it. Nothing of
it is written down; it goes when it was sent, with the process, and when a customer is erased.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

import streamlit as st

from dashboard import session

SECONDS: Final = 3600.0
"""How long a text is kept after it was last changed."""
BYTES: Final = 100_000
"""How much is kept of one account; beyond it the oldest goes first."""
_SENT: Final = "kept-sent"


class Kept:
    """Texts by account and field, the oldest of an account first; safe to share among threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._texts: dict[str, dict[str, tuple[float, str]]] = {}

    def put(self, account: str, field: str, text: str) -> None:
        """Keep what stands in a field; an empty one is forgotten."""
        with self._lock:
            self._expire()
            texts = self._texts.setdefault(account, {})
            texts.pop(field, None)
            if text.strip():
                texts[field] = (self._now(), text)
            while sum(len(each.encode()) for _, each in texts.values()) > BYTES:
                del texts[next(iter(texts))]
            if not texts:
                del self._texts[account]

    def get(self, account: str, field: str) -> str | None:
        """What stood in a field."""
        with self._lock:
            self._expire()
            _, text = self._texts.get(account, {}).get(field, (0.0, None))
            return text

    def clear(self) -> None:
        """Forget all of everybody."""
        with self._lock:
            self._texts.clear()

    def _expire(self) -> None:
        oldest = self._now() - SECONDS
        for account, texts in [*self._texts.items()]:
            living = {field: kept for field, kept in texts.items() if kept[0] > oldest}
            if living:
                self._texts[account] = living
            else:
                del self._texts[account]


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
    _begin(key, value)
    return st.text_area(
        label,
        key=key,
        height=height,
        placeholder=placeholder,
        max_chars=max_chars,
        on_change=_keep,
        args=(key,),
        persist_state="session",
    )


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
    _begin(key, value)
    return st.text_input(
        label,
        key=key,
        placeholder=placeholder,
        max_chars=max_chars,
        help=hint,
        on_change=_keep,
        args=(key,),
        persist_state="session",
    )


def sent(*keys: str) -> None:
    """After an act succeeded: its fields are forgotten, and begin anew when drawn again."""
    stored(*keys)
    st.session_state.setdefault(_SENT, set()).update(keys)


def stored(*keys: str) -> None:
    """The API keeps these itself by now: forget them here; the fields stay as they are."""
    for key in keys:
        _KEPT.put(session.me().name, key, "")


def recall(*keys: str) -> None:
    """Put what is kept into fields that something else was put into already."""
    for key in keys:
        text = _KEPT.get(session.me().name, key)
        if text is not None:
            st.session_state[key] = text


def clear() -> None:
    """Forget all of everybody: some of it may speak of a customer who was erased."""
    _KEPT.clear()


def _begin(key: str, value: str) -> None:
    was_sent: set[str] = st.session_state.setdefault(_SENT, set())
    if key in was_sent:
        was_sent.remove(key)
        st.session_state[key] = value
    elif key not in st.session_state:
        st.session_state[key] = value
        recall(key)


def _keep(key: str) -> None:
    """A callback runs before anything is asked of the API, so also when the session has ended."""
    _KEPT.put(session.me().name, key, st.session_state[key])
