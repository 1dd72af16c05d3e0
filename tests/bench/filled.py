"""A house that is filled in bulk: handbooks, a thousand agents and any number of decided cases.

Cases are recombined from the project's own (tests/bench/recombined.py), signed here, with outcomes,
notices, who could have signed, and vectors. Left out are their events, and kinds, which
tests/bench/kinds_filled.py adds. Everybody has accepted the charter and signs in with PASSWORD.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Any, Final, cast

import numpy as np
from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from recommender.accounts.charter import charter_version
from recommender.accounts.directory import actor_named, operator
from recommender.accounts.opening import initialise
from recommender.cases.filing import Wish, file
from recommender.config import Settings, now
from recommender.learning.arrays import UnitVectors
from recommender.models.accounts import Account
from recommender.models.base import Base
from recommender.models.cases import Case, CoSignature, Embedding, RawText
from recommender.models.eligibility import CaseRoster, Roster
from recommender.models.limits import ClauseLimit
from recommender.models.notices import Notice
from recommender.models.outcomes import Outcome
from recommender.models.policies import Clause
from recommender.models.protection import CharterAcceptance
from recommender.policies.importing import import_policy
from recommender.storage.house import House
from recommender.vocabulary import (
    CaseState,
    NoticeTopic,
    OutcomeSource,
    SignatureVerdict,
)
from tests.bench.recombined import VIEWS, Told, drafts, handbooks, told, vectors
from tests.bench.staff import (
    AGENTS,
    OWNERS,
    ROSTER,
    SIGNERS,
    TEAM,
    accounts,
    agent,
    lead_of,
    number_of,
    team,
)
from tests.bench.vectors import stored

YEARS: Final = 2
WAITING: Final = 100
"""Proposals that wait for a peer."""
STATES: Final = (CaseState.APPROVED, CaseState.DECLINED, CaseState.REVOKED)
STATES_UP_TO: Final = (0.85, 0.97, 1.0)
WITH_OUTCOME: Final = 0.4
BUDGET: Final = 1e9
"""A clause's budget a month, which is looked at and never spent."""
BATCH: Final = 5000

Rows = Sequence[Mapping[str, Any]]


def fill(settings: Settings, size: int, seed: int = 0) -> None:
    """Make the house of these settings and fill it with so many decided cases."""
    house = House(settings)
    initialise(house)
    moment = now()
    with house.transaction(operator(house)) as tx:
        for handbook in handbooks():
            import_policy(tx, handbook)
        insert_rows(tx.session, Account, accounts(moment, seed))
        names = tx.session.scalars(select(Account.name)).all()
        accepted = {"version": charter_version(), "accepted_at": moment}
        known = set(tx.session.scalars(select(CharterAcceptance.account_name)))
        unread = [name for name in names if name not in known]
        insert_rows(
            tx.session, CharterAcceptance, [{"account_name": name} | accepted for name in unread]
        )
        insert_rows(tx.session, Roster, [{"id": ROSTER, "names": SIGNERS}])
        insert_rows(tx.session, ClauseLimit, _limits(tx.session, moment))
        clauses = dict(tx.session.execute(select(Clause.key, Clause.id)).all())
    filling = _Filling(size, seed, moment, clauses, settings.encoder)
    for start in range(0, size, BATCH):
        with house.transaction(operator(house)) as tx:
            for table, rows in filling.rows(start, min(start + BATCH, size)).items():
                insert_rows(tx.session, table, rows)
    for number, one in enumerate(islice(drafts(seed + 1), WAITING)):
        with house.transaction(actor_named(house, agent(7 * number % AGENTS))) as tx:
            file(tx, wish(one))
    house.database.close()


def wish(one: Told) -> Wish:
    """Give what an agent would file."""
    return Wish(**body(one))


def body(one: Told) -> dict[str, Any]:
    """Give what a program would send to file it."""
    customer = hashlib.sha256(one.situation.encode()).hexdigest()[:12]
    return {
        "situation": one.situation,
        "resolution": one.resolution,
        "clause_key": one.clause,
        "facts": one.facts,
        "granted_action": one.action,
        "product": one.product,
        "amount": one.amount,
        "currency": "EUR",
        "customer_id": f"C-{customer}",
    }


