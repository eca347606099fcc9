"""`assay diff` as SARIF 2.1.0 (OASIS): each finding at its line in the new contracts, or the old ones where it went."""

from __future__ import annotations

import json
from urllib.parse import quote

from assay import __version__
from assay.model.breaking import Diff, Finding, Level
from assay.model.fingerprint import fingerprint
from assay.model.problem import Place
from assay.model.terms import Json
from assay.report.legible import one_line

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_MESSAGE = 1000
_LEVELS = {Level.BREAKING: "error", Level.WARNING: "warning", Level.NOTE: "note"}


def render(diff: Diff) -> str:
    """The log, equal for equal diffs."""
    return json.dumps(document(diff), indent=1, ensure_ascii=True)


def document(diff: Diff) -> Json:
    """One run, a rule for each that found something."""
    rules = list(diff.titles)
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Assay",
                        "semanticVersion": __version__,
                        "rules": [_rule(rule, diff.titles[rule]) for rule in rules],
                    }
                },
                "automationDetails": {"id": "assay/diff/"},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, rules.index(finding.rule)) for finding in diff.findings],
            }
        ],
    }


def _rule(rule: str, title: str) -> Json:
    return {
        "id": rule,
        "name": "".join(part.capitalize() for part in rule.split("-")),
        "shortDescription": {"text": title},
        "help": {"text": f"`assay explain {rule}` says more, with an example and what to do."},
    }


def _result(finding: Finding, rule: int) -> Json:
    properties = {
        "breaks": str(finding.whom),
        "strength": str(finding.strength),
        "source": finding.source,
        "before": one_line(finding.before, _MESSAGE),
        "after": one_line(finding.after, _MESSAGE),
        "sample": one_line(finding.sample, _MESSAGE),
    }
    name = finding.where
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": _LEVELS[finding.level],
        "message": {"text": one_line(f"{name}: {finding.message} {finding.fix}", _MESSAGE)},
        "locations": [_location(finding.place, name)],
        "partialFingerprints": {
            "assay-diff/v1": fingerprint(finding.rule, finding.api, finding.subject, finding.at)
        },
        "properties": {key: value for key, value in properties.items() if value},
    }


def _location(place: Place, name: str) -> Json:
    logical = [{"fullyQualifiedName": name, "kind": "member"}]
    if not place.file:
        return {"logicalLocations": logical}
    # `REVISION:path` is a path to a reader, and must not look like a scheme
    uri = quote(place.file.replace("\\", "/").encode("utf-8", "replace"), safe="/-._~")
    physical: dict[str, Json] = {"artifactLocation": {"uri": uri}}
    if place.line:
        physical["region"] = {"startLine": place.line, "startColumn": max(place.column, 1)}
    return {"physicalLocation": physical, "logicalLocations": logical}
