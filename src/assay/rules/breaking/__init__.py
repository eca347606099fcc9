"""Whom changes break. One rule, one file; this is the list of them, and the door.

A rule sees one change and says a sentence or nothing; it prints nothing and stops nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from assay.model.breaking import Finding, Level
from assay.model.contract import ContractSet
from assay.model.terms import Strength
from assay.rules.breaking import (
    action_added,
    action_removed,
    api_added,
    api_removed,
    body_became_optional,
    body_became_required,
    body_removed,
    cell_documented,
    cell_guard_changed,
    cell_later,
    cell_next_state_changed,
    cell_silent,
    cell_sooner,
    cell_status_added,
    cell_status_removed,
    credentials_relaxed,
    credentials_required,
    deprecated,
    discriminator_changed,
    error_status_added,
    error_status_removed,
    expiry_later,
    expiry_sooner,
    extensible_values_removed,
    field_added,
    field_changed,
    field_removed,
    header_added,
    header_became_optional,
    header_became_required,
    instance_identity_changed,
    law_added,
    law_changed,
    law_removed,
    lifecycle_added,
    lifecycle_removed,
    oauth_flow_changed,
    operation_added,
    operation_moved,
    operation_removed,
    operation_removed_after_deprecation,
    operation_removed_before_sunset,
    operation_renamed,
    optional_body_added,
    optional_header_removed,
    optional_parameter_added,
    parameter_became_optional,
    parameter_became_required,
    parameter_moved,
    parameter_removed,
    parameter_style_changed,
    path_parameter_renamed,
    promise_added,
    promise_removed,
    promise_rule_changed,
    request_accepts_more,
    request_alternative_removed,
    request_bound_narrowed,
    request_closed,
    request_condition_narrowed,
    request_content_changed,
    request_default_added,
    request_default_changed,
    request_default_removed,
    request_format_narrowed,
    request_media_type_added,
    request_media_type_removed,
    request_narrowed,
    request_null_refused,
    request_pattern_narrowed,
    request_property_added,
    request_property_read_only,
    request_property_refused,
    request_property_required,
    request_property_withdrawn,
    request_property_writable,
    request_type_narrowed,
    request_undecided,
    request_values_narrowed,
    required_body_added,
    required_header_removed,
    required_parameter_added,
    required_request_property_added,
    required_response_property_withdrawn,
    response_alternative_added,
    response_bound_widened,
    response_condition_widened,
    response_content_changed,
    response_default_changed,
    response_format_widened,
    response_media_type_added,
    response_media_type_removed,
    response_null_possible,
    response_opened,
    response_pattern_widened,
    response_promises_more,
    response_property_added,
    response_property_optional,
    response_property_readable,
    response_property_withdrawn,
    response_property_write_only,
    response_type_widened,
    response_undecided,
    response_values_widened,
    response_widened,
    security_scheme_added,
    security_scheme_changed,
    security_scheme_removed,
    server_added,
    server_removed,
    state_added,
    state_final_changed,
    state_reachable,
    state_removed,
    state_unreachable,
    strength_raised,
    strength_weakened,
    success_status_added,
    success_status_removed,
    sunset_changed,
    sunset_unreadable,
    tags_changed,
    undeprecated,
    version_changed,
    version_not_raised,
)
from assay.rules.breaking.look import Card, Look, Rule, Told, rules
from assay.rules.changes import changes, pairs
from assay.rules.changes.terms import Change, Kind
from assay.rules.schemas.reading import Side

RULES = rules(
    action_added,
    action_removed,
    api_added,
    api_removed,
    body_became_optional,
    body_became_required,
    body_removed,
    cell_documented,
    cell_guard_changed,
    cell_later,
    cell_next_state_changed,
    cell_silent,
    cell_sooner,
    cell_status_added,
    cell_status_removed,
    credentials_relaxed,
    credentials_required,
    deprecated,
    discriminator_changed,
    error_status_added,
    error_status_removed,
    expiry_later,
    expiry_sooner,
    extensible_values_removed,
    field_added,
    field_changed,
    field_removed,
    header_added,
    header_became_optional,
    header_became_required,
    instance_identity_changed,
    law_added,
    law_changed,
    law_removed,
    lifecycle_added,
    lifecycle_removed,
    oauth_flow_changed,
    operation_added,
    operation_moved,
    operation_removed,
    operation_removed_after_deprecation,
    operation_removed_before_sunset,
    operation_renamed,
    optional_body_added,
    optional_header_removed,
    optional_parameter_added,
    parameter_became_optional,
    parameter_became_required,
    parameter_moved,
    parameter_removed,
    parameter_style_changed,
    path_parameter_renamed,
    promise_added,
    promise_removed,
    promise_rule_changed,
    request_accepts_more,
    request_alternative_removed,
    request_bound_narrowed,
    request_closed,
    request_condition_narrowed,
    request_content_changed,
    request_default_added,
    request_default_changed,
    request_default_removed,
    request_format_narrowed,
    request_media_type_added,
    request_media_type_removed,
    request_narrowed,
    request_null_refused,
    request_pattern_narrowed,
    request_property_added,
    request_property_read_only,
    request_property_refused,
    request_property_required,
    request_property_withdrawn,
    request_property_writable,
    request_type_narrowed,
    request_undecided,
    request_values_narrowed,
    required_body_added,
    required_header_removed,
    required_parameter_added,
    required_request_property_added,
    required_response_property_withdrawn,
    response_alternative_added,
    response_bound_widened,
    response_condition_widened,
    response_content_changed,
    response_default_changed,
    response_format_widened,
    response_media_type_added,
    response_media_type_removed,
    response_null_possible,
    response_opened,
    response_pattern_widened,
    response_promises_more,
    response_property_added,
    response_property_optional,
    response_property_readable,
    response_property_withdrawn,
    response_property_write_only,
    response_type_widened,
    response_undecided,
    response_values_widened,
    response_widened,
    security_scheme_added,
    security_scheme_changed,
    security_scheme_removed,
    server_added,
    server_removed,
    state_added,
    state_final_changed,
    state_reachable,
    state_removed,
    state_unreachable,
    strength_raised,
    strength_weakened,
    success_status_added,
    success_status_removed,
    sunset_changed,
    sunset_unreadable,
    tags_changed,
    undeprecated,
    version_changed,
)


def _by_kind() -> Mapping[Kind, tuple[Rule, ...]]:
    return {kind: tuple(rule for rule in RULES if kind in rule.KINDS) for kind in Kind}


_ASKED = _by_kind()
_ORDER = tuple(Level)


def findings(old: ContractSet, new: ContractSet, *, today: date | None = None) -> tuple[Finding, ...]:
    """What changed between the two, and whom it breaks: the gravest first, then by api and place. None for equals."""
    found = [finding for change in changes(old, new) for finding in judged(change, today)]
    found += _versions(old, new, found)
    return tuple(
        sorted(found, key=lambda one: (_ORDER.index(one.level), one.api, one.subject, one.at, one.rule))
    )


def rule_ids() -> tuple[str, ...]:
    """The ids of all rules, sorted."""
    return tuple(sorted(cards()))


def cards() -> Mapping[str, Card]:
    """What stands on each rule, by id."""
    return {**{rule.RULE: rule.CARD for rule in RULES}, version_not_raised.RULE: version_not_raised.CARD}


def titles(names: Iterable[str]) -> Mapping[str, str]:
    """What rules are about, in their own words, by id."""
    known = {rule.RULE: " ".join((rule.__doc__ or "").split()) for rule in RULES}
    known[version_not_raised.RULE] = " ".join((version_not_raised.__doc__ or "").split())
    return {name: known[name] for name in dict.fromkeys(names)}


def judged(change: Change, today: date | None = None) -> Iterator[Finding]:
    """What the rules have to say of one change."""
    look = Look(change, today)
    for rule in _ASKED[change.kind]:
        told = rule.check(look)
        if told is not None:
            yield _finding(rule, change, told)


def _finding(rule: Rule, change: Change, told: Told) -> Finding:
    level = _lowered(told.level or rule.CARD.level, change.strength)
    whole = change.judged
    sample = ""
    if whole is not None and level is Level.BREAKING:
        sample = whole.lost if change.side is Side.REQUEST else whole.gained
    return Finding(
        rule.RULE, level, rule.CARD.whom, change.api, change.subject, change.at, told.message, rule.CARD.fix,
        rule.CARD.source, change.before, change.after, sample, change.old, change.new, change.strength,
    )  # fmt: skip


def _lowered(level: Level, strength: Strength) -> Level:
    """What only an example shows nobody relies on in earnest, and where the documentation is silent, nobody at all."""
    lowest = {
        Strength.DOCUMENTED: Level.BREAKING,
        Strength.EXEMPLIFIED: Level.WARNING,
        Strength.SILENT: Level.NOTE,
    }
    return max(level, lowest[strength], key=_ORDER.index)


def _versions(old: ContractSet, new: ContractSet, found: list[Finding]) -> Iterator[Finding]:
    card = version_not_raised.CARD
    for one, other in pairs.apis(old, new).both:
        own = [finding for finding in found if finding.api == other.name]
        message = version_not_raised.check_version(one, other, own)
        if message is not None:
            yield Finding(version_not_raised.RULE, card.level, card.whom, other.name, "", "version", message, card.fix,
                          card.source, one.version, other.version, "", one.place, other.place)  # fmt: skip