@dataclass(frozen=True)
class _Filling:
    """The rows of decided cases, the oldest first."""

    size: int
    seed: int
    moment: datetime
    clauses: Mapping[str, str]
    encoder: str
    told: Iterator[Told] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "told", told(self.size, self.seed))

    @cached_property
    def vectors(self) -> Mapping[str, UnitVectors]:
        return vectors(self.size, self.seed, stored(self.encoder))

    @cached_property
    def fingerprint(self) -> str:
        return stored(self.encoder).fingerprint

    def rows(self, start: int, end: int) -> dict[type[Base], Rows]:
        """Give the rows of some cases by table, in the order in which they can be inserted."""
        rng = np.random.default_rng((self.seed, start))
        cases = [self._case(number, next(self.told), rng) for number in range(start, end)]
        with_outcome = np.flatnonzero(rng.random(len(cases)) < WITH_OUTCOME).tolist()
        return {
            Case: cases,
            RawText: [
                {"case_id": case["id"]} | {view: case[view] for view in VIEWS} for case in cases
            ],
            CoSignature: [self._signature(case) for case in cases],
            Outcome: [
                {
                    "case_id": cases[place]["id"],
                    "source": OutcomeSource.CUSTOMER,
                    "csat": int(rng.integers(1, 6)),
                    "recorded_at": cases[place]["decided_at"],
                }
                for place in with_outcome
            ],
            Notice: [notice for case in cases for notice in self._notices(case, rng)],
            CaseRoster: [
                {
                    "case_id": case["id"],
                    "roster_id": ROSTER,
                    "without": [case["agent_id"], lead_of(number_of(case["agent_id"]))],
                }
                for case in cases
            ],
            Embedding: [
                self._embedding(case, view, number)
                for number, case in enumerate(cases, start=start)
                for view in VIEWS
            ],
        }

    def _case(self, number: int, one: Told, rng: np.random.Generator) -> dict[str, Any]:
        age = timedelta(days=365 * YEARS) * (1 - number / self.size) + timedelta(hours=1)
        filed = self.moment - age
        filer, apart = rng.integers(1, AGENTS, size=2).tolist()
        signer = (filer + apart) % AGENTS
        state = STATES[int(np.searchsorted(STATES_UP_TO, rng.random()))]
        id_ = _id(self.seed, number)
        return {
            **{name: value for name, value in body(one).items() if name != "clause_key"},
            "id": id_,
            "source_system": "filed",
            "source_id": id_,
            "state": state,
            "occurred_at": filed,
            "filed_at": filed,
            "decided_at": filed + timedelta(minutes=20),
            "agent_id": agent(filer),
            "agent_team": team(filer),
            "cosigner_id": None if state is CaseState.DECLINED else agent(signer),
            "decline_reason": "Not for this." if state is CaseState.DECLINED else None,
            "clause_id": None if one.clause is None else self.clauses[one.clause],
            "policy_ref": one.clause,
            "content_hash": hashlib.sha256(one.situation.encode()).hexdigest(),
        }

    def _signature(self, case: Mapping[str, Any]) -> dict[str, Any]:
        no = case["state"] is CaseState.DECLINED
        filer = number_of(case["agent_id"])
        return {
            "id": _id("signature", case["id"]),
            "case_id": case["id"],
            "filer_id": case["agent_id"],
            "signer_id": case["cosigner_id"] or agent((filer + TEAM) % AGENTS),
            "ordinal": 1,
            "verdict": SignatureVerdict.DECLINED if no else SignatureVerdict.SIGNED,
            "content_hash": case["content_hash"],
            "given_at": case["decided_at"],
        }

    def _notices(
        self, case: Mapping[str, Any], rng: np.random.Generator
    ) -> Iterator[dict[str, Any]]:
        peers = [agent(peer) for peer in rng.integers(AGENTS, size=3).tolist()]
        wanted, answered = NoticeTopic.COSIGN_WANTED, NoticeTopic.PROPOSAL_ANSWERED
        told = [*((wanted, peer) for peer in peers), (answered, case["agent_id"])]
        for number, (topic, name) in enumerate(told):
            yield {
                "id": _id(number, case["id"]),
                "account_name": name,
                "topic": topic,
                "needs_you": topic is wanted,
                "title": "A colleague's proposal",
                "body": "It waits for an answer, or was answered.",
                "case_id": case["id"],
                "created_at": case["filed_at"],
                "read_at": case["decided_at"],
            }

    def _embedding(self, case: Mapping[str, Any], view: str, number: int) -> dict[str, Any]:
        return {
            "case_id": case["id"],
            "view": view,
            "fingerprint": self.fingerprint,
            "text_hash": hashlib.sha256(case[view].encode()).hexdigest(),
            "embedded_at": case["decided_at"],
            "vector": self.vectors[view][number],
        }


def _limits(session: Session, moment: datetime) -> list[dict[str, Any]]:
    return [
        {
            "clause_id": clause,
            "monthly_budget": BUDGET,
            "currency": "EUR",
            "per_customer": 3,
            "per_customer_days": 30,
            "changed_by": f"{OWNERS[0]}-1",
            "changed_at": moment,
        }
        for clause in session.scalars(select(Clause.id))
    ]


def insert_rows(session: Session, model: type[Base], rows: Rows) -> None:
    """Insert rows that all have the same columns, past the objects that stand for them."""
    if rows:
        session.execute(insert(cast("Table", model.__table__)), list(rows))


def _id(*words: object) -> str:
    return hashlib.sha256(" ".join(map(str, words)).encode()).hexdigest()[:12]
