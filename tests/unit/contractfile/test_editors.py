"""Claims about what editors are told of contract files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assay.contractfile.decide import decided

HERE = Path(__file__).parents[3]
SCHEMAS = HERE / "src" / "assay" / "contractfile" / "schemas"
NAMES = ("api", "contract", "lifecycle", "waivers")
SHIPPED = sorted([*HERE.glob("contracts/**/*.yaml"), *HERE.glob("examples/*/contracts/**/*.yaml")])
_LINE = re.compile(r"# yaml-language-server: \$schema=(\S+)")


def _described(node: Any, root: Any) -> bool:
    """True when an editor has something to show for it: beside it, or where it refers to."""
    if not isinstance(node, dict):
        return False
    if node.get("description"):
        return True
    target = node.get("$ref", "")
    if not target.startswith("#/"):
        return False
    for token in target[2:].split("/"):
        root = root[token]
    return bool(root.get("description"))


def _properties(node: Any, root: Any, at: str = "") -> Iterator[tuple[str, bool]]:
    """Every property that may be written, and whether it is described."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _properties(item, root, f"{at}/{index}")
    elif isinstance(node, dict):
        named = node.get("properties")
        for name, value in named.items() if isinstance(named, dict) else ():
            yield f"{at}/properties/{name}", _described(value, root)
        for key, value in node.items():
            if key not in {"examples", "default", "enum", "const"}:
                yield from _properties(value, root, f"{at}/{key}")


@pytest.mark.parametrize("name", NAMES)
def test_every_property_has_a_description(name: str) -> None:
    """Whatever key the pointer rests on, the editor has a sentence for it.

    A condition may name a property once more; the sentence is where it is described.
    """
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    found = dict(_properties(schema, schema))
    described = {at.rpartition("/")[2] for at, told in found.items() if told}
    bare = [at for at, told in found.items() if not told]
    assert len(described) >= 8
    assert [at for at in bare if not re.search(r"/(if|then|else)/", at)] == []
    assert {at.rpartition("/")[2] for at in bare} <= described


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(HERE).as_posix())
def test_every_shipped_contract_names_its_schema(path: Path) -> None:
    """The first line leads, from where the file lies, to the schema of its kind."""
    found = _LINE.fullmatch(path.read_text("utf-8").splitlines()[0])
    assert found is not None
    schema = (path.parent / found[1]).resolve()
    assert schema.is_file()
    kind = {"api.yaml": "api", "waivers.yaml": "waivers"}.get(
        path.name, "lifecycle" if path.parent.name == "lifecycles" else "contract"
    )
    assert schema.name == f"{kind}.schema.json"
    assert schema.read_bytes() == (SCHEMAS / schema.name).read_bytes()


def test_a_waivers_file_that_is_written_names_its_schema() -> None:
    """A file that Assay begins has the line, too."""
    assert _LINE.match(decided("", {"clause": "a/b", "reason": "r"})) is not None


def test_completion_knows_the_values_of_closed_lists() -> None:
    """Where only some words are possible, the schema lists them: that is what an editor completes from."""
    contract = json.loads((SCHEMAS / "contract.schema.json").read_text("utf-8"))
    assert set(contract["$defs"]["strength"]["enum"]) == {"documented", "exemplified", "silent"}
    assert {"get", "post"} <= set(contract["properties"]["method"]["enum"])
