"""Lint: what only shows between the parts of contracts. One rule, one file; this is the list of them.

A rule sees values and yields problems; it prints nothing and stops nothing. Where files could not be read it
says only what holds all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from assay.contractfile.parse import Parsed, arranged, parse
from assay.model.contract import ContractSet
from assay.model.problem import Problem, Severity, Silenced
from assay.rules.lint import (
    absent_left,
    ambiguous_path,
    api_without_operations,
    bad_expression,
    bad_rule,
    blank_cell,
    carried_in_missing,
    cell_status_undocumented,
    content_refused_without_content,
    content_where_none_is_sent,
    contradicting_sources,
    created_without_location,
    creator_outside_absent,
    cyclic_prerequisite,
    default_contradicts_schema,
    derived_from_derived,
    duplicate_clause,
    duplicate_law,
    duplicate_lifecycle,
    duplicate_operation,
    duplicate_parameter,
    duplicate_path,
    duplicate_promise,
    empty_promise,
    error_body_contradicts_status,
    eventually_undecided,
    example_contradicts_promise,
    example_contradicts_schema,
    expired_waiver,
    final_state_left,
    id_not_answered,
    idle_interval,
    ignored_header_parameter,
    impossible_bounds,
    interim_status,
    keyword_without_effect,
    law_parameters,
    law_untried,
    lone_expiry,
    method_refused_without_allow,
    mixed_name_style,
    name_drift,
    no_success_documented,
    operation_in_two_lifecycles,
    partial_without_range,
    path_parameter_not_in_path,
    path_parameter_not_required,
    path_template,
    path_variable_without_parameter,
    promise_cannot_fail,
    promise_status_undocumented,
    provoke_status_undocumented,
    proxy_refused_without_challenge,
    range_refused_without_length,
    redirect_without_location,
    refusal_undocumented,
    request_content_without_meaning,
    required_undescribed,
    reserved_name,
    silence,
    silent_pending,
    slo_out_of_order,
    status_without_schema,
    time_in_absent,
    unauthorized_undocumented,
    unauthorized_without_challenge,
    undeclared_tag,
    unencrypted_server,
    unknown_field,
    unknown_law,
    unknown_operation,
    unknown_pending,
    unknown_prerequisite,
    unknown_security_scheme,
    unknown_source,
    unknown_state,
    unknown_supply,
    unknown_waiver,
    unreachable_state,
    unused_component,
    unused_supply,
    upgrade_required_without_upgrade,
    vacuous_schema,
    value_refused_by_its_schema,
)
from assay.rules.lint.look import Check, Look, rules

#: every rule that looks at contracts as they are
RULES = rules(
    absent_left,
    ambiguous_path,
    api_without_operations,
    bad_expression,
    bad_rule,
    blank_cell,
    carried_in_missing,
    cell_status_undocumented,
    content_refused_without_content,
    content_where_none_is_sent,
    contradicting_sources,
    created_without_location,
    creator_outside_absent,
    default_contradicts_schema,
    derived_from_derived,
    duplicate_law,
    duplicate_lifecycle,
    duplicate_operation,
    duplicate_parameter,
    duplicate_path,
    duplicate_promise,
    empty_promise,
    error_body_contradicts_status,
    eventually_undecided,
    example_contradicts_promise,
    example_contradicts_schema,
    expired_waiver,
    final_state_left,
    id_not_answered,
    idle_interval,
    ignored_header_parameter,
    impossible_bounds,
    interim_status,
    keyword_without_effect,
    law_parameters,
    lone_expiry,
    method_refused_without_allow,
    mixed_name_style,
    name_drift,
    no_success_documented,
    operation_in_two_lifecycles,
    partial_without_range,
    path_parameter_not_in_path,
    path_parameter_not_required,
    path_template,
    path_variable_without_parameter,
    promise_cannot_fail,
    promise_status_undocumented,
    provoke_status_undocumented,
    proxy_refused_without_challenge,
    range_refused_without_length,
    redirect_without_location,
    refusal_undocumented,
    request_content_without_meaning,
    required_undescribed,
    reserved_name,
    slo_out_of_order,
    status_without_schema,
    time_in_absent,
    unauthorized_undocumented,
    unauthorized_without_challenge,
    undeclared_tag,
    unencrypted_server,
    unknown_field,
    unknown_law,
    unknown_operation,
    unknown_prerequisite,
    unknown_security_scheme,
    unknown_source,
    unknown_state,
    unknown_supply,
    unreachable_state,
    unused_component,
    unused_supply,
    upgrade_required_without_upgrade,
    vacuous_schema,
    value_refused_by_its_schema,
)
#: rules that need a plan, or the closed list of clauses, which only exist where the others found no error
CLAUSE_RULES = rules(
    cyclic_prerequisite,
    duplicate_clause,
    law_untried,
    silent_pending,
    unknown_pending,
    unknown_waiver,
)

#: rules that never find more than a warning: who only wants to know whether contracts can be used needs none of them
ADVICE = rules(
    ambiguous_path,
    api_without_operations,
    content_refused_without_content,
    content_where_none_is_sent,
    contradicting_sources,
    created_without_location,
    default_contradicts_schema,
    error_body_contradicts_status,
    example_contradicts_promise,
    example_contradicts_schema,
    expired_waiver,
    ignored_header_parameter,
    impossible_bounds,
    interim_status,
    keyword_without_effect,
    law_untried,
    method_refused_without_allow,
    mixed_name_style,
    name_drift,
    no_success_documented,
    operation_in_two_lifecycles,
    partial_without_range,
    promise_cannot_fail,
    proxy_refused_without_challenge,
    range_refused_without_length,
    redirect_without_location,
    refusal_undocumented,
    request_content_without_meaning,
    required_undescribed,
    silent_pending,
    slo_out_of_order,
    status_without_schema,
    unauthorized_undocumented,
    unauthorized_without_challenge,
    undeclared_tag,
    unencrypted_server,
    unknown_pending,
    unknown_waiver,
    unused_component,
    unused_supply,
    upgrade_required_without_upgrade,
    vacuous_schema,
    value_refused_by_its_schema,
)

#: ids of the rules whose findings a person may silence, and of those that never can be, for they find errors
SILENCEABLE = frozenset(rule.RULE for rule in ADVICE)
ERRORS = frozenset(rule.RULE for rule in (*RULES, *CLAUSE_RULES)) - SILENCEABLE


def lint(contracts: ContractSet, *, today: date | None = None, advice: bool = True) -> tuple[Problem, ...]:
    """Everything the rules find, sorted by place, each once. `today` is what waivers are held against.

    Without `advice` some warnings are not looked for; errors always are.
    """
    looks = (Look(contracts, api, today) for api in contracts.apis)
    return arranged(problem for look in looks for problem in _about(look, advice=advice))


def examine(
    files: Mapping[str, str], *, root: str = "contracts", today: date | None = None, advice: bool = True
) -> Parsed:
    """Reads and lints in one go: all problems of all files at once, contracts only where none is an error."""
    parsed = parse(files, root=root)
    problems = arranged((*parsed.problems, *lint(parsed.partial, today=today, advice=advice)))
    failed = any(problem.severity is Severity.ERROR for problem in problems)
    hidden: tuple[Silenced, ...] = ()
    if advice:  # without it, nothing is there that could be silenced
        decided, wrong = silence.comments(files, SILENCEABLE, ERRORS)
        problems, hidden, idle = silence.silenced(problems, decided)
        # where an error kept rules from looking, nobody knows what is idle
        problems = arranged((*problems, *wrong, *(() if failed else silence.idle(idle))))
    return replace(parsed, problems=problems, contracts=None if failed else parsed.contracts, silenced=hidden)


def _about(look: Look, *, advice: bool) -> Iterator[Problem]:
    found = [problem for rule in _wanted(RULES, advice=advice) for problem in rule.check(look)]
    yield from found
    if not any(problem.severity is Severity.ERROR for problem in found):
        for rule in _wanted(CLAUSE_RULES, advice=advice):
            yield from rule.check(look)


def _wanted(listed: tuple[Check, ...], *, advice: bool) -> Iterator[Check]:
    return (rule for rule in listed if advice or rule not in ADVICE)
