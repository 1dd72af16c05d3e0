"""Attempts to single out few people by what suggests, tries, decides and follows a rule.

They go by `attacks.Doors` and give, as there, the sets of cases that they singled out.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from itertools import combinations
from typing import Any

from sqlalchemy import select

from recommender.accounts.directory import operator
from recommender.kinds.floors import release
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.models.kinds import Membership
from recommender.vocabulary import CaseState
from tests.contract.attacks import Doors, Singled

_SORTS = ("state", "score", "cases", "trend", "cost", "newest")
_NUMBERS = ("all", "missing", "declined")
_OF_A_KIND = ("", "/draft", "/lineage", *(f"/cases?of={one}" for one in _NUMBERS))
_OF_A_CANDIDATE = ("", "/effect", "/record")
_OF_THE_HOUSE = (
    "inbox",
    "kinds?all=true",
    "memberships",
    "corrections",
    "runs",
    "runs/why-none",
    "candidates",
    "effects",
    "answers",
    "slices",
    "examiner",
)
_TRIED = 3
"""Of so many closed cases every number is tried as a limit."""
_DECIDED = (CaseState.APPROVED, CaseState.DECLINED, CaseState.IN_POLICY)


def everything(doors: Doors) -> dict[str, str]:
    """Read all that a reader of kinds may ask: door -> what it answers."""
    paths = list(_OF_THE_HOUSE)
    told = {}
    for kind in (row["id"] for row in doors.kinds()):
        paths += [f"kinds/{kind}{more}" for more in _OF_A_KIND]
        told[f"try {kind}"] = doors.post(f"/v1/kinds/{kind}/backtest", {})[1]
    for candidate in _candidates(doors):
        paths += [f"candidates/{candidate}{more}" for more in _OF_A_CANDIDATE]
        told[f"try {candidate}"] = doors.post(f"/v1/candidates/{candidate}/backtest", {})[1]
    told |= {path: doors.get(f"/v1/{path}") for path in paths}
    return {door: json.dumps(answer, sort_keys=True) for door, answer in told.items()}


def _candidates(doors: Doors) -> list[str]:
    with doors.house.database.reading() as session:
        return list(session.scalars(select(Candidate.id)))


def _cases(doors: Doors) -> dict[str, Case]:
    with doors.house.database.reading() as session:
        found = session.scalars(select(Case).where(Case.state.in_(_DECIDED)))
        return {case.id: case for case in found}


def _closed(doors: Doors) -> Singled:
    """Give the decided cases that the reader may not open."""
    return frozenset(one for one in _cases(doors) if doors.get(f"/v1/proposals/{one}") is None)


def named_cases(doors: Doors) -> Iterator[Singled]:
    """Look through all answers for ids of cases that may not be opened."""
    closed = _closed(doors)
    for answer in everything(doors).values():
        yield closed.intersection(re.findall(r"[a-z0-9]{12}", answer))


def one_more_under_a_clause(doors: Doors) -> Iterator[Singled]:
    """Read everything, let one more case be decided under a kind's clause, read again."""
    hidden = doors.hidden()
    clauses = {row["id"]: row["clause"] for row in doors.kinds() if row["id"] not in hidden}
    kind_id = min((one for one in clauses if clauses[one]), key=lambda one: clauses[one])
    before = everything(doors)
    for state in _DECIDED:
        joined = _decided(doors, kind_id, clauses[kind_id], state)
        after = everything(doors)
        if after != before and doors.get(f"/v1/proposals/{joined}") is None:
            yield frozenset({joined})
        before = after


def _decided(doors: Doors, kind_id: str, clause: str, state: CaseState) -> str:
    """Let a case like one of the kind be decided under its clause, by a new agent for a new one."""
    with doors.house.transaction(operator(doors.house)) as tx:
        like = tx.session.scalars(
            select(Case)
            .join(Membership, Membership.case_id == Case.id)
            .where(Membership.kind_id == kind_id)
            .order_by(Case.occurred_at)
        ).first()
        assert like is not None
        number = doors.numbers()
        case = doors.new_case(
            tx.session,
            clause=clause,
            source_id=f"decided-{number}",
            state=state,
            situation=like.situation,
            agent_id=f"new-{number}",
            cosigner_id=None,
            customer_id=f"new-{number}",
            facts=dict.fromkeys(like.facts, 3.25),
            amount=1234.56,
            currency="EUR",
            occurred_at=like.occurred_at,
            filed_at=like.occurred_at,
            decided_at=like.occurred_at,
        )
        tx.record("decide", "case", case.id)
        release(tx)
        return case.id


