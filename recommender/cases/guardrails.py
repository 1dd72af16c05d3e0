"""What peers cannot approve here: clauses that are never bent, amounts above a ceiling.

Imported history is history: guardrails stand before a signature given here, and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from recommender.cases.wishes import Wish
from recommender.errors import Conflict
from recommender.models.cases import Case
from recommender.models.policies import Clause
from recommender.policies.library import clause_by_key
from recommender.storage.house import Transaction


class Rule(StrEnum):
    """The guardrails there are."""

    CEILING = "ceiling"
    NEVER_BEND = "never_bend"


class NeverBend(Conflict):
    """The clause is on the never-bend list, so no peer can approve an exception to it."""


class CeilingExceeded(Conflict):
    """The amount is above what a peer's signature may approve under the clause, or unknown."""


_ERRORS: Mapping[Rule, type[Conflict]] = {
    Rule.CEILING: CeilingExceeded,
    Rule.NEVER_BEND: NeverBend,
}


_LOCK: Final = {"key_share": True}
"""Signatures wait for each other; what only refers to the clause, as filings do, does not."""


@dataclass(frozen=True)
class Breach:
    """A guardrail that a case meets, and the words that a person is told."""

    rule: Rule
    words: str


def breaches(tx: Transaction, case: Case) -> list[Breach]:
    """Give every guardrail that the case meets, the never-bend list first."""
    clause = None if case.clause_id is None else tx.session.get(Clause, case.clause_id)
    if clause is None:
        return []
    found = []
    if clause.never_bend:
        found.append(Breach(Rule.NEVER_BEND, f"{clause.key} is never bent, whatever the case."))
    if clause.ceiling is not None and case.amount is None:
        words = (
            f"Peers may approve up to {clause.ceiling:g} under {clause.key}, "
            "and this proposal names no amount."
        )
        found.append(Breach(Rule.CEILING, words))
    elif clause.ceiling is not None and case.amount is not None and case.amount > clause.ceiling:
        words = (
            f"Peers may approve up to {clause.ceiling:g} under {clause.key}, "
            f"and this asks for {case.amount:g}."
        )
        found.append(Breach(Rule.CEILING, words))
    return found


def foreseen(tx: Transaction, wish: Wish) -> list[Breach]:
    """Give every guardrail that a wish would meet if it were filed as it stands."""
    clause = None if wish.clause_key is None else clause_by_key(tx, wish.clause_key)
    case = Case(
        agent_id=tx.actor.name,
        agent_team=tx.actor.team,
        clause_id=None if clause is None else clause.id,
        amount=wish.amount,
        currency=wish.currency,
        customer_id=wish.customer_id,
    )
    return breaches(tx, case)


def require_within(tx: Transaction, case: Case) -> None:
    """Refuse what the actor's signature cannot approve here, named for the guardrail.

    Locks the clause until the transaction ends, so that of two signatures under one budget the
    second sees what the first has spent. Call it before anything of the case is changed.
    """
    if case.clause_id is not None:
        tx.session.get(Clause, case.clause_id, with_for_update=_LOCK, populate_existing=True)
    for breach in breaches(tx, case):
        raise _ERRORS[breach.rule](
            breach.words, remedy="Decline it, or ask the policy owner.", rule=str(breach.rule)
        )
