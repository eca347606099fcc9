"""Results of mutants on disk: `<root>/<digest>.json`, of contracts, profile, seed and version that are the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from assay.files.reports import WriteError, write_whole
from assay.model.mutation import Trial
from assay.report.codec import CodecError, decode, encode

FORMAT = "assay-mutants/1"


class MutantFolder:
    """Trials that were made before. A folder that cannot be written to costs time, and nothing else."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, digest: str) -> dict[str, Trial]:
        """Mutant -> its trial; empty where there is none, or it cannot be read."""
        try:
            kept = json.loads((self.root / f"{digest}.json").read_text(encoding="utf-8"))
            if kept["format"] != FORMAT:
                return {}
            return {name: decode(Trial, trial) for name, trial in kept["trials"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, CodecError):
            return {}

    def write(self, digest: str, trials: Mapping[str, Trial]) -> None:
        """Keeps the trials."""
        told = {"format": FORMAT, "trials": {name: encode(trial) for name, trial in trials.items()}}
        try:
            write_whole(self.root / f"{digest}.json", json.dumps(told, separators=(",", ":")).encode())
        except WriteError:
            return
