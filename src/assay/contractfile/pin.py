"""What was observed, written into the text of a contract: comments, order and style of all else stay as they are.

Only the characters of the entry itself are replaced: PyYAML says where each value begins and ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import yaml

from assay.contractfile.decide import CannotEdit
from assay.model.pointer import tokens

#: the key of `sources` under which runs stand: what follows `#` is the run's id
OBSERVED: Final = "observed"
TITLE: Final = "What runs saw; no documentation says it"
#: a promise that no document makes in so many words
STRENGTH: Final = "exemplified"

#: one way of answering: its keys as a cell has them
Way = Mapping[str, str | int]


def filled(text: str, pointer: str, ways: Sequence[Way], source: str) -> str:
    """The text of a lifecycle in which the silent cell at `pointer` answers in those ways.

    How the mock answers there stays where its status is that of the first way. Raises `CannotEdit`.
    """
    key, node = _entry(text, pointer)
    written = [{**way, "strength": STRENGTH, "source": source} for way in ways]
    if isinstance(node, yaml.ScalarNode):
        if node.value != "silent":
            raise CannotEdit(f"the cell is not silent but {node.value!r}")
        return _replaced(text, node, _listed(_flow(way) for way in written))
    if not isinstance(node, yaml.MappingNode):
        raise CannotEdit("the cell is not silent")
    members = {name.value: value for name, value in node.value}
    if "silent" not in members:
        raise CannotEdit("the cell is not silent")
    body = _mocked(members["silent"], written[0].get("status"))
    remarks = _remarks(text, node, [body, *(value for key, value in members.items() if key != "silent")])
    if node.flow_style:
        if remarks:
            raise CannotEdit("there are comments inside of it")
        mock = "" if body is None else f", mock: {{body: {_slice(text, body)}}}"
        first = f"{_flow(written[0])[:-1]}{mock}}}"
        return _replaced(text, node, _listed([first, *(_flow(way) for way in written[1:])]))
    indent = node.start_mark.column
    if key is not None and node.start_mark.line == key.start_mark.line:
        raise CannotEdit("its first line cannot be told from its key")
    lines = _block(written[0], indent)
    if body is not None:
        lines += _mock_lines(text, body, indent)
    kept = (
        [f"{' ' * indent}description: {_slice(text, members['description'])}"]
        if "description" in members
        else []
    )
    lines += kept
    if len(written) > 1:
        pad = " " * indent
        lines = [f"{pad}- {lines[0][indent:]}", *(f"  {line}" for line in lines[1:])]
        lines += [f"{pad}- {_flow(way)}" for way in written[1:]]
    return _replaced(text, node, "\n".join([*(f"{' ' * indent}{one}" for one in remarks), *lines])[indent:])


def firmer(text: str, pointer: str, source: str) -> str:
    """The text in which what is silent at `pointer` counts as `exemplified`, and names its source.

    Raises `CannotEdit` where `strength: silent` is not written there itself.
    """
    _, node = _entry(text, pointer)
    if isinstance(node, yaml.MappingNode) and len(node.value) == 1 and "strength" not in _members(node):
        _, node = next(iter(node.value))  # a law: its name, and what it is told
    if not isinstance(node, yaml.MappingNode):
        raise CannotEdit("its strength stands elsewhere")
    members = _members(node)
    strength = members.get("strength")
    if not isinstance(strength, yaml.ScalarNode) or strength.value != "silent":
        raise CannotEdit("its strength stands elsewhere")
    edits = [(strength.start_mark.index, strength.end_mark.index, STRENGTH)]
    known = members.get("source")
    if known is not None:
        edits.append((known.start_mark.index, _end(known), source))
    elif node.flow_style:
        edits[0] = (*edits[0][:2], f"{STRENGTH}, source: {source}")
    else:
        name = next(key for key, _ in node.value if key.value == "strength")
        edits[0] = (*edits[0][:2], f"{STRENGTH}\n{' ' * name.start_mark.column}source: {source}")
    for begin, end, new in sorted(edits, reverse=True):
        text = text[:begin] + new + text[end:]
    return text


def sourced(text: str) -> str:
    """The text of an `api.yaml` whose `sources` have an entry for runs. Raises `CannotEdit`."""
    root = _composed(text)
    found = next((value for key, value in root.value if key.value == "sources"), None)
    title = f"title: {TITLE}"
    if found is None:
        ended = text if text.endswith("\n") else f"{text}\n"
        return f"{ended}sources:\n  {OBSERVED}: {{{title}}}\n"
    if not isinstance(found, yaml.MappingNode):
        raise CannotEdit("`sources` is no mapping")
    if OBSERVED in _members(found):
        return text
    if found.flow_style:
        end = found.end_mark.index - 1
        comma = ", " if found.value else ""
        return f"{text[:end].rstrip()}{comma}{OBSERVED}: {{{title}}}{text[end:]}"
    first, _ = found.value[0]
    pad = " " * first.start_mark.column
    end = _end(found.value[-1][1])
    line = text.find("\n", end)
    at = len(text) if line < 0 else line + 1
    before = text[:at] if text[:at].endswith("\n") else f"{text[:at]}\n"
    return f"{before}{pad}{OBSERVED}:\n{pad}  {title}\n{text[at:]}"


def _composed(text: str) -> yaml.MappingNode:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise CannotEdit(f"it is not YAML ({str(error).splitlines()[0]})") from None
    if not isinstance(root, yaml.MappingNode):
        raise CannotEdit("it is no mapping")
    return root


def _entry(text: str, pointer: str) -> tuple[yaml.Node | None, yaml.Node]:
    """The value at that pointer, and its key where it has one. Raises `CannotEdit`, also for an alias or an anchor."""
    key: yaml.Node | None = None
    node: yaml.Node = _composed(text)
    for token in tokens(pointer):
        if isinstance(node, yaml.MappingNode):
            found = next((pair for pair in node.value if pair[0].value == token), None)
            if found is None:
                raise CannotEdit(f"there is no {token!r}")
            key, node = found
            between = text[key.end_mark.index : node.start_mark.index] if node.start_mark.index else ""
            if node.start_mark.index < key.end_mark.index or not re.fullmatch(
                r"\s*:(\s|#[^\n]*\n)*", between
            ):
                raise CannotEdit("it is shared with another place by an alias")
        elif isinstance(node, yaml.SequenceNode) and token.isdecimal() and int(token) < len(node.value):
            key, node = None, node.value[int(token)]
        else:
            raise CannotEdit(f"there is no {token!r}")
    if text[node.start_mark.index] in "&*":
        raise CannotEdit("it is shared with another place by an alias")
    return key, node


def _members(node: yaml.MappingNode) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in node.value}


def _end(node: yaml.Node) -> int:
    """Where a value ends. A block says that it ends where the next token begins: later."""
    while isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(node, yaml.MappingNode) else last
    return int(node.end_mark.index)


def _slice(text: str, node: yaml.Node) -> str:
    return text[node.start_mark.index : _end(node)].rstrip("\n")


def _replaced(text: str, node: yaml.Node, new: str) -> str:
    end = _end(node)
    old = text[node.start_mark.index : end]
    return text[: node.start_mark.index] + new + ("\n" if old.endswith("\n") else "") + text[end:]


def _remarks(text: str, node: yaml.Node, kept: Iterable[yaml.Node | None]) -> list[str]:
    """The comments inside a value, but for those in the parts of it that stay."""
    begin, end = int(node.start_mark.index), _end(node)
    parts = sorted((int(one.start_mark.index), _end(one)) for one in kept if one is not None)
    rest = ""
    for start, stop in [*parts, (end, end)]:
        rest += text[begin:start]
        begin = stop
    return [found[1] for found in re.finditer(r"(?:^|\s)(#[^\n]*)", rest)]


def _mocked(node: yaml.Node, status: object) -> yaml.Node | None:
    """The body that the mock adds, where it answers with that status anyway."""
    mock = _members(node).get("mock") if isinstance(node, yaml.MappingNode) else None
    told = _members(mock) if isinstance(mock, yaml.MappingNode) else {}
    same = "status" in told and told["status"].value == str(status)
    return told.get("body") if same else None


def _mock_lines(text: str, body: yaml.Node, indent: int) -> list[str]:
    pad = " " * indent
    if not isinstance(body, yaml.CollectionNode) or body.flow_style:
        return [f"{pad}mock:", f"{pad}  body: {_slice(text, body)}"]
    shift = indent + 4 - body.start_mark.column
    first, *rest = _slice(text, body).split("\n")
    lines = [f"{' ' * (indent + 4)}{first}"]
    for line in rest:
        depth = len(line) - len(line.lstrip(" "))
        lines.append(" " * max(depth + shift, 0) + line.lstrip(" ") if line.strip() else "")
    return [f"{pad}mock:", f"{pad}  body:", *lines]


def _flow(way: Way) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in way.items()) + "}"


def _listed(ways: Iterable[str]) -> str:
    several = list(ways)
    return several[0] if len(several) == 1 else "[" + ", ".join(several) + "]"


def _block(way: Way, indent: int) -> list[str]:
    return [f"{' ' * indent}{key}: {value}" for key, value in way.items()]
