"""What Alembic runs: migrate over the connection that it was handed, in batch mode so that SQLite can follow."""

from alembic import context

from toegankelijk.storage.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
