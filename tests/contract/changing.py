"""A shop with one kind under RET-2.1: what the tests of drafts and decisions start from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from recommender.access import Actor
from recommender.accounts.directory import actor_named, add_account, operator
from recommender.changes import accepting, candidates
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind, Membership
from recommender.models.outcomes import Outcome
from recommender.models.policies import Clause
from recommender.policies.library import new_clause, policy_by_key
from recommender.storage.house import House
from recommender.vocabulary import (
    CandidateId,
    CandidateState,
    CaseState,
    KindId,
    MembershipOrigin,
    OutcomeSource,
    Role,
)

FILERS = ("maya", "tom", "uma", "vic", "wes", "xia", "yan")
"""The last two have no account any more."""
APART = 3
"""Days from one case to the next."""
TODAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
"""The last case's moment: what counts as today while all cases are imported."""
BOOTS = (
    "Boots come back within [14 days]{.parameter fact=days_since_delivery max=14 unit=day} "
    "of delivery."
)
_TELLINGS = (
    "heel came off after a short walk",
    "wrong colour in both boxes, bought as a present",
    "courier left them in the rain and the leather went hard",
    "too tight although the size chart said otherwise",
    "a seam opened on the first evening",
)
OF_NOBODY = {"agent_id": None, "cosigner_id": None, "customer_id": None}
"""Fields of a case that names nobody, so that everybody who reads kinds may open it."""


@dataclass(frozen=True)
class Shop:
    """The house with its kind, and the people who judge it."""

    house: House
    new_case: Callable[..., Case]
    manager: Actor
    owner: Actor
    running: Iterator[int] = field(default_factory=lambda: count(1))
    """Numbers clauses, kinds and cases; who files which depends on it, so each shop has its own."""

    def kind(self, **given: Any) -> KindId:  # noqa: ANN401 - as `add_kind` takes them
        """Add a kind; without more said 16 signed cases under RET-2.1, 15 to 30 days late."""
        with self.house.transaction(operator(self.house)) as tx:
            return self.add_kind(tx.session, **given)

    def add_clause(self, markup: str = BOOTS) -> str:
        """Add one more clause to the returns desk's section; give its key."""
        with self.house.transaction(operator(self.house)) as tx:
            key = f"RET-2.{next(self.running) + 100}"
            new_clause(tx, policy_by_key(tx, "RET"), "RET-2", key, markup, None, None)
        return key

    def add_kind(
        self,
        session: Session,
        *,
        clause: str | None = "RET-2.1",
        fact: str = "days_since_delivery",
        values: tuple[float, ...] = tuple(range(15, 31)),
        declined: tuple[float, ...] = (),
        csat: int | None = None,
        **given: object,
    ) -> KindId:
        """Add a kind with one signed case a value, spread over agents, customers and weeks.

        The declined ones beside them name nobody, so that they may be opened.
        """
        found = None if clause is None else session.query(Clause).filter_by(key=clause).one()
        kind = Kind(
            name=f"late boots {next(self.running)}",
            clause=found,
            gap=found is None,
            born_at=TODAY,
        )
        session.add(kind)
        session.flush()
        self.add_cases(session, kind, clause, fact, values, csat=csat, **given)
        for place, value in enumerate(declined):
            self.new_case(
                session,
                clause=clause,
                state=CaseState.DECLINED,
                age=APART * place,
                facts={fact: value},
                **OF_NOBODY,
            )
        return KindId(kind.id)

    def add_cases(
        self,
        session: Session,
        kind: Kind,
        clause: str | None,
        fact: str,
        values: tuple[float, ...],
        *,
        csat: int | None = None,
        **given: object,
    ) -> None:
        """Add signed cases to a kind, one a value."""
        members = []
        for place, value in enumerate(values):
            number = next(self.running)
            fields = {
                "age": APART * place,
                "agent_id": FILERS[number % len(FILERS)],
                "cosigner_id": FILERS[(number + 1) % len(FILERS)],
                "agent_team": ("north", "south")[number % 2],
                "situation": f"{_TELLINGS[number % len(_TELLINGS)]}, told in the shop as {number}",
                "facts": {fact: value},
                "amount": 20.0,
                "currency": "EUR",
            } | given
            case = self.new_case(session, clause=clause, flush=False, **fields)
            if csat is not None:
                outcome = Outcome(csat=csat, source=OutcomeSource.IMPORT, recorded_at=TODAY)
                case.outcomes.append(outcome)
            members.append(
                Membership(
                    case_id=case.id, kind_id=kind.id, strength=1.0, origin=MembershipOrigin.RUN
                )
            )
        session.flush()
        session.add_all(members)
        session.flush()

    def at(self, day: date) -> None:
        """Let another day count as today, from now on."""
        self.house.settings = self.house.settings.model_copy(update={"as_of": day})

    def promoted(self, kind_id: str) -> CandidateId:
        """Promote a kind as the manager."""
        with self.house.transaction(self.manager) as tx:
            return CandidateId(candidates.promote(tx, kind_id).id)

    def claimed(self, kind_id: str) -> CandidateId:
        """Promote a kind and claim its candidate as the clause's owner."""
        candidate_id = self.promoted(kind_id)
        with self.house.transaction(self.owner) as tx:
            candidates.claim(tx, candidate_id)
        return candidate_id

    def accepted(self, kind_id: str, **given: object) -> CandidateId:
        """Promote, claim and accept."""
        candidate_id = self.claimed(kind_id)
        with self.house.transaction(self.owner) as tx:
            accepting.accept(tx, candidate_id, reason="It helps.", **given)  # type: ignore[arg-type]
        return candidate_id

    def state(self, candidate_id: str) -> CandidateState:
        """Give where a candidate stands."""
        return self.read(candidate_id).state

    def read(self, candidate_id: str) -> Candidate:
        """Load a candidate with what hangs on it."""
        with self.house.reading(operator(self.house)) as tx:
            found = candidates.candidate(tx, candidate_id)
            _ = found.clause, found.base_revision, found.decisions, found.kind
            return found


def open_shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    """Fill the house: the handbook, three more agents, a second owner at the returns desk."""
    add_policy()
    with house.transaction(operator(house)) as tx:
        for name in FILERS[2:5]:
            add_account(tx, name=name, display_name=name.title(), roles=[Role.AGENT], team="north")
        add_account(
            tx,
            name="rhea",
            display_name="Rhea",
            roles=[Role.POLICY_OWNER],
            team="returns-desk",
        )
    return Shop(house, new_case, actor_named(house, "ines"), actor_named(house, "ruth"))


def open_shop_of_two_desks(
    house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]
) -> Shop:
    """The same, with otto of another desk, who owns policies and promotes too."""
    opened = open_shop(house, add_policy, new_case)
    with house.transaction(operator(house)) as tx:
        roles = [Role.POLICY_OWNER, Role.MANAGER]
        add_account(tx, name="otto", display_name="Otto", roles=roles, team="repairs-desk")
    return opened
