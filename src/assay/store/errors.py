"""What may be wrong with a place where runs are kept. Never the API's fault, and never a reason for another verdict."""

from __future__ import annotations


class StoreError(Exception):
    """A history cannot be written or read. The message follows «Cannot X: because Y. Do Z.»"""


class Damaged(StoreError):
    """The file is not, or is no longer, what the library wrote."""


class Outdated(StoreError):
    """The tables are older than this code, or newer, or not there."""


class Missing(StoreError):
    """Nothing was kept there yet."""
