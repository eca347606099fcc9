"""The wrong servers, one to a file: the docstring states the fault, `CAUGHT_BY` what must find it."""
