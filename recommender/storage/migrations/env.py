"""Alembic's entry: runs the revisions on the connection that `Database.migrate` opened."""

from importlib import import_module
from pkgutil import iter_modules

from alembic import context

from recommender import models
from recommender.models.base import Base

for module in iter_modules(models.__path__):
    import_module(f"recommender.models.{module.name}")

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
