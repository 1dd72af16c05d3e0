"""Changed clauses made known: who is asked to read one, and what is new to each.

Asked is everybody who files, answers or leads, and not only who filed under the clause: a change
tells most to those who never asked past it, and a choice by cases would show whose they were. Who
has not read it is shown to nobody else, and leaves no entry in the log, which cannot forget.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select, update

from recommender.access import Act
from recommender.cases.clock import today
from recommender.errors import Conflict, NotFound
from recommender.models.accounts import Account
from recommender.models.acknowledging import Acknowledgement
from recommender.models.policies import Clause, Revision
from recommender.notices import settle_own, tell
from recommender.policies.library import clause_by_key
from recommender.policies.syntax.compare import Change, word_diff
from recommender.storage.house import Transaction
from recommender.vocabulary import NoticeTopic

NAMED: Final = 10
"""So many clauses are named in one notice."""


class NotAsked(NotFound):
    """The reader was not asked to acknowledge this wording."""


class ReadAnother(Conflict):
    """The wording that was read is not the one that applies."""


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A clause that reads otherwise than its reader knows it."""

    clause: Clause
    revision: Revision
    changes: Sequence[Change]
    """From the wording that they know to this one."""


def publish_changes(tx: Transaction) -> int:
    """Ask people to read every changed wording that has come into force; give how many there were.

    The first wording of a clause is no change unless a suggestion led to it: an imported handbook
    asks nobody to read it. Who knows the words already is not asked.
    """
    tx.actor.require(Act.MAINTAIN_POLICIES)
    moment = today(tx).moment
    fresh = (
        Revision.published_at.is_(None),
        or_(Revision.effective_from.is_(None), Revision.effective_from <= moment),
    )
    first = Revision.number == 1, Revision.candidate_id.is_(None)
    tx.session.execute(update(Revision).where(*fresh, *first).values(published_at=tx.at))
    changed = tx.session.scalars(
        select(Revision).where(*fresh).order_by(Revision.clause_id, Revision.number)
    ).all()
    readers = _readers(tx) if changed else []
    asked = defaultdict[str, list[str]](list)
    for revision in changed:
        revision.published_at = tx.at
        if revision in applying(revision.clause, moment)[:1]:
            for name in _ask(tx, revision, readers):
                asked[name].append(revision.clause.key)
            tx.record("publish", "clause", revision.clause.key, revision=revision.id)
    _tell(tx, asked, "Read what is new, and say that you have.")
    return len(changed)


def remind_readers(tx: Transaction) -> int:
    """Remind everybody, once a wording, of what they have not read in time; give how many."""
    tx.actor.require(Act.MAINTAIN_POLICIES)
    before = tx.at - timedelta(days=tx.settings.acknowledge_after_days)
    late = select(Acknowledgement, Revision).join(
        Revision, Revision.id == Acknowledgement.revision_id
    )
    late = late.where(
        Acknowledgement.at.is_(None),
        Acknowledgement.reminded_at.is_(None),
        Acknowledgement.asked_at <= before,
    )
    moment = today(tx).moment
    asked = defaultdict[str, list[str]](list)
    for row, revision in tx.session.execute(late.order_by(Acknowledgement.revision_id)).all():
        row.reminded_at = tx.at
        if revision in applying(revision.clause, moment)[:1]:
            asked[row.account_name].append(revision.clause.key)
    _tell(tx, asked, "You were asked before, and are not asked again.")
    return len(asked)


def my_changes(tx: Transaction) -> list[Changed]:
    """Give the clauses that read otherwise than the actor last acknowledged, in order."""
    tx.actor.require(Act.ACKNOWLEDGE)
    moment = today(tx).moment
    mine = select(Clause).join(Revision, Revision.clause_id == Clause.id)
    mine = mine.join(Acknowledgement, Acknowledgement.revision_id == Revision.id)
    waiting = mine.where(
        Acknowledgement.account_name == tx.actor.name, Acknowledgement.at.is_(None)
    )
    found = []
    for clause in tx.session.scalars(waiting.distinct().order_by(Clause.key)):
        rows = _rows(tx, clause, tx.actor.name)
        for revision in applying(clause, moment)[:1]:
            if any(row.revision_id == revision.id and row.at is None for row in rows):
                known = _known(clause, revision, rows)
                changes = word_diff(_words(known), revision.words)
                found.append(Changed(clause=clause, revision=revision, changes=changes))
    return found


