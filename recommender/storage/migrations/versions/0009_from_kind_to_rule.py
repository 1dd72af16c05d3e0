"""Exceptions as data, frozen predictions and their readings, snoozing, deputies, acknowledging."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
ID = sa.String(length=12)
NAME = sa.String(length=120)
WORD = sa.String(length=32)
ADDED: Mapping[str, tuple[tuple[str, str | TypeEngine[Any]], ...]] = {
    "accounts": (("deputy", NAME), ("away_from", sa.Date()), ("away_until", sa.Date())),
    "already_allowed": (("candidate_id", ID),),
    "candidates": (
        ("scope", "{}"),
        ("conditions", "[]"),
        ("chosen_limit", WORD),
        ("until", MOMENT),
        ("review_at", MOMENT),
        ("prediction", "{}"),
        ("design", "{}"),
        ("regressed_at", MOMENT),
    ),
    "decisions": (
        ("suggested_backtest", "{}"),
        ("final_backtest", "{}"),
        ("edit_distance", sa.Double()),
        ("decided_as", WORD),
        ("in_place_of", NAME),
    ),
    "kinds": (
        ("snoozed_until", MOMENT),
        ("snoozed_more", sa.Integer()),
        ("snoozed_with_cases", sa.Integer()),
        ("snoozed_by", NAME),
        ("snoozed_reason", sa.Text()),
    ),
    "releases": (("slice", sa.String(length=200)),),
    "revisions": (("exceptions", "[]"), ("review_at", MOMENT), ("kept_from", ID)),
}
"""Table -> its new columns; a text is the JSON that the rows which are there get."""
UNKNOWN_BEFORE = (
    ("decisions", "verdict", ("confirm", "roll_back")),
    ("notices", "topic", ("acknowledge", "effect", "overdue", "regressed", "review_due")),
)
"""Words that earlier versions cannot read."""


def upgrade() -> None:
    for table, columns in ADDED.items():
        for name, what in columns:
            op.add_column(table, _column(name, what))
    op.create_index(op.f("ix_releases_slice"), "releases", ["slice"])
    op.create_index(
        op.f("ix_cases_clause_id_state_occurred_at"), "cases", ["clause_id", "state", "occurred_at"]
    )
    op.create_table(
        "acknowledgements",
        sa.Column("account_name", NAME, nullable=False),
        sa.Column("revision_id", ID, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.Column("at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_name"], ["accounts.name"], name=op.f("fk_acknowledgements_account_name")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_acknowledgements_revision_id")
        ),
        sa.PrimaryKeyConstraint("account_name", "revision_id", name=op.f("pk_acknowledgements")),
    )
    op.create_index(op.f("ix_acknowledgements_revision_id"), "acknowledgements", ["revision_id"])
    _effect_readings()


def _column(name: str, what: str | TypeEngine[Any]) -> sa.Column[Any]:
    # The default is for the rows that are there; SQLite could otherwise only copy the table.
    if isinstance(what, str):
        return sa.Column(name, JSON, nullable=False, server_default=what)
    return sa.Column(name, what, nullable=True)


def _effect_readings() -> None:
    once = sa.text("look <> 'running'")
    op.create_table(
        "effect_readings",
        sa.Column("id", ID, nullable=False),
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("look", WORD, nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.Column("verdict", WORD, nullable=False),
        sa.Column("readings", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidates.id"], name=op.f("fk_effect_readings_candidate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect_readings")),
    )
    op.create_index(op.f("ix_effect_readings_candidate_id"), "effect_readings", ["candidate_id"])
    op.create_index(
        "uq_effect_readings_one_a_look",
        "effect_readings",
        ["candidate_id", "look"],
        unique=True,
        sqlite_where=once,
        postgresql_where=once,
    )


def downgrade() -> None:
    """Take the columns and tables away, with decisions and notices in words not known before."""
    op.drop_table("effect_readings")
    op.drop_table("acknowledgements")
    for table, column, words in UNKNOWN_BEFORE:
        named = ", ".join(f"'{word}'" for word in words)
        op.execute(f"DELETE FROM {table} WHERE {column} IN ({named})")  # noqa: S608 - our words
    op.drop_index(op.f("ix_cases_clause_id_state_occurred_at"), table_name="cases")
    op.drop_index(op.f("ix_releases_slice"), table_name="releases")
    for table, columns in ADDED.items():
        for name, _ in columns:
            op.drop_column(table, name)
