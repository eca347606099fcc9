"""What a listing operation shows: items by id, a total, where the next page is; and what a walk over it has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assay.laws.comparing import IGNORE, READ
from assay.laws.reading import place, reader, shows
from assay.laws.terms import Ground, Seen, Told
from assay.machine.expression import UNRESOLVED, point
from assay.model.case import Case
from assay.model.contract import Api
from assay.model.copied import replace
from assay.model.lifecycle import ABSENT, Law, Lifecycle
from assay.model.terms import Json, Schema

#: pages of one walk; what is longer is not walked to its end
MOST_PAGES = 8
_HEADER = "$response.header."
_POINTER: Schema = {"type": "string", "pattern": "^(#?(/.*)?|[^#/$]+)$"}

PARAMETERS: Schema = {
    "type": "object",
    "properties": {
        "operation": {"type": "string", "x-names": "operation", "description": "What lists instances."},
        "items": {
            **_POINTER,
            "description": "JSON Pointer to the array of items; by default the body itself.",
        },
        "id": {**_POINTER, "description": "JSON Pointer to the id in an item; `#/id` by default."},
        "total": {
            **_POINTER,
            "description": "JSON Pointer to the number of all that match, on whatever page.",
        },
        "next": {
            "type": "string",
            "description": "Where a page names the next one: a JSON Pointer, or `$response.header.NAME`. Null, empty "
            "or missing on the last page. Without it, one answer shows everything.",
        },
        "cursor": {
            "type": "string",
            "description": "The query parameter that takes what `next` names; without it, that is a URL.",
        },
        "page-size": {
            "type": "string",
            "description": "The query parameter with the most that one page shows.",
        },
        "page-size-varies": {
            "type": "boolean",
            "description": "A next page may be asked for with another page size; false by default.",
        },
        "shifts": {
            "type": "boolean",
            "description": "What comes or goes meanwhile shifts later pages, as it does where they are counted by "
            "offset: an item may come twice or not at all, and only one page tells what is there. False by default.",
        },
        "filter": {
            "type": "object",
            "additionalProperties": _POINTER,
            "description": "Query parameter -> JSON Pointer to the value in an item that it keeps.",
        },
        "order": {
            "oneOf": [
                {"enum": ["creation", "newest-first"]},
                {
                    "type": "object",
                    "properties": {
                        "by": {**_POINTER, "description": "A number or date-time in an item."},
                        "descending": {"type": "boolean", "description": "True: the greatest comes first."},
                    },
                    "required": ["by"],
                    "additionalProperties": False,
                },
            ],
            "description": "`creation` (oldest first), `newest-first`, or the value by which items are sorted.",
        },
        "items-show": {
            "enum": ["all", "some"],
            "description": "`all`: an item is what `read` shows. `some` (default): what both show is the same.",
        },
        "states": {
            "type": "array",
            "items": {"type": "string", "x-names": "state"},
            "description": "States in which an instance is listed; by default those in which `read` succeeds.",
        },
        "read": READ,
        "read-at": {
            **_POINTER,
            "description": "JSON Pointer to what is an item, in the answer of `read`; by default the body itself.",
        },
        "ignore": IGNORE,
    },
    "required": ["operation"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the list."""

    seen: Seen
    #: in the order shown
    items: tuple[tuple[str, Json], ...]
    total: int | None
    #: True when it names no next page
    last: bool

    def item(self, wanted: str) -> Json:
        """The item of that id, or UNRESOLVED."""
        return next((item for name, item in self.items if name == wanted), UNRESOLVED)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as the law describes it."""

    law: Law
    operation: str
    read: str | None
    shown: frozenset[str]
    gone: frozenset[str]

    @classmethod
    def of(cls, api: Api, cycle: Lifecycle, law: Law) -> Listing:
        """The list of that law; which states it shows follows from `read` where the law does not say."""
        read = reader(api, cycle, law)
        ranks = {
            state.name: _succeeds(cycle, state.name, read) for state in cycle.states if state.name != ABSENT
        }
        named = law.parameters.get("states")
        shown = frozenset(named) if named is not None else frozenset(s for s, ok in ranks.items() if ok)
        gone = (
            frozenset(ranks) - shown
            if named is not None
            else frozenset(s for s, ok in ranks.items() if ok is False)
        )
        return cls(law, law.parameters["operation"], read, shown, gone)

    @property
    def filters(self) -> Mapping[str, str]:
        """Query parameter -> JSON Pointer."""
        return {name: place(where) for name, where in self.law.parameters.get("filter", {}).items()}

    @property
    def within(self) -> str:
        """JSON Pointer to what is an item, in the answer of `read`."""
        return place(self.law.parameters.get("read-at", ""))

    @property
    def paged(self) -> bool:
        """True when one answer may show a part only."""
        return "next" in self.law.parameters

    @property
    def shifts(self) -> bool:
        """True when what others do meanwhile may hide an item from a walk over several pages, or show it twice."""
        return self.paged and bool(self.law.parameters.get("shifts"))

    @property
    def size(self) -> str | None:
        """The query parameter with the page size."""
        named = self.law.parameters.get("page-size")
        return None if named is None else str(named)

    def page(self, seen: Seen) -> Page | None:
        """The answer as a page; None when it is no list of items that have ids.

        Its shape may be broken: somebody else's item is not right, and tells nothing of those that have ids and are.
        """
        if not shows(replace(seen, broken=tuple(c for c in seen.broken if "/shape/" not in c))):
            return None
        found = point(seen.body, place(self.law.parameters.get("items", "")))
        if not isinstance(found, list):
            return None
        where = place(self.law.parameters.get("id", "/id"))
        named = [(point(item, where), item) for item in found]
        if any(not isinstance(name, str | int) or isinstance(name, bool) for name, _ in named):
            return None
        total = (
            point(seen.body, place(self.law.parameters["total"])) if "total" in self.law.parameters else None
        )
        counted = total if isinstance(total, int) and not isinstance(total, bool) else None
        return Page(seen, tuple((str(name), item) for name, item in named), counted, self._is_last(seen))

    def _is_last(self, seen: Seen) -> bool:
        named = self.law.parameters.get("next")
        if named is None:
            return True
        if named.startswith(_HEADER):
            return not seen.headers.get(named.removeprefix(_HEADER).lower())
        return point(seen.body, place(named)) in {UNRESOLVED, None, ""}

    # -- requests ---------------------------------------------------------------------------------------------------

    def ask(self, ground: Ground, role: str, *, size: int | str | None = None, like: str = "") -> Case:
        """Asks for the first page. `size` may refer to an earlier step; `like` filters by what that reading shows."""
        case = replace(ground.ask(self.operation), role=role, title="lists")
        wanted = self.filters if like else {}
        refs = {
            f"query.{name}": f"$steps.{like}.response.body#{self.within}{at}" for name, at in wanted.items()
        }
        query = {name: v for name, v in case.query.items() if name not in self._own}
        if self.size is not None and isinstance(size, str):
            refs[f"query.{self.size}"] = size
        elif self.size is not None and size is not None:
            query[self.size] = size
        return replace(case, query=query, refs=refs)

    def following(self, case: Case) -> Case:
        """The page after the newest one, left out where there is none."""
        named = self.law.parameters.get("next")
        if named is None:
            raise ValueError("a list without `next` has no following page")
        where = f"$steps.{case.role}." + (
            named.removeprefix("$") if named.startswith(_HEADER) else f"response.body#{place(named)}"
        )
        cursor = self.law.parameters.get("cursor")
        target = "url?" if cursor is None else f"query.{cursor}?"
        return replace(case, title="follows the list", refs={**case.refs, target: where})

    def walk(self, first: Case, size: int | str | None = None, pages: int = MOST_PAGES) -> tuple[Case, ...]:
        """The first page and what follows it, up to so many pages; with `size`, later pages are asked for with that."""
        if not self.paged:
            return (first,)
        then = self.following(first)
        if isinstance(size, int) and self.size is not None:
            refs = {at: text for at, text in then.refs.items() if at != f"query.{self.size}"}
            then = replace(then, query={**then.query, self.size: size}, refs=refs)
        return (first, *(then,) * (pages - 1))

    def sizes(self, api: Api) -> tuple[int | None, int | None]:
        """The smallest and the largest page size that the contract allows; None where there is none to name."""
        parameters = api.operation(self.operation).parameters
        found = next((p for p in parameters if p.name == self.size and p.location == "query"), None)
        if found is None:
            return None, None
        schema = api.resolve(found.schema)
        least, most = (schema.get(k) if isinstance(schema, Mapping) else None for k in ("minimum", "maximum"))
        return max(1, least) if isinstance(least, int) else 1, most if isinstance(most, int) else None

    @property
    def _own(self) -> frozenset[str]:
        """Query parameters that the law places itself."""
        named = (self.size, self.law.parameters.get("cursor"), *self.filters)
        return frozenset(name for name in named if name is not None)


@dataclass(frozen=True, slots=True)
class Walk:
    """The pages of a drill, from the first one to the last step."""

    pages: tuple[Page, ...]
    #: place of the first page among the steps
    began: int

    @property
    def complete(self) -> bool:
        """True when it was followed to its end."""
        return bool(self.pages) and self.pages[-1].last

    def items(self, wanted: str) -> Sequence[Json]:
        """Every sight of that item, oldest first."""
        return [item for page in self.pages for name, item in page.items if name == wanted]


def walked(listing: Listing, told: Told) -> Walk | None:
    """The walk up to the last step; None when a page of it could not be read."""
    places = [n for n, seen in enumerate(told.steps) if seen.role == "page"]
    pages = [listing.page(told.steps[n]) for n in places]
    if not places or any(page is None for page in pages):
        return None
    return Walk(tuple(page for page in pages if page is not None), places[0])


def _succeeds(cycle: Lifecycle, state: str, read: str | None) -> bool | None:
    """Whether the table lets `read` succeed in that state; None where it says neither."""
    cell = cycle.cell(state, read) if read is not None else None
    if cell is None or cell.silent or not cell.transitions:
        return None
    answers = {200 <= way.status < 300 for way in cell.transitions}
    return answers.pop() if len(answers) == 1 else None
