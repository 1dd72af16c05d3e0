"""After-effects: what an accepted change did, beside what it was said to do.

Exceptions of its kind fall by definition where the rule allows them, so four things are read. A
verdict is passed on planned days only; what is drawn in between says nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import select

from recommender.access import Act
from recommender.cases.clock import today
from recommender.changes.candidates import candidate, candidates
from recommender.changes.comparing import Comparison, Reading, compare, weeks_after
from recommender.changes.following import Followed, follow
from recommender.changes.nearby import Neighbour, growing_nearby
from recommender.changes.predicting import (
    Design,
    read_design,
    read_prediction,
    review_is_due,
    review_of,
)
from recommender.changes.rationale import written
from recommender.changes.remedies import Remedy, remedies
from recommender.changes.uses import used
from recommender.changes.weeks import Exposure
from recommender.errors import NotFound
from recommender.kinds.floors import enough, hides_people
from recommender.kinds.standing import standings
from recommender.kinds.weeks import per_week
from recommender.models.changes import Candidate
from recommender.models.effects import EffectReading
from recommender.storage.house import Transaction
from recommender.vocabulary import EffectVerdict, Look


class NoEffectPlanned(NotFound):
    """No wording came of this candidate whose effect could be read."""


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week before or after, as it is drawn."""

    week: date
    exceptions: int
    uses: int


@dataclass(frozen=True, kw_only=True)
class Effect:
    """The effect of a candidate as far as it can be told; `read_on` None: not looked at yet."""

    candidate: Candidate
    verdict: EffectVerdict
    words: str
    starts: date
    look_on: date | None
    since: date | None = None
    read_on: date | None = None
    exposure: Exposure | None = None
    readings: Sequence[Reading] = ()
    before: Sequence[Week] = ()
    curve: Sequence[Week] = ()
    review_on: date | None = None
    overdue: bool = False
    regressed_on: date | None = None
    remedies: Sequence[Remedy] = ()
    currency: str | None = None
    """Of the cost."""
    nearby: Sequence[Neighbour] = ()


def effect(tx: Transaction, candidate_id: str) -> Effect:
    """Tell what a change did; raises UnknownCandidate, and NoEffectPlanned."""
    tx.actor.require(Act.READ_CANDIDATES)
    found = candidate(tx, candidate_id)
    told = _told(tx, found)
    if told is None:
        raise NoEffectPlanned(
            "Nothing was predicted of this candidate, so no effect can be compared.",
            remedy="Only an accepted change of wording is looked at again.",
        )
    return replace(told, remedies=remedies(tx, found, told.readings), nearby=_nearby(tx, found))


def effects(tx: Transaction) -> list[Effect]:
    """Tell what is known of every change of a wording, the newest first."""
    tx.actor.require(Act.READ_CANDIDATES)
    told = [_told(tx, one) for one in candidates(tx)]
    every = [one for one in told if one is not None]
    return sorted(every, key=lambda one: one.starts, reverse=True)


def judge(low: float, high: float, drop: float) -> EffectVerdict:
    """Say what the interval of the ratio of rates tells of a predicted drop."""
    as_said = low <= 1 - drop
    if high < 1:
        return EffectVerdict.AS_PREDICTED if as_said else EffectVerdict.LESS_THAN_PREDICTED
    return EffectVerdict.TOO_FEW if as_said else EffectVerdict.NO_VISIBLE_CHANGE


def look(tx: Transaction, found: Candidate, end: date) -> tuple[EffectVerdict, Sequence[Reading]]:
    """Judge a change by the weeks up to a day.

    All its cases are judged; the numbers beside the verdict are of those that readers may see.
    """
    followed = follow(tx, found)
    every = None if followed is None else _compared(tx, found, followed, end)
    prediction = read_prediction(found)
    if followed is None or every is None or prediction is None or prediction.drop is None:
        return EffectVerdict.TOO_FEW, ()
    shown = _shown(tx, followed)
    seen = None if shown is None else _compared(tx, found, shown, end)
    low, high = float(every.ratio.low), float(every.ratio.high)
    return judge(low, high, prediction.drop), () if seen is None else seen.readings


def words(
    verdict: EffectVerdict, design: Design, last: Look | None, readings: Sequence[Reading] = ()
) -> str:
    """Say a verdict with what was seen, and the day of the next look where there is one."""
    if verdict is EffectVerdict.TOO_FEW and design.lacking is not None:
        return f"No look can tell: {design.lacking}."
    said = _WORDS[verdict] + _seen(verdict, readings)
    if verdict is EffectVerdict.TOO_EARLY and design.look_on is not None:
        return f"{said} The look is planned for {written(design.look_on)}."
    if verdict is EffectVerdict.TOO_FEW and last is Look.PLANNED and design.second_on is not None:
        return f"{said} A second look is planned for {written(design.second_on)}."
    return said


def looks(tx: Transaction, found: Candidate) -> list[EffectReading]:
    """Give the looks that were taken, the last one last."""
    query = select(EffectReading).where(EffectReading.candidate_id == found.id)
    return list(tx.session.scalars(query.order_by(EffectReading.read_at, EffectReading.look)))


