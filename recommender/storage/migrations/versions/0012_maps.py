"""Where the cases of each published run lie on its map."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "maps",
        sa.Column("run_id", sa.String(length=12), nullable=False),
        sa.Column("cases", _JSON, nullable=False),
        sa.Column("points", sa.LargeBinary(), nullable=False),
        sa.Column("islands", _JSON, nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_maps_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_maps")),
    )


def downgrade() -> None:
    op.drop_table("maps")
