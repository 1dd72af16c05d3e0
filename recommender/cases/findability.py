"""What the rules allow already: said while a proposal is typed, and counted where people ask.

Who drafted is never kept: a hit is a clause, the facts that its limits judge, and a day. It leaves
no entry in the event log either, since every entry there names who acted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from recommender.access import Act
from recommender.cases.likely_clauses import CLEARLY, LikelyClause, likely_clauses
from recommender.cases.likely_kinds import likely_kind, taken_in_by
from recommender.cases.wishes import Wish
from recommender.errors import Conflict, Invalid
from recommender.models.findability import AlreadyAllowed
from recommender.models.policies import Clause, Revision
from recommender.policies.conditions import Condition, Where
from recommender.policies.exceptions import ClauseException, exceptions_of
from recommender.policies.library import clause_by_key
from recommender.policies.limits import admits
from recommender.policies.safe_words import day_words, safe_name
from recommender.policies.syntax.handbook import Parameter
from recommender.policies.syntax.markup import read_parameters
from recommender.storage.house import Transaction
from recommender.vocabulary import Facts

AMOUNT: Final = "amount"
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_DRAFT: Final = re.compile(r"[0-9A-Za-z-]{8,36}")


class NotAllowedYet(Conflict):
    """The clause's limits do not admit these facts, so it allows nothing already."""


class BadDraft(Invalid):
    """A draft is known by random letters and digits of its form."""


@dataclass(frozen=True)
class Allowance:
    """A clause whose limits admit the facts; `named` tells whether the draft names it.

    `kind` is the name of the kind whose exception admits them, and `since` when that came.
    """

    clause_key: str
    text: str
    named: bool = True
    kind: str | None = None
    since: date | None = None

    @property
    def words(self) -> str:
        """What is said to the agent."""
        if self.kind is not None:
            since = "already" if self.since is None else f"since {day_words(self.since)}"
            case = f"If it is a case of “{safe_name(self.kind)}”"
            return f"{case}, {self.clause_key} allows it {since}: no proposal is needed."
        if self.named:
            return f"{self.clause_key} allows this already: no proposal is needed."
        return f"If it falls under {self.clause_key}, it is allowed already: no proposal is needed."


def already_allowed(
    tx: Transaction, wish: Wish, likely: Sequence[LikelyClause] | None = None
) -> Allowance | None:
    """Tell whether a clause's typed limits admit the facts of a wish, the amount among them.

    Asked are the named clause and, unless it allows them, those that are clearly meant; `likely`
    are those where they are known. What the limits do not admit an exception may, if it is for the
    kind that the cases nearest to the draft are of. It refuses nothing: a clause may ask for more
    than its limits say ("unworn"), and the agent has read the customer's case.
    """
    tx.actor.require(Act.FILE)
    named = None if wish.clause_key is None else clause_by_key(tx, wish.clause_key)
    if named is not None and (found := _allowing(tx, named, wish)) is not None:
        return found
    guesses = likely_clauses(tx, wish) if likely is None and _facts(wish) else likely or ()
    for guess in guesses:
        if guess.likely < CLEARLY or guess.key == wish.clause_key:
            continue
        found = _allowing(tx, clause_by_key(tx, guess.key), wish)
        if found is not None:
            return replace(found, named=False)
    return None


def count_hit(tx: Transaction, draft_id: str, wish: Wish) -> bool:
    """Count that somebody wanted to ask for what the wish's clause allows already.

    It counts once for a draft and a clause; give whether it was new. Where an exception admits the
    facts, it is a use of the candidate that made it. Raises NotAllowedYet where neither the limits
    nor an exception admit the facts, UnknownClause, BadDraft.
    """
    tx.actor.require(Act.FILE)
    if not _DRAFT.fullmatch(draft_id):
        raise BadDraft(
            "This is no id of a draft.",
            field="draft",
            remedy="Draw 8 to 36 random letters and digits once for each form.",
        )
    clause = clause_by_key(tx, wish.clause_key or "")
    revision, exception = _admitting(tx, clause, wish), None
    if revision is None:
        live = _live(tx, clause, wish)
        exception = _exception_for(tx, live, wish)
        revision = None if exception is None else live
    if revision is None:
        raise NotAllowedYet(
            f"The limits of {clause.key} do not admit these facts.",
            remedy="File a proposal, or complete the facts that the clause asks for.",
            clause=clause.key,
        )
    counted = select(AlreadyAllowed.id).where(
        AlreadyAllowed.draft_id == draft_id, AlreadyAllowed.clause_id == clause.id
    )
    if tx.session.scalar(counted) is not None:
        return False
    return _keep(tx, draft_id, revision, wish, exception)