_WORDS: Final = {
    EffectVerdict.AS_PREDICTED: "Exceptions fell; the predicted fall is not ruled out.",
    EffectVerdict.LESS_THAN_PREDICTED: "Exceptions fell, surely by less than was predicted.",
    EffectVerdict.NO_VISIBLE_CHANGE: "No visible change: the predicted fall is ruled out.",
    EffectVerdict.TOO_FEW: "Too few cases to tell a fall from chance.",
    EffectVerdict.TOO_EARLY: "Too early to tell.",
}


_UNTOLD: Final = {EffectVerdict.TOO_EARLY, EffectVerdict.TOO_FEW}
_LIES: Final = {"inside": "within", "over": "below", "under": "above"}
"""Where the prediction lies to the interval, by where the interval lies to it."""


def _seen(verdict: EffectVerdict, readings: Sequence[Reading]) -> str:
    """Say what came a week, and where the prediction lies to what the counts can tell."""
    one = next((each for each in readings if each.name == "exceptions"), None)
    if verdict in _UNTOLD or one is None or one.reads is None:
        return ""
    predicted = _span(one.predicted_low or 0, one.predicted_high or 0)
    most = "more" if one.high is None else _figure(one.high)
    return (
        f" {_figure(one.before or 0)} a week came before, {_figure(one.after or 0)} after. The "
        f"prediction, {predicted} a week, lies {_LIES[one.reads]} what these counts can tell: "
        f"{_figure(one.low or 0)} to {most}."
    )


def _span(low: float, high: float) -> str:
    ends = _figure(low), _figure(high)
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _figure(rate: float) -> str:
    """Write cases a week, with as many decimals as small rates need."""
    return f"{rate:.1f}" if rate >= 1 else f"{rate:.2f}"


def _told(tx: Transaction, found: Candidate) -> Effect | None:
    """Tell all that is known of a change; None where nothing was predicted of it."""
    design, followed = read_design(found), follow(tx, found)
    if design is None or followed is None:
        return None
    shown = _shown(tx, followed)
    told = _judged(tx, found, design, shown)
    return told if shown is None else _with_weeks(tx, told, design, shown)


def _nearby(tx: Transaction, found: Candidate) -> list[Neighbour]:
    design, followed = read_design(found), follow(tx, found)
    return [] if design is None or followed is None else growing_nearby(tx, design, followed)


def _judged(tx: Transaction, found: Candidate, design: Design, shown: Followed | None) -> Effect:
    """Tell the last look's verdict with its numbers; none of these before the first look."""
    review = review_of(tx, found)
    last = next(reversed(looks(tx, found)), None)
    verdict = EffectVerdict.TOO_EARLY if design.look_on is not None else EffectVerdict.TOO_FEW
    verdict = verdict if last is None else last.verdict
    told = Effect(
        candidate=found,
        verdict=verdict,
        words=words(verdict, design, None if last is None else last.look),
        starts=design.starts,
        since=None if found.effective_from is None else found.effective_from.date(),
        review_on=None if review is None else review.date(),
        overdue=review_is_due(tx, found),
        look_on=design.look_on,
        read_on=None if last is None else last.read_at.date(),
        regressed_on=None if found.regressed_at is None else found.regressed_at.date(),
    )
    if last is None or shown is None:
        return told
    readings = [Reading(**one) for one in last.readings]
    return replace(told, readings=readings, words=words(verdict, design, last.look, readings))


def _with_weeks(tx: Transaction, told: Effect, design: Design, shown: Followed) -> Effect:
    """Add the weeks before and so far, and before the first look their numbers."""
    found = told.candidate
    now = today(tx).moment.date()
    days = [row.day for row in shown.rows]
    counts = zip(design.weeks, per_week(days, design.weeks), strict=True)
    told = replace(
        told,
        before=[Week(week=week, exceptions=asked, uses=0) for week, asked in counts],
        currency=shown.answer.currency,
    )
    seen = _compared(tx, found, shown, now)
    if seen is None:
        return told
    return replace(
        told,
        exposure=seen.exposure,
        readings=told.readings if told.read_on is not None else seen.readings,
        curve=_curve(tx, found, shown, weeks_after(design, shown, now)),
    )


def _compared(
    tx: Transaction, found: Candidate, followed: Followed, end: date
) -> Comparison | None:
    """Compare up to a day; None where nothing was planned, or no week is over on either side."""
    design, prediction = read_design(found), read_prediction(found)
    if design is None or prediction is None:
        return None
    weeks = weeks_after(design, followed, end)
    if not (weeks and design.weeks):
        return None
    return compare(tx, found, followed, (design, prediction), weeks)


def _shown(tx: Transaction, followed: Followed) -> Followed | None:
    """Keep the cases that readers know of; None where those in scope, or the others, are few."""
    [standing] = standings(tx, [followed.kind])
    if hides_people(standing.evidence, tx.settings):
        return None
    inside = [row for row in followed.rows if row.id in standing.cases]
    apart = [row for row in followed.apart if row.id in standing.cases]
    if apart and not (enough(inside, tx.settings) and enough(apart, tx.settings)):
        return None
    paid = [row for row in followed.paid if row.id in standing.cases]
    return replace(followed, rows=inside, paid=paid)


def _curve(tx: Transaction, found: Candidate, shown: Followed, weeks: Sequence[date]) -> list[Week]:
    exceptions = per_week([row.day for row in shown.rows], weeks)
    counts = zip(weeks, exceptions, used(tx, found, shown, weeks).weekly, strict=True)
    return [Week(week=week, exceptions=asked, uses=times) for week, asked, times in counts]
