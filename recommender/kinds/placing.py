"""Where cases are when a run is published, and which of them no run places."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.kinds.teaching import corrected_since, kept_unsorted
from recommender.models.cases import Case
from recommender.models.kinds import Membership
from recommender.vocabulary import CaseState, MembershipOrigin


class Place(NamedTuple):
    """Where a case is: its kind, who put it there, how firmly, and the run that did."""

    kind: str
    origin: MembershipOrigin
    strength: float
    run_id: str | None


@dataclass(frozen=True)
class Places:
    """Where every approved case is."""

    of: Mapping[str, Place]
    approved: frozenset[str]
    held: frozenset[str]
    """Cases that no run places: people put them where they are, or corrected them meanwhile."""

    @cached_property
    def kind_of(self) -> Mapping[str, str]:
        """Give each case's kind."""
        return {case: place.kind for case, place in self.of.items()}


def read_places(session: Session, since: datetime) -> Places:
    """Read where the approved cases are; `since` is the moment at which the run began."""
    rows = session.execute(
        select(
            Membership.case_id,
            Membership.kind_id,
            Membership.origin,
            Membership.strength,
            Membership.run_id,
        )
        .join(Case, Case.id == Membership.case_id)
        .where(Case.state == CaseState.APPROVED)
    )
    of = {case: Place(kind, origin, strength, run) for case, kind, origin, strength, run in rows}
    by_hand = {case for case, place in of.items() if place.origin is MembershipOrigin.BY_HAND}
    corrected = frozenset(session.scalars(corrected_since(since)))
    approved = frozenset(session.scalars(select(Case.id).where(Case.state == CaseState.APPROVED)))
    return Places(of, approved, corrected | kept_unsorted(session) | by_hand)
