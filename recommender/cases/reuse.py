"""Re-using a precedent: what was done is filled in, what happened stays for the agent to say.

Each field that was filled in says so, so that copies are not taken for evidence of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from recommender.access import Act
from recommender.cases.likeness import said, same_word
from recommender.cases.precedents import superseded
from recommender.cases.proposals import find_case
from recommender.cases.wishes import Wish
from recommender.errors import Conflict
from recommender.models.cases import Case
from recommender.storage.house import Transaction
from recommender.vocabulary import DECIDED_CASES, CaseState, FieldSource, OutcomeReading

FILLED: Final = (
    "resolution",
    "reason",
    "clause_key",
    "granted_action",
    "amount",
    "currency",
    "product",
)
"""What a re-use fills in beside the facts; nothing that belongs to the customer."""
COMPARED: Final = ("clause_key", "granted_action", "amount", "currency", "product")


class NoPrecedent(Conflict):
    """Only what was answered can be re-used, and only while its texts are kept."""


@dataclass(frozen=True)
class Difference:
    """A field in which a wish differs from the precedent; None is not given."""

    field: str
    yours: str | None
    theirs: str | None


@dataclass(frozen=True)
class Reuse:
    """A wish filled in from a precedent, where it departs from it, and what to mind."""

    proposal: Wish
    differences: list[Difference]
    warnings: list[str]


def reuse(tx: Transaction, case_id: str, draft: Wish | None = None) -> Reuse:
    """Fill a draft in from a decided case: what was typed stays, the rest is re-used.

    Raises UnknownCase, and NoPrecedent for a case that was not answered or was erased.
    """
    tx.actor.require(Act.FILE)
    case = find_case(tx, case_id)
    if case.state not in DECIDED_CASES or case.erased_at or case.misused_at:
        raise NoPrecedent(
            "This case cannot be re-used.", remedy="Choose a precedent that was answered."
        )
    filled = _filled(draft or Wish(situation="", resolution=""), case)
    return Reuse(filled, differences(filled, case), _warnings(tx, case))


@dataclass(frozen=True)
class Reused:
    """The precedent of a case, where the case departs from it, and what to mind."""

    case_id: str
    differences: list[Difference]
    warnings: list[str]


def reused(tx: Transaction, case_id: str) -> Reused | None:
    """Tell a peer which precedent a case re-used, and where it differs; None if none."""
    tx.actor.require(Act.COSIGN)
    case = find_case(tx, case_id)
    before = None if case.precedent_id is None else tx.session.get(Case, case.precedent_id)
    if before is None:
        return None
    ours: dict[str, Any] = {name: _of(case, name) for name in COMPARED}
    wish = Wish(situation="", resolution="", facts=case.facts, **ours)
    return Reused(before.id, differences(wish, before), _warnings(tx, before))


def differences(wish: Wish, case: Case) -> list[Difference]:
    """Name the fields and facts that a wish gives otherwise than a case does, or not at all.

    A text is compared by nobody: it is read.
    """
    return list(_differences(wish, case))


def _differences(wish: Wish, case: Case) -> Iterator[Difference]:
    for name in COMPARED:
        yours, theirs = getattr(wish, name), _of(case, name)
        if same_word(_shown(yours), _shown(theirs)) != 1 and yours != theirs:
            yield Difference(name, _shown(yours), _shown(theirs))
    for name in sorted(wish.facts.keys() | case.facts.keys()):
        if wish.facts.get(name) != case.facts.get(name):
            yours, theirs = _shown(wish.facts.get(name)), _shown(case.facts.get(name))
            yield Difference(f"facts.{name}", yours, theirs)


def _filled(typed: Wish, case: Case) -> Wish:
    amount_is_typed = typed.amount is not None or typed.currency is not None
    blank = [name for name in FILLED if getattr(typed, name) in {None, ""}]
    if amount_is_typed:
        blank = [name for name in blank if name not in {"amount", "currency"}]
    if typed.gap:
        blank.remove("clause_key")
    filled: dict[str, Any] = {
        name: _of(case, name) for name in blank if _of(case, name) is not None
    }
    facts = {name: value for name, value in case.facts.items() if name not in typed.facts}
    sources = dict.fromkeys(
        (*filled, *(f"facts.{name}" for name in facts), "precedent_id"), FieldSource.REUSED
    )
    return replace(
        typed,
        **filled,
        facts=typed.facts | facts,
        precedent_id=case.id,
        provenance={**typed.sources, **sources},
    )


def _of(case: Case, name: str) -> str | float | None:
    if name == "clause_key":
        return None if case.clause is None else case.clause.key
    value: str | float | None = getattr(case, name)
    return value


def _shown(value: str | float | bool | None) -> str | None:  # noqa: FBT001 - a fact's value
    return None if value is None else said(value)


def _warnings(tx: Transaction, case: Case) -> list[str]:
    told = []
    if case.state is CaseState.DECLINED:
        because = f": {case.decline_reason}" if case.decline_reason else "."
        told.append(f"It was declined{because}")
    if case.state is CaseState.REVOKED:
        told.append("Its approval was revoked.")
    elif case.state is not CaseState.DECLINED and case.outcome.reading is OutcomeReading.BAD:
        told.append("It ended badly.")
    if superseded(tx, case):
        told.append(f"{_of(case, 'clause_key')} reads otherwise by now.")
    return told
