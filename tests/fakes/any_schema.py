"""Schemas and values at random: small ones that meet often."""

from __future__ import annotations

from hypothesis import strategies as st

from assay.model.contract import Json, Schema

#: what references of random schemas lead to
COMPONENTS: dict[str, Json] = {
    "schemas": {
        "Text": {"type": "string", "minLength": 1},
        "Thing": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
        "Kind": {"enum": ["x", "y"]},
    }
}
NAMES = st.sampled_from(["a", "b", "c"])
_PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 6),
    st.sampled_from([0.5, 2.5]),
    st.sampled_from(["", "a", "xx", "x1", "abc"]),
)
VALUES = st.recursive(
    _PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)


def resolve(schema: Schema) -> Schema:
    """References of the small components above."""
    while isinstance(schema, dict) and "$ref" in schema:
        schema = COMPONENTS["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _some(**words: st.SearchStrategy[Json]) -> st.SearchStrategy[dict[str, Json]]:
    return st.fixed_dictionaries({}, optional=words)


_KINDS = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
_LEAVES: st.SearchStrategy[Schema] = st.one_of(
    st.just({}),
    st.builds(lambda kind: {"type": kind}, _KINDS),
    st.builds(lambda kinds: {"type": sorted(kinds)}, st.sets(_KINDS, min_size=1, max_size=3)),
    st.builds(lambda values: {"enum": values}, st.lists(_PLAIN, min_size=1, max_size=3, unique_by=repr)),
    st.builds(lambda value: {"const": value}, _PLAIN),
    st.builds(
        lambda words: {"type": "integer", **words},
        _some(minimum=st.integers(-3, 2), maximum=st.integers(2, 6), multipleOf=st.sampled_from([1, 2, 3])),
    ),
    st.builds(
        lambda words: {"type": "number", **words},
        _some(
            exclusiveMinimum=st.integers(-3, 2), exclusiveMaximum=st.integers(2, 6),
            multipleOf=st.sampled_from([0.5, 1]),
        ),
    ),
    st.builds(
        lambda words: {"type": "string", **words},
        _some(
            minLength=st.integers(0, 2), maxLength=st.integers(1, 3), pattern=st.sampled_from(["^x", "^[a-z]+$", "1"]),
            format=st.sampled_from(["date", "ipv4"]),
        ),
    ),
    st.sampled_from([{"$ref": f"#/components/schemas/{name}"} for name in COMPONENTS["schemas"]]),
)  # fmt: skip


def _grown(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    pairs = st.lists(inner, min_size=1, max_size=2)
    return st.one_of(
        st.builds(
            lambda words: {"type": "object", **words},
            _some(
                properties=st.dictionaries(NAMES, inner, max_size=3),
                required=st.lists(NAMES, max_size=2, unique=True),
                additionalProperties=st.one_of(st.booleans(), inner),
                minProperties=st.integers(0, 1), maxProperties=st.integers(1, 3),
                dependentRequired=st.just({"a": ["b"]}),
                patternProperties=st.dictionaries(st.sampled_from(["^a", "b"]), inner, max_size=1),
                propertyNames=st.sampled_from([True, {"maxLength": 1}]),
                unevaluatedProperties=st.one_of(st.just(False), inner),
                dependentSchemas=st.dictionaries(NAMES, inner, max_size=1),
                allOf=st.lists(inner, min_size=1, max_size=1),
            ),
        ),
        st.builds(
            lambda words: {"type": "array", **words},
            _some(
                items=st.one_of(inner, st.just(False)), prefixItems=pairs, minItems=st.integers(0, 2),
                maxItems=st.integers(1, 3), uniqueItems=st.booleans(), contains=inner, minContains=st.integers(0, 1),
                unevaluatedItems=st.one_of(st.just(False), inner), allOf=st.lists(inner, min_size=1, max_size=1),
            ),
        ),
        st.builds(lambda many: {"anyOf": many}, pairs),
        st.builds(lambda many: {"oneOf": many}, pairs),
        st.builds(lambda many: {"allOf": many}, pairs),
        st.builds(lambda one: {"not": one}, inner),
        st.builds(lambda one, then, other: {"if": one, "then": then, "else": other}, inner, inner, inner),
        st.builds(lambda one, other: {**other, **one}, inner, inner),
    )  # fmt: skip


SCHEMAS = st.recursive(_LEAVES, _grown, max_leaves=5)
