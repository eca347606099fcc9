"""Diffs as texts: what comes from contracts acts on no terminal, page or workflow."""

from __future__ import annotations

import json
import re

import pytest

from assay.model.breaking import Diff, Finding, Level, Whom
from assay.model.problem import Place
from assay.report.differences import github, json_, markdown, sarif, text
from fakes.changed import PAIRS
from fakes.versions import compared

NASTY = "`x` | <b>@team</b> \x1b[31m\u202e\n::error::oops%0A, a: b\r\n# head"


def _finding(level: Level = Level.BREAKING, **words: str) -> Finding:
    told = {
        "message": NASTY,
        "at": NASTY,
        "subject": NASTY,
        "fix": NASTY,
        "before": NASTY,
        "after": NASTY,
        **words,
    }
    return Finding("request-type-narrowed", level, Whom.CLIENT, "shop", source="RFC", sample='"\\u202e"',
                   old=Place("old/a.yaml", 1, 2), new=Place("main:a b,c.yaml", 3, 4), **told)  # fmt: skip


DIFF = Diff(
    "old",
    "new",
    (_finding(), _finding(Level.WARNING), _finding(Level.NOTE)),
    3,
    3,
    {"request-type-narrowed": "t"},
)


@pytest.mark.parametrize("render", [text.render, markdown.render, github.render, sarif.render, json_.render])
def test_nothing_acts(render) -> None:
    """No control character, no mark that turns text around."""
    made = render(DIFF)
    if render in {sarif.render, json_.render}:
        json.loads(made)
        assert "\x1b" not in made
    else:
        assert not set("\x1b\u202e\r") & set(made)


def test_github_has_a_line_for_each_finding() -> None:
    """Nothing of a contract becomes a command or a property of its own."""
    lines = github.render(DIFF).splitlines()
    assert [line.split(" ", 1)[0] for line in lines] == ["::error", "::warning", "::notice"]
    assert all(
        line.count("::") >= 2 and "file=main%3Aa b%2Cc.yaml,line=3,col=4,title=" in line for line in lines
    )


def test_markdown_means_only_itself() -> None:
    """Marks of Markdown are spelled, code has no backtick, nobody is called."""
    made = re.sub("`[^`\n]*`", "", markdown.render(DIFF).replace("\\`", ""))
    assert "<b>" not in made
    assert "@team" not in made
    assert made.count("<details>") == made.count("</details>") == 1


def test_sarif_names_rules_and_places() -> None:
    """Each result has its rule, level, place and a mark that stays the same when wording changes."""
    (run,) = sarif.document(DIFF)["runs"]
    assert [one["level"] for one in run["results"]] == ["error", "warning", "note"]
    first = run["results"][0]
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "main%3Aa%20b%2Cc.yaml"},
        "region": {"startLine": 3, "startColumn": 4},
    }
    (other,) = sarif.document(Diff("o", "n", (_finding(message="said otherwise"),), titles=DIFF.titles))[
        "runs"
    ]
    assert other["results"][0]["partialFingerprints"] == first["partialFingerprints"]


def test_equal_diffs_make_equal_texts() -> None:
    """Nothing in it depends on time, order of sets or the process."""
    for render in (text.render, markdown.render, github.render, sarif.render, json_.render):
        assert render(DIFF) == render(DIFF)


def test_what_was_shared_is_told_once() -> None:
    """Findings of the same words for the same lines are one to people, with the first few places."""
    many = [_finding(subject=f"op{at}") for at in range(9)]
    made = text.render(Diff("old", "new", tuple(many)))
    assert made.count("breaking[") == 1
    assert "op0" in made
    assert "and 5 more" in made
    assert "9 breaking" in made


def test_notes_may_be_left_out() -> None:
    """They are counted all the same."""
    made = text.render(DIFF, notes=False)
    assert "note[" not in made
    assert "1 note" in made


def test_every_rule_reads_well() -> None:
    """Each finding is a sentence or two: a capital or a name first, a full stop last, nothing left to fill in."""
    for rule, pair in PAIRS.items():
        for one in compared(pair.old, pair.new):
            assert one.message.endswith("."), (rule, one.message)
            assert "None" not in one.message, (rule, one.message)
            assert len(one.message) < 400
