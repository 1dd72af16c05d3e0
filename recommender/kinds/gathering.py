"""What a run reads before it thinks: cases, vectors, clauses, what people taught, living kinds."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from recommender.cases.embedding import VIEWS, vectors
from recommender.cases.evidence_rows import counts_as_evidence
from recommender.kinds.clauses import ClauseWords, Reference
from recommender.kinds.settling import Change
from recommender.kinds.teaching import dissolved_kinds, taught, touched_kinds
from recommender.kinds.waiting import waiting
from recommender.learning.arrays import UnitVectors
from recommender.learning.casetable import CaseTable, Pair, View
from recommender.learning.naming import NamingInput
from recommender.models.cases import Case, Embedding
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind, Membership
from recommender.models.policies import Clause
from recommender.models.pseudonyms import OnePerson, one_person
from recommender.storage.house import Transaction
from recommender.vocabulary import FieldSource, MembershipOrigin

_SEPARATOR = "\x1f"


@dataclass(frozen=True, kw_only=True)
class RunCase:
    """An approved case as a run sees it; `key` is the same after a new import."""

    id: str
    key: str
    reference: Reference
    action: str | None
    facts: Mapping[str, object]
    filer: str | None
    text: str
    """Situation, resolution and reason, a line each."""
    suggested: frozenset[str] = frozenset()
    """Fields that the filer took over from a suggestion, `facts.NAME` for a fact."""

    @property
    def taken(self) -> frozenset[str]:
        """What discovery may not learn from it: "clause", "action", "facts"."""
        told = {"clause_key": "clause", "granted_action": "action"}
        return frozenset(told.get(name, name.partition(".")[0]) for name in self.suggested)


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The cases with their vectors: one row a case in every view."""

    cases: Sequence[RunCase]
    views: Mapping[str, View]


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """All that the thinking needs; nothing of it is a database object."""

    approved: Texts
    must_link: Sequence[Pair]
    cannot_link: Sequence[Pair]
    book: Sequence[ClauseWords]
    living: Mapping[str, frozenset[str]]
    """Kind -> its cases, or those it had when a run last found it; none that people dissolved."""
    retired: Mapping[str, frozenset[str]]
    waiting: Sequence[Change]
    """What earlier runs found that people do not see yet."""
    pinned: frozenset[str]
    names: Mapping[str, str]
    """Living kind -> its name."""
    named_by_people: frozenset[str]


def gather(tx: Transaction, fingerprint: str) -> Gathered:
    """Read all that a run needs, in the stable order of cases."""
    kinds = list(tx.session.scalars(select(Kind).order_by(Kind.born_at, Kind.id)))
    members = _members(tx.session)
    approved = approved_texts(tx.session, fingerprint)
    links = taught(tx.session, {case.id: case.key for case in approved.cases})
    gone = dissolved_kinds(tx.session) | {k.id for k in kinds if k.merged_into_id is not None}
    known = {kind: _known(kind, members) for kind in kinds if kind.id not in gone}
    return Gathered(
        approved=approved,
        must_link=links.together,
        cannot_link=links.apart,
        book=_book(tx),
        living={k.id: cases for k, cases in known.items() if k.retired_at is None},
        retired={k.id: cases for k, cases in known.items() if k.retired_at is not None},
        waiting=waiting(tx.session),
        pinned=pinned(tx.session, kinds),
        names={kind.id: kind.name for kind in kinds if kind.retired_at is None},
        named_by_people=frozenset(kind.id for kind in kinds if kind.named_by is not None),
    )


def pinned(session: Session, kinds: Sequence[Kind]) -> frozenset[str]:
    """Give the kinds that people touched: named, dismissed, promoted, corrected, filled by hand."""
    touched = {k.id for k in kinds if k.named_by is not None or k.dismissed_at is not None}
    by_hand = select(Membership.kind_id).where(Membership.origin == MembershipOrigin.BY_HAND)
    touched |= touched_kinds(session)
    touched |= set(filter(None, session.scalars(select(Candidate.kind_id))))
    return frozenset(touched | set(session.scalars(by_hand)))


def _known(kind: Kind, members: Mapping[str, set[str]]) -> frozenset[str]:
    """Give the kind's cases, with those that it had when a run last found it."""
    last = kind.card.get("last_cases", [])
    return frozenset(members.get(kind.id, set()) | set(last))


def _members(session: Session) -> dict[str, set[str]]:
    members: dict[str, set[str]] = defaultdict(set)
    for case_id, kind_id in session.execute(select(Membership.case_id, Membership.kind_id)):
        members[kind_id].add(case_id)
    return members


def approved_keys(session: Session, fingerprint: str) -> Mapping[str, str]:
    """Give the key of every approved case that has a vector, by id."""
    embedded = select(Embedding.case_id).where(Embedding.fingerprint == fingerprint)
    rows = session.execute(
        select(Case.id, Case.source_system, Case.source_id).where(
            counts_as_evidence(), Case.id.in_(embedded)
        )
    )
    return {case: _key(system, number) for case, system, number in rows}


