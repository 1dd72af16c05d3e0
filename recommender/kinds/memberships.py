"""Which kind each approved case is in: for admins as it is, for others as it may be shown."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlalchemy import select

from recommender.kinds.drilling import groups
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, MembershipOrigin


@dataclass(frozen=True, kw_only=True)
class MembershipRow:
    """Which kind an approved case is in; an unsorted one has None."""

    source_system: str | None
    """None beside an opaque id."""
    id: str
    kind_id: str | None
    kind_name: str | None
    strength: float | None
    origin: MembershipOrigin | None


def all_places(tx: Transaction) -> list[MembershipRow]:
    """Say by the imported rows' own ids, in their stable order, where every approved case is."""
    found = tx.session.execute(
        select(Case.source_system, Case.source_id, Membership, Kind.name)
        .outerjoin(Membership, Membership.case_id == Case.id)
        .outerjoin(Kind, Kind.id == Membership.kind_id)
        .where(Case.state == CaseState.APPROVED)
        .order_by(Case.source_system, Case.source_id)
    )
    return [_membership(system, case_id, place, name) for system, case_id, place, name in found]


def shown_places(tx: Transaction) -> list[MembershipRow]:
    """Say by opaque ids in which kind every approved case may be shown; None where in none."""
    shown = groups(tx)
    places = {place.case_id: place for place in tx.session.scalars(select(Membership))}
    names = dict(tx.session.execute(select(Kind.id, Kind.name)).all())
    kinds, rows = set(shown.kind_of.values()), []
    for case_id in sorted(shown.kind_of.keys() | (shown.rest or frozenset())):
        place = places.get(case_id)
        kind_id = _seen_in(place, shown.kind_of.get(case_id), kinds)
        its = place if place is not None and place.kind_id == kind_id else None
        rows.append(
            MembershipRow(
                source_system=None,
                id=case_id,
                kind_id=kind_id,
                kind_name=None if kind_id is None else names[kind_id],
                strength=None if its is None else its.strength,
                origin=None if its is None else its.origin,
            )
        )
    return rows


def _seen_in(place: Membership | None, held_in: str | None, kinds: AbstractSet[str]) -> str | None:
    """Say where readers see a case: where it is, unless that is a kind that may not be shown."""
    if held_in is None or place is None:
        return None
    return place.kind_id if place.kind_id in kinds else held_in


def _membership(
    system: str, case_id: str, place: Membership | None, name: str | None
) -> MembershipRow:
    return MembershipRow(
        source_system=system,
        id=case_id,
        kind_id=None if place is None else place.kind_id,
        kind_name=name,
        strength=None if place is None else place.strength,
        origin=None if place is None else place.origin,
    )
