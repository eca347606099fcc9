"""An OpenAPI document, of whichever version, as the contract files of one api.

Theory of operation. A document is walked once, in its own order. Each part is converted where it stands (`parts`,
`schema`); what is referred to becomes a component under a name of its own (`shared`), which is converted in turn; what
cannot be taken over is doubted (`notes`) and left out, so that less is promised and nothing wrong. Circles, which
contracts have none of, are cut at the end (`circles`). The outcome is texts (`writing`): the same document makes the
same texts, to the last byte.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from assay.ingest.circles import cut
from assay.ingest.exemplified import add_promises
from assay.ingest.fitting import fitted
from assay.ingest.frame import frame
from assay.ingest.imported import Doubt, Imported, Origin
from assay.ingest.library import Library, Load, alone
from assay.ingest.notes import Block, Notes, unique
from assay.ingest.operations import Operations
from assay.ingest.parts import Parts
from assay.ingest.promises import sources_of
from assay.ingest.resources import Survey
from assay.ingest.schema import Schemas
from assay.ingest.security import Security
from assay.ingest.shared import Shared
from assay.ingest.supplies import add_supplies
from assay.ingest.swagger import upgraded
from assay.ingest.tables import lifecycles
from assay.ingest.version import version_of
from assay.ingest.words import free
from assay.model.terms import Json

_MODELINE = "yaml-language-server: $schema={}.schema.json"


def read_document(
    document: Mapping[str, Json],
    *,
    name: str,
    doubts: Iterable[Doubt] = (),
    questions: Iterable[str] = (),
    file: str = "",
    load: Load = alone,
    only: Collection[str] = (),
    marked: bool = False,
    origin: Origin | None = None,
) -> Imported:
    """The contract files of `document`: OpenAPI 3.0, 3.1, 3.2 or Swagger 2.0.

    `name` is what the api is called: its folder. `doubts` and `questions` are those of whoever made the document, and
    come first. `file` is the document's path in its folder, and `load` hands out others of that folder, for references
    that lead there. `only` are patterns of operation ids, paths and tags. `marked`: does `x-cut` stand where references
    were cut? `origin`: what the document was made of, where nobody wrote it as one.

    Raises `NoDocument` for what is no such document; whatever else is wrong with it is among the doubts.
    """
    version = version_of(document)
    origin = origin or Origin("openapi", version.said)
    notes = Notes(doubts=list(doubts), marking=marked, places=origin.places)
    library = Library(document, file, load)
    if version.old:
        library = upgraded(library, notes)
    shared = Shared(library, notes)
    parts = Parts(notes, shared, Schemas(notes, shared, version.modern))
    parts.enrol()
    security = Security(notes, library)
    security.enlist()
    operations = Operations(notes, parts, security, tuple(only), free(origin.key, sources_of(document)))
    if not only:
        shared.enlist()
    head = frame(library.document, name, origin, file, notes, security)
    found = operations.find(library.document.get("paths", {}))
    for one in found:
        operations.convert(one)
    shared.complete()
    if components := _components(shared, security):
        head["components"] = components
    cut(head, operations.made, notes)
    add_supplies(head, operations.made.values(), notes)
    survey = Survey(found, operations.made, head)
    if not sources_of(document):  # contracts that were bundled have the promises that their authors wanted
        add_promises(survey, notes)
    tables = lifecycles(survey, notes)
    every = {"api.yaml": (head, "../api")}
    every |= {path: (made, "../contract") for path, made in operations.made.items()}
    every |= {path: (made, "../../lifecycle") for path, made in tables.items()}
    files = {path: fitted(made, _MODELINE.format(kind), path, notes) for path, (made, kind) in every.items()}
    return Imported(name, files, unique(notes.doubts), (*questions, *survey.questions))


def _components(shared: Shared, security: Security) -> Block:
    made = Block()
    if security.schemes:
        made["securitySchemes"] = security.schemes
    for section, members in shared.sections():
        made[section] = Block(members)
    return made
