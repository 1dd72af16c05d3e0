"""What a change is said to do, and how that will be looked at: both frozen when it is accepted.

The weeks that made a kind surface, and those that got it promoted, are no baseline: they were
noticed because they were high.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from math import fsum
from typing import Any, Final, get_args

from pydantic import TypeAdapter

from recommender.cases.clock import today
from recommender.changes.following import Followed, follow
from recommender.changes.weeks import MANY_OTHERS, Exposure, exposures
from recommender.kinds import surfacing
from recommender.kinds.evidence import Window, gather
from recommender.kinds.rows import CaseFacts
from recommender.kinds.statistics import wilson
from recommender.kinds.weeks import WEEK, monday, per_week, whole_weeks
from recommender.learning.planning import Expected, weeks_needed
from recommender.learning.ratios import between, dispersion
from recommender.models.changes import Candidate
from recommender.storage.house import Transaction
from recommender.vocabulary import CandidateState, OutcomeReading

TRIGGER: Final = timedelta(weeks=8)
"""What happened for so long before a promotion may be why it was promoted."""
LEAST_WEEKS: Final = 6
"""Fewer weeks than this tell no rate [J]."""
ONE_LOOK: Final = 0.05
EACH_OF_TWO: Final = 0.025


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What the accepted wording was said to do to the kind's cases, in its scope.

    `drop` is the share of them that it ends as exceptions, of those whose facts tell; its bounds
    count the others as not ended, and as ended. All are None where no facts can tell.
    Ranges are of what a week brings (`good` is a share): None without a baseline. As many come as
    before, and a case costs the same whether it is an exception or within the rule: so the cost is
    that of the weeks before.
    """

    cases: int
    drop: float | None = None
    drop_low: float | None = None
    drop_high: float | None = None
    currency: str | None = None
    exceptions: tuple[float, float] | None = None
    uses: tuple[float, float] | None = None
    cost: tuple[float, float] | None = None
    good: tuple[float, float] | None = None
    newly_allowed: int | None = None
    """Declined cases that it would have allowed, by the backtest."""


@dataclass(frozen=True, kw_only=True)
class Design:
    """How the effect is read: the weeks before, what they are measured by, the days of the looks.

    `weeks` and `starts` are Mondays; the weeks after begin with `starts`. Without `look_on` no look
    can tell, and `lacking` says why.
    """

    weeks: tuple[date, ...]
    starts: date
    exposure: Exposure = "weeks"
    rate: float = 0.0
    phi: float = 1.0
    alpha: float = ONE_LOOK
    look_on: date | None = None
    second_on: date | None = None
    lacking: str | None = None


_PREDICTION: Final = TypeAdapter(Prediction)
_DESIGN: Final = TypeAdapter(Design)


