"""One pure judge: (contract, case, exchange) → verdicts. Every explorer, replay included, brings exchanges here."""

from __future__ import annotations

from assay.judge.judge import Judge
from assay.judge.situation import Situation

__all__ = ["Judge", "Situation"]
