"""Orders: a small shop's API.

`README.md` is its documentation; `server` keeps it; each module in `wrong` breaks it in one way.
"""
