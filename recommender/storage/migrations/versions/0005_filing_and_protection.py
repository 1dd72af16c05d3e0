"""Asking, limits, reviews, drafts, protection; a candidate may be for a clause and no kind."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
ID = sa.String(length=12)
NAME = sa.String(length=120)
WORD = sa.String(length=32)
CLARIFYING = sa.text("kind_id IS NULL AND state IN ('open', 'claimed', 'returned', 'deferred')")
TABLES = (
    "erasures",
    "own_words",
    "break_glass",
    "charter_acceptances",
    "filing_drafts",
    "reviews",
    "already_allowed",
    "pauses",
    "clause_limits",
    "eligible_peers",
    "questions",
)

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _widen_what_is_there()
    _before_an_answer()
    _limits()
    _after_an_answer()
    _protection()


def _widen_what_is_there() -> None:
    # The defaults are for the rows that are there; SQLite could otherwise only copy the tables.
    op.add_column(
        "accounts", sa.Column("credit", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("cases", sa.Column("dimension", WORD, nullable=True))
    op.add_column("cases", sa.Column("escalated_at", MOMENT, nullable=True))
    op.add_column(
        "cases",
        sa.Column("decided_by_owner", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("cases", sa.Column("misused_at", MOMENT, nullable=True))
    op.add_column("cases", sa.Column("erased_at", MOMENT, nullable=True))
    with op.batch_alter_table("candidates") as batch_op:
        batch_op.alter_column("kind_id", existing_type=ID, nullable=True)
        batch_op.create_check_constraint(
            op.f("ck_candidates_kind_or_clause"), "kind_id IS NOT NULL OR clause_id IS NOT NULL"
        )
    op.create_index(
        "uq_candidates_one_clarifying",
        "candidates",
        ["clause_id"],
        unique=True,
        sqlite_where=CLARIFYING,
        postgresql_where=CLARIFYING,
    )


def _before_an_answer() -> None:
    op.create_table(
        "filing_drafts",
        sa.Column("account_name", NAME, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_name"], ["accounts.name"], name=op.f("fk_filing_drafts_account_name")
        ),
        sa.PrimaryKeyConstraint("account_name", name=op.f("pk_filing_drafts")),
    )
    op.create_table(
        "already_allowed",
        sa.Column("id", ID, nullable=False),
        sa.Column("draft_id", sa.String(length=36), nullable=False),
        sa.Column("clause_id", ID, nullable=False),
        sa.Column("revision_id", ID, nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clauses.id"], name=op.f("fk_already_allowed_clause_id")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_already_allowed_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_already_allowed")),
        sa.UniqueConstraint(
            "draft_id", "clause_id", name=op.f("uq_already_allowed_draft_id_clause_id")
        ),
    )
    op.create_index(op.f("ix_already_allowed_clause_id"), "already_allowed", ["clause_id"])
    op.create_table(
        "eligible_peers",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("account_name", NAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_eligible_peers_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "account_name", name=op.f("pk_eligible_peers")),
    )
    op.create_table(
        "questions",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("asked_by", NAME, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_questions_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index(op.f("ix_questions_case_id"), "questions", ["case_id"])


def _limits() -> None:
    op.create_table(
        "clause_limits",
        sa.Column("clause_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("monthly_budget", sa.Double(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("per_customer", sa.Integer(), nullable=True),
        sa.Column("per_customer_days", sa.Integer(), nullable=True),
        sa.Column("roles", JSON, nullable=False),
        sa.Column("changed_by", NAME, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "monthly_budget IS NULL OR currency IS NOT NULL", name=op.f("ck_clause_limits_currency")
        ),
        sa.CheckConstraint(
            "(per_customer IS NULL) = (per_customer_days IS NULL)",
            name=op.f("ck_clause_limits_per_customer"),
        ),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clauses.id"], name=op.f("fk_clause_limits_clause_id")
        ),
        sa.PrimaryKeyConstraint("clause_id", name=op.f("pk_clause_limits")),
    )
    op.create_table(
        "pauses",
        sa.Column("id", ID, nullable=False),
        sa.Column("clause_id", ID, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("paused_by", NAME, nullable=False),
        sa.Column("paused_at", MOMENT, nullable=False),
        sa.Column("lifted_by", NAME, nullable=True),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["clause_id"], ["clauses.id"], name=op.f("fk_pauses_clause_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )
    op.create_index(op.f("ix_pauses_clause_id"), "pauses", ["clause_id"])


def _after_an_answer() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("draw", WORD, nullable=False),
        sa.Column("team", NAME, nullable=True),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.Column("verdict", WORD, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reviewed_by", NAME, nullable=True),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_reviews_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("case_id", name=op.f("uq_reviews_case_id")),
    )
    op.create_index(op.f("ix_reviews_team"), "reviews", ["team"])


def _protection() -> None:
    op.create_table(
        "charter_acceptances",
        sa.Column("account_name", NAME, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_name"], ["accounts.name"], name=op.f("fk_charter_acceptances_account_name")
        ),
        sa.PrimaryKeyConstraint("account_name", "version", name=op.f("pk_charter_acceptances")),
    )
    op.create_table(
        "break_glass",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("who", WORD, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", NAME, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("granted_by", NAME, nullable=True),
        sa.Column("granted_at", MOMENT, nullable=True),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "granted_by IS NULL OR granted_by <> asked_by",
            name=op.f("ck_break_glass_second_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    op.create_index(op.f("ix_break_glass_case_id"), "break_glass", ["case_id"])
    op.create_table(
        "own_words",
        sa.Column("id", ID, nullable=False),
        sa.Column("use", WORD, nullable=False),
        sa.Column("word", sa.String(length=500), nullable=False),
        sa.Column("placeholder", sa.String(length=40), nullable=True),
        sa.Column("added_by", NAME, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_words")),
        sa.UniqueConstraint("use", "word", name=op.f("uq_own_words_use_word")),
    )
    op.create_table(
        "erasures",
        sa.Column("id", ID, nullable=False),
        sa.Column("customer_hash", sa.String(length=64), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("erased_by", NAME, nullable=False),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_customer_hash"), "erasures", ["customer_hash"])


def downgrade() -> None:
    """Take the tables away; candidates for no kind, which earlier versions cannot hold, go too."""
    for table in TABLES:
        op.drop_table(table)
    for name in ("erased_at", "misused_at", "decided_by_owner", "escalated_at", "dimension"):
        op.drop_column("cases", name)
    op.drop_column("accounts", "credit")
    kindless = "(SELECT id FROM candidates WHERE kind_id IS NULL)"
    for child in ("decisions", "notices"):
        op.execute(f"DELETE FROM {child} WHERE candidate_id IN {kindless}")  # noqa: S608 - our words
    op.execute("DELETE FROM candidates WHERE kind_id IS NULL")
    op.drop_index("uq_candidates_one_clarifying", table_name="candidates")
    with op.batch_alter_table("candidates") as batch_op:
        batch_op.drop_constraint(op.f("ck_candidates_kind_or_clause"), type_="check")
        batch_op.alter_column("kind_id", existing_type=ID, nullable=False)
