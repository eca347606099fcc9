"""How the tables came to be what they are. Alembic finds them by the names of the files."""
