"""Whatever a document holds: it is imported without a traceback, and lint has no error to tell of the outcome."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from assay.contractfile.positions import Document
from assay.contractfile.read import read
from assay.ingest.imported import Imported
from assay.ingest.notes import Block, Notes
from assay.ingest.openapi import read_document
from assay.ingest.reading import Unreadable, read_text
from assay.ingest.version import NoDocument
from assay.ingest.writing import written
from assay.model.problem import Severity
from assay.rules import lint
from unit.ingest.documents import damaged, documents

#: documents shrink for minutes, and are read well enough as they are
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
#: any text, and often one of what means something in YAML
_TEXTS = st.text() | st.text("ab1 #:-?{}[],&*!|>%@`'\"\\~\n\t", max_size=12)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=12,
)


def errors(imported: Imported) -> list[str]:
    """What lint refuses."""
    texts = {f"{imported.api}/{path}": text for path, text in imported.files.items()}
    found = lint.examine(texts, root=".").problems
    return [f"{p.place}: {p.rule}: {p.message}" for p in found if p.severity is Severity.ERROR]


def without_operations(imported: Imported) -> bool:
    """True where nothing could be taken over: the command refuses that."""
    return not any(path != "api.yaml" for path in imported.files)


@given(documents())
@settings(max_examples=60, deadline=None, phases=_PHASES)
def test_valid_documents_make_sound_contracts(document: dict[str, Any]) -> None:
    """Every operation of a valid document is imported, and lint has nothing against it; twice the same."""
    imported = read_document(document, name="shop")
    assert errors(imported) == []
    asked = sum(len(item) for item in document["paths"].values())
    assert sum(1 for path in imported.files if path != "api.yaml" and "/" not in path) == asked
    assert read_document(document, name="shop") == imported


@given(damaged())
@settings(max_examples=90, deadline=None, phases=_PHASES)
def test_damaged_documents_make_doubts(document: dict[str, Any]) -> None:
    """What does not belong where it stands is left out: what is left is sound."""
    imported = read_document(document, name="shop")
    assert without_operations(imported) or errors(imported) == []


@given(documents(), st.data())
@settings(max_examples=30, deadline=None, phases=_PHASES)
def test_cut_texts_are_read_or_refused(document: dict[str, Any], data: st.DataObject) -> None:
    """A text that ends too early is refused with a reason, or what it holds is imported."""
    text = json.dumps(document, indent=1)
    text = text[: data.draw(st.integers(0, len(text)))]
    try:
        imported = read_document(read_text(text, Notes()), name="shop")
    except (Unreadable, NoDocument):
        return
    assert without_operations(imported) or errors(imported) == []


@example({"a": "page #2", "b": {"c": "see page #2"}, "d": ["e", "page #2", "page :2"], "page #2": None})
@given(st.dictionaries(_TEXTS, _JSON, min_size=1, max_size=5))
@settings(max_examples=600, deadline=None, phases=_PHASES)
def test_what_is_written_is_read_back(value: dict[str, Any]) -> None:
    """The writer makes YAML that the contracts' reader takes for the same value, remarks or not."""
    block = Block(dict(value))
    block.remark(next(iter(value)), "guessed: this, because\nnobody # says so")
    document = read("x.yaml", written(block, "heading"))
    assert isinstance(document, Document), document
    assert document.value == json.loads(json.dumps(value))
