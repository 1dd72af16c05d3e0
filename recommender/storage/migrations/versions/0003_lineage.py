"""What happened to each kind, and changes that wait until they are found again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from recommender.models.base import new_id

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
ID = sa.String(length=12)
WORD = sa.String(length=32)

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    steps = op.create_table(
        "lineage_steps",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind_id", ID, nullable=False),
        sa.Column("what", WORD, nullable=False),
        sa.Column("other_kind_id", ID, nullable=True),
        sa.Column("run_id", ID, nullable=True),
        sa.Column("made_by", sa.String(length=120), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["kind_id"], ["kinds.id"], name=op.f("fk_lineage_steps_kind_id")),
        sa.ForeignKeyConstraint(
            ["other_kind_id"], ["kinds.id"], name=op.f("fk_lineage_steps_other_kind_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_lineage_steps_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lineage_steps")),
    )
    op.create_index(op.f("ix_lineage_steps_kind_id"), "lineage_steps", ["kind_id"])
    op.create_index(op.f("ix_lineage_steps_other_kind_id"), "lineage_steps", ["other_kind_id"])
    op.create_table(
        "pending_changes",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind_id", ID, nullable=False),
        sa.Column("what", WORD, nullable=False),
        sa.Column("other_kind_id", ID, nullable=True),
        sa.Column("cases", JSON, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("casebase", sa.String(length=64), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["kind_id"], ["kinds.id"], name=op.f("fk_pending_changes_kind_id")),
        sa.ForeignKeyConstraint(
            ["other_kind_id"], ["kinds.id"], name=op.f("fk_pending_changes_other_kind_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_pending_changes_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_changes")),
    )
    op.create_index(op.f("ix_pending_changes_kind_id"), "pending_changes", ["kind_id"])
    _tell_what_is_known(steps)


def _tell_what_is_known(steps: sa.Table) -> None:
    """Give the kinds of earlier versions the steps that their rows remember."""
    kinds = sa.table(
        "kinds",
        sa.column("id", ID),
        sa.column("born_at", MOMENT),
        sa.column("born_run_id", ID),
        sa.column("retired_at", MOMENT),
    )
    rows = op.get_bind().execute(sa.select(kinds)).all()
    told = [(row.id, "born", row.born_run_id, row.born_at) for row in rows]
    told += [(row.id, "retired", None, row.retired_at) for row in rows if row.retired_at]
    if told:
        names = ("kind_id", "what", "run_id", "at")
        op.bulk_insert(
            steps, [{"id": new_id(), **dict(zip(names, row, strict=True))} for row in told]
        )


def downgrade() -> None:
    op.drop_index(op.f("ix_pending_changes_kind_id"), table_name="pending_changes")
    op.drop_table("pending_changes")
    op.drop_index(op.f("ix_lineage_steps_other_kind_id"), table_name="lineage_steps")
    op.drop_index(op.f("ix_lineage_steps_kind_id"), table_name="lineage_steps")
    op.drop_table("lineage_steps")
