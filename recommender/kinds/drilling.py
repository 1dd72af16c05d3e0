"""Which single cases a reader may open, and the totals that betray none of the others.

Managers, owners and watchers read a case as one of a group that may be shown. Admins see imported
rows by their own ids, and the front line needs precedents: they read all.
"""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select

from recommender.access import Act
from recommender.cases.comparing import PrecedentQuery
from recommender.cases.precedents import MOST, LookedUp, Precedent, look_up, search
from recommender.cases.proposals import UnknownCase, find_case
from recommender.kinds.floors import People, enough, held, hides_people, last_rest
from recommender.kinds.standing import Standing, standings
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership
from recommender.models.pseudonyms import one_person
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState

_LIVING_CARDS = select(Kind.id, Kind.card).where(Kind.retired_at.is_(None))
MOST_NAMED: Final = 1000
"""Of more cases all memberships are read, for databases take only so many names at once."""
_WITHOUT_KIND = frozenset({CaseState.DECLINED, CaseState.IN_POLICY})
"""Decided cases that are never in a kind: each of these states is a group of its own."""


@dataclass(frozen=True)
class Groups:
    """The approved cases in the groups that may be shown."""

    kind_of: Mapping[str, str]
    """Case -> the kind that it is shown in."""
    rest: frozenset[str] | None
    """Those in no such kind; None where too few people are behind them."""

    @property
    def total(self) -> int | None:
        """All approved cases; with the groups shown it would tell the rest."""
        return None if self.rest is None else len(self.kind_of) + len(self.rest)

    @property
    def unsorted(self) -> int | None:
        """The cases in no kind that may be shown."""
        return None if self.rest is None else len(self.rest)


def groups(tx: Transaction, living: Sequence[Standing] | None = None) -> Groups:
    """Put every approved case into the group that it is shown in."""
    kinds = _living(tx) if living is None else living
    kind_of = {
        case: name
        for one in kinds
        if not hides_people(one.evidence, tx.settings)
        for name in (one.kind.id,)
        for case in one.cases
    }
    return Groups(kind_of, last_rest(tx, kind_of.keys()))


def open_cases(tx: Transaction, cases: Collection[Case]) -> set[str]:
    """Give the ids of those cases that may be read by everybody who reads kinds."""
    found = {case.id for case in cases if _names_nobody(case)}
    for state in _WITHOUT_KIND & {case.state for case in cases}:
        if _enough_in(tx, state):
            found |= {case.id for case in cases if case.state is state}
    approved = {case.id for case in cases if case.state is CaseState.APPROVED} - found
    places = _places(tx, approved)
    beside = _beside_shown_kinds(tx, approved - places.keys())
    return found | _as_their_own(tx, approved, places) | beside


def in_shown_kinds(tx: Transaction, cases: AbstractSet[str]) -> set[str]:
    """Give those of some cases that are shown as a kind's own."""
    return _as_their_own(tx, cases, _places(tx, cases))


def _as_their_own(tx: Transaction, cases: AbstractSet[str], places: Mapping[str, str]) -> set[str]:
    if not cases:
        return set()
    living = set(tx.session.scalars(select(Kind.id).where(Kind.retired_at.is_(None))))
    near = {kind for kind, group in held(tx.session, living).items() if group.cases & cases}
    near |= living & set(places.values())
    shown = _shown(tx, near)
    return set[str]().union(*(one.cases for one in shown)) & cases


def countable(
    tx: Transaction, cases: Sequence[Case], opened: AbstractSet[str] | None = None
) -> list[Case]:
    """Give the cases that a count over several kinds may hold; `opened` are those that are open.

    Others are in no such count, however many are behind them: the next one would show in it.
    """
    readable = open_cases(tx, cases) if opened is None else opened
    return [case for case in cases if case.id in readable]


def may_open(tx: Transaction, case: Case) -> bool:
    """Tell whether the reader may read a case on its own; while it waits, filing says who may."""
    return reads_all(tx) or case.state is CaseState.PENDING or case.id in open_cases(tx, [case])


