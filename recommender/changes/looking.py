"""Planned looks at accepted changes, each taken once on its day, and reviews that are due."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import exists, select

from recommender.access import Act
from recommender.cases.clock import today
from recommender.changes.desks import owners_of
from recommender.changes.effects import look, looks, words
from recommender.changes.predicting import Design, read_design, review_is_due
from recommender.changes.remedies import is_unused, remedies
from recommender.models.changes import Candidate
from recommender.models.effects import EffectReading
from recommender.models.notices import Notice
from recommender.notices import tell
from recommender.policies.safe_words import day_words, safe_name
from recommender.storage.house import Transaction
from recommender.vocabulary import CandidateState, EffectVerdict, Look, NoticeTopic

_FOLLOWED = (CandidateState.IN_FORCE, CandidateState.CONFIRMED)


def look_at_effects(tx: Transaction) -> int:
    """Take every look whose day has come, and tell desk and promoter; give how many."""
    tx.actor.require(Act.DECIDE)
    day = today(tx).moment.date()
    taken = 0
    for found in _followed(tx):
        design = read_design(found)
        due = None if design is None else _due(design, looks(tx, found), day)
        if design is not None and due is not None:
            _take(tx, found, design, *due)
            taken += 1
    return taken


def ask_for_reviews(tx: Transaction) -> int:
    """Ask the desk, once a change, to look again on its review day, unless it was confirmed.

    Of what was tolerated it is asked after the last day. Give how many changes it was asked for.
    """
    tx.actor.require(Act.DECIDE)
    moment = today(tx).moment
    asked = [
        found for found in _followed(tx) if _is_due(tx, found, moment) and not _asked(tx, found)
    ]
    for found in asked:
        tell(
            tx,
            owners_of(tx.session, found),
            topic=NoticeTopic.REVIEW_DUE,
            title=f"Time to look again: {safe_name(found.subject)}",
            body=_review(tx, found),
            candidate_id=found.id,
            needs_you=True,
        )
    return len(asked)


def _followed(tx: Transaction) -> list[Candidate]:
    accepted = select(Candidate).where(Candidate.state.in_(_FOLLOWED)).order_by(Candidate.id)
    return list(tx.session.scalars(accepted))


def _due(design: Design, taken: Iterable[EffectReading], day: date) -> tuple[Look, date] | None:
    """Say which look is due by a day; the second one only where the first told nothing."""
    verdicts = {one.look: one.verdict for one in taken}
    if design.look_on is None or day < design.look_on or Look.SECOND in verdicts:
        return None
    if Look.PLANNED not in verdicts:
        return Look.PLANNED, design.look_on
    if verdicts[Look.PLANNED] is not EffectVerdict.TOO_FEW or design.second_on is None:
        return None
    return (Look.SECOND, design.second_on) if day >= design.second_on else None


def _take(tx: Transaction, found: Candidate, design: Design, which: Look, day: date) -> None:
    verdict, readings = look(tx, found, day)
    tx.session.add(
        EffectReading(
            candidate_id=found.id,
            look=which,
            read_at=today(tx).moment,
            verdict=verdict,
            readings=[asdict(one) for one in readings],
        )
    )
    tx.session.flush()
    tx.record("read_effect", "candidate", found.id, look=str(which), verdict=str(verdict))
    offered = remedies(tx, found, readings)
    more = "".join(f" {one.reason}" for one in offered)
    tell(
        tx,
        {*owners_of(tx.session, found), found.promoted_by},
        topic=NoticeTopic.EFFECT,
        title=f"What the change did: {safe_name(found.subject)}",
        body=words(verdict, design, which, readings) + more,
        candidate_id=found.id,
        needs_you=bool(offered),
    )


def _is_due(tx: Transaction, found: Candidate, moment: datetime) -> bool:
    if found.until is not None:
        return found.until.date() < moment.date()
    return review_is_due(tx, found)


def _review(tx: Transaction, found: Candidate) -> str:
    if found.until is not None:
        return f"It was tolerated until {day_words(found.until)}; its kind is open again."
    said = f"This change was to be looked at again. {_last_words(tx, found)}"
    return f"{said} {_proposed(tx, found)}"


def _asked(tx: Transaction, found: Candidate) -> bool:
    said = exists().where(Notice.candidate_id == found.id, Notice.topic == NoticeTopic.REVIEW_DUE)
    return bool(tx.session.scalar(select(said)))


def _proposed(tx: Transaction, found: Candidate) -> str:
    """Propose what to do: to retire what nobody used and nobody had to ask for since."""
    if is_unused(tx, found):
        return "Nobody is known to have used it, and nobody had to ask: think of retiring it."
    return "Confirm it, narrow it, or take it back."


def _last_words(tx: Transaction, found: Candidate) -> str:
    design, last = read_design(found), next(reversed(looks(tx, found)), None)
    if design is None or last is None:
        return "Its effect has not been looked at."
    return words(last.verdict, design, last.look)
