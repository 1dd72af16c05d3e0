"""When a wording was made known, and the team that somebody was in when asked to read it."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_REVISIONS = sa.table(
    "revisions",
    sa.column("effective_from", _MOMENT),
    sa.column("created_at", _MOMENT),
    sa.column("published_at", _MOMENT),
)


def upgrade() -> None:
    """Take what applies by now as known, so that nobody is asked about years of changes at once."""
    op.add_column("revisions", sa.Column("published_at", _MOMENT, nullable=True))
    op.add_column("acknowledgements", sa.Column("team", sa.String(length=120), nullable=True))
    start = _REVISIONS.c.effective_from
    op.execute(
        sa.update(_REVISIONS)
        .where(sa.or_(start.is_(None), start <= datetime.now(UTC)))
        .values(published_at=_REVISIONS.c.created_at)
    )


def downgrade() -> None:
    op.drop_column("acknowledgements", "team")
    op.drop_column("revisions", "published_at")
