"""The words of all decided cases in memory, beside their vectors: a cache, filled again at need.

Building it costs seconds for a hundred thousand cases, so that a few new cases are scored one by
one until they are many. Where a text changed or went, nothing of it is kept.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import select

from recommender.cases.casebase import Casebase, Stamp
from recommender.cases.likeness import Floats
from recommender.learning.lexical import Lexicon, stems
from recommender.models.cases import Case, Embedding
from recommender.storage.house import House, Transaction
from recommender.vocabulary import DECIDED_CASES

FRESH: Final = 128
"""Up to so many new cases are scored one by one."""


@dataclass(frozen=True)
class Wordbase:
    """Word scores in the order of a casebase; `known` are the fitted texts by case."""

    stamp: Stamp
    cases: int
    since: datetime | None
    """The newest embedding when the lexicon was built."""
    lexicon: Lexicon
    known: Mapping[str, int]
    """Case -> hash of its text, in the order of the lexicon's rows."""
    places: Sequence[int]
    fresh: Mapping[int, Counter[str]]
    """Place in the casebase -> the stems of a case that came since."""

    def likeness(self, text: str) -> Floats:
        """Give how much of what a text says each case says too: 0 to 1, shape (n,)."""
        found = np.zeros(self.cases, dtype=np.float32)
        found[self.places] = self.lexicon.scores(text)
        found[list(self.fresh)] = self.lexicon.scores_of(text, list(self.fresh.values()))
        return found


_KEPT: "WeakKeyDictionary[House, Wordbase]" = WeakKeyDictionary()


def wordbase(tx: Transaction, base: Casebase) -> Wordbase:
    """Give the words of a casebase's cases, read anew or brought up to it where it is another."""
    kept = _KEPT.get(tx.house)
    if kept is None or kept.stamp != base.stamp:
        kept = (None if kept is None else _followed(tx, base, kept)) or _built(tx, base)
        _KEPT[tx.house] = kept
    return kept


def _followed(tx: Transaction, base: Casebase, kept: Wordbase) -> Wordbase | None:
    """Add the few cases that came; None where texts went or changed, or too many came."""
    here = base.place
    came = here.keys() - kept.known.keys()
    if len(came) > FRESH or kept.known.keys() - here.keys() or kept.since is None:
        return None
    texts = _texts(tx, kept.since, base.stamp[0])
    changed = any(kept.known.get(case, hash(text)) != hash(text) for case, text in texts.items())
    if changed or came - texts.keys():
        return None
    return Wordbase(
        stamp=base.stamp,
        cases=len(base.ids),
        since=kept.since,
        lexicon=kept.lexicon,
        known=kept.known,
        places=[here[case] for case in kept.known],
        fresh={here[case]: Counter(stems(texts[case])) for case in came},
    )


def _built(tx: Transaction, base: Casebase) -> Wordbase:
    texts = _texts(tx)
    cases = [case for case in base.ids if case in texts]
    return Wordbase(
        stamp=base.stamp,
        cases=len(base.ids),
        since=base.stamp[2],
        lexicon=Lexicon().fit(texts[case] for case in cases),
        known={case: hash(texts[case]) for case in cases},
        places=[base.place[case] for case in cases],
        fresh={},
    )


def _texts(
    tx: Transaction, since: datetime | None = None, fingerprint: str | None = None
) -> dict[str, str]:
    """Give situation and resolution of decided cases, all or those embedded since a moment."""
    asked = select(Case.id, Case.situation, Case.resolution).where(Case.state.in_(DECIDED_CASES))
    if since is not None:
        embedded = select(Embedding.case_id).where(
            Embedding.fingerprint == fingerprint, Embedding.embedded_at >= since
        )
        asked = asked.where(Case.id.in_(embedded))
    return {
        case: f"{situation} {resolution or ''}"
        for case, situation, resolution in tx.session.execute(asked)
    }