def plan(
    tx: Transaction, candidate: Candidate, backtest: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Say what an accepted candidate is to do, and plan the look at it; give both as JSON.

    Its wording has been written; the backtest is the final one as it is kept. Both are empty for
    what changes no wording, is of no kind, or is of so few people that no number is shown.
    """
    followed = None if backtest.get("masked") else follow(tx, candidate)
    if followed is None:
        return {}, {}
    weeks = _baseline(tx, candidate, followed)
    drops = _drops(followed)
    design = _design(tx, candidate, followed, weeks, drops)
    said = replace(
        _prediction(followed, design, drops), newly_allowed=backtest.get("newly_allowed")
    )
    return _PREDICTION.dump_python(said, mode="json"), _DESIGN.dump_python(design, mode="json")


def read_prediction(candidate: Candidate) -> Prediction | None:
    """Read what was frozen; None where nothing was."""
    return _PREDICTION.validate_python(candidate.prediction) if candidate.prediction else None


def read_design(candidate: Candidate) -> Design | None:
    """Read what was frozen; None where nothing was."""
    return _DESIGN.validate_python(candidate.design) if candidate.design else None


def review_of(tx: Transaction, candidate: Candidate) -> datetime | None:
    """Say when a change is looked at again: as its owner set it, else so many days after its start.

    None where it has no day of coming into force.
    """
    start = candidate.effective_from
    usual = None if start is None else start + timedelta(days=tx.settings.review_days)
    return candidate.review_at or usual


def review_is_due(tx: Transaction, candidate: Candidate) -> bool:
    """Tell whether a change's review day has come, and nobody has confirmed it."""
    due = review_of(tx, candidate)
    return (
        candidate.state is CandidateState.IN_FORCE and due is not None and due <= today(tx).moment
    )


def _baseline(tx: Transaction, candidate: Candidate, followed: Followed) -> list[date]:
    """Choose the weeks before, the latest last: surfaced already, and not why it was promoted."""
    accepted = today(tx).moment
    rows = followed.rows
    if not rows:
        return []
    first = min(row.day for row in rows)
    mondays = [week + WEEK for week in whole_weeks(monday(first), accepted.date())]
    seen = _first_surfaced(rows, mondays)
    if seen is None:
        return []
    promoted = min(candidate.promoted_at, accepted).date()
    usable = [
        week
        for week in whole_weeks(seen, min(accepted, followed.answer.since).date())
        if week + WEEK <= promoted - TRIGGER or week >= promoted
    ]
    return usable[-tx.settings.baseline_weeks :]


def _first_surfaced(rows: Sequence[CaseFacts], mondays: Sequence[date]) -> date | None:
    """Find the first Monday by which the rows had passed the surfacing rule, by halving."""

    def surfaced(day: date) -> bool:
        end = datetime.combine(day, time.min, tzinfo=UTC)
        evidence = gather([row for row in rows if row.occurred_at < end], Window(end=end))
        return surfacing.grade(evidence) is not None

    low, high = 0, len(mondays)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if surfaced(mondays[middle]) else (middle + 1, high)
    return mondays[low] if low < len(mondays) else None


def _drops(followed: Followed) -> tuple[float, float, float] | None:
    """Give the share that is ended, of those that can be told, with its bounds."""
    answer = followed.answer
    day = answer.since.date()
    before = [row for row in followed.rows if row.occurred_at < answer.since]
    verdicts = [answer.allows(followed.cases[row.id], day) for row in before]
    ended, kept = verdicts.count(True), verdicts.count(False)
    if ended + kept == 0:
        return None
    unknown = len(verdicts) - ended - kept
    return ended / len(verdicts), ended / (ended + kept), (ended + unknown) / len(verdicts)


def _design(
    tx: Transaction,
    candidate: Candidate,
    followed: Followed,
    weeks: Sequence[date],
    drops: tuple[float, float, float] | None,
) -> Design:
    since = followed.answer.since
    first_day = (since + timedelta(days=1) - timedelta.resolution).date()
    design = Design(weeks=tuple(weeks), starts=monday(first_day + timedelta(days=6)))
    if len(weeks) < LEAST_WEEKS:
        return replace(design, lacking=_TOO_SHORT)
    counts = per_week([row.day for row in followed.within(weeks)], weeks)
    by, sizes = _measure(tx, followed, weeks, sum(counts))
    design = replace(
        design, exposure=by, rate=sum(counts) / len(weeks), phi=dispersion(counts, sizes)
    )
    if drops is None or not drops[1]:
        return replace(design, lacking=_NOTHING_SAID if drops is None else _NOTHING_ENDS)
    review = candidate.review_at.date() if candidate.review_at is not None else None
    return _with_looks(
        design, drops[1], review or since.date() + timedelta(tx.settings.review_days)
    )


def _measure(
    tx: Transaction, followed: Followed, weeks: Sequence[date], cases: int
) -> tuple[Exposure, list[float]]:
    """Choose what weeks are measured by: contacts, else many other exceptions, else themselves."""
    for by in get_args(Exposure):
        sizes = exposures(tx.session, by, weeks, followed.outside)
        if sizes and (by != "other exceptions" or sum(sizes) >= MANY_OTHERS * cases):
            return by, sizes
    return "weeks", [1.0] * len(weeks)


def _with_looks(design: Design, drop: float, review: date) -> Design:
    """Plan one look; or two, the second on the review day, where that lies later."""
    expected = Expected(
        rate=design.rate, drop=drop, base_weeks=len(design.weeks), phi=design.phi, alpha=EACH_OF_TWO
    )
    first = _look(design, expected)
    if first is not None and first < review:
        return replace(design, alpha=EACH_OF_TWO, look_on=first, second_on=review)
    only = _look(design, replace(expected, alpha=ONE_LOOK))
    return replace(design, look_on=only, lacking=_TOO_RARE if only is None else None)


def _look(design: Design, expected: Expected) -> date | None:
    needed = weeks_needed(expected)
    return None if needed is None else design.starts + needed * WEEK


def _prediction(
    followed: Followed, design: Design, drops: tuple[float, float, float] | None
) -> Prediction:
    before = [row for row in followed.rows if row.occurred_at < followed.answer.since]
    known = [row for row in before if row.outcome is not OutcomeReading.MISSING]
    good = sum(row.outcome is OutcomeReading.GOOD for row in known)
    prediction = Prediction(cases=len(before), good=wilson(good, len(known)) if known else None)
    if drops is None:
        return prediction
    low, drop, high = drops
    prediction = replace(prediction, drop=drop, drop_low=low, drop_high=high)
    if len(design.weeks) < LEAST_WEEKS:
        return prediction
    weeks = len(design.weeks)
    least, most = between(design.rate * weeks, phi=design.phi)
    return replace(
        prediction,
        currency=followed.answer.currency,
        exceptions=(design.rate * (1 - high), design.rate * (1 - low)),
        uses=(float(least) / weeks * low, float(most) / weeks * high),
        cost=_cost(followed.costs(design.weeks), weeks),
    )


def _cost(costs: Sequence[float | None], weeks: int) -> tuple[float, float] | None:
    """Give what a week's cases cost: without an amount nothing at least, and the most at most."""
    known = [cost for cost in costs if cost is not None]
    if not any(known):
        return None
    unknown = max(known) * (len(costs) - len(known))
    return fsum(known) / weeks, (fsum(known) + unknown) / weeks


_TOO_SHORT: Final = (
    f"fewer than {LEAST_WEEKS} weeks before it are left without those that made the kind noticed"
)
_NOTHING_SAID: Final = "no facts can tell which of its cases the wording ends"
_NOTHING_ENDS: Final = "the wording ends none of its cases as exceptions"
_TOO_RARE: Final = "its cases are so rare that no look within two years could tell"
