"""How long work tells that it moves on."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with what is done and what there is in all."""


def unseen(done: int, total: int) -> None:
    """Tell nobody."""
