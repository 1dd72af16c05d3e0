"""Putting a kind off until a day, or until so many more cases have come; no state of its own."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from recommender.access import Act
from recommender.cases.clock import today
from recommender.cases.proposals import redacted
from recommender.errors import Conflict, Invalid
from recommender.kinds.floors import hides_people
from recommender.kinds.standing import Standing, standings
from recommender.models.kinds import Kind
from recommender.storage.house import Transaction


class BadSnooze(Invalid):
    """A kind is put off until a day to come, or until more cases have come: one of both."""


class NotSnoozed(Conflict):
    """The kind has not been put off."""


@dataclass(frozen=True, kw_only=True)
class Snooze:
    """Until when a kind is put off, and why."""

    until: date | None
    more_cases: int | None
    reason: str


def snooze_of(standing: Standing) -> Snooze | None:
    """Tell whether a kind is put off still; its day has not come, nor so many more cases."""
    kind = standing.kind
    if kind.snoozed_by is None:
        return None
    until, more = kind.snoozed_until, kind.snoozed_more
    enough = (kind.snoozed_with_cases or 0) + (more or 0)
    if until is not None and standing.window.end >= until:
        return None
    if more is not None and standing.evidence.counted_cases >= enough:
        return None
    return Snooze(
        until=None if until is None else until.date(),
        more_cases=more,
        reason=kind.snoozed_reason or "",
    )


def snooze(
    tx: Transaction, kind: Kind, *, until: date | None, more_cases: int | None, reason: str
) -> Kind:
    """Put a living kind off; an earlier snooze is replaced. Raises BadSnooze."""
    tx.actor.require(Act.JUDGE_KINDS)
    if (until is None) == (more_cases is None):
        raise BadSnooze(
            "Say until which day, or until how many more cases.",
            field="until",
            remedy="Give one of both.",
        )
    day = today(tx).moment.date()
    if until is not None and until <= day:
        raise BadSnooze(f"{until} is not to come.", field="until", remedy=f"Name one after {day}.")
    if more_cases is not None and more_cases < 1:
        raise BadSnooze(
            "No case more would be needed.", field="more_cases", remedy="Give 1 or more."
        )
    [standing] = standings(tx, [kind])
    if more_cases is not None and hides_people(standing.evidence, tx.settings):
        raise BadSnooze(
            "So few people are behind it that its cases are not counted.",
            field="more_cases",
            remedy="Name a day.",
        )
    kind.snoozed_until = None if until is None else datetime.combine(until, time.min, tzinfo=UTC)
    kind.snoozed_more = more_cases
    kind.snoozed_with_cases = standing.evidence.counted_cases
    kind.snoozed_by = tx.actor.name
    kind.snoozed_reason = redacted(tx, reason)
    tx.record("snooze", "kind", kind.id, until=None if until is None else until.isoformat())
    return kind


def wake(tx: Transaction, kind: Kind) -> Kind:
    """Take a kind back among those to look at; raises NotSnoozed."""
    tx.actor.require(Act.JUDGE_KINDS)
    if kind.snoozed_by is None:
        raise NotSnoozed("This kind has not been put off.")
    kind.snoozed_until = kind.snoozed_more = kind.snoozed_with_cases = None
    kind.snoozed_by = kind.snoozed_reason = None
    tx.record("wake", "kind", kind.id)
    return kind
