"""The dimension of a draft, as earlier cases or its words suggest it."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from sqlalchemy import func, select

from recommender.access import Act
from recommender.models.cases import Case
from recommender.storage.house import House, Transaction
from recommender.vocabulary import DECIDED_CASES, Dimension, FieldSource

if TYPE_CHECKING:
    from collections.abc import Mapping

_ENOUGH: Final = 3
"""Cases with the same action whose dimension people stated."""
_MOST: Final = 0.6
_LEARNT_FROM: Final = 2000
"""The newest decided cases whose dimension people stated, so many of them."""


_KEPT: "WeakKeyDictionary[House, Mapping[str, Counter[Dimension]]]" = WeakKeyDictionary()
"""Granted action -> how many cases stated each dimension."""


@dataclass(frozen=True, slots=True)
class SuggestedDimension:
    """A dimension for the filer to keep or change, and why it is suggested."""

    dimension: Dimension
    why: str


def suggest_dimension(
    tx: Transaction, action: str | None, resolution: str
) -> SuggestedDimension | None:
    """Suggest what most cases with the same action said, else what the words say; None if neither.

    What people left as suggested does not count: a guess never teaches the next one. Nor does what
    a second team found misused.
    """
    tx.actor.require(Act.FILE)
    return _by_cases(tx, action) or _by_words(action, resolution)


def learn_dimensions(tx: Transaction) -> None:
    """Count anew what people stated; it lives in memory alone."""
    source = func.coalesce(Case.provenance["dimension"].as_string(), "")
    newest = (
        select(Case.granted_action, Case.dimension)
        .where(
            Case.state.in_(DECIDED_CASES),
            Case.dimension.is_not(None),
            Case.misused_at.is_(None),
            source != FieldSource.SUGGESTED,
        )
        .order_by(Case.occurred_at.desc())
        .limit(_LEARNT_FROM)
    )
    stated: dict[str, Counter[Dimension]] = defaultdict(Counter)
    for action, dimension in tx.session.execute(newest):
        if action is not None and dimension is not None:
            stated[action][dimension] += 1
    _KEPT[tx.house] = dict(stated)


def _by_cases(tx: Transaction, action: str | None) -> SuggestedDimension | None:
    if tx.house not in _KEPT:
        learn_dimensions(tx)
    stated = _KEPT[tx.house].get(action or "")
    if action is None or stated is None:
        return None
    (dimension, times), total = stated.most_common(1)[0], stated.total()
    if total < _ENOUGH or times < _MOST * total:
        return None
    words = action.replace("_", " ")
    return SuggestedDimension(dimension, f"{times} of {total} cases of “{words}” say so.")


def _by_words(action: str | None, resolution: str) -> SuggestedDimension | None:
    from recommender.learning.dimension import dimension_of

    guess = dimension_of(action, resolution)
    if guess is None:
        return None
    said = ", ".join(f"“{word}”" for word in guess.words[:3])
    return SuggestedDimension(guess.dimension, f"You wrote {said}.")
