"""What owners allow peers under a clause: its ceiling, its limits, the never-bend list, pauses."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import select

from recommender.access import ALLOWED, Act
from recommender.errors import Conflict, Invalid, NotFound
from recommender.models.limits import ClauseLimit, Pause
from recommender.models.policies import Clause
from recommender.policies.lookup import clause_by_key, require_maintainer
from recommender.policies.revising import read_layout, store_layout
from recommender.policies.syntax.layout import mark_never_bend
from recommender.storage.house import Transaction
from recommender.vocabulary import LONGEST_PERIOD, MOST_REPEATS, Role

LONGEST_REASON: Final = 4000
ROLES_THAT_SIGN: Final = ALLOWED[Act.ANSWER]
"""Whose signature may stand under a proposal: peers, and leads who answer in their stead."""
LOCK: Final = {"key_share": True}
"""Those who count against one clause wait for each other; filings, which only name it, do not."""


class BadCeiling(Invalid):
    """A ceiling is an amount of money, zero or more."""


class BadLimit(Invalid):
    """A limit that cannot be, or that lacks its currency or its period."""


class PauseReasonMissing(Invalid):
    """A pause says why, because agents read it while they wait."""


class UnknownPause(NotFound):
    """There is no such pause."""


class AlreadyLifted(Conflict):
    """The pause is over."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What peers may approve under a clause beside its ceiling; what is None is not limited.

    `currency` is that of the budget, of the amounts by role and of the clause's ceiling.
    `roles` gives the largest amount that a signature of the role approves.
    """

    monthly_budget: float | None = None
    currency: str | None = None
    per_customer: int | None = None
    per_customer_days: int | None = None
    roles: Mapping[Role, float] = field(default_factory=dict)


NO_LIMITS: Final = Limits()


def limits_of(tx: Transaction, clause: Clause | None) -> Limits:
    """Give the limits of a clause; none for a clause that nobody limited, and for no clause."""
    return NO_LIMITS if clause is None else limits_under(tx, [clause.id]).get(clause.id, NO_LIMITS)


def limits_under(tx: Transaction, clauses: Iterable[str]) -> dict[str, Limits]:
    """Give the limits of several clauses by id, as they are now; nothing for unlimited ones."""
    asked = set(clauses)
    if not asked:
        return {}
    stored = select(ClauseLimit).where(ClauseLimit.clause_id.in_(asked))
    anew = stored.execution_options(populate_existing=True)
    return {row.clause_id: _read_limits(row) for row in tx.session.scalars(anew)}


def limits_version(tx: Transaction, clause: Clause) -> int:
    """Give the version of a clause's limits: 0 while nobody has set any."""
    row = tx.session.get(ClauseLimit, clause.id)
    return 0 if row is None else row.version


def set_limits(tx: Transaction, key: str, limits: Limits) -> None:
    """Replace all limits of a clause. Raises BadLimit, naming the field."""
    tx.actor.require(Act.SET_LIMITS)
    clause = _maintained(tx, key)
    _require_sound(limits)
    row = tx.session.get(ClauseLimit, clause.id)
    if row is None:
        row = ClauseLimit(clause_id=clause.id)
        tx.session.add(row)
    row.monthly_budget, row.currency = limits.monthly_budget, limits.currency
    row.per_customer, row.per_customer_days = limits.per_customer, limits.per_customer_days
    row.roles = {str(role): amount for role, amount in sorted(limits.roles.items())}
    row.changed_by, row.changed_at = tx.actor.name, tx.at
    tx.record(
        "set_limits",
        "clause",
        key,
        monthly_budget=limits.monthly_budget,
        currency=limits.currency,
        per_customer=limits.per_customer,
        per_customer_days=limits.per_customer_days,
        roles=row.roles,
    )


def set_ceiling(
    tx: Transaction, key: str, amount: float | None, currency: str | None = None
) -> None:
    """Set the largest amount that peers may approve under a clause; None lifts it.

    It is counted in the currency of the clause's limits, which is set too where one is given;
    while they name none, in any. Raises BadCeiling, or BadLimit for a currency that is none or
    not that of the other amounts.
    """
    tx.actor.require(Act.SET_LIMITS)
    clause = _maintained(tx, key)
    if amount is not None and not _is_amount(amount):
        raise BadCeiling(
            f"{amount} is no amount of money.", field="amount", remedy="Give zero or more."
        )
    clause.ceiling = amount
    _say_currency(tx, clause, currency)
    tx.record("set_ceiling", "clause", key, amount=amount)


def set_never_bend(tx: Transaction, key: str, *, never_bend: bool) -> None:
    """Put a clause on the never-bend list or take it off; an exported handbook shows the mark."""
    tx.actor.require(Act.SET_LIMITS)
    clause = _maintained(tx, key)
    if clause.never_bend is never_bend:
        return
    clause.never_bend = never_bend
    layout = mark_never_bend(read_layout(clause.policy), key, never_bend=never_bend)
    store_layout(clause.policy, layout)
    tx.record("set_never_bend", "clause", key, never_bend=never_bend)


