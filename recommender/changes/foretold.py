"""What a change was said to do, and what it did, on paper."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from recommender.changes.effects import NoEffectPlanned, effect
from recommender.changes.paper import said, table
from recommender.changes.predicting import read_design, read_prediction
from recommender.changes.rationale import written
from recommender.models.changes import Candidate
from recommender.policies.figures import figure
from recommender.storage.house import Transaction

_WHOLE_FROM: Final = 1000


def prediction_lines(found: Candidate) -> Iterator[str]:
    """Write down the prediction and the look that were frozen at acceptance."""
    said_to_do, design = read_prediction(found), read_design(found)
    if said_to_do is None or design is None:
        return
    yield from ("## The prediction, frozen at acceptance", "")
    drop = said_to_do.drop
    told = (
        "No facts can tell what share of these cases ends."
        if drop is None
        else f"It ends {drop:.0%} of these cases as exceptions "
        f"({said_to_do.drop_low:.0%} to {said_to_do.drop_high:.0%})."
    )
    yield from (told, "")
    look = (
        f"The look is on {written(design.look_on)}, measured by {design.exposure}, one-sided "
        f"at {design.alpha:.1%}."
        if design.look_on is not None
        else f"No look can tell: {design.lacking}."
    )
    yield from (look, "")


def effect_lines(tx: Transaction, found: Candidate) -> Iterator[str]:
    """Write down what the change did, as far as it was looked at."""
    with suppress(NoEffectPlanned):
        seen = effect(tx, found.id)
        yield from ("## The effect", "", said(seen.words), "")
        if seen.regressed_on is not None:
            yield from (f"The kind recurred; first seen on {written(seen.regressed_on)}.", "")
        if seen.read_on is None:
            return
        rows = [
            (
                one.name,
                _number(one.before),
                _number(one.after),
                _range(one.low, one.high),
                _range(one.predicted_low, one.predicted_high),
                one.reads or "–",
            )
            for one in seen.readings
        ]
        heads = ("", "before", "after", "interval", "predicted", "reads")
        yield from (f"Read on {written(seen.read_on)}.", "", *table(heads, rows))


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return figure(round(value)) if abs(value) >= _WHOLE_FROM else f"{value:.3g}"


def _range(low: float | None, high: float | None) -> str:
    return "–" if low is None else f"{_number(low)} to {'any' if high is None else _number(high)}"