def acknowledge(tx: Transaction, key: str, number: int) -> None:
    """Say that the actor has read the wording of a clause that applies; again changes nothing.

    Raises UnknownClause, ReadAnother where it is not that one by now, and NotAsked.
    """
    tx.actor.require(Act.ACKNOWLEDGE)
    same = applying(clause_by_key(tx, key), today(tx).moment)
    if number not in {one.number for one in same}:
        raise ReadAnother(
            f"Wording {number} of {key} is not the one that applies.",
            field="revision",
            remedy="Read what applies now, and acknowledge that.",
            clause=key,
        )
    row = tx.session.get(Acknowledgement, (tx.actor.name, same[0].id))
    if row is None:
        raise NotAsked(f"You were not asked to acknowledge {key}.", clause=key)
    if row.at is None:
        row.at = tx.at
        tx.session.flush()
        if not my_changes(tx):
            settle_own(tx, NoticeTopic.ACKNOWLEDGE)


def applying(clause: Clause, moment: datetime) -> list[Revision]:
    """Give the wordings with the words that apply, from the one that brought them on.

    Limits that are confirmed write the same words once more; nobody reads them twice.
    """
    same: list[Revision] = []
    begun = [one for one in clause.applied if one.in_force_from(moment)]
    for one in reversed(begun):
        if same and one.words != same[0].words:
            break
        same.insert(0, one)
    return same


def _readers(tx: Transaction) -> list[Account]:
    active = select(Account).where(Account.active).order_by(Account.name)
    return [one for one in tx.session.scalars(active) if one.actor.may(Act.ACKNOWLEDGE)]


def _ask(tx: Transaction, revision: Revision, readers: Sequence[Account]) -> list[str]:
    """Put a wording before everybody; give the names of those who do not know its words.

    The others count as having read it: how many there are would tell who read what was between.
    """
    clause, earlier = revision.clause, defaultdict[str, list[Acknowledgement]](list)
    for row in _rows(tx, clause):
        earlier[row.account_name].append(row)
    know = {
        one.name
        for one in readers
        if _words(_known(clause, revision, earlier[one.name])) == revision.words
    }
    tx.session.add_all(
        Acknowledgement(
            account_name=one.name,
            revision_id=revision.id,
            team=one.team,
            asked_at=tx.at,
            at=tx.at if one.name in know else None,
        )
        for one in readers
    )
    return [one.name for one in readers if one.name not in know]


def _known(clause: Clause, revision: Revision, rows: Sequence[Acknowledgement]) -> Revision | None:
    """Give the wording that somebody knows: the last that they acknowledged.

    Else it is the one before all that they were asked to read; None where there was none.
    """
    places = {one.id: one for one in clause.revisions}
    read = [places[row.revision_id] for row in rows if row.at is not None]
    if read:
        return max(read, key=lambda one: one.number)
    first = min((places[row.revision_id].number for row in rows), default=revision.number)
    return next((one for one in reversed(clause.applied) if one.number < first), None)


def _words(revision: Revision | None) -> str:
    return "" if revision is None else revision.words


def _rows(tx: Transaction, clause: Clause, name: str | None = None) -> list[Acknowledgement]:
    asked = select(Acknowledgement).join(Revision, Revision.id == Acknowledgement.revision_id)
    asked = asked.where(Revision.clause_id == clause.id)
    if name is not None:
        asked = asked.where(Acknowledgement.account_name == name)
    return list(tx.session.scalars(asked))


def _tell(tx: Transaction, asked: Mapping[str, Sequence[str]], what: str) -> None:
    """Tell each of these people of all their clauses in one notice."""
    alike = defaultdict[tuple[str, ...], list[str]](list)
    for name, keys in asked.items():
        alike[tuple(sorted(keys))].append(name)
    for keys, names in alike.items():
        one = len(keys) == 1
        tell(
            tx,
            names,
            topic=NoticeTopic.ACKNOWLEDGE,
            title=f"{keys[0]} reads otherwise" if one else f"{len(keys)} rules read otherwise",
            body=f"{_listed(keys)} changed. {what}",
            needs_you=True,
        )


def _listed(keys: Sequence[str]) -> str:
    more = len(keys) - NAMED
    return ", ".join(keys[:NAMED]) + (f" and {more} more" if more > 0 else "")
