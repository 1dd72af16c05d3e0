"""How close cases are to a kind as a whole; and which declined cases stand beside which kind."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from recommender.kinds.gathering import Gathered, Texts

LEAST_LIKE = 0.8
"""A declined case stands beside its nearest kind when it is at least this share as like it as the
least like member is: what was declined differs from the rest by nature."""
OTHER_RULE = 0.1
"""What it counts against a kind that a declined case names a rule of another section."""

Floats = npt.NDArray[np.float32]


def centre_of(texts: Texts, rows: Sequence[int]) -> dict[str, Floats]:
    """Give the mean direction of some cases in every view that they have."""
    centre = {}
    for name, view in texts.views.items():
        chosen = [row for row in rows if view.present[row]]
        if chosen:
            mean = view.vectors[chosen].mean(axis=0)
            centre[name] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return centre


def likeness(texts: Texts, centre: Mapping[str, Floats]) -> Floats:
    """Give each case's mean cosine with a centre over the views that both have, shape (n,)."""
    total = np.zeros(len(texts.cases), dtype=np.float32)
    shared = np.zeros(len(texts.cases), dtype=np.float32)
    for name, direction in centre.items():
        view = texts.views[name]
        if view.present.any():
            total += np.where(view.present, view.vectors @ direction, 0)
            shared += view.present
    return np.asarray(total / np.maximum(shared, 1), dtype=np.float32)


def declined_beside(
    gathered: Gathered, groups: Sequence[Sequence[int]], sections: Sequence[str | None]
) -> list[list[str]]:
    """Give for each group (its rows, and its clause's section) the declined cases beside it.

    Each stands beside one group at most; the likest come first.
    """
    beside: list[list[tuple[float, str, str]]] = [[] for _ in groups]
    declined = gathered.declined.cases
    if not groups or not declined:
        return [[] for _ in groups]
    centres = [centre_of(gathered.approved, rows) for rows in groups]
    table = np.stack([likeness(gathered.declined, centre) for centre in centres])
    floors = [
        LEAST_LIKE * float(likeness(gathered.approved, centre)[list(rows)].min())
        for centre, rows in zip(centres, groups, strict=True)
    ]
    for place, case in enumerate(declined):
        named = case.reference.section
        against = [named is not None and named != section for section in sections]
        nearest = int((table[:, place] - OTHER_RULE * np.array(against)).argmax())
        if table[nearest, place] >= floors[nearest]:
            beside[nearest].append((-float(table[nearest, place]), case.key, case.id))
    return [[case_id for _, _, case_id in sorted(cases)] for cases in beside]
