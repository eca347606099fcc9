"""Room: runs kept in a database. The only one that speaks SQL; `quick.py` is all of it that a run loads."""
