"""Alembic's entry: runs the revisions on the connection that `Database.migrate` opened."""

import importlib

from alembic import context

from recommender.models.base import Base

for room in (
    "accounts",
    "policies",
    "cases",
    "contacts",
    "kinds",
    "lineage",
    "changes",
    "notices",
    "events",
):
    importlib.import_module(f"recommender.models.{room}")

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
