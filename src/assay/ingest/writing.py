"""JSON values as the YAML that a person would write: blocks, short things in one line, remarks above what they mean.

Both YAML 1.1 and 1.2 read back what was written, which PyYAML's own writer does not promise for 1.2.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from assay.ingest.notes import Block
from assay.model.terms import Json

#: characters of a line, and of what stands in one line though it has members
_WIDTH: Final = 110
_SHORT: Final = 90
#: characters of a key that YAML lets stand before its colon (§7.4.3: 1024)
_LONGEST_KEY: Final = 1000
#: levels of what stands in one line
_FLAT: Final = 3
#: plain texts: nothing that any reader of YAML takes for something else (YAML 1.2 §7.3.3, and 1.1's words and numbers)
#: behind a space, `#` begins a comment
_PLAIN: Final = re.compile(r"[A-Za-z/$][A-Za-z0-9 _./$()+-]*(?:(?<! )[#:][A-Za-z0-9_./$()+-]+)*")
_WORDS: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})
#: characters that YAML lets stand (§5.1), line breaks and what some readers take for one left out
_UNPRINTABLE: Final = re.compile(
    "[^\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]"
)
_SURROGATE: Final = re.compile("[\\ud800-\\udfff]")
_BLOCK_LINE: Final = re.compile(r"(?:[^\s#].*\S|[^\s#])?")


def written(value: Mapping[str, Json], heading: str = "") -> str:
    """The text of a file that holds that mapping, with `heading` as a comment in its first line."""
    lines = [f"# {heading}"] if heading else []
    lines.extend(_mapping(value, 0))
    return "\n".join(lines) + "\n"


def _mapping(value: Mapping[str, Json], indent: int) -> Iterator[str]:
    margin = " " * indent
    remarks = value.remarks if isinstance(value, Block) else {}
    for key, member in value.items():
        for remark in remarks.get(key, ()):
            yield from _comment(remark, margin)
        name = text(key)
        if len(name) > _LONGEST_KEY:
            yield f"{margin}? {name}"
            name = ""
        yield from _member(f"{margin}{name}:", member, indent)


def _member(head: str, member: Json, indent: int) -> Iterator[str]:
    if isinstance(member, Mapping | list):
        line = _flat(member)
        if line is not None and (not member or len(head) + len(line) + 1 <= _WIDTH):
            yield f"{head} {line}"
        else:
            yield head
            yield from (
                _mapping(member, indent + 2) if isinstance(member, Mapping) else _list(member, indent + 2)
            )
    elif isinstance(member, str) and "\n" in member and (block := _block(member, indent + 2)):
        yield f"{head} {block}"
    elif (
        isinstance(member, str)
        and len(head) + len(member) + 3 > _WIDTH
        and (folded := _folded(member, indent + 2))
    ):
        yield f"{head} {folded}"
    else:
        yield f"{head} {scalar(member)}"


def _list(value: list[Json], indent: int) -> Iterator[str]:
    margin = " " * indent
    for item in value:
        line = _flat(item) if isinstance(item, Mapping | list) else scalar(item)
        if line is not None and (not item or indent + len(line) + 2 <= _WIDTH):
            yield f"{margin}- {line}"
        elif isinstance(item, Mapping):
            first = next(iter(item))
            lines = _mapping(item, indent + 2)
            for remark in item.remarks.get(first, ()) if isinstance(item, Block) else ():
                for said in _comment(remark, margin):
                    yield said
                    next(lines)
            yield f"{margin}- {next(lines)[indent + 2 :]}"
            yield from lines
        elif isinstance(item, list):
            lines = _list(item, indent + 2)
            yield f"{margin}- {next(lines)[indent + 2 :]}"
            yield from lines
        else:
            yield f"{margin}- {line}"


def _comment(remark: str, margin: str) -> Iterator[str]:
    """The remark over as many lines as it takes."""
    line = ""
    for word in _UNPRINTABLE.sub(" ", _SURROGATE.sub("�", remark)).split():
        if line and len(margin) + len(line) + len(word) + 3 > _WIDTH:
            yield f"{margin}# {line}"
            line = word
        else:
            line = f"{line} {word}".lstrip()
    yield f"{margin}# {line}"


def _flat(value: Json, depth: int = 0) -> str | None:
    """The value in one line; None when it is too long, too deep, or has remarks."""
    if isinstance(value, Mapping):
        if not value:
            return "{}"
        if isinstance(value, Block) and value.remarks:
            return None
        if depth >= _FLAT or len(value) > 6:
            return None
        parts = []
        for key, member in value.items():
            line = _flat(member, depth + 1)
            if line is None or (isinstance(member, str) and "\n" in member):
                return None
            parts.append(f"{text(key, flow=True)}: {line}")
        told = f"{{{', '.join(parts)}}}"
        return told if len(told) <= _SHORT else None
    if isinstance(value, list):
        if depth > _FLAT or len(value) > 24:
            return None if value else "[]"
        lines = [_flat(item, depth + 1) for item in value]
        if any(line is None for line in lines):
            return None
        told = f"[{', '.join(line for line in lines if line is not None)}]"
        return told if len(told) <= _SHORT else None
    return scalar(value, flow=True)


def scalar(value: Json, *, flow: bool = False) -> str:
    """A text, a number, true, false or null."""
    if isinstance(value, str):
        return text(value, flow=flow)
    return json.dumps(value)


def text(value: str, *, flow: bool = False) -> str:
    """A text so that it is read back as that text."""
    del flow  # the plain texts are such in either place
    if _PLAIN.fullmatch(value) and value[-1] != " " and value.lower() not in _WORDS:
        return value
    if not value or _UNPRINTABLE.search(value):
        return _quoted(value)
    if "'" in value or "\\" in value:
        return (
            _quoted(value)
            if "'" in value and '"' not in value and "\\" not in value
            else "'" + value.replace("'", "''") + "'"
        )
    return f'"{value}"' if '"' not in value else f"'{value}'"


def _quoted(value: str) -> str:
    """In double quotes, with escapes that YAML has (§5.7); half a character becomes U+FFFD."""
    told = json.dumps(_SURROGATE.sub("�", value), ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: _escaped(found[0]), told)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _block(value: str, indent: int) -> str:
    """A text of several lines as a literal block (§8.1.2); empty where it needs quotes."""
    lines = value.rstrip("\n").split("\n")
    behind = len(value) - len(value.rstrip("\n"))
    plain = (_BLOCK_LINE.fullmatch(line.strip(" ")) or line.strip(" ").startswith("#") for line in lines)
    if behind > 1 or _UNPRINTABLE.search(value.replace("\n", "")) or not all(plain):
        return ""
    if not lines[0] or lines[0][0] == " " or any(line != line.rstrip() for line in lines):
        return ""
    margin = " " * indent
    body = "\n".join(f"{margin}{line}" if line else "" for line in lines)
    return f"|{'' if behind else '-'}\n{body}"


def _folded(value: str, indent: int) -> str:
    """A long text in one paragraph as a folded block (§8.1.3); empty where it needs quotes."""
    told = value.split(" ")
    if "" in told or _UNPRINTABLE.search(value):
        return ""
    margin = " " * indent
    lines = [told[0]]
    for word in told[1:]:
        if indent + len(lines[-1]) + len(word) + 1 > _WIDTH:
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return ">-\n" + "\n".join(f"{margin}{line}" for line in lines)
