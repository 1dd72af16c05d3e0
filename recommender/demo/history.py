"""What people did in the demo's year: kinds promoted and answered, a name read, second looks.

Each act is one that a person can do today, done by them at its moment. Which kind it is about is
read off the clause: the largest one that had surfaced by then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from recommender.cases.clock import today
from recommender.cases.cosigning import cosign
from recommender.cases.filing import Wish, file
from recommender.cases.identities import (
    ask_identity,
    grant_identity,
    identity_requests,
    open_identity,
)
from recommender.changes.accepting import accept
from recommender.changes.candidates import candidates, claim, promote
from recommender.changes.decisions import defer, reject, return_to_manager
from recommender.errors import NotFound
from recommender.kinds.catalogue import kinds
from recommender.models.cases import Case
from recommender.models.policies import Clause
from recommender.notices import mark_read, my_notices
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, Participant

Act = Callable[[Transaction], object]


class NothingToPlay(NotFound):
    """The demo's history is about something that is not there."""


@dataclass(frozen=True)
class Deed:
    """What somebody did, so many days before today at a time of day (UTC)."""

    days_ago: int
    at: str
    who: str
    act: Act


PROVEN: Final = (
    "Returns, exchanges and repairs need our receipt or the order confirmation. Without either, "
    "items up to [EUR 90]{.parameter fact=price max=90 unit=EUR} are exchanged for the same item "
    "where a line of the bank or our own record shows the purchase, dearer ones are not."
)
"""What PAY-7.1 says since the desk has changed it."""


def _promoting(clause: str) -> Act:
    return lambda tx: promote(tx, _largest(tx, clause))


def _accepting(clause: str, markup: str, reason: str) -> Act:
    return lambda tx: accept(tx, _claimed(tx, clause), markup=markup, reason=reason)


def _rejecting(clause: str, reason: str) -> Act:
    return lambda tx: reject(tx, _claimed(tx, clause), reason=reason)


def _returning(clause: str, reason: str) -> Act:
    return lambda tx: return_to_manager(tx, _claimed(tx, clause), reason=reason)


def _deferring(clause: str, days: int, reason: str) -> Act:
    def act(tx: Transaction) -> object:
        until = today(tx).moment.date() + timedelta(days=days)
        return defer(tx, _claimed(tx, clause), until=until, reason=reason)

    return act


def _asking_for_a_name(clause: str, reason: str) -> Act:
    return lambda tx: ask_identity(tx, _latest(tx, clause).id, Participant.FILER, reason)


def _agreeing(tx: Transaction) -> object:
    return grant_identity(tx, identity_requests(tx)[0].id)


def _reading_it(tx: Transaction) -> object:
    return open_identity(tx, identity_requests(tx)[0].id)


def filing(wish: Wish) -> Act:
    """File a case."""
    return lambda tx: file(tx, wish)


def signing(tx: Transaction) -> object:
    """Sign what was filed last."""
    waiting = select(Case).where(Case.state == CaseState.PENDING).order_by(Case.filed_at.desc())
    case = tx.session.scalars(waiting.limit(1)).one()
    return cosign(tx, case.id, case.content_hash)


def reading_notices(tx: Transaction) -> object:
    """Read every notice of one's own."""
    return [mark_read(tx, notice.id) for notice in my_notices(tx, unread_only=True)]


DEEDS: Final = (
    Deed(185, "10:20", "ines", _promoting("PAY-7.1")),
    Deed(
        168,
        "09:40",
        "ruth",
        _accepting(
            "PAY-7.1",
            PROVEN,
            "A line of the bank proves a purchase as well as our slip does. Ninety euros is what "
            "nearly all of these cost; dearer things still come to the desk.",
        ),
    ),
    Deed(75, "11:05", "viktor", _promoting("PAY-7.3")),
    Deed(
        60,
        "15:30",
        "ruth",
        _rejecting(
            "PAY-7.3",
            "Whoever was paid to take a review down came back with more demands, and several left "
            "us all the same. I would rather talk with the teams about it than pay more.",
        ),
    ),
    Deed(
        44,
        "09:15",
        "viktor",
        _asking_for_a_name(
            "PAY-7.3", "The customer wants to thank somebody, and has only a nickname."
        ),
    ),
    Deed(44, "11:30", "olga", _agreeing),
    Deed(44, "13:05", "viktor", _reading_it),
    Deed(30, "10:10", "viktor", _promoting("DEL-3.3")),
    Deed(25, "14:45", "nadia", _promoting("DEL-3.2")),
    Deed(
        21,
        "08:50",
        "anton",
        _returning(
            "DEL-3.3",
            "Who pays the crew's time above the third floor? Please ask the depot, and say in how "
            "many of these nobody at home could carry.",
        ),
    ),
    Deed(
        12,
        "16:05",
        "anton",
        _deferring("DEL-3.2", 30, "I wait for the depot's figures on what a day of room costs."),
    ),
    Deed(6, "11:40", "ines", _promoting("WAR-4.1")),
)


def _largest(tx: Transaction, clause: str) -> str:
    found = [one for one in kinds(tx) if one.clause == clause]
    if not found:
        raise NothingToPlay(f"No kind under {clause} had surfaced.")
    return max(found, key=lambda one: one.cases or 0).id


def _claimed(tx: Transaction, clause: str) -> str:
    found = [one for one in candidates(tx) if one.clause is not None and one.clause.key == clause]
    if not found:
        raise NothingToPlay(f"Nothing under {clause} was promoted.")
    newest = max(found, key=lambda one: one.promoted_at)
    return claim(tx, newest.id).id


def _latest(tx: Transaction, clause: str) -> Case:
    decided = select(Case).join(Case.clause).where(Clause.key == clause)
    approved = decided.where(Case.state == CaseState.APPROVED)
    return tx.session.scalars(approved.order_by(Case.occurred_at.desc()).limit(1)).one()
