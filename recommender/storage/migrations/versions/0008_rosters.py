"""Keep who could have signed as rosters that cases share; find answers by clause faster."""

import hashlib
import json
from collections.abc import Iterable
from itertools import groupby

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID, _NAME = sa.String(length=12), sa.String(length=120)
_NAMES = sa.JSON().with_variant(JSONB(), "postgresql")
_CASES = sa.table("cases", sa.column("id", _ID), sa.column("filed_at", sa.DateTime(timezone=True)))
_PEERS = sa.table("eligible_peers", sa.column("case_id", _ID), sa.column("account_name", _NAME))
_ROSTERS = sa.table("rosters", sa.column("id", sa.String(64)), sa.column("names", _NAMES))
_KEPT = sa.table(
    "case_rosters",
    sa.column("case_id", _ID),
    sa.column("roster_id", sa.String(64)),
    sa.column("without", _NAMES),
)


def upgrade() -> None:
    op.create_table(
        "rosters",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("names", _NAMES, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rosters")),
    )
    op.create_table(
        "case_rosters",
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("roster_id", sa.String(length=64), nullable=False),
        sa.Column("without", _NAMES, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_rosters_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["rosters.id"], name=op.f("fk_case_rosters_roster_id")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_rosters")),
    )
    op.create_index(op.f("ix_case_rosters_roster_id"), "case_rosters", ["roster_id"])
    _share(op.get_bind())
    op.drop_table("eligible_peers")
    op.create_index(op.f("ix_cases_clause_id_decided_at"), "cases", ["clause_id", "decided_at"])
    op.drop_index(op.f("ix_cases_clause_id"), table_name="cases")
    op.create_index(op.f("ix_accounts_lead"), "accounts", ["lead"])


def downgrade() -> None:
    op.drop_index(op.f("ix_accounts_lead"), table_name="accounts")
    op.create_index(op.f("ix_cases_clause_id"), "cases", ["clause_id"])
    op.drop_index(op.f("ix_cases_clause_id_decided_at"), table_name="cases")
    op.create_table(
        "eligible_peers",
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("account_name", _NAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_eligible_peers_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "account_name", name=op.f("pk_eligible_peers")),
    )
    _spell_out(op.get_bind())
    op.drop_table("case_rosters")
    op.drop_table("rosters")


def _share(connection: sa.Connection) -> None:
    """Give the cases of a day one roster: everybody who could sign any of them."""
    named = sa.select(_PEERS.c.case_id).distinct()
    cases = sa.select(_CASES).where(_CASES.c.id.in_(named)).order_by(_CASES.c.filed_at)
    kept = set[str]()
    for _, day in groupby(connection.execute(cases).all(), key=lambda case: case.filed_at.date()):
        peers = {case.id: _peers(connection, case.id) for case in day}
        names = sorted(set[str]().union(*peers.values()))
        roster = hashlib.sha256(json.dumps(names).encode()).hexdigest()
        if roster not in kept:
            connection.execute(sa.insert(_ROSTERS).values(id=roster, names=names))
            kept.add(roster)
        _insert(
            connection,
            _KEPT,
            (
                {"case_id": case, "roster_id": roster, "without": sorted(set(names) - could)}
                for case, could in peers.items()
            ),
        )


def _spell_out(connection: sa.Connection) -> None:
    """Name for each case who could sign it."""
    names = {one.id: one.names for one in connection.execute(sa.select(_ROSTERS))}
    for case in connection.execute(sa.select(_KEPT)).all():
        could = sorted(set(names[case.roster_id]) - set(case.without))
        rows = ({"case_id": case.case_id, "account_name": name} for name in could)
        _insert(connection, _PEERS, rows)


def _peers(connection: sa.Connection, case: str) -> set[str]:
    named = sa.select(_PEERS.c.account_name).where(_PEERS.c.case_id == case)
    return set(connection.scalars(named))


def _insert(
    connection: sa.Connection, table: sa.TableClause, rows: Iterable[dict[str, object]]
) -> None:
    listed = list(rows)
    if listed:
        connection.execute(sa.insert(table), listed)
