"""What stands beside Allure's results: where they come from, and how a reader is to sort what did not pass.

Whoever has files of his own keeps them; only what an earlier session wrote of itself is written anew.
"""

from __future__ import annotations

import json
from pathlib import Path

from assay.files.reports import write_whole
from assay.report.result import Report

CATEGORIES, ENVIRONMENT = "categories.json", "environment.properties"

#: how an environment that we wrote begins: it is of an earlier session
_OURS = b"Run="
#: by what tests say; the first that fits has it
_SORTED = (
    ("Known: waived", ("skipped",), "waived until "),
    ("Pending: never yet held", ("skipped",), "pending: "),
    ("Flaky", ("failed", "skipped"), r"flaky \d+/\d+"),
    ("Environment", ("broken", "skipped"), "(Cannot |Not decided: |the target |not tried: )"),
    # what an answer could not tell is not the environment's fault
    ("Undecided", ("skipped",), "inconclusive: "),
    ("Not witnessed", ("skipped",), "unwitnessed: "),
    ("Not documented, observed", ("skipped",), "silent: "),
    ("Exemplified only", ("skipped",), "exemplified only: "),
    ("Broken promises", ("failed",), ""),
)


def write(folder: Path, report: Report) -> None:
    """Writes the two, but for those that somebody else has written. Raises `OSError`."""
    for name, text in ((CATEGORIES, categories()), (ENVIRONMENT, environment(report))):
        place = folder / name
        if not place.exists() or place.read_bytes().startswith(_OURS):
            write_whole(place, text.encode())


def categories() -> str:
    """Allure's categories: waived, pending, flaky, environment, and so on."""
    return json.dumps(
        [
            {
                "name": name,
                "matchedStatuses": list(statuses),
                **({"messageRegex": f"[\\s\\S]*{words}[\\s\\S]*"} if words else {}),
            }
            for name, statuses, words in _SORTED
        ],
        indent=1,
    )


def environment(report: Report) -> str:
    """The run in the form of Java's properties."""
    header = report.header
    known = {
        "Run": header.run,
        "Target": header.target,
        "Profile": header.profile,
        "Seed": str(header.seed),
        "Contracts": header.digest[:12],
        "Branch": header.branch,
        "Commit": header.commit,
        "Assay": header.version,
        "Target.health": "sick" if report.health.sick else "well",
    }
    return "".join(f"{name}={_escaped(value)}\n" for name, value in known.items() if value)


def _escaped(value: str) -> str:
    """As `java.util.Properties` reads it: a backslash, and what is no ASCII, is an escape; a line has no end inside."""
    plain = value.replace("\\", "\\\\").replace("\n", " ").replace("\r", " ")
    return "".join(c if c.isascii() else _units(c) for c in plain)


def _units(c: str) -> str:
    units = c.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))
