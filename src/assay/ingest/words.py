"""Names that a person would choose, and texts cut to a length that a contract bears."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

#: characters of a description
LONGEST: Final = 400
#: what operation ids and component names may be made of
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_WORD: Final = re.compile(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")
_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
#: path segments that say nothing of what is asked
_NOISE: Final = re.compile(r"api|rest|v[0-9]+([._][0-9]+)*|latest", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
_VERBS: Final = {"get": "get", "put": "replace", "post": "create", "delete": "delete", "patch": "update"}
#: words that look like plurals and are none
_SINGULAR: Final = ("ss", "us", "is", "news", "status", "series", "species")


def words(text: str) -> list[str]:
    """The words of an identifier, a path or a sentence, in lower case."""
    return [word.lower() for word in _WORD.findall(text)]


def kebab(text: str) -> str:
    """`startAMultiSession` as `start-a-multi-session`; empty when no letter or digit is in it."""
    return "-".join(words(text))


def camel(parts: list[str]) -> str:
    """Words as one identifier, each but the first with a capital."""
    return "".join(word if not index else word[:1].upper() + word[1:] for index, word in enumerate(parts))


def singular(word: str) -> str:
    """`sessions` as `session`, `entries` as `entry`; anything else stays."""
    if len(word) < 4 or word.endswith(_SINGULAR) or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]


def a(noun: str) -> str:
    """`an order`, `a session`."""
    return f"{'an' if noun[:1].lower() in 'aeio' else 'a'} {noun}"


def identifier(text: str, otherwise: str) -> str:
    """That text as an operation id or a component's name: what cannot be part of one becomes `_` or goes."""
    if _ID.fullmatch(text):
        return text
    cleaned = re.sub(r"[^A-Za-z0-9._-]+", "_", text).strip("._-")
    return cleaned if _ID.fullmatch(cleaned) else otherwise


def free(name: str, taken: Container[str], sign: str = "-") -> str:
    """That name, or the first with a number behind it, that is not taken."""
    if name not in taken:
        return name
    number = 2
    while f"{name}{sign}{number}" in taken:
        number += 1
    return f"{name}{sign}{number}"


def operation_name(method: str, path: str) -> str:
    """What an operation without id is called: `GET /v1/items/{id}` is `getItem`, `POST /items/{id}/stop` `stopItem`."""
    segments = [part for part in path.split("/") if part]
    told = [part for part in segments if not _NOISE.fullmatch(part)] or segments
    things: list[str] = []
    for index, part in enumerate(told):
        if _VARIABLE.fullmatch(part):
            continue
        follows = index + 1 < len(told) and _VARIABLE.fullmatch(told[index + 1])
        found = words(part)
        things.extend([*found[:-1], singular(found[-1])] if follows and found else found)
    if not things:
        return camel([_VERBS.get(method, method), "root" if not told else "item"])
    last, before = told[-1], told[-2] if len(told) > 1 else ""
    if _VARIABLE.fullmatch(last):
        return camel([_VERBS.get(method, method), *things])
    if method == "get":
        plural = things[-1].endswith("s") and singular(things[-1]) != things[-1]
        return camel(["list" if plural else "get", *things])
    if _VARIABLE.fullmatch(before):  # what is done to one: its name is the verb, unless it is a collection
        action = words(last)
        if action and singular(action[-1]) == action[-1] and method in {"post", "put", "patch"}:
            return camel([*action, *things[: -len(action)]])
    if method == "post":
        things[-1] = singular(things[-1])
    return camel([_VERBS.get(method, method), *things])


def told_name(operation: str, method: str, path: str) -> str:
    """What a person would call an operation whose id a machine made of its method and path.

    FastAPI puts path and method behind the function's name; others put the method before the path, and no name at all.
    """
    behind = re.sub(r"\W", "_", path) + f"_{method}"
    bare = operation.removesuffix(behind)
    if bare != operation and words(bare):
        return bare
    spelt = "".join(words(path))
    return (
        operation_name(method, path)
        if "".join(words(operation)) in {method + spelt, spelt + method}
        else operation
    )


def short(text: str) -> str:
    """The text, or as many of its first sentences as are short enough, in one line."""
    text = text.strip()
    if len(text) <= LONGEST:
        return text
    flat = " ".join(text.split("\n\n")[0].split())
    if len(flat) <= LONGEST:
        return flat
    kept = ""
    for sentence in _SENTENCE.split(flat):
        if len(kept) + len(sentence) + 1 > LONGEST:
            break
        kept = f"{kept} {sentence}".strip()
    return kept or flat[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
