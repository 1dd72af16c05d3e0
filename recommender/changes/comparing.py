"""Before and after a change: exceptions, uses, cost and outcomes, beside what was predicted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum, isfinite
from typing import Literal, TypedDict

from recommender.changes.following import Followed
from recommender.changes.predicting import Design, Prediction
from recommender.changes.uses import Used, used
from recommender.changes.weeks import Exposure, exposures
from recommender.kinds.rows import CaseFacts
from recommender.kinds.statistics import wilson
from recommender.kinds.weeks import whole_weeks
from recommender.learning.ratios import Counted, Ratio, between, fell, of_sums
from recommender.models.changes import Candidate
from recommender.storage.house import Transaction
from recommender.vocabulary import OutcomeReading

Reads = Literal["inside", "under", "over"]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One of the four: before and after, its interval, and what was predicted."""

    name: Literal["exceptions", "uses", "cost", "good"]
    before: float | None = None
    after: float | None = None
    low: float | None = None
    high: float | None = None
    predicted_low: float | None = None
    predicted_high: float | None = None
    n: int | None = None
    """Of good outcomes: how many known ones came after."""

    @property
    def reads(self) -> Reads | None:
        """Where the interval lies to what was predicted; None where that cannot be told."""
        if self.predicted_low is None or self.predicted_high is None or self.low is None:
            return None
        if self.low > self.predicted_high:
            return "over"
        if self.high is None:
            return None
        return "under" if self.high < self.predicted_low else "inside"

    @property
    def missed(self) -> bool:
        """Tell whether more than twice as much came as was predicted at most, for certain.

        Of good outcomes it is less than half of what was predicted at least, or more than twice
        as many others as were predicted at most.
        """
        if self.name == "good":
            if self.high is None or self.predicted_low is None:
                return False
            others = 1 - self.high > 2 * (1 - self.predicted_low)
            return others or 2 * self.high < self.predicted_low
        if self.low is None or self.predicted_high is None:
            return False
        return self.low > 2 * self.predicted_high


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What one look sees: the ratio of rates, what measured it, the four readings."""

    ratio: Ratio
    exposure: Exposure
    readings: tuple[Reading, ...]


def weeks_after(design: Design, followed: Followed, end: date) -> list[date]:
    """Give the whole weeks after, up to a day and to the end of the wording or its scope."""
    answer = followed.answer
    ends = [end]
    if answer.until is not None:
        ends.append(answer.until.date())
    if answer.scope.until is not None:
        ends.append(answer.scope.until + timedelta(days=1))
    return whole_weeks(design.starts, min(ends))


def compare(
    tx: Transaction,
    candidate: Candidate,
    followed: Followed,
    said: tuple[Design, Prediction],
    weeks: Sequence[date],
) -> Comparison:
    """Compare the weeks of the design with some weeks after, at least one of each."""
    design, prediction = said
    before, after = followed.within(design.weeks), followed.within(weeks)
    by, sizes = _measured(tx, followed, design, weeks)
    ratio = fell(
        Counted(cases=len(before), exposure=sizes[0]),
        Counted(cases=len(after), exposure=sizes[1]),
        phi=design.phi,
        alpha=design.alpha,
    )
    spans = (len(design.weeks), len(weeks))
    new = used(tx, candidate, followed, weeks)
    costs = (followed.costs(design.weeks), followed.costs(weeks))
    return Comparison(
        ratio=ratio,
        exposure=by,
        readings=(
            _exceptions((len(before), len(after)), spans, ratio, prediction),
            _uses(sum(new.weekly), len(weeks), design.phi, prediction),
            _cost(costs, new, (spans, sizes), design, prediction),
            _good(before, after, prediction),
        ),
    )


def _measured(
    tx: Transaction, followed: Followed, design: Design, weeks: Sequence[date]
) -> tuple[Exposure, tuple[float, float]]:
    """Measure both periods as it was planned, or by weeks where that is not on record."""
    before, after = (
        exposures(tx.session, design.exposure, span, followed.outside)
        for span in (design.weeks, weeks)
    )
    if before and after and design.exposure == "other exceptions":
        step = tx.settings.people_floor_customers
        return design.exposure, (in_steps(sum(before), step), in_steps(sum(after), step))
    if before and after:
        return design.exposure, (sum(before), sum(after))
    return "weeks", (len(design.weeks), len(weeks))


def in_steps(size: float, step: int) -> float:
    """Round a sum of cases that readers may not all know of, so that one more does not show."""
    return max(step, size // step * step)


def _exceptions(
    cases: tuple[int, int], spans: tuple[int, int], ratio: Ratio, prediction: Prediction
) -> Reading:
    """Read cases a week; the interval is that of the ratio, at the measure of the weeks before."""
    rate = cases[0] / spans[0]
    high = float(ratio.high) * rate
    return Reading(
        name="exceptions",
        before=rate,
        after=cases[1] / spans[1],
        low=float(ratio.low) * rate,
        high=high if isfinite(high) else None,
        **_predicted(prediction.exceptions),
    )


def _uses(times: int, weeks: int, phi: float, prediction: Prediction) -> Reading:
    low, high = (float(side) / weeks for side in between(times, phi=phi))
    return Reading(
        name="uses", after=times / weeks, low=low, high=high, **_predicted(prediction.uses)
    )


def _cost(
    costs: tuple[Sequence[float | None], Sequence[float | None]],
    new: Used,
    measured: tuple[tuple[int, int], tuple[float, float]],
    design: Design,
    prediction: Prediction,
) -> Reading:
    """Read what exceptions and uses cost a week; at least, where what all cost is not known.

    Like that of exceptions the interval is that of the ratio, at the measure of the weeks before.
    """
    before, after = ([cost for cost in each if cost] for each in costs)
    if prediction.cost is None or not before:
        return Reading(name="cost")
    after += [cost for cost in new.costs if cost]
    told = new.told and None not in costs[1]
    spans, sizes = measured
    was = fsum(before) / spans[0]
    low, high = of_sums(
        Counted(cases=before, exposure=sizes[0]),
        Counted(cases=after, exposure=sizes[1]),
        phi=design.phi,
        alpha=design.alpha,
    )
    return Reading(
        name="cost",
        before=was,
        after=fsum(after) / spans[1] if told else None,
        low=low * was if told or low else None,
        high=high * was if told and isfinite(high) else None,
        **_predicted(prediction.cost),
    )


def _good(
    before: Sequence[CaseFacts], after: Sequence[CaseFacts], prediction: Prediction
) -> Reading:
    """Read the share of good outcomes among the known ones."""
    (was, _), (now, known) = _share_of_good(before), _share_of_good(after)
    low, high = wilson(round((now or 0) * known), known) if known else (None, None)
    return Reading(
        name="good",
        before=was,
        after=now,
        low=low,
        high=high,
        n=known,
        **_predicted(prediction.good),
    )


def _share_of_good(rows: Sequence[CaseFacts]) -> tuple[float | None, int]:
    known = [row.outcome for row in rows if row.outcome is not OutcomeReading.MISSING]
    good = known.count(OutcomeReading.GOOD)
    return good / len(known) if known else None, len(known)


class _Predicted(TypedDict):
    predicted_low: float | None
    predicted_high: float | None


def _predicted(span: tuple[float, float] | None) -> _Predicted:
    low, high = span or (None, None)
    return {"predicted_low": low, "predicted_high": high}
