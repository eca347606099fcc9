"""A small runner of Hurl files, written by Hurl's published grammar and manual and not by what we write.

It knows entries with headers, a JSON body, `[Options]`, `[Cookies]`, `[Captures]` and `[Asserts]`, variables between
double braces, and the queries and predicates below. What it does not know it refuses: a line that a test meets there is
one that nobody has looked at.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import requests

_REQUEST = re.compile(r"(GET|HEAD|POST|PUT|DELETE|OPTIONS|TRACE|PATCH) (\S+)")
_RESPONSE = re.compile(r"HTTP ([0-9]{3}|\*)")
_JSON = re.compile(r'[\[{"]|(?:null|true|false|-?[0-9][0-9.eE+-]*)$')
_SECTION = re.compile(r"\[(Options|Cookies|Captures|Asserts)\]")
_PAIR = re.compile(r"([A-Za-z0-9_.@$\[\]-]+): (.*)")
_VARIABLE = re.compile(r"\{\{([A-Za-z][A-Za-z0-9_-]*)\}\}")
_ASSERT = re.compile(
    r"(status|body|header|jsonpath)(?: (\"(?:[^\"\\]|\\.)*\"))?( toString)? (exists|matches|==|!=)(?: (.+))?"
)
_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]|\['([^']*)'\]", re.ASCII)
NOTHING = object()


class Failed(Exception):
    """An entry whose answer is not as the file says."""


@dataclass
class Entry:
    """One request, and what is asked of its answer."""

    comments: list[str]
    method: str = ""
    url: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    sections: dict[str, list[str]] = field(default_factory=dict)
    body: str = ""
    status: str = ""


def entries(text: str) -> Iterator[Entry]:
    """The entries of a file. Raises `AssertionError` for a line that has no place where it stands."""
    entry, section, comments = Entry([]), "", []
    for line in text.split("\n"):
        if line.startswith("#"):
            comments.append(line[1:].strip())
        elif found := _REQUEST.fullmatch(line):
            if entry.method:
                yield entry
            entry, section, comments = Entry(comments, found[1], found[2]), "headers", []
        elif found := _RESPONSE.fullmatch(line):
            assert entry.method
            assert not entry.status
            entry.status, section = found[1], "answer"
        elif found := _SECTION.fullmatch(line):
            section = found[1]
            assert section not in entry.sections
            assert (section in {"Captures", "Asserts"}) == bool(entry.status)
            entry.sections[section] = []
        elif section in {"headers", "Options", "Cookies"} and _JSON.match(line):
            entry.body, section = line + "\n", "body"
        elif section == "body":
            entry.body += line + "\n"
        elif not line:
            pass
        elif section == "headers":
            pair = _PAIR.fullmatch(line)
            assert pair is not None, line
            entry.headers.append((pair[1], pair[2]))
        else:
            assert section in entry.sections, line
            entry.sections[section].append(line)
    if entry.method:
        yield entry


def run(text: str, session: requests.Session, **variables: Any) -> list[str]:
    """What failed, with the comments before the entry; the entries that build on it fail, too."""
    failed = []
    for entry in entries(text):
        options = dict(line.split(": ") for line in entry.sections.get("Options", ()))
        assert set(options) <= {"retry", "retry-interval", "delay"}
        for tries in range(int(options.get("retry", 0)), -1, -1):
            try:
                _run(entry, session, variables)
            except Failed as failure:
                if tries:
                    time.sleep(int(options["retry-interval"].removesuffix("ms")) / 1000)
                else:
                    failed.append(f"{' / '.join(entry.comments)}: {failure}")
            else:
                break
    return failed


def _run(entry: Entry, session: requests.Session, variables: dict[str, Any]) -> None:
    def filled(text: str) -> str:
        def value(found: re.Match[str]) -> str:
            if found[1] not in variables:
                raise Failed(f"there is no {found[1]}")
            told = variables[found[1]]
            return told if isinstance(told, str) else json.dumps(told)

        done = _VARIABLE.sub(value, text)
        assert "{{" not in done
        return done

    headers = {name: re.sub(r"\\(.)", r"\1", filled(value)) for name, value in entry.headers}
    pairs = (_PAIR.fullmatch(line) for line in entry.sections.get("Cookies", ()))
    cookies = {pair[1]: filled(pair[2]) for pair in pairs if pair}
    # the same JSON: `json.loads` refuses what is none
    body = json.dumps(json.loads(filled(entry.body))).encode() if entry.body else None
    answer = session.request(
        entry.method,
        filled(entry.url),
        headers=headers,
        cookies=cookies,
        data=body,
        timeout=30,
        allow_redirects=False,
    )
    if entry.status not in {"*", str(answer.status_code)}:
        raise Failed(f"HTTP {entry.status}, got {answer.status_code}")
    for line in entry.sections.get("Captures", ()):
        name, _, query = line.partition(": ")
        found = _ASSERT.fullmatch(f"{query} exists")
        assert found is not None, line
        variables[name] = _queried(found, answer)
        if variables.pop(name) is NOTHING:
            raise Failed(f"{line} finds nothing")
        variables[name] = _queried(found, answer)
    for line in entry.sections.get("Asserts", ()):
        found = _ASSERT.fullmatch(line)
        assert found is not None, line
        if not _holds(_queried(found, answer), found[4], found[5] or "", variables, filled):
            raise Failed(f"{line}, got {answer.text[:200]}")


def _queried(found: re.Match[str], answer: requests.Response) -> Any:
    argument = json.loads(found[2]) if found[2] else ""
    match found[1]:
        case "status":
            return str(answer.status_code) if found[3] else answer.status_code
        case "body":
            return answer.text
        case "header":
            return answer.headers.get(argument, NOTHING)
    try:
        value = answer.json()
    except ValueError:
        return NOTHING
    assert argument.startswith("$")
    assert "".join(step[0] for step in _STEP.finditer(argument)) == argument[1:], argument
    for step in _STEP.finditer(argument):
        name: Any = int(step[2]) if step[2] else step[1] or step[3]
        if isinstance(value, list if step[2] else dict) and (name < len(value) if step[2] else name in value):
            value = value[name]
        else:
            return NOTHING
    return value


def _holds(value: Any, predicate: str, argument: str, variables: dict[str, Any], filled: Any) -> bool:
    if value is NOTHING:
        return False
    if predicate == "exists":
        return True
    if predicate == "matches":
        assert argument.startswith("/")
        assert argument.endswith("/")
        return re.search(argument[1:-1], value) is not None
    whole = _VARIABLE.fullmatch(argument)
    wanted = variables[whole[1]] if whole else json.loads(filled(argument))
    same = value == wanted and isinstance(value, bool) == isinstance(wanted, bool)
    return same if predicate == "==" else not same
