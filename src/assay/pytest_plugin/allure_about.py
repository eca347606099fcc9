"""What stands beside Allure's results: which kinds of failures there are, and what was tested.

`categories.json` and `environment.properties` are read from the folder of the results. Allure 3 takes categories from
its own configuration, too, so the same stand in `allurerc.json`: `allure awesome DIR --config DIR/allurerc.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from assay.model.contract import Json
from assay.report.result import Report

#: how the reasons speak of a target that could not be asked
_DOWN = r"(inconclusive|unwitnessed|silent): [^\n]*(target (down|went down|does not answer)|nobody listens)"
#: name, statuses, a pattern for the message or None, and whether it is about flaky ones; the first that fits counts
_CATEGORIES: tuple[tuple[str, tuple[str, ...], str | None, bool], ...] = (
    ("Known: broken and waived", ("skipped",), "XFAIL waived", False),
    ("Known: new and pending", ("skipped",), "XFAIL pending", False),
    ("Flaky: broken now and then", ("failed", "skipped"), None, True),
    ("Environment: not the API's fault", ("broken",), None, False),
    ("Environment: the target was down", ("skipped",), _DOWN, False),
    ("Broken promises", ("failed",), None, False),
    ("Broken, but only an example promises it", ("skipped",), "XFAIL exemplified only", False),
    ("Undecided: no answer could tell", ("skipped",), "inconclusive: ", False),
    ("Unwitnessed: nobody has seen it", ("skipped",), "unwitnessed: ", False),
    ("Not documented: observed", ("skipped",), "silent: ", False),
)  # fmt: skip


def about(report: Report) -> Mapping[str, bytes]:
    """The files, by name; equal for equal reports."""
    categories = [_category(*one) for one in _CATEGORIES]
    return {
        "categories.json": _json(categories),
        "allurerc.json": _json({"name": "Assay", "categories": categories}),
        "environment.properties": _properties(environment(report)),
    }


def environment(report: Report) -> Mapping[str, str]:
    """What was tested, with what."""
    header = report.header
    told = {
        "target": header.target,
        "profile": header.profile,
        "seed": str(header.seed),
        "run": header.run,
        "apis": ", ".join(report.title(api) for api in report.apis),
        "contracts": header.digest[:12],
        "assay": header.version,
        "branch": header.branch,
        "commit": header.commit,
        "complete": "yes" if report.complete else f"no: {report.reason}",
    }
    return {name: value for name, value in told.items() if value}


def _category(name: str, statuses: Iterable[str], message: str | None, flaky: bool) -> dict[str, Json]:
    told: dict[str, Json] = {"name": name, "matchedStatuses": list(statuses)}
    if message is not None:
        # Allure 2 matches the whole message, Allure 3 any part of it; a dot is no line's end to either
        told["messageRegex"] = f"[\\s\\S]*{message}[\\s\\S]*"
    if flaky:
        told["flaky"] = True
    return told


def _json(value: Json) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=True).encode("ascii") + b"\n"


def _properties(values: Mapping[str, str]) -> bytes:
    """The text of a Java properties file: ISO 8859-1, what is beyond is escaped, and so are line ends."""
    return "".join(f"{name} = {_escaped(value)}\n" for name, value in values.items()).encode("ascii")


def _escaped(value: str) -> str:
    units = value.encode("utf-16-be", "surrogatepass")
    found = (int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2))
    return "".join(
        chr(unit) if 32 <= unit < 127 and unit != ord("\\") else rf"\u{unit:04x}" for unit in found
    )
