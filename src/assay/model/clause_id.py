"""Clause ids: stable, readable, made of names only, never of wording or order."""

from __future__ import annotations


def operation_clause(api: str, operation: str, part: str) -> str:
    """`iplaygames/endMultiSession/status/404`."""
    return f"{api}/{operation}/{part}"


def rejects_clause(api: str, operation: str, constraint: str) -> str:
    """The clause «input that breaks this constraint is refused»."""
    return f"{api}/{operation}/rejects/{constraint}"


def cell_clause(api: str, lifecycle: str, state: str, operation: str) -> str:
    """The clause of one entry of a lifecycle table."""
    return f"{api}/lifecycle/{lifecycle}/{state}/{operation}"


def expiry_clause(api: str, lifecycle: str, state: str, operation: str) -> str:
    """The clause «from some age on, this entry of a lifecycle table is the expired one»."""
    return f"{cell_clause(api, lifecycle, state, operation)}/expires"


def field_clause(api: str, lifecycle: str, field: str) -> str:
    """The clause «this remembered value stays what it was»."""
    return f"{api}/lifecycle/{lifecycle}/field/{field}"


def law_clause(api: str, lifecycle: str, law: str) -> str:
    """The clause of a law."""
    return f"{api}/lifecycle/{lifecycle}/law/{law}"
