"""Clause ids as test names.

pytest gives `[` a meaning in node ids (parameters), `::` another (nesting), and its `-k` and JUnit do not
like white space or control characters. Clause ids hardly ever have them, but constraint ids hold property
names of the API. Such characters, and `%`, are percent-encoded (RFC 3986 §2.1), so that different clauses
keep different names.
"""

from __future__ import annotations

import re

_UNSAFE = re.compile(r"[\[\]%\\\s\x00-\x1f\x7f]|::")


def spell(clause: str) -> str:
    """The name of the test of that clause: the id itself unless it holds a character that pytest needs."""
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode()), clause)
