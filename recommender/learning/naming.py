"""First names for found groups, from the cases' own words; no language model.

A name is "lead: object, condition" in at most seven words: what was granted or what the clause is
about, then the phrases that set the group apart from its siblings. The same cases always give the
same names. `distinctive` scores the phrases, `wording` puts the names together, `showing` finds the
cases that show a group best.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from recommender.learning.casewords import Casebase
from recommender.learning.distinctive import Candidate, Distinctive, Meaning
from recommender.learning.showing import Likeness, Standing, beside, standings
from recommender.learning.wording import Draft, Rule, further_names, word_names

TERMS: Final = 5
CONTRASTED: Final = 2
"""Nearest groups whose words are contrast, besides those of the same clause."""
MISTAKEN: Final = 2
"""Nearest groups that a group could be mistaken for."""
_TELLING: Final = 0.5
"""Score from which a phrase that is not in the name is a term of the group."""
_DOMINANT: Final = 0.5
_SAYS_NOTHING: Final = frozenset({"other", "none", "unknown", "misc"})


@dataclass(frozen=True, kw_only=True)
class NamedGroup:
    """A group's first name, what it rests on, and the cases that show it best, by row.

    Attributes
    ----------
    terms : phrases that set the group apart, those of the name first
    action : what most cases were granted, in words; empty where that says nothing
    representatives : the members most like the others
    borderline : the members least like the others
    nearest_outside : cases outside most like the members
    """

    name: str
    terms: tuple[str, ...]
    action: str
    representatives: tuple[int, ...]
    borderline: tuple[int, ...]
    nearest_outside: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class NamingInput:
    """What names are made of: one entry a case, redacted texts only.

    Attributes
    ----------
    texts : the case's words, its parts on lines of their own; empty where there are none
    actions : what was granted, coarsely; empty where nobody gave any
    facts : typed facts, name -> value
    filers : who filed; a word of one person's never gets into a name
    """

    texts: Sequence[str]
    actions: Sequence[str | None] = ()
    facts: Sequence[Mapping[str, object]] = ()
    filers: Sequence[str | None] = ()


def name_groups(
    groups: Sequence[Sequence[int]],
    given: NamingInput,
    likeness: Likeness,
    *,
    rules: Sequence[Rule | None] = (),
    meaning: Meaning | None = None,
    taken: Collection[str] = (),
) -> tuple[NamedGroup, ...]:
    """Name every group, no two alike and none as in `taken`.

    Parameters
    ----------
    groups : the rows of each group; rows stand in the lasting order of cases
    given : NamingInput
    likeness : callable
        Rows a and rows b -> similarities of shape (len(a), len(b)).
    rules : the clause that each group defies, None for a gap; empty where there are no clauses
    meaning : what cases and phrases mean; without it only words are counted
    taken : names that already belong to others

    Returns
    -------
    tuple of NamedGroup, in the order of `groups`
    """
    stands = standings(groups, len(given.texts), likeness)
    near = beside(stands, likeness)
    base = Casebase(texts=given.texts, facts=given.facts, filers=given.filers)
    rules = rules or [None] * len(groups)
    siblings = [_siblings(number, rules, order) for number, order in enumerate(near)]
    clauses = [rule.text if rule else "" for rule in rules]
    found = Distinctive(base, [stand.inside for stand in stands], siblings, clauses).candidates(
        meaning
    )
    related = related_groups([rule.key if rule else None for rule in rules], near)
    drafts = [
        Draft(
            rows=stand.inside,
            action=_dominant(given.actions, stand.inside),
            rule=rule,
            candidates=candidates,
            related=others,
        )
        for stand, rule, candidates, others in zip(stands, rules, found, related, strict=True)
    ]
    word_names(drafts, base, meaning)
    return _distinct(drafts, stands, taken)


def related_groups(
    clauses: Sequence[str | None], near: Sequence[Sequence[int]]
) -> list[frozenset[int]]:
    """Give for each group those it could be mistaken for: of its clause, or nearest either way.

    Parameters
    ----------
    clauses : each group's clause, None for a gap
    near : for each group the others, the nearest first
    """
    related = [
        {j for j, other in enumerate(clauses) if j != i and clause is not None and other == clause}
        for i, clause in enumerate(clauses)
    ]
    for number, order in enumerate(near):
        for other in order[:MISTAKEN]:
            related[number].add(other)
            related[other].add(number)
    return [frozenset(others) for others in related]


def _siblings(number: int, rules: Sequence[Rule | None], order: Sequence[int]) -> frozenset[int]:
    rule = rules[number]
    same = {other for other in order if rule is not None and rules[other] == rule}
    return frozenset(same | set(order[:CONTRASTED]))


def _distinct(
    drafts: Sequence[Draft], stands: Sequence[Standing], taken: Collection[str]
) -> tuple[NamedGroup, ...]:
    used = {name.casefold() for name in taken}
    named = []
    for draft, stand in zip(drafts, stands, strict=True):
        name = next(name for name in further_names(draft) if name.casefold() not in used)
        used.add(name.casefold())
        named.append(
            NamedGroup(
                name=name,
                terms=_terms(draft),
                action=draft.action,
                representatives=stand.representatives,
                borderline=stand.borderline,
                nearest_outside=stand.outside,
            )
        )
    return tuple(named)


def _terms(draft: Draft) -> tuple[str, ...]:
    """Give the phrases of the name, then the next best that say something else; no facts."""
    kept: list[Candidate] = []
    for one in [*draft.phrases, *draft.candidates]:
        enough = one in draft.phrases or one.score >= _TELLING
        new = not any(one.phrase == other.phrase or one.stems & other.stems for other in kept)
        if one.fact is None and enough and new:
            kept.append(one)
    return tuple(one.words for one in kept[:TERMS])


def _dominant(actions: Sequence[str | None], rows: Sequence[int]) -> str:
    """Give what more than half of the rows with an action were granted, in words."""
    counts = Counter(value for row in rows if actions and (value := actions[row]) is not None)
    if not counts:
        return ""
    value = min(counts, key=lambda each: (-counts[each], each))
    says_something = value.casefold() not in _SAYS_NOTHING
    if not says_something or counts[value] <= _DOMINANT * counts.total():
        return ""
    return " ".join(re.split(r"[_\s]+", value.strip())).lower()
