"""Who an account is at the OpenID provider, and which sign-ins came from there."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("oidc_issuer", sa.String(length=255), nullable=True))
    op.add_column("accounts", sa.Column("oidc_subject", sa.String(length=255), nullable=True))
    op.create_index("ix_accounts_oidc", "accounts", ["oidc_issuer", "oidc_subject"], unique=True)
    op.add_column("sign_ins", sa.Column("oidc_trip", sa.String(length=12), nullable=True))
    op.add_column(
        "sign_ins", sa.Column("asked_again_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index("ix_sign_ins_oidc_trip", "sign_ins", ["oidc_trip"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_sign_ins_oidc_trip", "sign_ins")
    op.drop_column("sign_ins", "asked_again_at")
    op.drop_column("sign_ins", "oidc_trip")
    op.drop_index("ix_accounts_oidc", "accounts")
    op.drop_column("accounts", "oidc_subject")
    op.drop_column("accounts", "oidc_issuer")
