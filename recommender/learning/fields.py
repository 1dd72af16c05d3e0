"""What the casebase's own fields teach about its texts: guesses of typed fields.

People leave fields out, and name the wrong clause. A ridge regression from the text vectors to the
fields, fitted for every case on all *other* cases, fills the gaps and shows which given values the
text speaks against. No label is needed; it gets better as the casebase grows.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.intp]

LEAST_MENTIONS = 3
RIDGE = 1.0
LEAST_ERROR, MOST_ERROR = 0.03, 0.5
"""Bounds of the share of wrong values that a field is believed to hold."""
GIVEN_NAMES = 0.8
"""Weight of the typed fact names against the guessed ones."""
FLOOR = 0.01
BLOCK = 4096


@dataclass(frozen=True, kw_only=True)
class FieldReading:
    """One field of all cases, read from the given values and the texts together.

    Attributes
    ----------
    posterior : float array of shape (n, values)
        How likely each value is, given the text and the value that was typed, if any.
    skill : float in 0..1
        Correlation of guess and given value on cases the guess was not fitted on: the field's
        worth in this casebase.
    doubted : bool array of shape (n,)
        The given value is one that the text overrules.
    """

    posterior: Floats
    skill: float
    doubted: Bools


def read_choice(
    features: Floats, given: Sequence[str | None], own: Bools | None = None
) -> FieldReading | None:
    """Read a field with one value a case (clause, action).

    Guess and given value are joined by Bayes' rule. How often given values are wrong is read off
    the casebase: the share of them that the more confident half of the guesses contradicts.

    Parameters
    ----------
    features : float array of shape (n, d), the text vectors side by side
    own : bool array of shape (n,)
        The values that may teach; all of them if not given. Others count for their own case alone.

    Returns
    -------
    FieldReading or None
        None where the texts teach nothing: fewer than two values with `LEAST_MENTIONS` cases, or
        guesses no better than chance. Values named more rarely count as not given.
    """
    own = np.ones(len(given), dtype=bool) if own is None else own
    counts = Counter(value for value in itertools.compress(given, own) if value is not None)
    number = {v: i for i, v in enumerate(sorted(v for v in counts if counts[v] >= LEAST_MENTIONS))}
    if len(number) < 2:  # noqa: PLR2004
        return None
    code = np.array([-1 if v is None else number.get(v, -1) for v in given], dtype=np.intp)
    known = code >= 0
    truth = np.zeros((len(given), len(number)), dtype=np.float32)
    truth[known, code[known]] = 1
    teaching = known & own
    guess = LeaveOneOut(features, teaching).guess(truth)
    skill = _skill(guess, truth, teaching)
    if skill == 0:
        return None
    guess += FLOOR
    guess /= guess.sum(axis=1, keepdims=True)
    wrong = _share_wrong(guess[teaching], code[teaching])
    posterior, doubted = guess, np.zeros(len(given), dtype=bool)
    for first in range(0, len(given), BLOCK):
        block = slice(first, first + BLOCK)
        likely = np.where(truth[block] > 0, 1 - wrong, wrong / (len(number) - 1))
        joined = np.where(known[block][:, None], guess[block] * likely, guess[block])
        joined /= joined.sum(axis=1, keepdims=True)
        doubted[block] = known[block] & (joined.argmax(axis=1) != code[block])
        posterior[block] = joined
    return FieldReading(posterior=posterior, skill=skill, doubted=doubted)


def read_names(
    features: Floats, facts: Sequence[Mapping[str, object]], own: Bools | None = None
) -> FieldReading | None:
    """Read which facts a case of this sort carries; a case without any says nothing.

    Parameters and result are those of `read_choice`; nothing is doubted.
    """
    own = np.ones(len(facts), dtype=bool) if own is None else own
    counts = Counter(name for row in itertools.compress(facts, own) for name in row)
    names = sorted(name for name in counts if counts[name] >= LEAST_MENTIONS)
    if len(names) < 2:  # noqa: PLR2004
        return None
    known = np.array([bool(row) for row in facts])
    truth = np.array([[name in row for name in names] for row in facts], dtype=np.float32)
    guess = LeaveOneOut(features, known & own).guess(truth)
    skill = _skill(guess, truth, known & own)
    if skill == 0:
        return None
    posterior = guess.copy()
    posterior[known] = (1 - GIVEN_NAMES) * guess[known] + GIVEN_NAMES * truth[known]
    return FieldReading(posterior=posterior, skill=skill, doubted=np.zeros(len(facts), dtype=bool))


def read_groups(others: "LeaveOneOut", labels: Integers) -> FieldReading | None:
    """Read provisional groups as if they were a field: what the texts make of each case's group.

    Parameters
    ----------
    others : LeaveOneOut, of all n cases
    labels : int array of shape (n,); -1 is in no group, and says so
    """
    count = int(labels.max(initial=-1)) + 1
    if count < 2:  # noqa: PLR2004
        return None
    everybody = np.ones(len(labels), dtype=bool)
    truth = (labels[:, None] == np.arange(count)[None, :]).astype(np.float32)
    guess = others.guess(truth)
    skill = _skill(guess, truth, everybody)
    if skill == 0:
        return None
    return FieldReading(posterior=guess, skill=skill, doubted=np.zeros(len(labels), dtype=bool))


class LeaveOneOut:
    """Ridge regression that guesses every row from the known rows without itself.

    A known row's own influence is taken out in closed form (leave-one-out residual = residual
    divided by one minus leverage), so that one solve serves all rows, and every truth about them.

    Parameters
    ----------
    features : float array of shape (n, d)
    known : bool array of shape (n,), the rows whose truth may teach; all of them if not given
    """

    def __init__(self, features: Floats, known: Bools | None = None) -> None:
        self._features = features
        self._known = np.ones(len(features), dtype=bool) if known is None else known
        self._count = int(self._known.sum())
        total = np.zeros(features.shape[1])
        for block, seen in self._blocks():
            total += features[block][seen].sum(axis=0, dtype=np.float64)
        self._middle = total / self._count
        self._wide = self._count < features.shape[1]
        inner = self._between_rows() if self._wide else self._between_features()
        inner[np.diag_indices_from(inner)] += RIDGE
        self._inverse = np.linalg.inv(inner)

    def guess(self, truth: Floats) -> Floats:
        """Guess a truth of shape (n, values), clipped to 0..1."""
        known = self._known
        usual = truth[known].mean(axis=0, dtype=np.float64)
        slopes = self._slopes(truth, usual)
        left = self._left()
        guess = np.empty(truth.shape, dtype=np.float32)
        for block, seen in self._blocks():
            found = self._centred(block) @ slopes + usual
            without = truth[block] - (truth[block] - found) / left[block][:, None]
            guess[block] = np.where(seen[:, None], without, found)
        return np.clip(guess, 0, 1, out=guess)

    def _slopes(self, truth: Floats, usual: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        if self._wide:
            rows = self._centred(slice(None))[self._known]
            return np.asarray(rows.T @ (self._inverse @ (truth[self._known] - usual)))
        moment = np.zeros((len(self._middle), truth.shape[1]))
        for block, seen in self._blocks():
            moment += self._centred(block)[seen].T @ (truth[block][seen] - usual)
        return np.asarray(self._inverse @ moment)

    def _left(self) -> npt.NDArray[np.float64]:
        """Give one minus the leverage of each row; that of an unknown row does not matter."""
        left = np.ones(len(self._features))
        if self._wide:
            left[self._known] = RIDGE * np.diag(self._inverse) - 1 / self._count
            return left
        for block, _ in self._blocks():
            centred = self._centred(block)
            lever = np.einsum("nd,nd->n", centred @ self._inverse, centred) + 1 / self._count
            left[block] = 1 - lever
        return left

    def _between_rows(self) -> npt.NDArray[np.float64]:
        rows = self._centred(slice(None))[self._known]
        return np.asarray(rows @ rows.T)

    def _between_features(self) -> npt.NDArray[np.float64]:
        inner = np.zeros((len(self._middle), len(self._middle)))
        for block, seen in self._blocks():
            rows = self._centred(block)[seen]
            inner += rows.T @ rows
        return inner

    def _centred(self, block: slice) -> npt.NDArray[np.float64]:
        return np.asarray(self._features[block] - self._middle)

    def _blocks(self) -> Iterator[tuple[slice, Bools]]:
        """Give blocks of rows, and which of theirs are known: nothing is laid out for all rows."""
        for first in range(0, len(self._features), BLOCK):
            block = slice(first, first + BLOCK)
            yield block, self._known[block]


def _skill(guess: Floats, truth: Floats, known: Bools) -> float:
    """Give the correlation of guess and truth over known rows; 0 where chance does as well."""
    usual = truth[known].mean(axis=0)
    spread = missed = 0.0
    for first in range(0, len(known), BLOCK):
        some = first + np.flatnonzero(known[first : first + BLOCK])
        seen = truth[some]
        spread += float(((seen - usual) ** 2).sum())
        missed += float(((seen - guess[some]) ** 2).sum())
    return float(np.sqrt(1 - missed / spread)) if missed < spread else 0.0


def _share_wrong(guess: Floats, code: Integers) -> float:
    """Estimate how many given values are wrong, from the guesses that are more confident."""
    best = guess.max(axis=1)
    confident = best >= np.median(best)
    wrong = float((guess[confident].argmax(axis=1) != code[confident]).mean())
    return min(max(wrong, LEAST_ERROR), MOST_ERROR)
