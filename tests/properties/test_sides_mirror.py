"""Requests and responses mirror each other: what breaks in the ones, read backwards, breaks in the others."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from assay.model.breaking import Level
from assay.model.contract import Schema
from fakes.any_schema import COMPONENTS, SCHEMAS
from fakes.versions import REQUEST, RESPONSE, compared

#: a rule of requests -> that of responses when old and new are swapped; others only exchange the side's name
_MIRRORED = {
    "request-null-refused": "response-null-possible",
    "request-closed": "response-opened",
    "request-property-required": "response-property-optional",
    "request-alternative-removed": "response-alternative-added",
    "request-accepts-more": "response-promises-more",
}
#: what a property that comes or goes means is no mirror: clients pass over what they do not know, servers may not
_PROPERTIES = {
    "request-property-added", "required-request-property-added", "request-property-withdrawn",
    "request-property-refused", "response-property-added", "response-property-withdrawn",
    "required-response-property-withdrawn",
}  # fmt: skip


def _mirror(rule: str) -> str:
    return _MIRRORED.get(rule, rule.replace("request-", "response-").replace("-narrowed", "-widened"))


@given(old=SCHEMAS, new=SCHEMAS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_requests_and_responses_mirror_each_other(old: Schema, new: Schema) -> None:
    """Whatever the schemas are, nothing raises, and the two sides see the same from opposite ends."""
    shared = {"api#/components/schemas": COMPONENTS["schemas"]}
    asked = compared({**shared, REQUEST: old}, {**shared, REQUEST: new})
    answered = compared({**shared, RESPONSE: new}, {**shared, RESPONSE: old})
    left = {(_mirror(one.rule), one.level) for one in asked if one.rule not in _PROPERTIES}
    right = {(one.rule, one.level) for one in answered if one.rule not in _PROPERTIES}
    sure = {(rule, level) for rule, level in left ^ right if "version" not in rule}
    # a search for a value may succeed one way and not the other: then one says undecided, and none the opposite
    assert not any(level is Level.NOTE for _, level in sure) or any(
        "undecided" in rule for rule, _ in left | right
    ), sure
    for one in (*asked, *answered):
        assert one.level is not Level.BREAKING or one.sample or one.rule == "version-not-raised"