def _keep(
    tx: Transaction,
    draft_id: str,
    revision: Revision,
    wish: Wish,
    exception: ClauseException | None,
) -> bool:
    """Store a hit; of two at the same moment the second is the same one."""
    judged = {limit.fact for limit in read_parameters(revision.markup)}
    judged |= {one.fact for one in exception.conditions} if exception else set()
    hit = AlreadyAllowed(
        draft_id=draft_id,
        clause_id=revision.clause_id,
        revision_id=revision.id,
        candidate_id=exception.candidate_id if exception else None,
        facts={name: value for name, value in _facts(wish).items() if name in judged},
        at=datetime.combine(tx.at.date(), time.min, tzinfo=UTC),
    )
    try:
        with tx.session.begin_nested():
            tx.session.add(hit)
    except IntegrityError:
        return False
    return True


def _admitting(tx: Transaction, clause: Clause, wish: Wish) -> Revision | None:
    """Give the wording in force that admits the wish's facts; None where it does not, or cannot.

    A limit of money judges only amounts in its own currency.
    """
    live = _live(tx, clause, wish)
    if live is None:
        return None
    limits = read_parameters(live.markup)
    if any(_in_another_currency(limit, wish) for limit in limits):
        return None
    return live if admits(limits, _facts(wish)) else None


def _live(tx: Transaction, clause: Clause, wish: Wish) -> Revision | None:
    """Give the wording that holds for a wish; None where the rule is gone."""
    live = clause.revision_at(wish.occurred_at or tx.at)
    return None if live is None or live.retires else live


def _allowing(tx: Transaction, clause: Clause, wish: Wish) -> Allowance | None:
    """Tell by what a clause allows a wish: its limits, else an exception of the likely kind."""
    revision = _admitting(tx, clause, wish)
    if revision is not None:
        return Allowance(clause.key, revision.text)
    live = _live(tx, clause, wish)
    meant = [one for one in exceptions_of(live) if _admits(tx, one, wish)] if live else []
    kind = likely_kind(tx, wish) if meant else None
    for one in meant:
        if kind is not None and taken_in_by(tx, one.kind_id) == kind.id and live is not None:
            return Allowance(clause.key, live.text, kind=kind.name, since=one.since)
    return None


def _exception_for(tx: Transaction, live: Revision | None, wish: Wish) -> ClauseException | None:
    """Give the first exception that the facts meet and whose scope does not speak against it."""
    stated = () if live is None else exceptions_of(live)
    fits = (one for one in stated if _scope_holds(tx, one, wish) is not False and _meets(one, wish))
    return next(fits, None)


def _admits(tx: Transaction, exception: ClauseException, wish: Wish) -> bool:
    return _scope_holds(tx, exception, wish) is True and _meets(exception, wish)


def _meets(exception: ClauseException, wish: Wish) -> bool:
    if any(_in_another_currency(one, wish) for one in exception.conditions):
        return False
    return exception.meets(_facts(wish)) is True


def _scope_holds(tx: Transaction, exception: ClauseException, wish: Wish) -> bool | None:
    """Tell whether an exception holds where and when the wish arose; None where that is open."""
    day = (wish.occurred_at or tx.at).date()
    where = Where(channel=wish.channel, product=wish.product, team=tx.actor.team)
    early = exception.since is not None and day < exception.since
    return False if early else exception.scope.holds(where, day)


def _facts(wish: Wish) -> Facts:
    amount: Facts = {} if wish.amount is None else {AMOUNT: wish.amount}
    return amount | wish.facts


def _in_another_currency(limit: Parameter | Condition, wish: Wish) -> bool:
    if limit.fact != AMOUNT or not limit.unit or not _CURRENCY.fullmatch(limit.unit):
        return False
    return limit.unit != wish.currency
