"""The people floors: what may be shown of a group of cases, and when it may follow its cases.

A group is shown as a whole or not at all. What is shown changes only by so many people that no
two readings, of whatever days, differ by fewer (docs/decisions/0008-floors.md).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from recommender.config import Settings
from recommender.kinds.evidence import Evidence
from recommender.kinds.people import known
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership, Release
from recommender.models.pseudonyms import OnePerson, one_person
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState

KEPT = 24
"""So many earlier releases of a group are kept and compared with."""


class Behind(Protocol):
    """Who is behind a case; None where it does not say."""

    @property
    def agent(self) -> str | None:
        """Who filed it."""

    @property
    def customer(self) -> str | None:
        """Whom it was for."""


@dataclass(frozen=True, slots=True)
class Held:
    """A group as readers see it: its cases, and whether they may be shown."""

    cases: frozenset[str]
    enough: bool


@dataclass(frozen=True, slots=True)
class People:
    """Those behind one case."""

    agent: str | None
    customer: str | None

    @classmethod
    def of(cls, person: OnePerson, agent: str | None, customer: str | None) -> "People":
        """Read them, each one person whether a case forgot the name or not."""
        return cls(person(agent), person(customer))


def enough(
    cases: Collection[Behind], settings: Settings, *, among: Collection[Behind] = ()
) -> bool:
    """Tell whether enough people are behind some cases, or nobody can be told by them.

    An identity that most of them, or of those that they are compared `among`, do not carry is not
    checkable: it hides nothing.
    """
    return _at_least(
        [case.agent for case in cases],
        [case.agent for case in among or cases],
        settings.people_floor_agents,
    ) and _at_least(
        [case.customer for case in cases],
        [case.customer for case in among or cases],
        settings.people_floor_customers,
    )


def enough_mixed(cases: Collection[People], settings: Settings) -> bool:
    """Tell it of cases of several groups: those that name somebody must be of enough people too."""
    named = [case for case in cases if case.agent or case.customer]
    return enough(cases, settings) and enough(named, settings)


def teams_told(filed: Collection[tuple[str | None, Behind]], settings: Settings) -> bool:
    """Tell whether readers may learn which team filed which case: each is of enough people."""
    teams: defaultdict[str | None, list[Behind]] = defaultdict(list)
    for team, behind in filed:
        teams[team].append(behind)
    among = [behind for _, behind in filed]
    return all(enough(each, settings, among=among) for each in teams.values())


def _at_least(some: Sequence[str | None], among: Sequence[str | None], floor: int) -> bool:
    return not known(among) or len(set(some) - {None}) >= floor


def hides_people(evidence: Evidence, settings: Settings) -> bool:
    """Tell whether so few people are behind a kind that none of its numbers and cases is shown."""
    agents, customers = evidence.agents, evidence.customers
    return (agents is not None and agents < settings.people_floor_agents) or (
        customers is not None and customers < settings.people_floor_customers
    )


def held(session: Session, kinds: Collection[str]) -> dict[str, Held]:
    """Give each kind's cases as they were last released; those that never were are left out."""
    newest = (
        select(func.max(Release.id))
        .where(Release.kind_id.in_(kinds), Release.slice.is_(None))
        .group_by(Release.kind_id)
    )
    return {
        str(one.kind_id): Held(frozenset(one.cases), one.enough)
        for one in session.scalars(select(Release).where(Release.id.in_(newest)))
    }


def last_rest(tx: Transaction, shown: AbstractSet[str]) -> frozenset[str] | None:
    """Give the approved cases in no kind that may be shown; None where too few are behind them.

    None too where there has never been one: the first would show by being hidden.
    """
    last = tx.session.scalars(
        select(Release)
        .where(Release.kind_id.is_(None), Release.slice.is_(None))
        .order_by(Release.id.desc())
        .limit(1)
    ).first()
    if last is not None:
        return frozenset(last.cases) - shown if last.enough else None
    people, _ = _approved(tx.session)
    rest = people.keys() - shown
    told = rest and enough_mixed([people[case] for case in rest], tx.settings)
    return frozenset(rest) if told else None


def release(tx: Transaction) -> None:
    """Let what is shown follow the cases, group by group, where enough people are behind a change.

    Whatever changes which case is in which kind ends with this.
    """
    tx.session.flush()
    people, places = _approved(tx.session)
    living = tx.session.scalars(select(Kind.id).where(Kind.retired_at.is_(None)).order_by(Kind.id))
    members: defaultdict[str, set[str]] = defaultdict(set)
    for case, kind_id in places.items():
        members[kind_id].add(case)
    rest = set(people)
    for kind_id in living.all():
        rest -= _followed(tx, kind_id, members[kind_id], people)
    _followed(tx, None, rest, people)


def _approved(session: Session) -> tuple[dict[str, People], dict[str, str]]:
    """Give who is behind every approved case, and the kind of each that is in one."""
    people, places = {}, {}
    person = one_person(session)
    for case, agent, customer, kind in session.execute(
        select(Case.id, Case.agent_id, Case.customer_id, Membership.kind_id)
        .outerjoin(Membership, Membership.case_id == Case.id)
        .where(Case.state == CaseState.APPROVED)
    ):
        people[case] = People.of(person, agent, customer)
        if kind is not None:
            places[case] = kind
    return people, places


def _followed(
    tx: Transaction, kind_id: str | None, group: set[str], people: Mapping[str, People]
) -> AbstractSet[str]:
    """Release a group if it may be; give the cases that are shown as its own."""
    earlier = tx.session.scalars(
        select(Release)
        .where(Release.kind_id == kind_id, Release.slice.is_(None))
        .order_by(Release.id.desc())
        .limit(KEPT)
    ).all()
    everybody = [people[case] for case in sorted(group)]
    shown = (enough_mixed if kind_id is None else enough)(everybody, tx.settings)
    if not earlier and not (group and shown):
        return frozenset()
    if _may_follow(tx, group, earlier, people, rest=kind_id is None):
        cases = sorted(group)
        tx.session.add(Release(kind_id=kind_id, cases=cases, enough=shown, at=tx.at))
        if len(earlier) == KEPT:
            tx.session.delete(earlier[-1])
        return group if shown else frozenset()
    return frozenset(earlier[0].cases) if earlier[0].enough else frozenset()


def _may_follow(
    tx: Transaction,
    group: set[str],
    earlier: Sequence[Release],
    people: Mapping[str, People],
    *,
    rest: bool,
) -> bool:
    """Tell whether a group differs from the last release, and from none by fewer people.

    Of the `rest` what is shown in a kind by now counts as gone: readers see it there.
    """
    elsewhere = people.keys() - group if rest else set[str]()
    if earlier and group == set(earlier[0].cases) - elsewhere:
        return False
    among = [people[case] for case in group]
    for one in earlier:
        before = set(one.cases) - elsewhere
        apart = group.symmetric_difference(before) if one.enough else ()
        behind = _behind(tx, apart, people)
        if apart and not (enough(behind, tx.settings) and enough(behind, tx.settings, among=among)):
            return False
    return True


def _behind(tx: Transaction, cases: Collection[str], people: Mapping[str, People]) -> list[People]:
    """Give who is behind cases, those included that are not approved any more."""
    gone = [case for case in cases if case not in people]
    found = tx.session.execute(select(Case.agent_id, Case.customer_id).where(Case.id.in_(gone)))
    there = [people[case] for case in cases if case in people]
    person = one_person(tx.session)
    return there + [People.of(person, agent, customer) for agent, customer in found]
