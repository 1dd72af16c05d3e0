"""How alike two cases are in each of several ways, kept apart: texts, words, fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from recommender.learning.casetable import CaseTable
from recommender.learning.fields import FieldReading, read_choice, read_names

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.intp]

SAMPLE = 2000
"""Cases whose pairs say what is usual; a larger casebase is sampled evenly."""
LEAST_SPREAD = 1e-6
_PLACEHOLDER = re.compile(r"\[[^\]]*\]")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


@dataclass(frozen=True, kw_only=True)
class Aspect:
    """One way in which cases can be alike.

    Attributes
    ----------
    name : text view, "words", or a field
    rows : array of shape (n, d), dense or sparse; the dot product of two rows is their likeness
        All zeros where missing.
    present : bool array of shape (n,)
        A pair in which one is missing counts as usual, neither alike nor unlike.
    weight : float, against the texts as a whole, which weigh 1
    told : bool, whether it is what the texts tell, not a field
    usual, spread : mean and standard deviation of the likeness over pairs
        The spread is infinite where all pairs are equally alike: such an aspect tells nothing.
    """

    name: str
    rows: Floats | csr_array
    present: Bools
    weight: float
    told: bool
    usual: float
    spread: float

    def likeness(self, rows: Integers, others: Integers) -> Floats:
        """Give the standardised likeness of `rows` to `others`, shape (len(rows), len(others))."""
        product = _dense(self.rows[rows] @ self.rows[others].T)
        out = np.asarray((product - self.usual) / self.spread, dtype=np.float32)
        out[~self.present[rows]] = 0
        out[:, ~self.present[others]] = 0
        return out


def weighed(aspects: Sequence[Aspect], rows: Integers, others: Integers) -> Floats:
    """Give the weighed sum of all aspects' likeness, shape (len(rows), len(others))."""
    total = np.zeros((len(rows), len(others)), np.float32)
    for one in aspects:
        total += np.float32(one.weight) * one.likeness(rows, others)
    return total


def mean_likeness(aspects: Sequence[Aspect], members: Sequence[Integers]) -> Floats:
    """Give the mean weighed likeness between groups of at least two cases.

    Parameters
    ----------
    members : the rows of each of g groups

    Returns
    -------
    float array of shape (g, g); on the diagonal between different cases of the group
    """
    sizes = np.array([len(rows) for rows in members], dtype=np.intp)
    total = np.zeros((len(members), len(members)), dtype=np.float64)
    if not len(sizes):
        return total.astype(np.float32)
    ends = np.concatenate([[0], np.cumsum(sizes)])
    for one in aspects:
        share = np.repeat(1 / sizes, sizes), np.concatenate(members), ends
        mean_of = csr_array(share, shape=(len(sizes), len(one.present)))
        means, known = mean_of @ one.rows, mean_of @ one.present
        between = _dense(means @ means.T) - one.usual * np.outer(known, known)
        itself = mean_of @ _squared_lengths(one.rows) - one.usual * known
        between[np.diag_indices(len(sizes))] *= sizes / (sizes - 1)
        between[np.diag_indices(len(sizes))] -= itself / (sizes - 1)
        total += one.weight / one.spread * between
    return total.astype(np.float32)


def aspects_of(
    cases: CaseTable, *, word_weight: float, field_weight: float
) -> tuple[tuple[Aspect, ...], Bools]:
    """Lay the texts, words and fields of the cases out as aspects.

    Parameters
    ----------
    cases : CaseTable
    word_weight : float
        Weight of the words against the text views' mean.
    field_weight : float
        Weight of a field that the texts predict perfectly, where the texts together weigh 1.

    Returns
    -------
    aspects, and which clause references the texts overrule (bool array of shape (n,))
    """
    texts = _text_aspects(cases, word_weight)
    found = readings(cases)
    fields = [field_aspect(name, reading, weight=field_weight) for name, reading in found.items()]
    clause = found.get("clause")
    doubted = np.zeros(len(cases), dtype=bool) if clause is None else clause.doubted
    return tuple(texts + fields), doubted


def field_aspect(name: str, reading: FieldReading, *, weight: float) -> Aspect:
    """Make an aspect of a field reading: the cosine of the posteriors, weighed by its skill."""
    lengths = np.linalg.norm(reading.posterior, axis=1, keepdims=True)
    rows = np.asarray(reading.posterior / np.maximum(lengths, 1e-9), dtype=np.float32)
    return _aspect(name, rows, np.ones(len(rows), dtype=bool), weight * reading.skill, told=False)


