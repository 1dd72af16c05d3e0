"""Names of kinds in a ledger that is coded: the values that its cases share and others do not."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select

from recommender.models.kinds import Kind, Membership
from recommender.retrospect.granted import Granted
from recommender.storage.house import Transaction


def name_by_columns(tx: Transaction, heads: Mapping[str, str]) -> None:
    """Name kinds by the ledger's own values where these set a kind apart; no two alike."""
    columns = Granted(tx, heads).columns
    members: dict[str, list[str]] = defaultdict(list)
    for kind_id, case in tx.session.execute(select(Membership.kind_id, Membership.case_id)):
        members[kind_id].append(case)
    living = select(Kind).where(Kind.retired_at.is_(None)).order_by(Kind.born_at, Kind.id)
    used: set[str] = set()
    for kind in tx.session.scalars(living):
        name = ", ".join(one.value for one in columns.naming(members[kind.id]))
        if name and name not in used:
            used.add(name)
            kind.name = name
