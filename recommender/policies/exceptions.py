"""Exceptions of a clause: what a wording allows one kind's cases beyond its general limits.

The wording carries an exception as a sentence; the revision keeps beside it what the sentence
says, so that a case can be judged by it. General limits stay the clause's typed ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile
from typing import Any, Final, Self

from recommender.models.policies import Revision
from recommender.policies.conditions import Condition, Scope, Where
from recommender.policies.limits import admits
from recommender.policies.syntax.markup import plain_text, read_parameters

_STOPS: Final = (".", "!", "?")


@dataclass(frozen=True, kw_only=True)
class ClauseException:
    """What holds for the cases of one kind: under which conditions, where, from when on.

    `key` stays the same over revisions; `sentence` is how the wording says it, on one line. An
    exception without conditions is one that no facts decide, and neither do they where a colleague
    signs all the same (`alone` False).
    """

    key: str
    kind_id: str
    candidate_id: str | None = None
    sentence: str
    conditions: tuple[Condition, ...] = ()
    scope: Scope = field(default_factory=Scope)
    since: date | None = None
    alone: bool = True

    @classmethod
    def from_json(cls, read: Mapping[str, Any]) -> Self:
        """Read it as `to_json` wrote it."""
        since = read.get("since")
        return cls(
            key=read["key"],
            kind_id=read["kind_id"],
            candidate_id=read.get("candidate_id"),
            sentence=read["sentence"],
            conditions=tuple(Condition.from_json(one) for one in read.get("conditions", ())),
            scope=Scope.from_json(read.get("scope", {})),
            since=None if since is None else date.fromisoformat(since),
            alone=read.get("alone", True),
        )

    def to_json(self) -> dict[str, Any]:
        """Give what a revision keeps."""
        return {
            "key": self.key,
            "kind_id": self.kind_id,
            "candidate_id": self.candidate_id,
            "sentence": self.sentence,
            "conditions": [one.to_json() for one in self.conditions],
            "scope": self.scope.to_json(),
            "since": None if self.since is None else self.since.isoformat(),
            "alone": self.alone,
        }

    def admits(self, facts: Mapping[str, object], where: Where, day: date) -> bool | None:
        """Tell whether it allows a case of its kind; None where that cannot be told."""
        begun = self.since is None or day >= self.since
        return self.covers(facts, where, day) if begun else False

    def covers(self, facts: Mapping[str, object], where: Where, day: date) -> bool | None:
        """Tell the same of a case of any day up to its last one, as if it had always held."""
        verdicts = {self.scope.holds(where, day), self.meets(facts)}
        if False in verdicts:
            return False
        return None if None in verdicts else True

    def meets(self, facts: Mapping[str, object]) -> bool | None:
        """Tell whether its conditions allow a case, wherever it was; None if that is open."""
        verdicts = {one.admits(facts.get(one.fact)) for one in self.conditions}
        if False in verdicts:
            return False
        return True if self.alone and self.conditions and None not in verdicts else None

    def stands_in(self, markup: str) -> bool:
        """Tell whether a wording states it."""
        return self.sentence in _one_line(markup)


def exceptions_of(revision: Revision) -> tuple[ClauseException, ...]:
    """Give the exceptions that a wording states."""
    return tuple(ClauseException.from_json(one) for one in revision.exceptions or ())


def added_words(old: str, new: str) -> str:
    """Give the whole sentences that a wording says otherwise than another, on one line."""
    before, after = _one_line(old).split(), _one_line(new).split()
    start = _shared(before, after)
    end = len(after) - _shared(before[start:][::-1], after[start:][::-1])
    if start == end:
        return ""
    while start > 0 and not after[start - 1].endswith(_STOPS):
        start -= 1
    while end < len(after) and not after[end - 1].endswith(_STOPS):
        end += 1
    return " ".join(after[start:end])


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _one_line(markup: str) -> str:
    return " ".join(plain_text(markup).split())


def allows(
    revision: Revision,
    kind_id: str | None,
    facts: Mapping[str, object],
    where: Where,
    day: date,
) -> bool | None:
    """Tell whether a wording allows a case: within its limits, or by an exception of its kind.

    None where that cannot be told: a fact is missing, the clause has no typed limits, or the kind
    is not known (`kind_id` None) and an exception might be meant.
    """
    verdicts = [admits(read_parameters(revision.markup), facts)]
    for one in exceptions_of(revision):
        verdict = one.admits(facts, where, day)
        if kind_id is None:
            verdicts.append(False if verdict is False else None)
        elif kind_id == one.kind_id:
            verdicts.append(verdict)
    if True in verdicts:
        return True
    return None if None in verdicts else False