def limits_chosen(doors: Doors) -> Iterator[Singled]:
    """Try limits just under and at a closed case's values: a count that moves tells of it."""
    cases, closed = _cases(doors), _closed(doors)
    known = {(fact, value) for one in cases.keys() - closed for fact, value in _values(cases[one])}
    for case in sorted(closed)[:_TRIED]:
        for fact, value in set(_values(cases[case])) - known:
            limits = ({"fact": fact, "bound": "max", "limit": value - past} for past in (1e-6, 0))
            bodies = [{"conditions": [limit]} for limit in limits]
            for kind_id in doors.members():
                under, at = (_counts(_tried(doors, kind_id, body)) for body in bodies)
                if under != at:
                    yield frozenset({case})


def _values(case: Case) -> list[tuple[str, float]]:
    told = {"amount": case.amount} | dict(case.facts)
    return [(fact, value) for fact, value in told.items() if isinstance(value, int | float)]


def _tried(doors: Doors, kind_id: str, body: Mapping[str, object]) -> dict[str, Any]:
    status, answer = doors.post(f"/v1/kinds/{kind_id}/backtest", body)
    found: dict[str, Any] = answer["backtest"] if status == HTTPStatus.OK else {}
    return found


def _counts(backtest: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in backtest.items() if isinstance(value, int)}


def teams_in_scope(doors: Doors) -> Iterator[Singled]:
    """Try every team as the scope: what it covers is filed there, and what no two do elsewhere."""
    cases = _cases(doors)
    teams = sorted({str(one.agent_team) for one in cases.values() if one.agent_team})
    wide = [{"fact": "amount", "bound": "max", "limit": 1e9}]
    for kind_id, members in doors.members().items():
        of = []
        for team in teams:
            found = _tried(doors, kind_id, {"conditions": wide, "scope": {"team": team}})
            of.append(frozenset(one["case"] for one in found.get("flips", ())) & members)
        yield from of
        if any(of):
            yield members.difference(*of)
            yield from (members - one - other for one, other in combinations(of, 2))


def order_of_lists(doors: Doors) -> Iterator[Singled]:
    """Let cases join a masked kind one by one: its place in a list must not tell how many."""
    for kind_id in doors.hidden():
        before = _places(doors)
        for _ in range(12):
            doors.join(kind_id)
            if kind_id not in doors.hidden():
                break
            if _places(doors) != before:
                yield doors.members()[kind_id]
                break


def _places(doors: Doors) -> list[list[str]]:
    lists = [doors.get("/v1/kinds", all=True, sort=one) for one in _SORTS]
    page = doors.get("/v1/inbox")
    return [[row["id"] for row in rows] for rows in (*lists, page["kinds"])] + [page["first"]]


def put_off_until_one_more(doors: Doors) -> Iterator[Singled]:
    """Put a masked kind off until one case more: its waking would tell that one joined."""
    for kind_id in doors.hidden():
        doors.post(f"/v1/kinds/{kind_id}/snooze", {"more_cases": 1, "reason": "Let us see."})
        before = _snoozed(doors, kind_id)
        joined = doors.join(kind_id)
        if _snoozed(doors, kind_id) != before:
            yield frozenset({joined})
        doors.post(f"/v1/kinds/{kind_id}/wake")


def _snoozed(doors: Doors, kind_id: str) -> object:
    return next((row["snoozed"] for row in doors.kinds() if row["id"] == kind_id), None)


RULE_ATTACKS: dict[str, Callable[[Doors], Iterator[Singled]]] = {
    attack.__name__: attack
    for attack in (
        named_cases,
        limits_chosen,
        teams_in_scope,
        order_of_lists,
        put_off_until_one_more,
        one_more_under_a_clause,
    )
}
