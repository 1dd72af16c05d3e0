"""The words of all decided cases in memory, beside their vectors: a cache, filled again at need.

Building it costs seconds for a hundred thousand cases, so that a few new cases are scored one by
one until they are many. Where a text changed or went, nothing of it is kept.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import select

from recommender.cases.casebase import Casebase, Stamp
from recommender.cases.likeness import Floats
from recommender.learning.lexical import Lexicon, stems
from recommender.models.cases import Case
from recommender.storage.house import House, Transaction

FRESH: Final = 500
"""Up to so many new cases are scored one by one."""


@dataclass(frozen=True)
class Wordbase:
    """Word scores in the order of a casebase."""

    stamp: Stamp
    learnt: int
    """How many rows of the casebase the lexicon was learnt from."""
    lexicon: Lexicon
    places: Sequence[int]
    """Place in the casebase of each of the lexicon's rows."""
    fresh: Mapping[int, Counter[str]]
    """Place in the casebase -> the stems of a case that came since."""

    def likeness(self, text: str) -> Floats:
        """Give how much of what a text says each case says too: 0 to 1, shape (n,)."""
        cases = self.stamp.cases
        found = np.zeros(max(cases, self.learnt), dtype=np.float32)
        found[self.places] = self.lexicon.scores(text)
        found[list(self.fresh)] = self.lexicon.scores_of(text, list(self.fresh.values()))
        return found[:cases]


_KEPT: "WeakKeyDictionary[House, Wordbase]" = WeakKeyDictionary()


def wordbase(tx: Transaction, base: Casebase, fresh: int = FRESH) -> Wordbase:
    """Give the words of a casebase's cases, brought up to it where it has grown.

    All are learnt anew where a text changed or went, and above so many fresh cases.
    """
    kept = _KEPT.get(tx.house)
    if kept is None or kept.stamp != base.stamp:
        kept = (None if kept is None else _followed(tx, base, kept, fresh)) or _built(tx, base)
        _KEPT[tx.house] = kept
    return kept


def _followed(tx: Transaction, base: Casebase, kept: Wordbase, fresh: int) -> Wordbase | None:
    """Add the few cases that came; None where others changed or went, or too many came."""
    came = base.ids[kept.learnt :]
    then, now = kept.stamp, base.stamp
    same = (then.fingerprint, then.changes) == (now.fingerprint, now.changes)
    if not same or len(came) > fresh:
        return None
    texts = _texts(tx, came)
    told = {base.place[case]: Counter(stems(text)) for case, text in texts.items()}
    return replace(kept, stamp=base.stamp, fresh=told)


def _built(tx: Transaction, base: Casebase) -> Wordbase:
    texts = _texts(tx)
    cases = [case for case in base.ids if case in texts]
    return Wordbase(
        stamp=base.stamp,
        learnt=len(base.ids),
        lexicon=Lexicon().fit(texts[case] for case in cases),
        places=[base.place[case] for case in cases],
        fresh={},
    )


def _texts(tx: Transaction, cases: Collection[str] | None = None) -> dict[str, str]:
    """Give situation and resolution of these cases, or of all."""
    asked = select(Case.id, Case.situation, Case.resolution)
    if cases is not None:
        asked = asked.where(Case.id.in_(cases))
    return {
        case: f"{situation} {resolution or ''}"
        for case, situation, resolution in tx.session.execute(asked)
    }
