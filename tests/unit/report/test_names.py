"""Symbolic names: a history reads the same whatever ids the server chose."""

from __future__ import annotations

from assay.model.case import Case, Subject, SubjectKind
from assay.model.event import Step
from assay.model.evidence import Evidence
from assay.report.names import names, subscript

EVIDENCE = Evidence("GET", "/", (), None, 200, "", (), None, 0, None, "", 0.0, "")
NEW, KNOWN, UNKNOWN, MADE_UP = (
    SubjectKind.NEW,
    SubjectKind.KNOWN,
    SubjectKind.NEVER_ISSUED,
    SubjectKind.ARBITRARY,
)


def step(instance, kind=KNOWN, principal=""):
    subject = Subject(kind, "i1") if instance else None
    return Step(
        Case("shop", "ask", "", "lifecycle", subject=subject, principal=principal),
        EVIDENCE,
        instance=instance,
    )


def test_instances_are_numbered_as_they_appear():
    """Numbers begin with one in each history and count each lifecycle by itself."""
    told = names([step("order#17", NEW), step("avatar#3", NEW), step("order#9", NEW), step("order#17")])
    assert told == ("order₁", "avatar₁", "order₂", "order₁")


def test_the_same_id_is_the_same_instance():
    """Two answers that issue one id speak of one instance, under whatever symbols they were asked for."""
    assert names([step("tab#1", NEW), step("tab#1", NEW)]) == ("tab₁", "tab₁")


def test_what_is_not_there_has_no_number():
    """An id that was never issued is unknown; one that a generator made up is called so; a list is about nobody."""
    assert names([step("order", UNKNOWN), step("order", MADE_UP), step("")]) == (
        "unknown order",
        "made-up order",
        "",
    )


def test_what_was_never_made_counts():
    """A creation that failed is the first of its kind, and no later one is it."""
    assert names([step("order", NEW), step("order#1", NEW)]) == ("order₁", "order₂")


def test_whose_it_is():
    """What another principal made bears its name, whoever asks about it; one's own does not."""
    history = [
        step("order#1", NEW, "bob"),
        step("order#1", KNOWN),
        step("order#2", NEW),
        step("order#2", KNOWN, "bob"),
    ]
    assert names(history) == ("bob's order₁", "bob's order₁", "order₂", "order₂")


def test_many():
    """More than nine are told with as many digits as that takes."""
    assert subscript(1203) == "₁₂₀₃"
    assert names([step(f"o#{number}", NEW) for number in range(12)])[-1] == "o₁₂"
