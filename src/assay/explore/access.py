"""What a target makes of the credentials of each principal: whether it ever took them, and whether it still does."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from assay.model.case import Case


@dataclass(slots=True)
class Access:
    """One principal's."""

    #: True once the target has accepted his credentials: from then on a refusal is its own doing
    proven: bool = False
    #: a request of his that the target let in, to ask again when it refuses another
    accepted: Case | None = None
    #: True once it stopped accepting them
    lost: bool = False


class Accesses:
    """Every principal's, by name; the usual one has the empty name."""

    def __init__(self) -> None:
        #: True when everybody's credentials are taken as proven
        self.trusted = False
        self._of: defaultdict[str, Access] = defaultdict(lambda: Access(proven=self.trusted))

    def of(self, principal: str) -> Access:
        """That principal's, to read and to write."""
        return self._of[principal]

    def all_proven(self) -> dict[str, bool]:
        """Whose credentials were accepted so far, by name."""
        return {name: access.proven for name, access in self._of.items()}

    def trust(self) -> None:
        """Takes everybody's credentials as proven, from the start."""
        self.trusted = True
        for access in self._of.values():
            access.proven = True
