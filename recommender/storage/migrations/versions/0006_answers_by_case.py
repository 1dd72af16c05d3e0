"""Find a case's notices and the newest answers without reading all of them."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_notices_case_id"), "notices", ["case_id"])
    op.create_index(op.f("ix_co_signatures_given_at"), "co_signatures", ["given_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_co_signatures_given_at"), table_name="co_signatures")
    op.drop_index(op.f("ix_notices_case_id"), table_name="notices")
