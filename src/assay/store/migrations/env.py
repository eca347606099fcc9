"""What Alembic runs: the migrations, over the connection that it was handed, inside of whatever is begun there.

Without a connection they are written out as SQL, for `sqlite.sql`.
"""

from __future__ import annotations

from alembic import context

from assay.store.schema import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    context.configure(dialect_name="sqlite", target_metadata=metadata, literal_binds=True)
else:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
