"""Outcomes: what came of a case, by who reported it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Final, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from recommender.access import Act
from recommender.cases.proposals import UnknownCase, find_case
from recommender.cases.wishes import require_amount
from recommender.errors import Conflict, Invalid, NotAllowed
from recommender.models.cases import Case
from recommender.models.outcomes import Outcome, OutcomeFacts
from recommender.notices import settle_case
from recommender.storage.house import Transaction
from recommender.vocabulary import DECIDED_CASES, NoticeTopic, OutcomeSource, Role

BEST_CSAT = 5
_REPORTED: Final = (
    Outcome.case_id,
    Outcome.source,
    Outcome.csat,
    Outcome.complaint,
    Outcome.retained,
    Outcome.actual_cost,
)


class EmptyOutcome(Invalid):
    """An outcome without a single value."""


class BadCsat(Invalid):
    """A satisfaction score outside 1 to 5."""


class NotDecided(Conflict):
    """Nothing can have come of a case that nobody decided."""


class SourceNotYours(NotAllowed):
    """Only admins report what a customer or another system said."""


def record_outcome(
    tx: Transaction,
    case_id: str,
    *,
    source: OutcomeSource = OutcomeSource.AGENT,
    csat: int | None = None,
    complaint: bool | None = None,
    retained: bool | None = None,
    actual_cost: float | None = None,
) -> Case:
    """Keep what is known of what came of a case; what is left out stays as it was.

    The filer reports as agent; admins report from every source. csat is 1 to 5, `actual_cost` in
    the case's currency. Raises EmptyOutcome, BadCsat, BadAmount, NotDecided, NotYourCase and
    SourceNotYours.
    """
    tx.actor.require(Act.RECORD_OUTCOME)
    reported = {
        "csat": csat,
        "complaint": complaint,
        "retained": retained,
        "actual_cost": actual_cost,
    }
    known = {name: value for name, value in reported.items() if value is not None}
    _require_values(known, csat, actual_cost)
    case = find_case(tx, case_id, to_change=True)
    _require_reporter(tx, case, source)
    outcome = next((given for given in case.outcomes if given.source is source), None)
    if outcome is None:
        outcome = Outcome(source=source)
        case.outcomes.append(outcome)
    for name, value in known.items():
        setattr(outcome, name, value)
    outcome.recorded_at = tx.at
    settle_case(tx, case.id, NoticeTopic.FOLLOW_UP)
    tx.record("record_outcome", "case", case.id, source=str(source))
    return case


def outcomes_of(
    session: Session, cases: Select[*tuple[str]] | Collection[str]
) -> dict[str, OutcomeFacts]:
    """Give what came of some cases, named or selected; those without an outcome are left out."""
    found = session.execute(select(*_REPORTED).where(Outcome.case_id.in_(cases))).all()
    reported: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in cast("Sequence[Outcome]", found):  # its columns, without an Outcome for a row
        reported[outcome.case_id].append(outcome)
    return {case: OutcomeFacts.merged(each) for case, each in reported.items()}


def case_of_source(tx: Transaction, source_system: str, source_id: str) -> str:
    """Give the id of the case that another system knows by its own id; for its integration.

    Raises UnknownCase, and SourceNotYours for readers who may not see such ids.
    """
    tx.actor.require(Act.RECORD_OUTCOME)
    if not tx.actor.sees_source_ids:
        raise SourceNotYours(
            "Your account may not name cases by the ids of other systems.",
            remedy="Use the id that the case has here.",
        )
    asked = select(Case.id).where(Case.source_system == source_system, Case.source_id == source_id)
    found = tx.session.scalar(asked)
    if found is None:
        raise UnknownCase(
            f"There is no case {source_id} of {source_system}.",
            field="source_id",
            remedy="Import it first, or look its id up where it was filed.",
        )
    return found


def _require_values(
    known: dict[str, float | bool | int], csat: int | None, actual_cost: float | None
) -> None:
    if not known:
        raise EmptyOutcome(
            "Nothing is said about what came of it.",
            remedy="Give one of csat, complaint, retained, actual cost.",
        )
    if csat is not None and not 1 <= csat <= BEST_CSAT:
        raise BadCsat(
            f"{csat} is no score.", field="csat", remedy=f"Give a number from 1 to {BEST_CSAT}."
        )
    require_amount("actual_cost", actual_cost)


def _require_reporter(tx: Transaction, case: Case, source: OutcomeSource) -> None:
    if Role.ADMIN not in tx.actor.roles:
        if source is not OutcomeSource.AGENT:
            raise SourceNotYours(
                f"Your account may not report for the {source}.", remedy="Report as agent."
            )
        case.require_filer(tx.actor)
    if case.state not in DECIDED_CASES:
        raise NotDecided(
            f"This proposal is {case.state.replace('_', ' ')}, so nothing came of it yet.",
            remedy="Report the outcome once it is decided.",
            state=str(case.state),
        )
