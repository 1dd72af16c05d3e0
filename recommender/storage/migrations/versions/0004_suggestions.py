"""What is suggested about new cases between two runs."""

import sqlalchemy as sa
from alembic import op

ID = sa.String(length=12)

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suggestions",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind_id", ID, nullable=True),
        sa.Column("strength", sa.Double(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_suggestions_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["kind_id"], ["kinds.id"], name=op.f("fk_suggestions_kind_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_suggestions")),
    )
    op.create_index(op.f("ix_suggestions_kind_id"), "suggestions", ["kind_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_suggestions_kind_id"), table_name="suggestions")
    op.drop_table("suggestions")