def approved_texts(
    session: Session, fingerprint: str, only: Collection[str] | None = None
) -> Texts:
    """Read the approved cases that have vectors, all or some, in the stable order of cases."""
    asked = (
        select(Case)
        .where(counts_as_evidence())
        .order_by(Case.source_system, Case.source_id)
        .options(joinedload(Case.clause))
    )
    if only is not None:
        asked = asked.where(Case.id.in_(only))
    cases = list(session.scalars(asked))
    found = {
        view: vectors(session, fingerprint, [case.id for case in cases], view) for view in VIEWS
    }
    embedded = {case_id for ids, _ in found.values() for case_id in ids}
    kept = [case for case in cases if case.id in embedded]
    row_of = {case.id: row for row, case in enumerate(kept)}
    person = one_person(session)
    return Texts(
        cases=[_run_case(case, person) for case in kept],
        views={view: _view(ids, rows, row_of) for view, (ids, rows) in found.items()},
    )


def _view(ids: Sequence[str], rows: UnitVectors, row_of: Mapping[str, int]) -> View:
    present = np.zeros(len(row_of), dtype=bool)
    whole = np.zeros((len(row_of), rows.shape[1]), dtype=np.float32)
    places = [row_of[case_id] for case_id in ids]
    present[places] = True
    whole[places] = rows
    return View(vectors=UnitVectors(whole), present=present)


def _run_case(case: Case, person: OnePerson) -> RunCase:
    clause = case.clause
    suggested = frozenset(
        name for name, source in case.provenance.items() if source == FieldSource.SUGGESTED
    )
    return RunCase(
        id=case.id,
        key=_key(case.source_system, case.source_id),
        reference=Reference(
            clause=None if clause is None else clause.key,
            section=case.section_key if clause is None else clause.section_key,
            given=case.policy_ref is not None or clause is not None,
            gap=case.gap,
            facts=frozenset(case.facts),
            suggested=not suggested.isdisjoint(("clause_key", "gap")),
        ),
        action=case.granted_action or None,
        facts=case.facts,
        filer=person(case.agent_id),
        text="\n".join(text for text in (case.situation, case.resolution, case.reason) if text),
        suggested=suggested,
    )


def _key(system: str, number: str) -> str:
    return f"{system}{_SEPARATOR}{number}"


def _book(tx: Transaction) -> list[ClauseWords]:
    clauses = tx.session.scalars(select(Clause).order_by(Clause.policy_id, Clause.position))
    wordings = [(clause, clause.revision_at(tx.at)) for clause in clauses]
    return [
        ClauseWords(
            key=clause.key,
            section=clause.section_key,
            text=revision.text,
            facts=frozenset(one["fact"] for one in revision.parameters),
        )
        for clause, revision in wordings
        if revision is not None and not revision.retires
    ]


def case_table(
    texts: Texts, must_link: Sequence[Pair] = (), cannot_link: Sequence[Pair] = ()
) -> CaseTable:
    """Lay cases out for discovery, with the pairs that people put together or apart.

    What was suggested to a filer and taken speaks for its case and teaches nothing about others,
    so that suggestions make no agreement.
    """
    cases = texts.cases
    return CaseTable(
        ids=[case.key for case in cases],
        views=texts.views,
        words=[case.text for case in cases],
        clauses=[case.reference.key for case in cases],
        actions=[case.action for case in cases],
        facts=[case.facts for case in cases],
        taken=[case.taken for case in cases],
        must_link=must_link,
        cannot_link=cannot_link,
    )


def naming_input(texts: Texts) -> NamingInput:
    """Lay cases out for naming."""
    cases = texts.cases
    return NamingInput(
        texts=[case.text for case in cases],
        actions=[case.action for case in cases],
        facts=[case.facts for case in cases],
        filers=[case.filer for case in cases],
    )


def middles(texts: Texts) -> UnitVectors:
    """Give each case's mean direction over the texts that it has; shape (cases, d)."""
    total = np.zeros((len(texts.cases), 1), dtype=np.float32)
    for view in texts.views.values():
        if view.present.any():
            total = total + view.vectors
    lengths = np.linalg.norm(total, axis=1, keepdims=True)
    return UnitVectors(np.asarray(total / np.maximum(lengths, 1e-9), dtype=np.float32))


def casebase(gathered: Gathered, *tools: str) -> str:
    """Fingerprint what a run saw: its cases with their vectors and fields, what people taught.

    `tools` are the encoder and the settings of discovery, but for the seed. Two runs with one
    fingerprint are no two witnesses.
    """
    seen = hashlib.sha256(repr(tools).encode())
    for case in gathered.approved.cases:
        facts = sorted(case.facts.items())
        seen.update(repr((case.key, case.text, case.action, facts)).encode())
        seen.update(repr((case.reference.clause, case.reference.section)).encode())
        seen.update(repr(sorted(case.suggested)).encode())
    for name, view in gathered.approved.views.items():
        seen.update(name.encode() + view.present.tobytes() + view.vectors.tobytes())
    seen.update(repr((sorted(gathered.must_link), sorted(gathered.cannot_link))).encode())
    return seen.hexdigest()
