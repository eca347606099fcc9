"""Assay: contract testing for HTTP APIs. See `docs/` for the ideas and the words."""

__version__ = "0.1.0"
