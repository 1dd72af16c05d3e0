"""What readers take a group of cases for, and how many cases a correction was said to place."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind_id", sa.String(length=12), nullable=True),
        sa.Column("cases", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("enough", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["kind_id"], ["kinds.id"], name=op.f("fk_releases_kind_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
    )
    op.create_index(op.f("ix_releases_kind_id"), "releases", ["kind_id"])
    op.add_column("corrections", sa.Column("told", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("corrections", "told")
    op.drop_index(op.f("ix_releases_kind_id"), table_name="releases")
    op.drop_table("releases")
