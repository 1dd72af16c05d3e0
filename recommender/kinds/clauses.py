"""Which clause a kind defies: what most of its cases name, or a gap where no rule is defined."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

MAJORITY = 0.5
"""Least share of a kind's references that must lie in one section."""
USUAL = 0.4
"""Least share of cases that name that section, measured against how often cases name anything
at all: where most cases say nothing although their neighbours do, no rule fits."""

Likeness = Callable[[Sequence[str]], Mapping[str, float]]
"""Clause keys -> how like their words are to the kind's texts."""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What one case says about the rule: a clause, a section, something unknown, or a gap."""

    clause: str | None = None
    section: str | None = None
    given: bool = False
    """Something was named, known to us or not."""
    gap: bool = False
    facts: frozenset[str] = frozenset()
    """Names of the case's facts."""
    suggested: bool = False
    """What it says of the rule came from a suggestion."""

    @property
    def key(self) -> str | None:
        """The clause, else the section; None where nothing known was named."""
        return self.clause or self.section


@dataclass(frozen=True, kw_only=True)
class ClauseWords:
    """A clause that a kind may defy: its place, its text, the facts that its limits name."""

    key: str
    section: str
    text: str
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The clause of a kind, or a gap."""

    clause: str | None
    gap: bool


GAP = Choice(clause=None, gap=True)


def usual_share(references: Sequence[Reference]) -> float:
    """Give the share of cases that name something known, of those that were suggested nothing."""
    own = _own(references)
    named = sum(one.key is not None for one in own)
    return named / len(own) if own else 0.0


def choose_clause(
    references: Sequence[Reference],
    book: Sequence[ClauseWords],
    likeness: Likeness,
    *,
    usual: float,
) -> Choice:
    """Choose the best supported clause of the section that most references name.

    A gap when most cases that say anything say so, when no section has the majority of the
    references, or when far fewer cases than usual (`usual_share` of all cases) name it. Inside
    the section a clause is supported by the references that name it, by the cases that carry a
    fact of its limits, and by the likeness of its words. Where a case says something of its own
    accord, what was suggested has no say, however often it was taken.
    """
    own = _own(references)
    references = own if any(one.gap or one.key is not None for one in own) else references
    said_gap = sum(one.gap for one in references)
    given = sum(one.given and not one.gap for one in references)
    votes = Counter(one.section for one in references if one.section is not None and not one.gap)
    if not votes or said_gap > given:
        return GAP
    section = min(votes, key=lambda key: (-votes[key], key))
    enough = votes[section] >= MAJORITY * given
    if not enough or votes[section] < USUAL * usual * len(references):
        return GAP
    inside = [one for one in references if one.section == section and not one.gap]
    clause = _best_supported(section, inside, book, likeness)
    return GAP if clause is None else Choice(clause=clause, gap=False)


def _own(references: Sequence[Reference]) -> list[Reference]:
    return [one for one in references if not one.suggested]


def _best_supported(
    section: str,
    references: Sequence[Reference],
    book: Sequence[ClauseWords],
    likeness: Likeness,
) -> str | None:
    votes = Counter(one.clause for one in references if one.clause is not None)
    choices = [one for one in book if one.section == section or one.key in votes]
    leader = min(votes, key=lambda key: (-votes[key], key), default=None)
    if leader is not None and votes[leader] > MAJORITY * len(references):
        return leader
    if not choices:
        return None
    alike = likeness([one.key for one in choices])
    size = len(references)
    support = {
        one.key: votes[one.key] / size
        + sum(not one.facts.isdisjoint(case.facts) for case in references) / size
        + alike[one.key]
        for one in choices
    }
    return min(support, key=lambda key: (-support[key], key))
