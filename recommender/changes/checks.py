"""Checks of a change: what it grants that no case asked for, and which other rules it touches."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from recommender.cases.clock import today
from recommender.cases.likely_kinds import taken_in_by
from recommender.changes.ground import AMOUNT, Ground
from recommender.changes.parameters import Point, find_split
from recommender.changes.population import (
    REPLAYED,
    Mask,
    Numbers,
    Population,
    population,
)
from recommender.changes.reach import Reach
from recommender.policies.conditions import Condition
from recommender.policies.exceptions import ClauseException, exceptions_of
from recommender.policies.figures import money
from recommender.policies.safe_words import fact_words, safe_name
from recommender.policies.syntax.handbook import Parameter
from recommender.policies.syntax.markup import read_parameters
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState

CARRIED: Final = 0.5
"""A fact is told as left open if so many of the signed cases carry it [J]."""


@dataclass(frozen=True)
class Grant:
    """Something that a change allows though no signed case asked for it."""

    fact: str
    words: str


@dataclass(frozen=True)
class Clash:
    """Another rule that a change touches; `blocks` says that it cannot be accepted so."""

    clause: str
    what: str
    blocks: bool


@dataclass(frozen=True)
class Neighbour:
    """Another clause of the handbook as it stands today."""

    key: str
    never_bend: bool
    limits: tuple[Parameter, ...]


@dataclass(frozen=True, kw_only=True)
class Footing:
    """What replays stand on, read once: plain data that no session holds.

    `months` is the time over which peers signed the kind's cases, `budget` what peers may approve
    under the clause in one, in `budget_currency`.
    """

    cases: Population
    kind_id: str = ""
    exceptions: tuple[ClauseException, ...] = ()
    """What the live wording excepts already; of a kind that was taken in, for who took it in."""
    currency: str | None = None
    clause: str | None = None
    never_bend: bool = False
    ceiling: float | None = None
    budget: float | None = None
    budget_currency: str | None = None
    months: float = 1.0
    others: tuple[Neighbour, ...] = ()


def footing(tx: Transaction, ground: Ground) -> Footing:
    """Read from the database what replays of a kind's changes stand on."""
    clause = ground.clause
    return Footing(
        cases=population(tx, ground),
        kind_id=ground.kind.id,
        exceptions=tuple(
            replace(one, kind_id=taken_in_by(tx, one.kind_id))
            for one in (() if ground.base is None else exceptions_of(ground.base))
        ),
        currency=ground.currency,
        clause=ground.clause_key,
        never_bend=clause is not None and clause.never_bend,
        ceiling=ground.ceiling,
        budget=ground.limits.monthly_budget,
        budget_currency=ground.limits.currency,
        months=ground.months,
        others=_neighbours(tx, ground),
    )


def grants_of(cases: Population, old: Reach, new: Reach) -> list[Grant]:
    """Say what the new wording allows beyond what peers signed, fact by fact."""
    signed = cases.meant & (cases.states == REPLAYED.index(CaseState.APPROVED))
    declined = cases.meant & (cases.states == REPLAYED.index(CaseState.DECLINED))
    beyond = [_beyond(cases, one, signed, declined) for one in _moved(old, new)]
    found = [one for one in beyond if one is not None]
    left = {one.fact for one in new.limits} | {one.fact for one in new.conditions or ()}
    for limit in old.limits:
        if limit.fact not in left:
            most = _most(cases, limit, signed)
            found.append(Grant(limit.fact, f"No limit on {fact_words(limit.fact)} is left{most}."))
    if new.special:
        found += _left_open(cases, signed, left)
    return found


def clashes_of(ground: Footing, old: Reach, new: Reach, *, inside: Mask) -> list[Clash]:
    """Say which other rules the change touches; `inside` are the cases that it allows."""
    key = ground.clause or ""
    moved = _moved(old, new)
    found = []
    if ground.never_bend and (moved or new.special or new.everything):
        found.append(Clash(key, f"{key} is never bent.", blocks=True))
    most = max((one.number for one in moved if _limits_amount(one) and one.number), default=None)
    if ground.ceiling is not None and most is not None and most > ground.ceiling:
        what = f"{money(most)} is above the ceiling of {key}, {money(ground.ceiling)}."
        found.append(Clash(key, what, blocks=True))
    over = _over_budget(ground, inside) if moved or new.special else None
    if over is not None:
        found.append(Clash(key, over, blocks=True))
    return found + [
        clash
        for other in ground.others
        for one in moved
        for clash in [_passed(other, one, old)]
        if clash is not None
    ]


def _moved(old: Reach, new: Reach) -> list[Condition]:
    """Give the limits under which the new wording allows what the old one may not have."""
    olds = {(one.fact, one.bound): one.limit for one in old.limits}
    stated = [
        Condition(one.fact, one.bound, one.limit, one.unit)
        for one in new.limits
        if (one.fact, one.bound) not in olds
        or _further(one.limit, olds[one.fact, one.bound], one.bound)
    ]
    return [*stated, *(new.conditions or ())]


