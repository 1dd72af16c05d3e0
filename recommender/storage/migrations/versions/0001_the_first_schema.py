"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from recommender.models.base import HalfVector

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(length=32)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


SQLITE_GUARDS = (
    (
        "CREATE TRIGGER events_no_update BEFORE UPDATE ON events "
        "BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END"
    ),
    (
        "CREATE TRIGGER events_no_delete BEFORE DELETE ON events "
        "BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END"
    ),
)
POSTGRESQL_GUARDS = (
    (
        "CREATE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the event log is append-only'; END $$"
    ),
    (
        "CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION events_append_only()"
    ),
)


def guard_events() -> None:
    """Let the database itself refuse to edit or delete log entries."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_GUARDS if on_sqlite else POSTGRESQL_GUARDS:
        op.execute(statement)


def upgrade() -> None:  # noqa: PLR0915 - one statement a table
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column("roles", JSON, nullable=False),
        sa.Column("team", sa.String(length=120), nullable=True),
        sa.Column("lead", sa.String(length=120), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_accounts")),
    )
    op.create_table(
        "contact_volumes",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("product", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=120), nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.CheckConstraint("contacts >= 0", name=op.f("ck_contact_volumes_contacts")),
        sa.PrimaryKeyConstraint("week", "product", "channel", name=op.f("pk_contact_volumes")),
    )
    op.create_table(
        "events",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("noun", sa.String(length=40), nullable=False),
        sa.Column("noun_id", sa.String(length=200), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_events")),
    )
    op.create_table(
        "import_batches",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("imported_by", sa.String(length=120), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
    )
    op.create_table(
        "policies",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=True),
        sa.Column("layout", JSON, nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
        sa.UniqueConstraint("key", name=op.f("uq_policies_key")),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("encoder", sa.String(length=200), nullable=False),
        sa.Column("parameters", JSON, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("diff", JSON, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("started_by", sa.String(length=120), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index(
            "uq_runs_one_running",
            ["state"],
            unique=True,
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        )

    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("account_name", sa.String(length=120), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_name"], ["accounts.name"], name=op.f("fk_api_keys_account_name")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_keys_secret_hash")),
    )
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_api_keys_account_name"), ["account_name"], unique=False
        )

    op.create_table(
        "clauses",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("policy_id", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("section_key", sa.String(length=120), nullable=False),
        sa.Column("section_title", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=True),
        sa.Column("never_bend", sa.Boolean(), nullable=False),
        sa.Column("ceiling", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_clauses_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clauses")),
        sa.UniqueConstraint("key", name=op.f("uq_clauses_key")),
    )
    with op.batch_alter_table("clauses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clauses_policy_id"), ["policy_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clauses_section_key"), ["section_key"], unique=False)

    op.create_table(
        "idempotent_answers",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("account_name", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_name"], ["accounts.name"], name=op.f("fk_idempotent_answers_account_name")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotent_answers")),
        sa.UniqueConstraint(
            "account_name", "key", name=op.f("uq_idempotent_answers_account_name_key")
        ),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("account_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_name"], ["accounts.name"], name=op.f("fk_sign_ins_account_name")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_ins_account_name"), ["account_name"], unique=False
        )

    op.create_table(
        "kinds",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("named_by", sa.String(length=120), nullable=True),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("clause_id", sa.String(length=12), nullable=True),
        sa.Column("gap", sa.Boolean(), nullable=False),
        sa.Column("card", JSON, nullable=False),
        sa.Column("born_at", MOMENT, nullable=False),
        sa.Column("born_run_id", sa.String(length=12), nullable=True),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.Column("dismissed_at", MOMENT, nullable=True),
        sa.Column("dismissed_by", sa.String(length=120), nullable=True),
        sa.Column("dismissed_reason", sa.Text(), nullable=True),
        sa.Column("dismissed_with_cases", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["born_run_id"], ["runs.id"], name=op.f("fk_kinds_born_run_id")),
        sa.ForeignKeyConstraint(["clause_id"], ["clauses.id"], name=op.f("fk_kinds_clause_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kinds")),
    )
    with op.batch_alter_table("kinds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kinds_clause_id"), ["clause_id"], unique=False)

    op.create_table(
        "revisions",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("clause_id", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("markup", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("parameters", JSON, nullable=False),
        sa.Column("effective_from", MOMENT, nullable=True),
        sa.Column("candidate_id", sa.String(length=12), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("retires", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["clause_id"], ["clauses.id"], name=op.f("fk_revisions_clause_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("clause_id", "number", name=op.f("uq_revisions_clause_id_number")),
    )
    with op.batch_alter_table("revisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revisions_clause_id"), ["clause_id"], unique=False)

    op.create_table(
        "candidates",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("kind_id", sa.String(length=12), nullable=False),
        sa.Column("clause_id", sa.String(length=12), nullable=True),
        sa.Column("base_revision_id", sa.String(length=12), nullable=True),
        sa.Column("state", WORD, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("verdict", WORD, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("old_markup", sa.Text(), nullable=True),
        sa.Column("new_markup", sa.Text(), nullable=True),
        sa.Column("draft", JSON, nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("backtest", JSON, nullable=False),
        sa.Column("promoted_by", sa.String(length=120), nullable=False),
        sa.Column("promoted_at", MOMENT, nullable=False),
        sa.Column("claimed_by", sa.String(length=120), nullable=True),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("effective_from", MOMENT, nullable=True),
        sa.Column("revision_id", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(
            ["base_revision_id"], ["revisions.id"], name=op.f("fk_candidates_base_revision_id")
        ),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clauses.id"], name=op.f("fk_candidates_clause_id")
        ),
        sa.ForeignKeyConstraint(["kind_id"], ["kinds.id"], name=op.f("fk_candidates_kind_id")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_candidates_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidates")),
    )
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidates_clause_id"), ["clause_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_candidates_kind_id"), ["kind_id"], unique=False)
        batch_op.create_index(
            "uq_candidates_one_waiting",
            ["kind_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('open', 'claimed', 'returned', 'deferred')"),
            postgresql_where=sa.text("state IN ('open', 'claimed', 'returned', 'deferred')"),
        )

    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("source_system", sa.String(length=120), nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("filed_after_the_act", sa.Boolean(), nullable=False),
        sa.Column("agent_id", sa.String(length=120), nullable=True),
        sa.Column("agent_team", sa.String(length=120), nullable=True),
        sa.Column("cosigner_id", sa.String(length=120), nullable=True),
        sa.Column("customer_id", sa.String(length=120), nullable=True),
        sa.Column("channel", sa.String(length=120), nullable=True),
        sa.Column("product", sa.String(length=200), nullable=True),
        sa.Column("brand", sa.String(length=120), nullable=True),
        sa.Column("market", sa.String(length=120), nullable=True),
        sa.Column("customer_tier", sa.String(length=120), nullable=True),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=True),
        sa.Column("revoke_reason", sa.Text(), nullable=True),
        sa.Column("clause_id", sa.String(length=12), nullable=True),
        sa.Column("revision_id", sa.String(length=12), nullable=True),
        sa.Column("section_key", sa.String(length=120), nullable=True),
        sa.Column("policy_ref", sa.String(length=200), nullable=True),
        sa.Column("gap", sa.Boolean(), nullable=False),
        sa.Column("granted_action", sa.String(length=120), nullable=True),
        sa.Column("amount", sa.Double(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("extra", JSON, nullable=False),
        sa.Column("provenance", JSON, nullable=False),
        sa.Column("precedent_id", sa.String(length=12), nullable=True),
        sa.Column("signatures_needed", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.String(length=12), nullable=True),
        sa.Column("row_hash", sa.String(length=64), nullable=True),
        sa.Column("imported_state", WORD, nullable=True),
        sa.CheckConstraint(
            "cosigner_id IS NULL OR cosigner_id <> agent_id OR batch_id IS NOT NULL",
            name=op.f("ck_cases_cosigner_is_another"),
        ),
        sa.CheckConstraint("signatures_needed >= 1", name=op.f("ck_cases_signatures_needed")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_cases_batch_id")
        ),
        sa.ForeignKeyConstraint(["clause_id"], ["clauses.id"], name=op.f("fk_cases_clause_id")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_cases_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint(
            "source_system", "source_id", name=op.f("uq_cases_source_system_source_id")
        ),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_agent_id"), ["agent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_clause_id"), ["clause_id"], unique=False)
        batch_op.create_index("ix_cases_state_occurred_at", ["state", "occurred_at"], unique=False)

    op.create_table(
        "co_signatures",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("case_id", sa.String(length=12), nullable=False),
        sa.Column("filer_id", sa.String(length=120), nullable=False),
        sa.Column("signer_id", sa.String(length=120), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("verdict", WORD, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("voided_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "signer_id <> filer_id", name=op.f("ck_co_signatures_signer_is_another")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_co_signatures_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_signatures")),
        sa.UniqueConstraint("case_id", "ordinal", name=op.f("uq_co_signatures_case_id_ordinal")),
    )
    with op.batch_alter_table("co_signatures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_co_signatures_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "uq_co_signatures_one_standing",
            ["case_id", "signer_id"],
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

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
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("candidate_id", sa.String(length=12), nullable=False),
        sa.Column("verdict", WORD, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("suggested_markup", sa.Text(), nullable=True),
        sa.Column("final_markup", sa.Text(), nullable=True),
        sa.Column("until", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidates.id"], name=op.f("fk_decisions_candidate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_decisions_candidate_id"), ["candidate_id"], unique=False
        )

    op.create_table(
        "embeddings",
        sa.Column("case_id", sa.String(length=12), nullable=False),
        sa.Column("view", sa.String(length=16), nullable=False),
        sa.Column("fingerprint", sa.String(length=200), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("embedded_at", MOMENT, nullable=False),
        sa.Column("vector", HalfVector(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_embeddings_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "view", "fingerprint", name=op.f("pk_embeddings")),
    )
    with op.batch_alter_table("embeddings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_embeddings_fingerprint_embedded_at", ["fingerprint", "embedded_at"], unique=False
        )

    op.create_table(
        "memberships",
        sa.Column("case_id", sa.String(length=12), nullable=False),
        sa.Column("kind_id", sa.String(length=12), nullable=False),
        sa.Column("strength", sa.Double(), nullable=False),
        sa.Column("origin", WORD, nullable=False),
        sa.Column("run_id", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_memberships_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["kind_id"], ["kinds.id"], name=op.f("fk_memberships_kind_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_memberships_run_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_memberships")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_kind_id"), ["kind_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("account_name", sa.String(length=120), nullable=False),
        sa.Column("topic", WORD, nullable=False),
        sa.Column("needs_you", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("case_id", sa.String(length=12), nullable=True),
        sa.Column("candidate_id", sa.String(length=12), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_name"], ["accounts.name"], name=op.f("fk_notices_account_name")
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidates.id"], name=op.f("fk_notices_candidate_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_notices_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_account_name"), ["account_name"], unique=False)

    op.create_table(
        "outcomes",
        sa.Column("case_id", sa.String(length=12), nullable=False),
        sa.Column("source", WORD, nullable=False),
        sa.Column("csat", sa.Integer(), nullable=True),
        sa.Column("complaint", sa.Boolean(), nullable=True),
        sa.Column("retained", sa.Boolean(), nullable=True),
        sa.Column("actual_cost", sa.Double(), nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outcomes_case_id")),
        sa.PrimaryKeyConstraint("case_id", "source", name=op.f("pk_outcomes")),
    )
    op.create_table(
        "raw_texts",
        sa.Column("case_id", sa.String(length=12), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=True),
        sa.Column("revoke_reason", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_raw_texts_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_raw_texts")),
    )
    guard_events()


def downgrade() -> None:  # noqa: PLR0915 - one statement a table
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP TRIGGER events_append_only ON events")
        op.execute("DROP FUNCTION events_append_only")
    op.drop_table("raw_texts")
    op.drop_table("outcomes")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_account_name"))

    op.drop_table("notices")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_kind_id"))

    op.drop_table("memberships")
    with op.batch_alter_table("embeddings", schema=None) as batch_op:
        batch_op.drop_index("ix_embeddings_fingerprint_embedded_at")

    op.drop_table("embeddings")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_candidate_id"))

    op.drop_table("decisions")
    op.drop_table("constraints")
    with op.batch_alter_table("co_signatures", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_co_signatures_one_standing",
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_co_signatures_case_id"))

    op.drop_table("co_signatures")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index("ix_cases_state_occurred_at")
        batch_op.drop_index(batch_op.f("ix_cases_clause_id"))
        batch_op.drop_index(batch_op.f("ix_cases_batch_id"))
        batch_op.drop_index(batch_op.f("ix_cases_agent_id"))

    op.drop_table("cases")
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_candidates_one_waiting",
            sqlite_where=sa.text("state IN ('open', 'claimed', 'returned', 'deferred')"),
            postgresql_where=sa.text("state IN ('open', 'claimed', 'returned', 'deferred')"),
        )
        batch_op.drop_index(batch_op.f("ix_candidates_kind_id"))
        batch_op.drop_index(batch_op.f("ix_candidates_clause_id"))

    op.drop_table("candidates")
    with op.batch_alter_table("revisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revisions_clause_id"))

    op.drop_table("revisions")
    with op.batch_alter_table("kinds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kinds_clause_id"))

    op.drop_table("kinds")
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_ins_account_name"))

    op.drop_table("sign_ins")
    op.drop_table("idempotent_answers")
    with op.batch_alter_table("clauses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clauses_section_key"))
        batch_op.drop_index(batch_op.f("ix_clauses_policy_id"))

    op.drop_table("clauses")
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_keys_account_name"))

    op.drop_table("api_keys")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_runs_one_running",
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        )

    op.drop_table("runs")
    op.drop_table("policies")
    op.drop_table("import_batches")
    op.drop_table("events")
    op.drop_table("contact_volumes")
    op.drop_table("accounts")
