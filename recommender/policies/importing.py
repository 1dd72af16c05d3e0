"""Handbooks taken in: new clauses, new wordings; what was decided here stays decided."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time

from sqlalchemy import select

from recommender.access import Act
from recommender.models.policies import Clause, Policy
from recommender.policies.lookup import require_maintainer
from recommender.policies.revising import KeyTaken, append_revision, revise, store_layout
from recommender.policies.syntax.handbook import Layout, LayoutPart, ParsedClause, ParsedPolicy
from recommender.policies.syntax.layout import NewClause, add_clause
from recommender.storage.house import Transaction


@dataclass(frozen=True)
class PolicyReport:
    """What an import did to one policy; clauses by key.

    `missing` are ours that the file no longer has: they stay. `decided` are those whose wording
    came from a decision and differs from the file: they stay too, unless told otherwise.
    `may_bend_now` were on the never-bend list, and the file no longer says so.
    """

    policy: str
    title: str
    new: bool
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)
    may_bend_now: list[str] = field(default_factory=list)


def import_policy(
    tx: Transaction,
    parsed: ParsedPolicy,
    *,
    effective_from: datetime | None = None,
    replace_decided: bool = False,
) -> PolicyReport:
    """Take a handbook in; the same file again changes nothing.

    A clause's first wording is in force from the beginning of time, a changed one from the moment
    of the import; a date in the row, else `effective_from`, wins over both. Raises KeyTaken where
    another policy has one of the keys, NotYourClause where a clause of another desk would change.
    """
    tx.actor.require(Act.MAINTAIN_POLICIES)
    _require_free_keys(tx, parsed)
    policy = tx.session.scalars(select(Policy).where(Policy.key == parsed.key)).one_or_none()
    report = PolicyReport(parsed.key, parsed.title, new=policy is None)
    if policy is None:
        policy = Policy(
            key=parsed.key, title=parsed.title, imported_at=tx.at, layout=[], clauses=[]
        )
        tx.session.add(policy)
    frame, heads = _frame(policy), _heads(policy)
    ours = {clause.key: clause for clause in policy.clauses}
    for said in parsed.clauses:
        clause = ours.pop(said.key, None)
        given = said if clause is None else _with_mark(said, clause, parsed.layout)
        if clause is None:
            clause = Clause(key=given.key)
            policy.clauses.append(clause)
        elif (clause.owner, clause.never_bend) != (given.owner, given.never_bend):
            require_maintainer(tx, clause)
            if clause.never_bend and not given.never_bend:
                report.may_bend_now.append(given.key)
        _describe(clause, given)
        _take_wording(tx, clause, given, effective_from, report, replace_decided=replace_decided)
    policy.title, policy.owner = parsed.title, parsed.owner
    report.missing.extend(sorted(ours))
    _keep_behind(list(ours.values()), len(parsed.clauses))
    store_layout(policy, _with_ours(parsed.layout, list(ours.values())))
    described = sorted(key for key, head in _heads(policy).items() if heads.get(key, head) != head)
    if report.new or report.added or report.changed or described or _frame(policy) != frame:
        _record(tx, policy, report, described)
    return report


def _record(
    tx: Transaction, policy: Policy, report: PolicyReport, described: Sequence[str]
) -> None:
    tx.session.flush()
    tx.record(
        "import",
        "policy",
        policy.key,
        added=len(report.added),
        changed=len(report.changed),
        described=described,
        wording=_commitment(policy),
    )


def _frame(policy: Policy) -> tuple[object, ...]:
    """What an import may change beside its clauses."""
    return policy.title, policy.owner, policy.layout


def _heads(policy: Policy) -> dict[str, tuple[object, ...]]:
    """What an import may change of each clause beside its wording and its number."""
    return {
        clause.key: (clause.section_key, clause.section_title, clause.owner, clause.never_bend)
        for clause in policy.clauses
    }


def _commitment(policy: Policy) -> str:
    """Commit to every wording, as it now is, without revealing one: the ids are random."""
    digest = hashlib.sha256()
    for revision in (one for clause in policy.clauses for one in clause.revisions):
        digest.update(f"{revision.id}{revision.markup}".encode())
    return digest.hexdigest()


def _require_free_keys(tx: Transaction, parsed: ParsedPolicy) -> None:
    keys = [clause.key for clause in parsed.clauses]
    taken = tx.session.scalars(
        select(Clause)
        .join(Policy)
        .where(Clause.key.in_(keys), Policy.key != parsed.key)
        .order_by(Clause.key)
        .limit(1)
    ).first()
    if taken is not None:
        raise KeyTaken(
            f"The key {taken.key} belongs to the policy {taken.policy.key}.",
            field=f"#{taken.key}",
            remedy="Give each clause a key of its own, or give both files the same policy key.",
            clause=taken.key,
            policy=taken.policy.key,
        )


def _describe(clause: Clause, given: ParsedClause) -> None:
    clause.section_key = given.section_key
    clause.section_title = given.section_title
    clause.position = given.position
    clause.owner = given.owner
    clause.never_bend = given.never_bend


def _with_mark(said: ParsedClause, clause: Clause, layout: Layout) -> ParsedClause:
    """Give what a file says of a clause; a plain one cannot say "never bend", so ours stays."""
    silent = all("{" not in part.raw for part in layout if part.clause == said.key)
    return replace(said, never_bend=said.never_bend or (silent and clause.never_bend))


def _take_wording(
    tx: Transaction,
    clause: Clause,
    given: ParsedClause,
    effective_from: datetime | None,
    report: PolicyReport,
    *,
    replace_decided: bool,
) -> None:
    dated = _start(given) or effective_from
    if not clause.revisions:
        append_revision(tx, clause, given.markup, dated)
        report.added.append(given.key)
    elif _says_the_same(clause, given):
        report.unchanged.append(given.key)
    elif clause.newest.candidate_id is not None and not replace_decided:
        report.decided.append(given.key)
    else:
        require_maintainer(tx, clause)
        revise(tx, clause, markup=given.markup, effective_from=dated or tx.at)
        report.changed.append(given.key)


def _says_the_same(clause: Clause, given: ParsedClause) -> bool:
    """Tell whether a file says what we have; limits that were confirmed here are not lost."""
    newest = clause.newest
    if newest.markup == given.markup:
        return True
    return not given.parameters and bool(newest.parameters) and newest.text == given.text


def _start(given: ParsedClause) -> datetime | None:
    if given.effective_from is None:
        return None
    return datetime.combine(given.effective_from, time.min, tzinfo=UTC)


def _keep_behind(clauses: list[Clause], taken: int) -> None:
    for position, clause in enumerate(clauses, start=taken + 1):
        clause.position = position


def _with_ours(layout: Layout, clauses: list[Clause]) -> Layout:
    """Make room for the clauses that the file does not have, so that an export still shows them."""
    for clause in clauses:
        section = clause.section_key
        if all(part.section != section for part in layout):
            heading = f"\n\n## {clause.section_title} {{#{section}}}\n\n"
            layout = (*layout, LayoutPart(heading, section))
        head = NewClause(clause.key, section, never_bend=clause.never_bend, owner=clause.owner)
        layout = add_clause(layout, head)
    return layout
