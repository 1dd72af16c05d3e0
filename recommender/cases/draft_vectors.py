"""A draft's texts redacted and embedded once, however often it is asked about while it is typed."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from recommender.cases.proposals import redacted
from recommender.storage.house import House, Transaction

KEPT: Final = 256
"""Texts remembered, in memory alone."""


@dataclass(frozen=True)
class DraftText:
    """A text without personal data, and its vector."""

    text: str
    vector: npt.NDArray[np.float32]


@dataclass
class _Remembered:
    texts: OrderedDict[tuple[str, int, str], DraftText] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)


_KEPT: "WeakKeyDictionary[House, _Remembered]" = WeakKeyDictionary()


def draft_texts(tx: Transaction, texts: Mapping[str, str]) -> dict[str, DraftText]:
    """Give each view's text redacted with its vector as a query; blank texts are left out."""
    kept = _KEPT.setdefault(tx.house, _Remembered())
    fingerprint, redactor = tx.house.encoder.fingerprint, id(tx.redactor)
    keys = {
        view: (fingerprint, redactor, hashlib.sha256(text.encode()).hexdigest())
        for view, text in texts.items()
        if text.strip()
    }
    with kept.lock:
        known = {view: kept.texts[key] for view, key in keys.items() if key in kept.texts}
    missing = [view for view in keys if view not in known]
    if missing:
        shown = [redacted(tx, texts[view]) for view in missing]
        vectors = tx.house.encoder.encode_queries(shown)
        known |= {
            view: DraftText(text, vector)
            for view, text, vector in zip(missing, shown, vectors, strict=True)
        }
    with kept.lock:
        for view, key in keys.items():
            kept.texts[key] = known[view]
            kept.texts.move_to_end(key)
        while len(kept.texts) > KEPT:
            kept.texts.popitem(last=False)
    return {view: known[view] for view in keys}
