"""What a wording allows, of all old cases at once or of one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from recommender.changes.exceptions import read_back
from recommender.changes.population import Numbers, PastCase, Places, Population, folded
from recommender.changes.redline import Wording, limits_of
from recommender.policies.conditions import Condition, Scope
from recommender.policies.exceptions import ClauseException, added_words
from recommender.policies.limits import admits
from recommender.policies.phrases import ALONE
from recommender.policies.syntax.handbook import Parameter
from recommender.policies.syntax.markup import plain_text, read_parameters
from recommender.vocabulary import Verdict

NO, UNKNOWN, YES = 0, 1, 2
"""What a wording says to a case, so that the least of some is their "and", the most their "or"."""
Verdicts = np.ndarray[tuple[Any, ...], np.dtype[np.int8]]


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A wording to replay; `conditions` are those of its exception or its limit, as drafted."""

    verdict: Verdict
    wording: Wording
    conditions: tuple[Condition, ...] = ()
    scope: Scope = field(default_factory=Scope)


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What a wording allows: within its limits everybody, under conditions one kind's cases.

    `special` says that the kind's cases are allowed something of their own, in the scope;
    `conditions` None that they are meant in words that no program can check. `exceptions` were made
    before: those for the kind `kind_id` allow its cases. Of the others nobody knows whether a case
    is of their kind, so what such an exception may allow cannot be told.
    """

    limits: tuple[Parameter, ...] = ()
    special: bool = False
    conditions: tuple[Condition, ...] | None = None
    scope: Scope = field(default_factory=Scope)
    everything: bool = False
    """Nothing is forbidden any more: the rule has gone."""
    exceptions: tuple[ClauseException, ...] = ()
    kind_id: str | None = None

    def allows(self, case: PastCase) -> bool | None:
        """Tell whether the wording allows the case; None where it cannot be told."""
        if self.everything:
            return True
        general = admits(self.limits, case.facts) if self.limits else False
        verdicts = {
            general,
            self._meant(case),
            *(self._excepts(one, case) for one in self.exceptions),
        }
        if True in verdicts:
            return True
        return None if None in verdicts else False

    def _excepts(self, one: ClauseException, case: PastCase) -> bool | None:
        if case.meant is not (one.kind_id == self.kind_id):
            return False
        covered = one.covers(case.facts, case.where, case.day)
        return covered if case.meant or covered is False else None

    def _meant(self, case: PastCase) -> bool | None:
        if not self.special or not case.meant:
            return False
        verdicts = {self.scope.holds(case.where, case.day)}
        verdicts |= {one.admits(case.facts.get(one.fact)) for one in self.conditions or ()}
        if False in verdicts:
            return False
        return None if None in verdicts or self.conditions is None else True


def judge(cases: Population, reach: Reach) -> Verdicts:
    """Say what a wording says to every case: NO, UNKNOWN or YES, as `Reach.allows` would."""
    nothing: Verdicts = np.full(len(cases), NO, dtype=np.int8)
    if reach.everything:
        return np.full(len(cases), YES, dtype=np.int8)
    general = _all(cases, [_limited(cases, one) for one in reach.limits])
    if not reach.limits:
        general = nothing
    found = general
    if reach.special:
        told = reach.conditions is not None
        special = _excepted(cases, reach.scope, reach.conditions or (), told=told)
        found = np.maximum(found, np.where(cases.meant, special, nothing))
    for one in reach.exceptions:
        told = one.alone and bool(one.conditions)
        covered = _excepted(cases, one.scope, one.conditions, told=told)
        if one.kind_id == reach.kind_id:
            found = np.maximum(found, np.where(cases.meant, covered, nothing))
        else:
            maybe = np.minimum(covered, UNKNOWN)
            found = np.maximum(found, np.where(cases.meant, nothing, maybe))
    return found


def beside(
    reach: Reach, markup: str | None, known: Iterable[ClauseException], kind_id: str
) -> Reach:
    """Add the exceptions of the live wording that a wording states; those of a kind are its own.

    They count for cases of whatever day before, as limits do.
    """
    stated = tuple(one for one in known if markup is not None and one.stands_in(markup))
    return replace(reach, exceptions=stated, kind_id=kind_id)


def old_reach(wording: Wording) -> Reach:
    """Read the old limits; of untyped ones those that the new wording types."""
    if wording.old is None:
        return Reach()
    typed = {(one.fact, one.bound) for one in _typed(wording.new)}
    found = limits_of(wording.old)
    if not _typed(wording.old):
        found = tuple(one for one in found if (one.fact, one.bound) in typed)
    return Reach(limits=found)


def new_reach(proposed: Proposed) -> Reach:
    """Read what a proposed wording allows, of its exception what its words still say."""
    verdict, wording = proposed.verdict, proposed.wording
    conditions, scope = proposed.conditions, proposed.scope
    if verdict is Verdict.RETIRE_RULE:
        return Reach(everything=True)
    limits = _typed(wording.new)
    if wording.old is None:
        stated = _beside_limits(limits, conditions, plain_text(wording.new or ""))
        return Reach(special=True, conditions=stated or None, scope=scope)
    if verdict in {Verdict.ADD_EXCEPTION, Verdict.WRITE_NEW_CLAUSE}:
        added = added_words(wording.old, wording.new or "")
        stated = read_back(conditions, added) if ALONE in added else ()
        return Reach(limits=limits, special=True, conditions=stated or None, scope=scope)
    if verdict is Verdict.GRANT_AUTHORITY:
        return Reach(limits=limits, special=True, scope=scope)
    return Reach(limits=limits)


def _beside_limits(
    limits: Sequence[Parameter], drafted: Sequence[Condition], words: str
) -> tuple[Condition, ...]:
    """Give what the clause of a gap asks for: its typed limits, and what its words say beside."""
    typed = tuple(Condition(one.fact, one.bound, one.limit, one.unit) for one in limits)
    known = {(one.fact, one.bound) for one in typed}
    left = [one for one in drafted if (one.fact, one.bound) not in known]
    read = [one if one.said_in(words) else one.read_back(words) for one in left]
    return (*typed, *(one for one in read if one is not None))


def narrows(old: Reach, new: Reach) -> bool:
    """Tell whether some limit of the new wording lies within those of the old one."""
    return any(not _as_wide(one, old.limits) for one in new.limits)


def _as_wide(limit: Parameter, olds: Sequence[Parameter]) -> bool:
    same = [one.limit for one in olds if (one.fact, one.bound) == (limit.fact, limit.bound)]
    return any(limit.limit >= one if limit.bound == "max" else limit.limit <= one for one in same)


def _typed(markup: str | None) -> tuple[Parameter, ...]:
    return read_parameters(markup) if markup else ()


def _limited(cases: Population, limit: Parameter) -> Verdicts:
    return _beside(cases.numbers(limit.fact), limit.bound, limit.limit)


def _met(cases: Population, condition: Condition) -> Verdicts:
    if condition.side is not None and condition.number is not None:
        return _beside(cases.numbers(condition.fact), condition.side, condition.number)
    words = condition.limit if isinstance(condition.limit, tuple) else ()
    return _worded(*cases.words(condition.fact), words)


def _excepted(
    cases: Population, scope: Scope, conditions: Iterable[Condition], *, told: bool
) -> Verdicts:
    verdicts = [_held(cases, scope), *(_met(cases, one) for one in conditions)]
    if not told:
        verdicts.append(np.full(len(cases), UNKNOWN, dtype=np.int8))
    return _all(cases, verdicts)


def _held(cases: Population, scope: Scope) -> Verdicts:
    wanted = {name: word for name, word in scope.to_json().items() if name != "until"}
    verdicts = [_worded(*cases.where(name), (word,)) for name, word in wanted.items()]
    if scope.until is not None:
        held = cases.days <= scope.until.toordinal()
        verdicts.append(np.where(held, YES, NO).astype(np.int8))
    return _all(cases, verdicts)


def _beside(values: Numbers, bound: str, limit: float) -> Verdicts:
    inside = values <= limit if bound == "max" else values >= limit
    return np.where(np.isnan(values), UNKNOWN, np.where(inside, YES, NO)).astype(np.int8)


def _worded(places: Places, known: Sequence[str], words: Iterable[str]) -> Verdicts:
    wanted = {folded(word) for word in words}
    table = np.array([YES if word in wanted else NO for word in known] + [UNKNOWN], dtype=np.int8)
    found: Verdicts = table[places]
    return found


def _all(cases: Population, verdicts: Sequence[Verdicts]) -> Verdicts:
    every: Verdicts = np.full(len(cases), YES, dtype=np.int8)
    for one in verdicts:
        every = np.minimum(every, one)
    return every
