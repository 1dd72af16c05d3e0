"""The decided cases of a clause and of a kind, as columns: read once for a draft and its replay."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final, cast

from sqlalchemy import ColumnElement, and_, or_, select

from recommender.cases.evidence_rows import counts_as_evidence, declined_by_peers
from recommender.cases.outcomes import outcomes_of
from recommender.kinds.drilling import open_cases
from recommender.models.cases import Case
from recommender.models.outcomes import OutcomeFacts
from recommender.models.policies import Clause
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState

_COLUMNS: Final = (
    Case.id,
    Case.source_system,
    Case.source_id,
    Case.state,
    Case.occurred_at,
    Case.agent_id,
    Case.customer_id,
    Case.situation,
    Case.clause_id,
    Case.amount,
    Case.currency,
    Case.facts,
    Case.brand,
    Case.market,
    Case.channel,
    Case.product,
    Case.agent_team,
    Case.precedent_id,
)


@dataclass(frozen=True)
class Decided:
    """What peers signed, declined or found within the rules, in a stable order.

    What was found misused shows nothing of what peers sign, nor does what the clause's owner
    decided: both are left out.
    """

    cases: Sequence[Case] = ()
    outcomes: Mapping[str, OutcomeFacts] = field(default_factory=dict)
    """Case -> what came of it; those without an outcome are left out."""
    opened: AbstractSet[str] = frozenset()
    """Those that everybody who reads kinds may open."""


def read_decided(tx: Transaction, clause: Clause | None, meant: Collection[Case]) -> Decided:
    """Read the cases of a clause, and those that are meant whatever clause they name."""
    named = None if clause is None else clause.id
    concerned: list[ColumnElement[bool]] = [
        Case.id.in_([case.id for case in meant if named is None or case.clause_id != named])
    ]
    if named is not None:
        concerned.append(Case.clause_id == named)
    in_policy = Case.state == CaseState.IN_POLICY
    which = and_(or_(counts_as_evidence(), declined_by_peers(), in_policy), or_(*concerned))
    found = tx.session.execute(
        select(*_COLUMNS).where(which).order_by(Case.source_system, Case.source_id)
    ).all()
    cases = cast("Sequence[Case]", found)  # the same columns, without a Case for every row
    outcomes = outcomes_of(tx.session, select(Case.id).where(which))
    return Decided(cases, outcomes, open_cases(tx, cases))
