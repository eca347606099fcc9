"""`assay diff` as SARIF 2.1.0 (OASIS): each finding at its line in the new contracts, or the old ones where it went."""

from __future__ import annotations

import json

from assay import __version__
from assay.model.breaking import Diff, Finding, Level
from assay.model.fingerprint import fingerprint
from assay.model.terms import Json
from assay.report.legible import one_line
from assay.report.scanning import location, log, rule

_MESSAGE = 1000
_LEVELS = {Level.BREAKING: "error", Level.WARNING: "warning", Level.NOTE: "note"}


def render(diff: Diff) -> str:
    """The log, equal for equal diffs."""
    return json.dumps(document(diff), indent=1, ensure_ascii=True)


def document(diff: Diff) -> Json:
    """One run, a rule for each that found something."""
    names = list(diff.titles)
    how = "`assay explain {}` says more, with an example and what to do."
    rules = [rule(name, diff.titles[name], how.format(name)) for name in names]
    results = [_result(finding, names.index(finding.rule)) for finding in diff.findings]
    return log(__version__, "assay/diff/", rules, results)


def _result(finding: Finding, index: int) -> Json:
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
        "ruleIndex": index,
        "level": _LEVELS[finding.level],
        "message": {"text": one_line(f"{name}: {finding.message} {finding.fix}", _MESSAGE)},
        "locations": [location(finding.place, name)],
        "partialFingerprints": {
            "assay-diff/v1": fingerprint(finding.rule, finding.api, finding.subject, finding.at)
        },
        "properties": {key: value for key, value in properties.items() if value},
    }