def _beyond(cases: Population, limit: Condition, signed: Mask, declined: Mask) -> Grant | None:
    """Say how a limit goes beyond what was signed, or past where peers decline."""
    name = fact_words(limit.fact)
    if limit.number is None or limit.side is None:
        return _unsigned_words(cases, limit, signed)
    values = _known(cases.numbers(limit.fact), signed)
    if not values.size:
        return Grant(limit.fact, f"No signed case says its {name}.")
    furthest = float(values.max() if limit.side == "max" else values.min())
    if _further(limit.number, furthest, limit.side):
        most = "largest" if limit.side == "max" else "smallest"
        told = f"The {most} {name} that was signed is {furthest:.12g}"
        return Grant(limit.fact, f"{told}, and the limit is {limit.figure}.")
    refused = _known(cases.numbers(limit.fact), declined)
    split = find_split(_points(values), _points(refused), limit.side)
    if split is None:
        return None
    edge = split.boundary.high if limit.side == "max" else split.boundary.low
    if edge is None or (limit.number != edge and not _further(limit.number, edge, limit.side)):
        return None
    return Grant(
        limit.fact, f"Peers decline from {name} {edge:.12g} on, and the limit is {limit.figure}."
    )


def _unsigned_words(cases: Population, limit: Condition, signed: Mask) -> Grant | None:
    places, known = cases.words(limit.fact)
    seen = {known[place] for place in places[signed] if place >= 0}
    words = limit.limit if isinstance(limit.limit, tuple) else ()
    unseen = [word for word in words if word.strip().casefold() not in seen]
    if not unseen:
        return None
    told = " or ".join(safe_name(word) for word in unseen)
    return Grant(limit.fact, f"No signed case has {fact_words(limit.fact)} {told}.")


def _left_open(cases: Population, signed: Mask, limited: set[str]) -> list[Grant]:
    """Say which numbers that most signed cases carry the exception leaves open."""
    facts = {fact for one in cases.cases if one.meant for fact in one.facts} - limited
    found = []
    for fact in sorted(facts):
        values = _known(cases.numbers(fact), signed)
        if values.size and values.size >= CARRIED * signed.sum():
            told = f"{fact_words(fact)} is left open; the largest that was signed is"
            found.append(Grant(fact, f"{told} {values.max():.12g}."))
    return found


def _most(cases: Population, limit: Parameter, signed: Mask) -> str:
    values = _known(cases.numbers(limit.fact), signed)
    if not values.size:
        return ""
    most = values.max() if limit.bound == "max" else values.min()
    return (
        f"; the {'largest' if limit.bound == 'max' else 'smallest'} that was signed is {most:.12g}"
    )


def _over_budget(ground: Footing, inside: Mask) -> str | None:
    """Say that what the change allows of the kind costs more than peers may approve in a month."""
    cases = ground.cases
    signed = inside & cases.meant & (cases.states == REPLAYED.index(CaseState.APPROVED))
    costs = cases.costs[signed]
    costs = costs[~np.isnan(costs)]
    if ground.budget is None or not costs.size:
        return None
    budget = money(ground.budget, ground.budget_currency)
    allowed = f"the budget of {ground.clause} is {budget}"
    if ground.currency != ground.budget_currency:
        return f"These cases cost {ground.currency} and {allowed}, so it cannot be compared."
    cost = round(math.fsum(costs.tolist()) / ground.months, 2)
    if cost <= ground.budget:
        return None
    return f"Cases like these cost {money(cost, ground.currency)} a month, and {allowed}."


def _passed(other: Neighbour, limit: Condition, old: Reach) -> Clash | None:
    """Say that a limit passes one of another clause, or reaches where that one begins."""
    if limit.number is None or limit.side is None:
        return None
    before = next(
        (one.limit for one in old.limits if (one.fact, one.bound) == (limit.fact, limit.side)), None
    )
    for one in other.limits:
        if one.fact != limit.fact or (one.unit and limit.unit and one.unit != limit.unit):
            continue
        reached = limit.number == one.limit or _further(limit.number, one.limit, limit.side)
        passed_before = before is not None and (
            _further(before, one.limit, limit.side)
            or (one.bound != limit.side and before == one.limit)
        )
        if passed_before or not reached or (one.bound == limit.side and limit.number == one.limit):
            continue
        said = Condition(one.fact, one.bound, one.limit, one.unit)
        end = "goes past it" if one.bound == limit.side else "reaches into it, so both apply"
        return Clash(other.key, f"{other.key} says {said.words}; this {end}.", other.never_bend)
    return None


def _neighbours(tx: Transaction, ground: Ground) -> tuple[Neighbour, ...]:
    if ground.clause is None:
        return ()
    moment = today(tx).moment
    found = []
    for clause in ground.clause.policy.clauses:
        live = clause.revision_at(moment)
        if clause.id != ground.clause.id and live is not None and not live.retires:
            found.append(Neighbour(clause.key, clause.never_bend, read_parameters(live.markup)))
    return tuple(found)


def _known(values: Numbers, some: Mask) -> Numbers:
    found = values[some]
    return found[~np.isnan(found)]


def _points(values: Iterable[float]) -> Sequence[Point]:
    return [Point("", float(value)) for value in values]


def _further(value: float, other: float, side: str) -> bool:
    return value > other if side == "max" else value < other


def _limits_amount(limit: Condition) -> bool:
    return limit.fact == AMOUNT and limit.bound == "max"
