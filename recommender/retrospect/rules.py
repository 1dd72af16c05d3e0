"""The rules beside a ledger: a handbook taken in, and the clause that a kind most likely bends.

Ledgers seldom cite a rule. Where the notes of a kind are together clearly nearer to one clause than
to the next, the kind is put under it; else it stays without one. The report says that it was
guessed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from sqlalchemy import select

from recommender.errors import Invalid
from recommender.kinds.gathering import Texts, approved_texts
from recommender.kinds.nearness import Floats
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership
from recommender.models.policies import Clause, Policy
from recommender.policies.library import render_policy
from recommender.policies.syntax.files import read_handbook
from recommender.policies.syntax.handbook import ParsedPolicy
from recommender.policies.syntax.markup import plain_text
from recommender.policies.syntax.read import parse_policy
from recommender.retrospect.codes import Counted
from recommender.retrospect.findings import Listed, ListedValue, NearestRule
from recommender.retrospect.wording import SAME_WORDS, stands_in, words_of
from recommender.storage.house import Transaction

CLEARLY: Final = 0.015
"""By so much cosine the nearest clause must be nearer than the next [J]."""
_LEAST_WORDS: Final = 8
_LEAST_LISTED: Final = 3
"""Rules that are a value each from which on a section is a list of such values."""

_LONGEST_SENTENCE: Final = 8
"""Rules up to which a section is quoted whole."""

Worded = tuple[Clause, str]
"""A clause with its words of the day."""


def whole_handbook(path: Path) -> tuple[ParsedPolicy, ...]:
    """Read a handbook of which nothing may be refused; raises as `read_handbook`, and Invalid."""
    rows = read_handbook(path)
    if rows.refused:
        first = rows.refused[0]
        raise Invalid(
            f"{path.name}, line {first.line}: {first.problem}",
            field="handbook",
            remedy=first.remedy,
        )
    return rows.policies


def rules_of(tx: Transaction) -> tuple[ParsedPolicy, ...]:
    """Give a house's own rule books as they read now."""
    keys = tx.session.scalars(select(Policy.key).order_by(Policy.key))
    return tuple(parse_policy(render_policy(tx, key, tx.at), key) for key in keys)


def guess_rules(tx: Transaction) -> frozenset[str]:
    """Put kinds that cite no rule under the clause that they clearly bend; give those kinds."""
    clauses, kinds = _clauses(tx), _without_rule(tx)
    if len(clauses) < _TO_COMPARE or not kinds:
        return frozenset()
    texts = approved_texts(tx.session, tx.house.encoder.fingerprint)
    told = [f"{clause.section_title}: {words}" for clause, words in clauses]
    likeness = _likeness(tx, texts, told)
    row_of = {case.id: row for row, case in enumerate(texts.cases)}
    guessed = set()
    for kind, cases in kinds:
        near = likeness[[row_of[case] for case in cases if case in row_of]].mean(axis=0)
        second, first = np.argsort(near)[-_TO_COMPARE:]
        if near[first] - near[second] >= CLEARLY:
            kind.clause_id, kind.gap = clauses[first][0].id, False
            guessed.add(kind.id)
    return frozenset(guessed)


def rule_in_words(tx: Transaction, given: str) -> NearestRule | None:
    """Give the clause nearly all of whose words stand in what was given, if there is one."""
    said, clauses = words_of(given), _clauses(tx)
    found = (
        (len(words & said) / len(words), clause, text)
        for clause, text in clauses
        if len(words := words_of(text)) >= _LEAST_WORDS
    )
    share, clause, text = max(found, key=lambda one: one[0], default=(0.0, None, ""))
    if clause is None or share < SAME_WORDS:
        return None
    return NearestRule(
        key=clause.key,
        text=text,
        guessed=True,
        section=clause.section_title,
        together=_one_sentence(clauses, clause.section_key),
    )


def in_no_rule(tx: Transaction, values: Iterable[Counted]) -> list[Counted]:
    """Give what a form wrote and no clause says of some values; none without a handbook."""
    whole = "\n".join(text for _, text in _clauses(tx))
    if not whole:
        return []
    return [one for one in values if one.in_notes and not stands_in(one.value, whole)]


def listed(tx: Transaction, granted: Mapping[str, int]) -> Listed | None:
    """Give the section in which the most of some values are each a rule of its own, if several.

    `granted` tells how many exceptions bear each value.
    """
    clauses = _clauses(tx)
    found: dict[tuple[str, str], list[ListedValue]] = defaultdict(list)
    for clause, text in clauses:
        value = plain_text(text)
        if clause.section_title and value in granted:
            told = ListedValue(value=value, key=clause.key, granted=granted[value])
            found[clause.section_key, clause.section_title].append(told)
    key, title = max(found, key=lambda section: len(found[section]), default=("", ""))
    values = sorted(found[key, title], key=lambda one: (-one.granted, one.key))
    if len(values) < _LEAST_LISTED:
        return None
    opening, *_ = _section(clauses, key)
    says_more = len(words_of(opening.text)) >= _LEAST_WORDS
    return Listed(section=title, values=values, opening=opening if says_more else None)


def _one_sentence(clauses: Sequence[Worded], section: str) -> Sequence[tuple[str, str]]:
    """Give the rules of a section that begins with a colon; none where it does not, or is long."""
    rules = _section(clauses, section)
    whole = rules[0].text.endswith(":") and len(rules) <= _LONGEST_SENTENCE
    return [(one.key, one.text) for one in rules] if whole else []


def _section(clauses: Sequence[Worded], section: str) -> list[NearestRule]:
    its = sorted(
        (one for one in clauses if one[0].section_key == section), key=lambda one: one[0].position
    )
    return [NearestRule(key=clause.key, text=text, guessed=True) for clause, text in its]


def _likeness(tx: Transaction, texts: Texts, clauses: Sequence[str]) -> Floats:
    """Give how near each case is to each clause, shape (cases, clauses), beyond all cases' mean.

    Some clauses are near to whatever is told; taking the mean off leaves what sets a case apart.
    """
    rules = np.asarray(tx.house.encoder.encode_documents(clauses), dtype=np.float32)
    total = np.zeros((len(texts.cases), len(rules)), dtype=np.float32)
    views = np.zeros((len(texts.cases), 1), dtype=np.float32)
    for view in (one for one in texts.views.values() if one.present.any()):
        total += (view.vectors @ rules.T) * view.present[:, None]
        views += view.present[:, None]
    near = total / np.maximum(views, 1)
    return np.asarray(near - near.mean(axis=0), dtype=np.float32)


_TO_COMPARE: Final = 2


def _without_rule(tx: Transaction) -> list[tuple[Kind, list[str]]]:
    """Give the living kinds without a clause none of whose cases cites one, each with its cases."""
    found: dict[str, list[Case]] = {}
    rows = select(Membership.kind_id, Case).join(Case, Case.id == Membership.case_id)
    for kind_id, case in tx.session.execute(rows):
        found.setdefault(kind_id, []).append(case)
    kinds = tx.session.scalars(
        select(Kind).where(Kind.retired_at.is_(None), Kind.clause_id.is_(None)).order_by(Kind.id)
    )
    return [
        (kind, [case.id for case in found[kind.id]])
        for kind in kinds
        if kind.id in found and all(case.policy_ref is None for case in found[kind.id])
    ]


def _clauses(tx: Transaction) -> list[Worded]:
    found = tx.session.scalars(select(Clause).order_by(Clause.key)).all()
    worded = [(clause, clause.revision_at(tx.at)) for clause in found]
    return [
        (clause, wording.text)
        for clause, wording in worded
        if wording is not None and not wording.retires
    ]
