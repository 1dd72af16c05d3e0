"""Stop signals in tests that may themselves run where a closed terminal is ignored, as by nohup."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def heeded(stop: signal.Signals) -> Iterator[None]:
    """Let a signal do what it does by default, here and in processes that are started meanwhile."""
    outside = signal.signal(stop, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(stop, outside)
