"""Wordings written: the next revision, a new clause, confirmed limits."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select

from recommender.access import Act
from recommender.errors import Conflict
from recommender.models.policies import Clause, Policy, Revision
from recommender.policies.exceptions import ClauseException, exceptions_of
from recommender.policies.lookup import clause_by_key, require_maintainer
from recommender.policies.syntax.handbook import Layout, LayoutPart, Parameter
from recommender.policies.syntax.layout import NewClause, add_clause
from recommender.policies.syntax.markup import plain_text
from recommender.policies.syntax.read import check_wording
from recommender.policies.syntax.suggest import (
    SuggestedParameter,
    confirm_parameter,
    suggest_parameters,
)
from recommender.storage.house import Transaction


class KeyTaken(Conflict):
    """Another clause bears that key."""


class StaleSuggestion(Conflict):
    """The clause's words are no longer those that the suggestion was made for."""


def revise(
    tx: Transaction,
    clause: Clause,
    *,
    markup: str,
    effective_from: datetime | None,
    candidate_id: str | None = None,
    retires: bool = False,
    exceptions: Sequence[ClauseException] = (),
) -> Revision:
    """Write a clause's next wording. Raises BadClause where a handbook could not carry it.

    `exceptions` are those that it states anew; those of the newest wording that it still states
    are carried on.
    """
    tx.actor.require(Act.MAINTAIN_POLICIES)
    revision = append_revision(
        tx,
        clause,
        markup,
        effective_from,
        candidate_id=candidate_id,
        retires=retires,
        exceptions=exceptions,
    )
    tx.session.flush()
    wording = hashlib.sha256(f"{revision.id}{markup}".encode()).hexdigest()
    tx.record(
        "revise",
        "clause",
        clause.key,
        revision=revision.id,
        number=revision.number,
        wording=wording,
        candidate=candidate_id,
    )
    return revision


def append_revision(
    tx: Transaction,
    clause: Clause,
    markup: str,
    effective_from: datetime | None,
    *,
    candidate_id: str | None = None,
    retires: bool = False,
    exceptions: Sequence[ClauseException] = (),
) -> Revision:
    """Add a wording without an entry in the log: for whoever records the whole, as imports do."""
    known = exceptions_of(clause.newest) if clause.revisions else ()
    stated = [one for one in (*known, *exceptions) if one.stands_in(markup)]
    revision = Revision(
        number=clause.newest.number + 1 if clause.revisions else 1,
        markup=markup,
        text=plain_text(markup),
        parameters=[_limit(one) for one in check_wording(markup)],
        exceptions=[one.to_json() for one in stated],
        effective_from=effective_from,
        candidate_id=candidate_id,
        created_at=tx.at,
        retires=retires,
    )
    clause.revisions.append(revision)
    return revision


def new_clause(
    tx: Transaction,
    policy: Policy,
    section_key: str,
    key: str,
    markup: str,
    effective_from: datetime | None,
    candidate_id: str | None,
) -> Clause:
    """Add a clause at the end of a section. Raises KeyTaken or UnknownSection."""
    tx.actor.require(Act.MAINTAIN_POLICIES)
    if tx.session.scalars(select(Clause.id).where(Clause.key == key)).first() is not None:
        raise KeyTaken(f"There is a clause {key} already.", field="key", remedy="Take another key.")
    layout = add_clause(read_layout(policy), NewClause(key, section_key))
    neighbours = [one for one in policy.clauses if one.section_key == section_key]
    clause = Clause(
        key=key,
        section_key=section_key,
        section_title=neighbours[0].section_title if neighbours else section_key,
        position=_make_room(policy, neighbours),
        owner=neighbours[0].owner if neighbours else None,
        never_bend=False,
    )
    policy.clauses.append(clause)
    store_layout(policy, layout)
    revise(tx, clause, markup=markup, effective_from=effective_from, candidate_id=candidate_id)
    return clause


def suggestions(clause: Clause) -> list[SuggestedParameter]:
    """List the numbers in a clause's newest wording that may be typed limits."""
    return suggest_parameters(clause.newest.markup)


def confirm_parameters(
    tx: Transaction, key: str, parameters: Sequence[SuggestedParameter]
) -> Revision:
    """Make suggestions typed limits of a clause: the same words, in force since the same day."""
    tx.actor.require(Act.MAINTAIN_POLICIES)
    clause = clause_by_key(tx, key)
    require_maintainer(tx, clause)
    newest = clause.newest
    markup = newest.markup
    for one in sorted(parameters, key=lambda one: one.start, reverse=True):
        if markup[one.start : one.end] != one.words:
            raise StaleSuggestion(
                f"The words of {key} have changed since.", remedy="List the suggestions again."
            )
        markup = confirm_parameter(markup, one)
    revision = revise(
        tx,
        clause,
        markup=markup,
        effective_from=newest.effective_from,
        candidate_id=newest.candidate_id,
        retires=newest.retires,
    )
    revision.exceptions, revision.kept_from = list(newest.exceptions), newest.kept_from
    return revision


def read_layout(policy: Policy) -> Layout:
    """Give the places of a policy's document."""
    return tuple(LayoutPart(**part) for part in policy.layout)


def store_layout(policy: Policy, layout: Layout) -> None:
    """Keep the places of a policy's document."""
    policy.layout = [asdict(part) for part in layout]


def _limit(one: Parameter) -> dict[str, Any]:
    return {"fact": one.fact, "bound": one.bound, "limit": one.limit, "unit": one.unit}


def _make_room(policy: Policy, neighbours: list[Clause]) -> int:
    """Give the position behind the neighbours, everything after them moved on by one."""
    last = max((one.position for one in neighbours or policy.clauses), default=0)
    for clause in policy.clauses:
        if clause.position > last:
            clause.position += 1
    return last + 1
