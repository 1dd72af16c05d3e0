"""What the casebase's own fields teach about its texts: guesses of typed fields.

People leave fields out, and name the wrong clause. A ridge regression from the text vectors to the
fields, fitted for every case on all *other* cases, fills the gaps and shows which given values the
text speaks against. No label is needed; it gets better as the casebase grows.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

LEAST_MENTIONS = 3
RIDGE = 1.0
CONFIDENT = 0.5


@dataclass(frozen=True, kw_only=True)
class FieldReading:
    """One field of all cases, read from the given values and the texts together.

    Attributes
    ----------
    posterior : float array of shape (n, values)
        Half the guess, half the given value where there is one; the guess alone elsewhere.
    skill : float in 0..1
        Correlation of guess and given value on cases the guess was not fitted on: the field's
        worth in this casebase.
    doubted : bool array of shape (n,)
        The given value is one that the text speaks clearly against.
    """

    posterior: Floats
    skill: float
    doubted: Bools

    def agreement(self) -> Floats:
        """Cosine of the posteriors, an (n, n) array in 0..1."""
        lengths = np.linalg.norm(self.posterior, axis=1, keepdims=True)
        rows = self.posterior / np.maximum(lengths, 1e-9)
        return np.asarray(rows @ rows.T, dtype=np.float32)


def read_choice(
    features: Floats, given: Sequence[str | None], *, doubt: float
) -> FieldReading | None:
    """Read a field with one value a case (clause, action).

    Parameters
    ----------
    features : float array of shape (n, d), the text vectors side by side
    doubt : float in 0..1
        A given value is doubted when the guess puts it below this share of its favourite.

    Returns
    -------
    FieldReading or None
        None where the texts teach nothing: fewer than two values with `LEAST_MENTIONS` cases, or
        guesses no better than chance. Values named more rarely are not guessed, and doubted only
        where the guess is confident of another.
    """
    counts = Counter(value for value in given if value is not None)
    number = {v: i for i, v in enumerate(sorted(v for v in counts if counts[v] >= LEAST_MENTIONS))}
    if len(number) < 2:  # noqa: PLR2004
        return None
    code = np.array([-1 if v is None else number.get(v, -1) for v in given], dtype=np.intp)
    known = np.flatnonzero(code >= 0)
    truth = np.zeros((len(given), len(number)), dtype=np.float32)
    truth[known, code[known]] = 1
    guess = _guess_from_others(features, truth, code >= 0)
    guess /= np.maximum(guess.sum(axis=1, keepdims=True), 1e-9)
    reading = _mix(guess, truth, code >= 0)
    if reading is None:
        return None
    best = guess.max(axis=1)
    rare = np.array([v is not None for v in given]) & (code < 0)
    reading.doubted[known] = guess[known, code[known]] < doubt * best[known]
    reading.doubted[rare] = best[rare] > CONFIDENT
    return reading


def read_names(features: Floats, facts: Sequence[Mapping[str, object]]) -> FieldReading | None:
    """Read which facts a case of this sort carries; a case without any says nothing.

    Parameters and result are those of `read_choice`; nothing is doubted.
    """
    counts = Counter(name for row in facts for name in row)
    names = sorted(name for name in counts if counts[name] >= LEAST_MENTIONS)
    if len(names) < 2:  # noqa: PLR2004
        return None
    given = np.array([bool(row) for row in facts])
    truth = np.array([[name in row for name in names] for row in facts], dtype=np.float32)
    return _mix(_guess_from_others(features, truth, given), truth, given)


def _guess_from_others(features: Floats, truth: Floats, known: Bools) -> Floats:
    """Guess every row by ridge regression on the known rows without itself, clipped to 0..1.

    A known row's own influence is taken out in closed form (leave-one-out residual = residual
    divided by one minus leverage), so that one solve serves all.
    """
    middle = features[known].mean(axis=0, dtype=np.float64)
    usual = truth[known].mean(axis=0, dtype=np.float64)
    rows, missed = features[known] - middle, truth[known] - usual
    inner = rows.T @ rows
    inner[np.diag_indices_from(inner)] += RIDGE
    solved = np.linalg.solve(inner, rows.T)
    leverage = np.einsum("nd,dn->n", rows, solved) + 1 / len(rows)
    slopes = solved @ missed
    guess = (features - middle) @ slopes + usual
    guess[known] = truth[known] - (truth[known] - guess[known]) / (1 - leverage[:, None])
    return np.asarray(np.clip(guess, 0, 1), dtype=np.float32)


def _mix(guess: Floats, truth: Floats, known: Bools) -> FieldReading | None:
    seen = truth[known]
    spread = float(((seen - seen.mean(axis=0)) ** 2).sum())
    missed = float(((seen - guess[known]) ** 2).sum())
    if missed >= spread:
        return None
    posterior = guess.copy()
    posterior[known] = (guess[known] + seen) / 2
    return FieldReading(
        posterior=posterior,
        skill=float(np.sqrt(1 - missed / spread)),
        doubted=np.zeros(len(guess), dtype=bool),
    )
