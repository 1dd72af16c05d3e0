"""Kinds in a ledger that is coded: which exceptions they are, and what they are called.

Discovery finds that a value keeps coming back, and draws the line by the words around it. Where the
value was filled into a form, it draws the line better itself: the kind is all exceptions with it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from recommender.kinds.by_hand import place, redraw
from recommender.kinds.floors import release
from recommender.models.kinds import Kind, Membership
from recommender.retrospect.codes import name_by
from recommender.retrospect.granted import Granted
from recommender.retrospect.spreads import Columns
from recommender.storage.house import Transaction
from recommender.vocabulary import MembershipOrigin


def tell_by_codes(tx: Transaction, heads: Mapping[str, str]) -> None:
    """Tell kinds by the ledger's own values where these set a kind apart; no two alike."""
    columns = Granted(tx, heads).columns
    living = select(Kind).where(Kind.retired_at.is_(None)).order_by(Kind.born_at, Kind.id)
    kinds = tx.session.scalars(living).all()
    _draw_by_forms(tx, columns, kinds)
    members = _members(tx)
    used: set[str] = set()
    for kind in kinds:
        name = name_by(columns.naming(sorted(members[kind.id])))
        if name and name not in used:
            used.add(name)
            kind.name = name


def _draw_by_forms(tx: Transaction, columns: Columns, kinds: Sequence[Kind]) -> None:
    """Let a kind be all exceptions with the values that its notes share; not one of several."""
    members = _members(tx)
    bearing = {kind.id: _bearing(columns, sorted(members[kind.id])) for kind in kinds}
    sharing = Counter(bearing.values())
    drawn = [kind for kind in kinds if bearing[kind.id] and sharing[bearing[kind.id]] == 1]
    for kind in drawn:
        its = bearing[kind.id]
        for case_id in members[kind.id] - its:
            place(tx.session, case_id, None, 0.0, MembershipOrigin.ASSIGNED)
        for case_id in its - members[kind.id]:
            place(tx.session, case_id, kind, 1.0, MembershipOrigin.ASSIGNED)
    if drawn:
        redraw(tx.session, kinds, ())
        release(tx)


def _bearing(columns: Columns, ids: Sequence[str]) -> frozenset[str]:
    """Give all exceptions with the values of a form that nearly all of these share, if any."""
    naming = columns.naming(ids)
    if not any(one.in_notes for one in naming):
        return frozenset()
    return frozenset(case.id for case in columns.bearing(naming))


def _members(tx: Transaction) -> defaultdict[str, set[str]]:
    members: defaultdict[str, set[str]] = defaultdict(set)
    for kind_id, case in tx.session.execute(select(Membership.kind_id, Membership.case_id)):
        members[kind_id].add(case)
    return members
