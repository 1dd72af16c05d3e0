"""How a correction is written down, and what it does to memberships at once."""

from collections.abc import Collection, Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from recommender.models.base import new_id
from recommender.models.cases import Case
from recommender.models.kinds import Correction, CorrectionCase, Kind, Membership
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, CorrectionVerb, MembershipOrigin

MOST_WITNESSES = 3
"""Cases that stand for a kind beside a case moved into or out of it."""


def begin(
    tx: Transaction,
    verb: CorrectionVerb,
    *,
    kind: Kind | None = None,
    other: Kind | None = None,
    note: str | None = None,
) -> Correction:
    """Open a correction, recorded; its number is drawn while it alone may write to the log."""
    correction = Correction(
        id=new_id(),
        verb=verb,
        kind_id=None if kind is None else kind.id,
        other_kind_id=None if other is None else other.id,
        note=note,
        made_by=tx.actor.name,
        made_at=tx.at,
    )
    about = {"kind": correction.kind_id, "other": correction.other_kind_id}
    tx.record(verb, "correction", correction.id, **about)
    last = tx.session.scalar(select(func.max(Correction.number))) or 0
    correction.number = last + 1
    tx.session.add(correction)
    return correction


def put(
    session: Session,
    correction: Correction,
    cases: Collection[str],
    kind: Kind | None,
    *,
    part: int = 0,
) -> None:
    """Place cases in a kind by hand, or in none, and remember where they were."""
    found = session.scalars(select(Membership).where(Membership.case_id.in_(cases)))
    places = {membership.case_id: membership for membership in found}
    for case_id in sorted(cases):
        before = places.get(case_id)
        correction.cases.append(
            CorrectionCase(
                case_id=case_id,
                part=part,
                placed=True,
                kind_before_id=None if before is None else before.kind_id,
                strength_before=None if before is None else before.strength,
                origin_before=None if before is None else before.origin,
            )
        )
        place(session, case_id, kind, 1.0, MembershipOrigin.BY_HAND)


def witness(correction: Correction, cases: Iterable[str], *, part: int) -> None:
    """Let cases stand for the kind that a part of the correction is."""
    correction.cases += [
        CorrectionCase(case_id=case_id, part=part, placed=False) for case_id in cases
    ]


def place(
    session: Session,
    case_id: str,
    kind: Kind | None,
    strength: float,
    origin: MembershipOrigin,
) -> None:
    """Put a case into a kind, or into none."""
    now = session.get(Membership, case_id)
    if kind is None:
        if now is not None:
            session.delete(now)
        return
    if now is None:
        now = Membership(case_id=case_id)
        session.add(now)
    now.kind_id, now.strength, now.origin, now.run_id = kind.id, strength, origin, None


def members(session: Session, kind: Kind) -> list[str]:
    """Give a kind's cases, the most typical first."""
    found = session.scalars(
        select(Membership)
        .where(Membership.kind_id == kind.id)
        .order_by(Membership.strength.desc(), Membership.case_id)
    )
    return [membership.case_id for membership in found]


def witnesses(session: Session, kind: Kind, *, without: Collection[str] = ()) -> list[str]:
    """Choose the cases that stand for a kind: its representatives, else its most typical ones."""
    approved = set(
        session.scalars(
            select(Membership.case_id)
            .join(Case, Case.id == Membership.case_id)
            .where(Membership.kind_id == kind.id, Case.state == CaseState.APPROVED)
        )
    ).difference(without)
    chosen = [*kind.card.get("representatives", []), *members(session, kind)]
    return [case for case in dict.fromkeys(chosen) if case in approved][:MOST_WITNESSES]


def redraw(session: Session, kinds: Iterable[Kind | None], placed: Collection[str]) -> None:
    """Let the cards of living kinds show their own cases only, and their versions move on."""
    session.flush()
    for kind in kinds:
        if kind is None or kind.retired_at is not None:
            continue
        own = set(members(session, kind))
        card = dict(kind.card)
        card["representatives"] = _only(card, "representatives", own) or witnesses(session, kind)
        card["borderline"] = _only(card, "borderline", own)
        card["nearest_outside"] = [
            case for case in card.get("nearest_outside", []) if case not in own
        ]
        if "last_cases" in card:
            card["last_cases"] = [c for c in card["last_cases"] if c in own or c not in placed]
        kind.card = card
        flag_modified(kind, "card")
    session.flush()


def living_names(session: Session, *, without: str | None = None) -> list[str]:
    """Give the names that living kinds bear."""
    chosen = select(Kind.name).where(Kind.retired_at.is_(None), Kind.id != (without or ""))
    return list(session.scalars(chosen))


def free_name(session: Session, name: str, *, without: str | None = None) -> str:
    """Give a name that no other living kind bears, numbered if need be."""
    taken = {other.casefold() for other in living_names(session, without=without)}
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def _only(card: dict[str, list[str]], name: str, own: Collection[str]) -> list[str]:
    return [case for case in card.get(name, []) if case in own]
