"""Alembic's way in. `migrate` hands it a connection that has begun its transaction, with foreign keys off."""

from alembic import context

from teststation.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
)
context.run_migrations()
