"""What keeps an explorer from having anything to ask."""

from __future__ import annotations


class GenerationError(Exception):
    """No request could be made up at all: the schema, or the engine, is at fault."""

    def __init__(self, operation: str, message: str) -> None:
        super().__init__(operation, message)
        #: operation id
        self.operation = operation
        self.message = message

    def __str__(self) -> str:
        return f"Cannot generate requests for {self.operation}: because {self.message}"