def shown_kinds(tx: Transaction, cases: AbstractSet[str]) -> dict[str, Kind]:
    """Give, of some cases, the kinds that the reader may know them to be in."""
    places = _places(tx, cases)
    if not places:
        return {}
    if reads_all(tx):
        found = tx.session.scalars(select(Kind).where(Kind.id.in_(places.values())))
        kinds, known = {kind.id: kind for kind in found}, set(places)
    else:
        kinds = {one.kind.id: one.kind for one in _shown(tx, set(places.values()))}
        known = in_shown_kinds(tx, {case for case, kind in places.items() if kind in kinds})
    return {case: kinds[places[case]] for case in known}


def require_open(tx: Transaction, case_id: str) -> Case:
    """Find a case that the reader may read; any other is unknown, whether it exists or not."""
    case = find_case(tx, case_id)
    if not may_open(tx, case):
        raise UnknownCase(f"There is no case {case_id}.", case=case_id)
    return case


def reads_all(tx: Transaction) -> bool:
    """Tell whether the reader may read every case: the front line and admins."""
    return tx.actor.may(Act.FILE) or tx.actor.sees_source_ids


def open_look_up(tx: Transaction, query: PrecedentQuery) -> LookedUp:
    """Give the precedents of a draft that the reader may read, best first.

    How cases like it were answered is told only to who may read all of them.
    """
    if reads_all(tx):
        return look_up(tx, query)
    found = _open_only(tx, look_up(tx, replace(query, top=MOST)).precedents)
    return LookedUp(found[: query.top], totals=None, close_decline=None)


def open_search(tx: Transaction, text: str, top: int) -> list[Precedent]:
    """Give the cases like a text that the reader may read, best first."""
    if reads_all(tx):
        return search(tx, text, top)
    return _open_only(tx, search(tx, text, MOST))[:top]


def beside(tx: Transaction, cases: Collection[str]) -> set[str]:
    """Give those of some cases that the page of a kind that may be shown may tell.

    They are those shown as its own or another kind's, and those in no kind at all.
    """
    asked = set(cases)
    return in_shown_kinds(tx, asked) | (asked - _places(tx, asked).keys())


def _beside_shown_kinds(tx: Transaction, alone: AbstractSet[str]) -> set[str]:
    """Give those in no kind at all that stand on the page of one that may be shown."""
    listing = {
        kind: listed
        for kind, card in tx.session.execute(_LIVING_CARDS)
        if (listed := alone & {*card.get("nearest_outside", ())})
    }
    return set[str]().union(*(listing[one.kind.id] for one in _shown(tx, listing)))


def _places(tx: Transaction, cases: AbstractSet[str]) -> dict[str, str]:
    """Say in which kind each of some cases really is, those in none left out."""
    if not cases:
        return {}
    query = select(Membership.case_id, Membership.kind_id)
    if len(cases) <= MOST_NAMED:
        query = query.where(Membership.case_id.in_(cases))
    found = tx.session.execute(query)
    return {case: kind for case, kind in found if case in cases}


def _shown(tx: Transaction, kinds: Collection[str]) -> list[Standing]:
    found = tx.session.scalars(select(Kind).where(Kind.id.in_(kinds))).all()
    return [one for one in standings(tx, found) if not hides_people(one.evidence, tx.settings)]


def _open_only(tx: Transaction, found: Sequence[Precedent]) -> list[Precedent]:
    readable = open_cases(tx, [one.case for one in found])
    return [one for one in found if one.case.id in readable]


def _living(tx: Transaction) -> list[Standing]:
    return standings(tx, tx.session.scalars(select(Kind).where(Kind.retired_at.is_(None))).all())


def _names_nobody(case: Case) -> bool:
    decided = case.state is CaseState.APPROVED or case.state in _WITHOUT_KIND
    return decided and not case.agent_id and not case.customer_id


def _enough_in(tx: Transaction, state: CaseState) -> bool:
    query = select(Case.agent_id, Case.customer_id).where(Case.state == state)
    person = one_person(tx.session)
    found = tx.session.execute(query)
    return enough([People.of(person, agent, customer) for agent, customer in found], tx.settings)
