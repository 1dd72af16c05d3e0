"""The content of a candidate: wording, draft and backtest, as they are until somebody claims it."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from recommender.cases.guardrails import NeverBend
from recommender.changes.backtest import replay_wording
from recommender.changes.budgets import BudgetExceeded
from recommender.changes.clarifying import redraft_clarification
from recommender.changes.drafting import Drafted, compose
from recommender.changes.gathering import find_ground
from recommender.changes.places import find_place
from recommender.changes.redline import NothingToChange
from recommender.changes.verdicts import OutcomesBad
from recommender.models.changes import Candidate
from recommender.policies.conditions import Condition
from recommender.storage.house import Transaction


@dataclass(frozen=True, kw_only=True)
class Lost:
    """What was said at a release and is not in the new draft: a wording, and conditions in words.

    It is told once, and kept nowhere.
    """

    markup: str | None
    conditions: list[str]


def take_content(tx: Transaction, found: Candidate, drafted: Drafted) -> None:
    """Let a candidate propose what was drafted, with its backtest."""
    ground, draft = drafted.ground, drafted.draft
    found.clause, found.base_revision = ground.clause, ground.base
    found.verdict, found.reason = draft.verdict, draft.reason
    found.old_markup, found.new_markup = drafted.wording.old, drafted.wording.new
    content = plain(draft) | {
        "conditions": [one.to_json() for one in drafted.conditions],
        "suggested": str(drafted.suggested),
    }
    if ground.clause is None and drafted.wording.new is not None:
        content["place"] = asdict(find_place(tx.session, ground.signed))
    if drafted.exception is not None:
        content["exception"] = drafted.exception.to_json()
    found.draft = content
    replayed = replay_wording(tx, ground, draft.verdict, drafted.wording, drafted.conditions)
    found.backtest = plain(replayed)


def redraft(tx: Transaction, found: Candidate) -> None:
    """Let the draft follow the evidence; the verdict that the manager chose stays.

    Where that verdict cannot be drafted any more, the content stays as it was, and a stale base
    is refused when somebody accepts. What is for no kind follows its clause.
    """
    if found.kind_id is None:
        redraft_clarification(tx, found)
        return
    with suppress(NothingToChange, NeverBend, OutcomesBad, BudgetExceeded):
        take_content(tx, found, compose(find_ground(tx, found.kind_id), found.verdict))


def redraft_released(tx: Transaction, found: Candidate, markup: str | None) -> Lost | None:
    """Draft a released candidate anew; give what its words, or those of its owner, said beyond."""
    words, conditions = markup or found.new_markup, _conditions(found)
    redraft(tx, found)
    kept, stay = (found.new_markup or "").strip(), _conditions(found)
    lost = None if (words or "").strip() in {"", kept} else words
    gone = [one for one in conditions if one not in stay]
    return Lost(markup=lost, conditions=gone) if lost is not None or gone else None


def is_stale(candidate: Candidate) -> bool:
    """Tell whether the clause was revised since this was drafted."""
    clause = candidate.clause
    return clause is not None and clause.newest.id != candidate.base_revision_id


def plain(value: object) -> dict[str, Any]:
    """Turn a frozen result into what a JSON column holds."""
    read: dict[str, Any] = json.loads(json.dumps(asdict(value), default=str))  # type: ignore[call-overload]
    return read


def _conditions(found: Candidate) -> list[str]:
    return [Condition.from_json(one).words for one in found.draft.get("conditions", ())]
