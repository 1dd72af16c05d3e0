"""What nobody can accept: past a ceiling or a budget, a rule that is never bent, bad outcomes."""

import re
from contextlib import suppress
from typing import Final

from recommender.cases.guardrails import CeilingExceeded, NeverBend
from recommender.changes.backtest import Backtest, replay_rule
from recommender.changes.budgets import require_within_budget
from recommender.changes.exceptions import EXCEPTING, read_back
from recommender.changes.gathering import find_ground
from recommender.changes.ground import AMOUNT, Ground
from recommender.changes.reach import Proposed
from recommender.changes.redline import stated
from recommender.changes.verdicts import WIDENING, require_permitted
from recommender.kinds.catalogue import UnknownKind
from recommender.learning.units import CURRENCIES
from recommender.models.changes import Candidate
from recommender.models.policies import Clause
from recommender.policies.conditions import Condition
from recommender.policies.exceptions import added_words
from recommender.policies.figures import money
from recommender.policies.limiting import limits_of
from recommender.policies.syntax.handbook import Parameter
from recommender.policies.syntax.markup import read_parameters
from recommender.policies.syntax.suggest import suggest_parameters
from recommender.storage.house import Transaction
from recommender.vocabulary import TEXT_CHANGING_VERDICTS, Verdict

_NAME: Final = re.compile("“[^”]*”")
"""A kind's name in a wording, which may hold numbers of its own."""


def require_acceptable(tx: Transaction, found: Candidate, final: Proposed) -> Backtest | None:
    """Replay a final wording on the cases of today; None where there is none to replay.

    Raises NeverBend, CeilingExceeded, BudgetExceeded, or OutcomesBad where the cases have come to
    end badly since it was promoted.
    """
    _require_within_limits(found, final)
    if found.kind_id is None or final.verdict not in TEXT_CHANGING_VERDICTS:
        return None
    with suppress(UnknownKind):  # no case is left to count
        ground = find_ground(tx, found.kind_id)
        require_permitted(ground, final.verdict)
        _require_affordable(tx, ground, final)
        replayed = replay_rule(tx, ground, final)
        _require_apart(found, replayed)
        return replayed
    return None


def _require_within_limits(found: Candidate, final: Proposed) -> None:
    """Refuse a clause that is never bent, and a passed ceiling."""
    clause = found.clause
    if clause is None or found.verdict not in TEXT_CHANGING_VERDICTS:
        return
    if clause.never_bend:
        raise NeverBend(
            f"{clause.key} is never bent, so no candidate changes it.",
            remedy="Reject it, or take the clause off the never-bend list first.",
            clause=clause.key,
        )
    most = max(_new_amounts(final), default=None)
    if clause.ceiling is None:
        return
    if most is None and final.verdict is Verdict.GRANT_AUTHORITY:
        raise _past(
            clause, clause.ceiling, f"The wording says no amount, and {clause.key} has a ceiling"
        )
    if most is not None and most > clause.ceiling:
        raise _past(clause, clause.ceiling, f"{money(most)} is above the ceiling of {clause.key}")


def _past(clause: Clause, ceiling: float, what: str) -> CeilingExceeded:
    return CeilingExceeded(
        f"{what}, {money(ceiling)}.",
        field="markup",
        remedy="Stay within that amount, or raise the ceiling first.",
        clause=clause.key,
        ceiling=ceiling,
    )


def _require_affordable(tx: Transaction, ground: Ground, final: Proposed) -> None:
    """Refuse with BudgetExceeded what costs more a month than the clause's budget is by now."""
    if limits_of(tx, ground.clause).monthly_budget is not None and final.verdict in WIDENING:
        require_within_budget(ground, stated_limits(final))


def _require_apart(found: Candidate, replayed: Backtest) -> None:
    """Refuse what passes a limit of another clause that is never bent."""
    ours = None if found.clause is None else found.clause.key
    for clash in replayed.conflicts:
        if clash.blocks and clash.clause != ours:
            raise NeverBend(
                clash.what,
                remedy="Edit the limit, reject it, or take that clause off the never-bend list.",
                clause=clash.clause,
            )


def _new_amounts(final: Proposed) -> list[float]:
    """Give the largest amounts that the wording names and the old one does not, typed or not."""
    if final.wording.new is None:
        return []
    said = [one.number for one in stated_limits(final) if _limits_amount(one)]
    added = _amounts(final.wording.new) - _amounts(final.wording.old or "")
    return [*added, *(one for one in said if one is not None)]


def _amounts(markup: str) -> set[float]:
    """Give what the typed limits allow at most, and what the words beside names seem to."""
    typed = {one.limit for one in read_parameters(markup) if _limits_amount(one)}
    unnamed = suggest_parameters(_NAME.sub("", markup))
    sums = (one for one in unnamed if one.unit in CURRENCIES.values())
    return typed | {one.limit for one in sums if one.bound == "max"}


def stated_limits(final: Proposed) -> tuple[Condition, ...]:
    """Give the conditions with the numbers that the final wording gives them."""
    old, new = final.wording.old, final.wording.new
    if final.verdict in EXCEPTING and new is not None:
        return read_back(final.conditions, added_words(old or "", new))
    return stated(final.verdict, new, final.conditions)


def _limits_amount(limit: Parameter | Condition) -> bool:
    return limit.fact == AMOUNT and limit.bound == "max"
