"""Which language an SDK's pages are of, and what that language does to the names of the wire.

Generators rename: JavaScript, Java and C# have no underscores, Go and C# begin with capitals, Python has no capitals.
What a name was before can be told where its language would not have made it so: an underscore on a JavaScript page.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from assay.ingest.sdk_docs.markdown import Page, plain, rows
from assay.ingest.words import camel, words


class Dialect(StrEnum):
    """A language, as people call it."""

    JAVASCRIPT = "JavaScript"
    TYPESCRIPT = "TypeScript"
    GO = "Go"
    PYTHON = "Python"
    JAVA = "Java"
    PHP = "PHP"
    CSHARP = "C#"
    UNKNOWN = "SDK"


_FENCES: Final = {
    "javascript": Dialect.JAVASCRIPT, "js": Dialect.JAVASCRIPT, "typescript": Dialect.TYPESCRIPT,
    "ts": Dialect.TYPESCRIPT, "go": Dialect.GO, "golang": Dialect.GO, "python": Dialect.PYTHON, "java": Dialect.JAVA,
    "php": Dialect.PHP, "csharp": Dialect.CSHARP, "c#": Dialect.CSHARP, "cs": Dialect.CSHARP,
}  # fmt: skip
#: types that one language alone has, asked in this order
_TYPES: Final = (
    (Dialect.GO, re.compile(r"Pointer to|\[\][A-Za-z]|map\[string\]|time\.Time|\bNullable[A-Z]|\bint(?:32|64)\b")),
    (Dialect.PHP, re.compile(r"\\[A-Z]\w*\\|\\DateTime|array<string|\bmixed\b|\bstring\[\]|map\[string,")),
    (Dialect.PYTHON, re.compile(r"\bstr\b|\bList\[|\bDict\[|\bdatetime\b|\bbool, date\b")),
    (Dialect.TYPESCRIPT, re.compile(r"Array<|\bnumber\b|\[key: string\]|\bboolean\b")),
    (Dialect.JAVASCRIPT, re.compile(r"\bNumber\b|\[[A-Z]\w*\]|\{String: ")),
    (Dialect.CSHARP,
     re.compile(r"\bDictionary<|\bGuid\b|\bDateTime\b|\b(?:int|long|bool|decimal|string)\?|List<string>")),
    (Dialect.JAVA, re.compile(r"\b(?:OffsetDateTime|LocalDate|Integer|Long|BigDecimal|List<|Map<)")),
)  # fmt: skip


def dialect_of(page: Page) -> Dialect:
    """The language of that page: of its fences, else of its types."""
    for name in page.languages:
        if name in _FENCES:
            return _FENCES[name]
    typed: list[str] = []
    spelt: list[str] = []
    for section in page.sections:
        for row in rows(section):
            if "type" in row.cells:
                typed.append(plain(row.cell("type")))
                spelt.append(plain(row.cell("name")))
    told = "\n".join(typed)
    for dialect, pattern in _TYPES:
        if pattern.search(told):
            return dialect
    if spelt and all(name[:1].isupper() for name in spelt):
        return Dialect.CSHARP
    if re.search(r"\bString\b|\bBoolean\b", told):
        return Dialect.JAVA
    return Dialect.UNKNOWN


def several(name: str) -> bool:
    """True for a name of several words, which languages join in their own ways."""
    return len(words(name)) > 1


def renamed(name: str, dialect: Dialect) -> bool:
    """True where that language may have made this name of another one."""
    if unreserved(name, dialect) != name:
        return True
    if not several(name):
        return False
    if "_" in name.strip("_"):
        return dialect in {Dialect.PYTHON, Dialect.PHP, Dialect.UNKNOWN}
    return dialect is not Dialect.PYTHON


def usual(name: str, dialect: Dialect) -> str:
    """What the name most likely is on the wire, as far as its first letter goes."""
    name = unreserved(name, dialect)
    if dialect in {Dialect.GO, Dialect.CSHARP} and name[:1].isupper():
        return camel(words(name)) if name.isupper() else name[:1].lower() + name[1:]
    return name


def unreserved(name: str, dialect: Dialect) -> str:
    """The name without what languages put before a word of their own: `_file`, `varClient`, `var_from`."""
    if dialect in {Dialect.JAVA, Dialect.JAVASCRIPT, Dialect.TYPESCRIPT}:
        return name.lstrip("_") or name
    if found := re.fullmatch(r"var_(\w+)" if dialect is Dialect.PYTHON else r"[vV]ar([A-Z]\w*)", name):
        return (
            name if dialect not in {Dialect.PYTHON, Dialect.CSHARP} else found[1][:1].lower() + found[1][1:]
        )
    return name


def method_name(name: str) -> str:
    """An operation's name: `end_multi_session`, `EndMultiSession` and `endMultiSession` are one."""
    if "_" in name:
        parts = [part for part in name.split("_") if part]
        return "".join(part if not index else part[:1].upper() + part[1:] for index, part in enumerate(parts))
    return name[:1].lower() + name[1:]


def folded(name: str) -> str:
    """What is the same for a name however a language spells it."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
