"""What people teach is kept as corrections with their cases, no longer as pairs of cases.

No verb ever wrote the pairs, so none are carried over.
"""

import sqlalchemy as sa
from alembic import op

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(length=32)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("constraints")
    # Written with its reference in one statement: SQLite could otherwise only copy the table.
    op.add_column(
        "kinds",
        sa.Column(
            "merged_into_id",
            sa.String(length=12),
            sa.ForeignKey("kinds.id", name=op.f("fk_kinds_merged_into_id")),
            nullable=True,
        ),
        inline_references=True,
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verb", WORD, nullable=False),
        sa.Column("kind_id", sa.String(length=12), nullable=True),
        sa.Column("other_kind_id", sa.String(length=12), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("undone_by", sa.String(length=120), nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["kind_id"], ["kinds.id"], name=op.f("fk_corrections_kind_id")),
        sa.ForeignKeyConstraint(
            ["other_kind_id"], ["kinds.id"], name=op.f("fk_corrections_other_kind_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("number", name=op.f("uq_corrections_number")),
    )
    op.create_table(
        "correction_cases",
        sa.Column("correction_id", sa.String(length=12), nullable=False),
        sa.Column("case_id", sa.String(length=12), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("placed", sa.Boolean(), nullable=False),
        sa.Column("kind_before_id", sa.String(length=12), nullable=True),
        sa.Column("strength_before", sa.Double(), nullable=True),
        sa.Column("origin_before", WORD, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
            name=op.f("fk_correction_cases_case_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["corrections.id"], name=op.f("fk_correction_cases_correction_id")
        ),
        sa.ForeignKeyConstraint(
            ["kind_before_id"], ["kinds.id"], name=op.f("fk_correction_cases_kind_before_id")
        ),
        sa.PrimaryKeyConstraint("correction_id", "case_id", name=op.f("pk_correction_cases")),
    )
    op.create_index(op.f("ix_correction_cases_case_id"), "correction_cases", ["case_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_correction_cases_case_id"), table_name="correction_cases")
    op.drop_table("correction_cases")
    op.drop_table("corrections")
    op.drop_column("kinds", "merged_into_id")
    op.create_table(
        "constraints",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("rule", WORD, nullable=False),
        sa.Column("case_a", sa.String(length=12), nullable=False),
        sa.Column("case_b", sa.String(length=12), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_a"], ["cases.id"], name=op.f("fk_constraints_case_a"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["case_b"], ["cases.id"], name=op.f("fk_constraints_case_b"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_constraints")),
        sa.UniqueConstraint(
            "rule", "case_a", "case_b", name=op.f("uq_constraints_rule_case_a_case_b")
        ),
    )
