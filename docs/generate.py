"""What stands in the docs and elsewhere and is made from something else: `python docs/generate.py`.

The tables of contract-format.md from the contract files' schemas; the sections of laws.md from the modules of the laws
and their parameters; the table of faults.md from the list of faults; and what editors are told of the laws, in the
schema of lifecycle files; the table of profiles.md from the profiles.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from assay.app.explain import words
from assay.app.profile import PROFILES, Profile
from assay.app.tuning import FIELDS
from assay.laws.library import LAWS
from assay.laws.manual import Page, pages
from assay.mock.faults.library import FAULTS
from assay.model.breaking import Level
from assay.rules.breaking import cards, rule_ids, titles

PAGE = Path(__file__).with_name("contract-format.md")
LAWS_PAGE = PAGE.with_name("laws.md")
FAULTS_PAGE = PAGE.with_name("faults.md")
CHANGES_PAGE = PAGE.with_name("diff-rules.md")
PROFILES_PAGE = PAGE.with_name("profiles.md")
SCHEMAS = Path(__file__).parents[1] / "src" / "assay" / "contractfile" / "schemas"
COPIES = Path(__file__).parents[1] / "contracts"

#: `<!-- table: contract#/$defs/promise -->` … `<!-- end of table -->`
_TABLE = re.compile(r"(<!-- table: (?P<at>\S+) -->\n).*?(<!-- end of table -->)", re.DOTALL)
#: `<!-- laws -->` … `<!-- end of laws -->`
_SECTIONS = re.compile(r"(<!-- laws -->\n).*?(<!-- end of laws -->)", re.DOTALL)
#: `<!-- faults -->` … `<!-- end of faults -->`
_FAULTS = re.compile(r"(<!-- faults -->\n).*?(<!-- end of faults -->)", re.DOTALL)
#: `<!-- rules -->` … `<!-- end of rules -->`
_RULES = re.compile(r"(<!-- rules -->\n).*?(<!-- end of rules -->)", re.DOTALL)
#: `<!-- profiles -->` … `<!-- end of profiles -->`
_PROFILES = re.compile(r"(<!-- profiles -->\n).*?(<!-- end of profiles -->)", re.DOTALL)
#: keys of profiles, and what they mean
_EFFORT = {
    "witness": "requests to show what one operation documents",
    "valid": "generated requests that are right, of what is kept between runs",
    "invalid": "generated requests that are wrong, of what is kept",
    "fresh": "for each of those, so many that nobody made before",
    "directed": "requests for cells, pairs of cells, two instances at a time",
    "histories": "random histories",
    "steps": "requests of each history",
    "laws": "requests for the drills of laws",
    "rounds": "times that each race of a law is run",
    "shrinking": "requests to shorten one failure",
    "tries": "times that a violation is tried again, to tell the real from the flaky",
    "flaky": "what a violation that does not always come back does to the exit code",
    "rate": "requests a second at a live target",
    "max-in-flight": "requests under way at a time",
    "timeout": "seconds for one request",
    "max-time": "seconds for the run",
}
#: what a schema of a parameter tells an editor; what it forbids is the lint's to say, in its own words
_TOLD = ("description", "properties", "items", "additionalProperties")
#: definitions that say more by their name than by their type
_NAMED = {
    "schema": "JSON Schema",
    "expression": "JSON Schema with expressions",
    "source": "source",
    "strength": "strength",
    "security": "security requirements",
    "content": "media types",
}
_EXTENSION = "^x-"


def filled(page: str) -> str:
    """The page with every table made anew."""
    return _TABLE.sub(lambda found: f"{found[1]}{table(found['at'])}{found[3]}", page)


def table(at: str) -> str:
    """The Markdown table of the object that `at` names: a schema's name, then a JSON Pointer into it."""
    name, _, pointer = at.partition("#")
    node: Any = _load(name)
    for token in filter(None, pointer.split("/")):
        node = node[token]
    rows = "".join(
        f"| `{key}` | {kind} | {need} | {meaning} |\n" for key, kind, need, meaning in _rows(name, node)
    )
    return f"\n| key | type | needed | meaning |\n|---|---|---|---|\n{rows}\n"


