"""Claims about changing JSON values: RFC 7396 with expressions, replacing, setting."""

from __future__ import annotations

import pytest

from assay.machine.expression import InstanceFacts, Scope
from assay.mock.patch import dress, merged, overlay, put, removed

SCOPE = Scope(instance=InstanceFacts("i", {"obj": {"a": None}, "nil": None}))


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patches_follow_rfc_7396(target, patch, result):
    """The examples of RFC 7396, appendix A, whether the patch is the contract's or a request's."""
    assert overlay(target, patch, Scope()) == result
    assert merged(target, patch) == result


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({}, {"id": "$instance.id"}, {"id": "i"}),
        ({"id": "kept"}, {"id": "$instance.nope"}, {"id": "kept"}),
        ({"o": {"b": 1}}, {"o": "$instance.obj"}, {"o": {"a": None}}),
        ({"o": 1}, {"o": "$instance.nil"}, {}),
        ({"o": 1}, {"o": {"x": "$instance.nope"}}, {"o": 1}),
        ({}, {"u": "https://x/{$instance.id}", "l": ["$instance.id"]}, {"u": "https://x/i", "l": ["i"]}),
    ],
)
def test_expressions_in_patches(target, patch, result):
    """What is found is put in whole, null removes, what finds nothing changes nothing."""
    assert overlay(target, patch, SCOPE) == result


def test_dressing_replaces_ids_everywhere():
    """A telling id is replaced inside longer strings too; a short one only where it stands alone."""
    shown = {"id": "thing-0001", "url": "https://x/thing-0001?a", "list": ["thing-0001", 1], "n": None}
    assert dress(shown, {"thing-0001": "new"}, {"thing-0001": "new"}) == {
        "id": "new",
        "url": "https://x/new?a",
        "list": ["new", 1],
        "n": None,
    }
    assert dress(["1", "v1.1"], {"1": "new"}, {"1": "new"}) == ["new", "v1.1"]


@pytest.mark.parametrize(
    ("value", "pointer", "result"),
    [
        ({"a": {"b": 1}}, "/a/b", {"a": {"b": 9}}),
        ({"a": {}}, "/a/b", {"a": {"b": 9}}),
        ({}, "/a/b", {}),
        (None, "/a", None),
        ([1, {"x": 2}], "/1/x", [1, {"x": 9}]),
        ([1], "/5", [1]),
        ([1], "/-", [1]),
        ({"a/b": 1}, "/a~1b", {"a/b": 9}),
        ({"a": 1}, "", 9),
    ],
)
def test_setting_at_a_pointer(value, pointer, result):
    """A value is set where something can hold it, and nothing is invented to hold it."""
    assert put(value, pointer, 9) == result


def test_a_merged_request_reaches_for_nothing():
    """What a request sends is never read as an expression."""
    assert merged({}, {"a": "$instance.id"}) == {"a": "$instance.id"}


@pytest.mark.parametrize(
    ("value", "pointer", "result"),
    [
        ({"a": 1, "b": 2}, "/a", {"b": 2}),
        ({"a": {"b": 1, "c": 2}}, "/a/b", {"a": {"c": 2}}),
        ({"a~/": 1}, "/a~0~1", {}),
        ({"a": 1}, "/b", {"a": 1}),
        ({"a": 1}, "/a/b", {"a": 1}),
        ([1], "/0", [1]),
        ({"a": 1}, "", {"a": 1}),
    ],
)
def test_removing_at_a_pointer(value, pointer, result):
    """A member is removed where there is one; elements of arrays, and the whole, stay."""
    assert removed(value, pointer) == result
