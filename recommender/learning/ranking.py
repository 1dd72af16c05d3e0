"""How like two cases are: likenesses of their parts, mixed by weights learnt on tuning sets."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "situation": 0.30,
        "resolution": 0.15,
        "words": 0.10,
        "clause": 0.08,
        "facts": 0.05,
        "fact_names": 0.25,
        "action": 0.07,
    }
)
"""What each part counts for, over the parts that both sides carry.

Found by coordinate search for the best nDCG@5 on hotel, energy, library and stream_shop, with all
fields, without facts and with texts alone; figures on other sets: tests/bench/bench_ranking.py.
"""


def mix(parts: Mapping[str, Floats], weights: Mapping[str, float] = WEIGHTS) -> Floats:
    """Give the weighted mean of likenesses over what is known.

    Parts are names among the weights with likenesses of 0 to 1, shape (n,). NaN marks what one
    side does not carry: it neither raises nor lowers. Where nothing is known the mean is 0.
    """
    values = np.stack(list(parts.values()))
    counting = np.array([[weights[name]] for name in parts]) * ~np.isnan(values)
    total = counting.sum(axis=0)
    weighed = (np.nan_to_num(values) * counting).sum(axis=0)
    mean: Floats = np.divide(weighed, np.maximum(total, 1e-9)).astype(np.float32)
    return mean


def largest(values: Floats, most: int) -> npt.NDArray[np.int64]:
    """Give the places of the largest values, at most so many, the largest first."""
    if len(values) <= most:
        return np.argsort(-values, kind="stable")
    least = np.partition(values, -most)[-most]
    near = np.flatnonzero(values >= least)
    return near[np.argsort(-values[near], kind="stable")][:most]