@lru_cache
def _load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return loaded


def _rows(name: str, node: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    # where a `$ref` may stand instead, the other branch describes the object itself
    node = node if "properties" in node else node["else"]
    for key, value in node["properties"].items():
        told = {**_target(name, value), **value}
        yield (
            key,
            _kind(name, value),
            "yes" if key in node.get("required", ()) else "",
            _cell(told.get("description", "")),
        )


def _target(name: str, node: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the node's `$ref` leads to; the node itself when it has none."""
    reference = node.get("$ref", "")
    target: Mapping[str, Any] = _load(name)["$defs"][_last(reference)] if reference else node
    return target


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]


def _kind(name: str, node: Mapping[str, Any]) -> str:
    """The type in a word or two."""
    if "$ref" in node:
        word = _last(node["$ref"])
        spoken = _NAMED.get(word, re.sub(r"([A-Z])", r" \1", word).lower())
        return spoken if _target(name, node).get("type") != "string" or word in _NAMED else "text"
    if "enum" in node:
        return " · ".join(f"`{value}`" for value in node["enum"])
    if "if" in node and "items" in node.get("then", {}):  # one, or a list of them
        return f"{_kind(name, node['else'])}, or a list"
    match node.get("type"):
        case "string":
            return "text"
        case "boolean":
            return "true, false"
        case "array":
            return f"list of {_kind(name, node.get('items', {}))}"
        case "object":
            inner = _values(node)
            return f"map to {_kind(name, inner)}" if inner else "map"
        case str(other):
            return other
    return "any"


def _values(node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The schema of a map's values, where its keys are names."""
    if isinstance(node.get("additionalProperties"), dict) and node["additionalProperties"]:
        inner: Mapping[str, Any] = node["additionalProperties"]
        return inner
    patterns = [value for key, value in node.get("patternProperties", {}).items() if key != _EXTENSION]
    return patterns[0] if patterns and "properties" not in node else None


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def with_laws(page: str) -> str:
    """The page with the section of every law made anew."""
    return _SECTIONS.sub(lambda found: f"{found[1]}\n{_index()}\n{_sections()}{found[2]}", page)


def _index() -> str:
    rows = "".join(f"| [`{law.name}`](#{law.name}) | {_cell(law.title)} |\n" for law in pages())
    return f"| law | what it promises |\n|---|---|\n{rows}"


def _sections() -> str:
    return "".join(_section(law) for law in pages())


def _section(law: Page) -> str:
    example = f"```yaml\n{words()[law.name].example}\n```\n\n"
    if not law.parameters:
        return f"## {law.name}\n\n{law.text}\n\nIt takes no parameters.\n\n{example}"
    rows = "".join(
        f"| `{one.name}` | {_cell(one.form)} | {'yes' if one.needed else ''} | {_cell(one.means)} |\n"
        for one in law.parameters
    )
    table = f"| parameter | type | needed | meaning |\n|---|---|---|---|\n{rows}\n"
    return f"## {law.name}\n\n{law.text}\n\n{table}{example}"


def with_parameters(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of lifecycle files, with what editors are told of the laws made anew."""
    law: dict[str, Any] = schema["$defs"]["law"]
    common = {key: law["additionalProperties"]["properties"][key] for key in ("strength", "source")}
    told = {
        page.name: {
            "type": ["object", "null"],
            "description": f"{page.title[:1].upper()}{page.title[1:]}.",
            "properties": {**_editors(LAWS[page.name].PARAMETERS).get("properties", {}), **common},
        }
        for page in pages()
    }
    made = {
        key: value
        for key, value in law.items()
        if key not in {"properties", "examples", "additionalProperties"}
    }
    made = {
        **made,
        "examples": list(told),
        "properties": told,
        "additionalProperties": law["additionalProperties"],
    }
    return {**schema, "$defs": {**schema["$defs"], "law": made}}


def _editors(schema: Any) -> Any:  # noqa: ANN401 - JSON Schema, as it is
    """What of a parameter's schema is told to editors: names and descriptions, and words to choose from."""
    if not isinstance(schema, dict):
        return schema
    branches = [branch for key in ("anyOf", "oneOf") for branch in schema.get(key, ())]
    kept: dict[str, Any] = {key: schema[key] for key in _TOLD if key in schema}
    for branch in branches:
        kept = {**_editors(branch), **kept}
    if "properties" in kept:
        kept["properties"] = {name: _editors(value) for name, value in kept["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(kept.get(key), dict):
            kept[key] = _editors(kept[key])
        else:
            kept.pop(key, None)
    if "enum" in schema:
        kept["examples"] = schema["enum"]
    return {key: value for key, value in kept.items() if value != {}}


def with_faults(page: str) -> str:
    """The page with the table of faults made anew."""
    rows = "".join(
        f"| `{kind.name}` | {kind.title} | {', '.join(f'`{name}`' for name in sorted(kind.takes))} |\n"
        for kind in FAULTS.values()
    )
    told = f"\n| fault | what it does | takes also |\n|---|---|---|\n{rows}\n"
    return _FAULTS.sub(lambda found: f"{found[1]}{told}{found[2]}", page)


def with_profiles(page: str) -> str:
    """The page with the table of profiles made anew."""
    columns = [profile.name for profile in PROFILES.values()]
    rows = "".join(
        f"| `{key}` | {means} | {' | '.join(_figure(profile, key) for profile in PROFILES.values())} |\n"
        for key, means in _EFFORT.items()
    )
    said = " | ".join(profile.description for profile in PROFILES.values())
    told = (
        f"\n| key | what it is | {' | '.join(columns)} |\n|---|---|{'---|' * len(columns)}\n"
        f"| `description` | | {said} |\n{rows}\n"
    )
    return _PROFILES.sub(lambda found: f"{found[1]}{told}{found[2]}", page)


def _figure(profile: Profile, key: str) -> str:
    name = FIELDS.get(key, key)
    value = getattr(profile.lifecycle, name) if hasattr(profile.lifecycle, name) else getattr(profile, name)
    return "unlimited" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def with_rules(page: str) -> str:
    """The page with the section of every rule about changes made anew."""
    return _RULES.sub(lambda found: f"{found[1]}\n{_rules()}{found[2]}", page)


def _rules() -> str:
    listed, titled = cards(), titles(rule_ids())
    order = list(Level)
    ids = sorted(listed, key=lambda rule: (order.index(listed[rule].level), rule))
    rows = "".join(
        f"| [`{rule}`](#{rule}) | {listed[rule].level} | {listed[rule].whom} | {_cell(_sentence(titled[rule]))} |\n"
        for rule in ids
    )
    sections = "".join(
        f"## {rule}\n\n{titled[rule]}\n\n```\n{listed[rule].example}\n```\n\n"
        f"Usually **{listed[rule].level}**, and the matter of: {listed[rule].whom}. Source: {listed[rule].source}. "
        f"What to do: {listed[rule].fix[:1].lower()}{listed[rule].fix[1:]}\n\n"
        for rule in ids
    )
    return f"| rule | level | whom | what |\n|---|---|---|---|\n{rows}\n{sections}"


def _sentence(text: str) -> str:
    """The first one."""
    return re.split(r"(?<=\.) (?=[A-Z])", text, maxsplit=1)[0]


def main() -> int:
    """Writes the pages and the schema, and its copy for editors."""
    pages_made = (
        (PAGE, filled),
        (LAWS_PAGE, with_laws),
        (FAULTS_PAGE, with_faults),
        (PROFILES_PAGE, with_profiles),
        (CHANGES_PAGE, with_rules),
    )
    for file, made in pages_made:
        file.write_text(made(file.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    schema = json.dumps(with_parameters(_load("lifecycle")), indent=2, ensure_ascii=False) + "\n"
    for folder in (SCHEMAS, COPIES):
        (folder / "lifecycle.schema.json").write_text(schema, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
