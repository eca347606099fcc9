"""Names of one API in several styles: whoever writes a client has to remember which is which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look, advice
from assay.rules.lint.names import documented, folded, style

RULE = "mixed-name-style"

#: of so many names that tell a style, this share has to be of one: else there is no style to depart from
_SHARE = 0.75


def check(look: Look) -> Iterator[Problem]:
    """A name that is spelt in two ways, and one that departs from the style of nearly all others."""
    names: dict[str, tuple[str, str]] = {}
    for name, file, pointer in documented(look):
        names.setdefault(name, (file, pointer))
    spellings: dict[str, list[str]] = {}
    for name in names:
        spellings.setdefault(folded(name), []).append(name)
    counted = Counter(found for first, *_ in spellings.values() if (found := style(first)))
    usual, number = counted.most_common(1)[0] if counted else ("", 0)
    settled = number >= _SHARE * sum(counted.values())
    for name, (file, pointer) in names.items():
        place = look.contracts.locate(file, pointer)
        twin = next((other for other in spellings[folded(name)] if other != name), None)
        if twin is not None and spellings[folded(name)][0] != name:
            message = f"'{name}' is spelt '{twin}' elsewhere in this API."
            yield advice(place, RULE, message, "Check which of the two goes over the wire here.")
        elif twin is None and settled and number > 1 and style(name) not in {"", usual}:
            message = f"'{name}' is {style(name)}: {number} other names of this API are {usual}."
            yield advice(place, RULE, message, "Check that it goes over the wire so.")