def text_features(cases: CaseTable) -> Floats:
    """Give the text views side by side, zeros where a text is missing, shape (n, views * d)."""
    return np.hstack([_filled(cases, name) for name in sorted(cases.views)])


def _text_aspects(cases: CaseTable, word_weight: float) -> list[Aspect]:
    share = 1 / len(cases.views)
    found = [
        _aspect(name, _filled(cases, name), cases.views[name].present, share, told=True)
        for name in sorted(cases.views)
    ]
    words = _word_rows(cases.words)
    if words is not None:
        found.append(_aspect("words", words, np.diff(words.indptr) > 0, word_weight, told=True))
    return _together_one(found)


def _together_one(texts: Sequence[Aspect]) -> list[Aspect]:
    """Scale the texts so that their sum spreads by 1 over the pairs."""
    sample = evenly(len(texts[0].present))
    total = sum(one.weight * one.likeness(sample, sample) for one in texts)
    _, spread = _usual_and_spread(np.asarray(total))
    return [replace(one, weight=one.weight / spread) for one in texts]


def readings(cases: CaseTable) -> Mapping[str, FieldReading]:
    """Read the fields that the texts tell something about, from what their filers said unasked."""
    features = text_features(cases)
    found = {
        "clause": read_choice(features, cases.clauses, _own(cases, "clause")),
        "action": read_choice(features, cases.actions, _own(cases, "action")),
        "facts": read_names(features, cases.facts, _own(cases, "facts")),
    }
    return {name: reading for name, reading in found.items() if reading is not None}


def _own(cases: CaseTable, name: str) -> Bools | None:
    """Tell which cases say a field of their own accord; None where all do."""
    return np.array([name not in one for one in cases.taken]) if cases.taken else None


def _filled(cases: CaseTable, name: str) -> Floats:
    view = cases.views[name]
    if view.present.all():
        return view.vectors
    return np.where(view.present[:, None], view.vectors, np.float32(0))


def _aspect(
    name: str, rows: Floats | csr_array, present: Bools, weight: float, *, told: bool
) -> Aspect:
    sample = np.flatnonzero(present)
    sample = sample[evenly(len(sample))]
    plain = Aspect(
        name=name, rows=rows, present=present, weight=weight, told=told, usual=0.0, spread=1.0
    )
    usual, spread = _usual_and_spread(plain.likeness(sample, sample))
    return replace(plain, usual=usual, spread=spread)


def _usual_and_spread(likeness: Floats) -> tuple[float, float]:
    """Give mean and standard deviation over pairs; rounding errors are no spread."""
    pairs = likeness[np.triu_indices(len(likeness), 1)]
    if not len(pairs):
        return 0.0, np.inf
    spread = float(pairs.std(dtype=np.float64))
    return float(pairs.mean(dtype=np.float64)), spread if spread > LEAST_SPREAD else np.inf


def _dense(product: Any) -> Floats:  # noqa: ANN401 - SciPy's stubs do not say what a product is
    return np.asarray(product if isinstance(product, np.ndarray) else product.toarray())


def _squared_lengths(rows: Floats | csr_array) -> Floats:
    squares: Any = rows * rows
    return np.asarray(squares.sum(axis=1))


def evenly(n: int, most: int = SAMPLE) -> Integers:
    """Choose at most `most` of n rows, at even distances."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).astype(np.intp))


def _word_rows(texts: Sequence[str]) -> csr_array | None:
    """Give rows of weighted stems and stem pairs; None where no term stands in two texts."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not texts:
        return None
    vectorizer = TfidfVectorizer(analyzer=_Stems(), sublinear_tf=True, min_df=2, dtype=np.float32)
    try:
        return csr_array(vectorizer.fit_transform(texts))
    except ValueError:  # its way to say that no term is left
        return None


class _Stems:
    """Turns a text into its English stems and pairs of neighbouring ones."""

    def __init__(self) -> None:
        import snowballstemmer

        self._stem = snowballstemmer.stemmer("english").stemWord
        self._known: dict[str, str] = {}

    def __call__(self, text: str) -> list[str]:
        words = _WORD.findall(_PLACEHOLDER.sub(" ", text.lower()))
        stems = [self._known.setdefault(word, "") or self._learn(word) for word in words]
        pairs = [f"{a} {b}" for a, b in pairwise(stems)]
        return stems + pairs

    def _learn(self, word: str) -> str:
        self._known[word] = self._stem(word)
        return self._known[word]