def pause(tx: Transaction, key: str | None, reason: str) -> Pause:
    """Let peers approve nothing under a clause, or under any where `key` is None, until lifted."""
    tx.actor.require(Act.SET_LIMITS)
    clause = None if key is None else _maintained(tx, key)
    typed = " ".join(reason.split())
    if not 0 < len(typed) <= LONGEST_REASON:
        raise PauseReasonMissing(
            "A pause needs its reason, in a sentence.",
            field="reason",
            remedy="Say why; agents read it while they wait.",
        )
    paused = Pause(
        clause_id=None if clause is None else clause.id,
        reason=tx.redactor.redact(typed).text,
        paused_by=tx.actor.name,
        paused_at=tx.at,
    )
    tx.session.add(paused)
    tx.session.flush()
    tx.record("pause", "pause", paused.id, clause=key)
    return paused


def lift(tx: Transaction, pause_id: str) -> Pause:
    """End a pause. Raises UnknownPause or AlreadyLifted."""
    tx.actor.require(Act.SET_LIMITS)
    paused = tx.session.get(Pause, pause_id, with_for_update=True, populate_existing=True)
    if paused is None:
        raise UnknownPause(
            f"There is no pause {pause_id}.",
            field="pause",
            remedy="`recommender policies limits` lists those that last.",
        )
    clause = None if paused.clause_id is None else tx.session.get_one(Clause, paused.clause_id)
    if clause is not None:
        require_maintainer(tx, clause)
    if paused.lifted_at is not None:
        raise AlreadyLifted("This pause is over.", remedy="Load the list again.", pause=pause_id)
    paused.lifted_by, paused.lifted_at = tx.actor.name, tx.at
    tx.record("lift", "pause", paused.id, clause=None if clause is None else clause.key)
    return paused


def pauses(tx: Transaction, *, lasting_only: bool = True) -> list[Pause]:
    """List pauses, the newest first; all that ever were where asked for."""
    tx.actor.require(Act.READ_POLICIES)
    asked = select(Pause).order_by(Pause.paused_at.desc(), Pause.id)
    if lasting_only:
        asked = asked.where(Pause.lifted_at.is_(None))
    return list(tx.session.scalars(asked))


def _read_limits(row: ClauseLimit) -> Limits:
    return Limits(
        monthly_budget=row.monthly_budget,
        currency=row.currency,
        per_customer=row.per_customer,
        per_customer_days=row.per_customer_days,
        roles={Role(role): float(amount) for role, amount in row.roles.items()},
    )


def _maintained(tx: Transaction, key: str) -> Clause:
    """Find a clause of the actor's desk, locked until its limits are written."""
    clause = clause_by_key(tx, key)
    require_maintainer(tx, clause)
    tx.session.refresh(clause, with_for_update=LOCK)
    return clause


def _say_currency(tx: Transaction, clause: Clause, currency: str | None) -> None:
    """Let the clause's amounts be in a currency, as long as none is in another."""
    limits = limits_of(tx, clause)
    if currency in {None, limits.currency}:
        return
    if limits.monthly_budget is not None or limits.roles:
        raise BadLimit(
            f"The limits of {clause.key} are in {limits.currency}.",
            field="currency",
            remedy="Give the ceiling in that currency, or change the limits first.",
        )
    set_limits(tx, clause.key, replace(limits, currency=currency))


def _require_sound(limits: Limits) -> None:
    """Refuse amounts that are none, counts without a period, money without a currency."""
    amounts = {"monthly_budget": limits.monthly_budget} | {
        f"roles.{role}": amount for role, amount in limits.roles.items()
    }
    for name, amount in amounts.items():
        if amount is not None and not _is_amount(amount):
            raise BadLimit(
                f"{amount} is no amount of money.", field=name, remedy="Give zero or more."
            )
    if any(amount is not None for amount in amounts.values()) and limits.currency is None:
        raise BadLimit("The amounts have no currency.", field="currency", remedy="Give one: EUR.")
    if limits.currency is not None and not _is_currency(limits.currency):
        raise BadLimit(
            f"{limits.currency!r} is no currency.",
            field="currency",
            remedy="Write its three letters: EUR.",
        )
    for role in limits.roles:
        if role not in ROLES_THAT_SIGN:
            raise BadLimit(
                f"No {role.replace('_', ' ')} signs.",
                field=f"roles.{role}",
                remedy=f"Limit one of these: {', '.join(sorted(ROLES_THAT_SIGN))}.",
            )
    _require_period(limits)


def _require_period(limits: Limits) -> None:
    count, days = limits.per_customer, limits.per_customer_days
    if (count is None) is not (days is None):
        raise BadLimit(
            "Cases of one customer are counted within a number of days.",
            field="per_customer" if count is None else "per_customer_days",
            remedy="Give how many, and within how many days.",
        )
    if count is not None and not 0 <= count <= MOST_REPEATS:
        raise BadLimit(
            f"{count} is no number of cases.", field="per_customer", remedy="Give zero or more."
        )
    if days is not None and not 1 <= days <= LONGEST_PERIOD:
        raise BadLimit(
            f"{days} is no number of days.",
            field="per_customer_days",
            remedy=f"Give 1 to {LONGEST_PERIOD}.",
        )


def _is_amount(amount: float) -> bool:
    return math.isfinite(amount) and amount >= 0


def _is_currency(word: str) -> bool:
    return len(word) == 3 and word.isascii() and word.isalpha() and word.isupper()  # noqa: PLR2004 - ISO 4217
