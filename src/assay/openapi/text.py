"""A document as the text of a file: JSON (RFC 8259), or YAML that readers of either YAML version read alike."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import yaml

from assay.model.terms import Json

#: the formats there are, by the ends of file names that mean them
FORMATS: Final = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}

_WIDTH: Final = 110
#: what the core schema of YAML 1.2 (§10.3.2) takes for a number and YAML 1.1, which the writer speaks, for text
_NUMBER: Final = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+"
)


def text(document: Json, style: str) -> str:
    """The document in that format, members in its own order, with a line's end at the end."""
    if style == "json":
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=False
    )


class _Dumper(yaml.SafeDumper):
    """Writes each value out where it stands, and marks as text what some reader might take for something else."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 - the library's signature
        """Always: an anchor is no part of JSON."""
        return True


def _string(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    if "\n" in value:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|")
    quoted = "'" if _NUMBER.fullmatch(value) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=quoted)


_Dumper.add_representer(str, _string)
