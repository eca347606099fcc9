"""Rules for redaction in the configuration: read from where people write them, and refused with the fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.evidence.rules import NO_RULES, Rules
from assay.files.config import ConfigError, read_rules, read_targets

WHOLE = """
[{}]
headers = ["X-Session-Id"]
parameters = ["player"]
pointers = ["/player/phone", "/items/*/card~1number"]
personal = ["/**/email"]
patterns = ["\\\\d{{3}}-\\\\d{{2}}"]
"""
RULES = Rules(
    headers=frozenset({"x-session-id"}),
    parameters=frozenset({"player"}),
    pointers=(("player", "phone"), ("items", "*", "card/number")),
    personal=(("**", "email"),),
    patterns=(r"\d{3}-\d{2}",),
)


@pytest.mark.parametrize(
    ("file", "table"), [("assay.toml", "redact"), ("pyproject.toml", "tool.assay.redact")]
)
def test_rules_are_read_from_either_file(tmp_path: Path, file: str, table: str) -> None:
    """For every target."""
    (tmp_path / file).write_text(WHOLE.format(table))
    assert read_rules(str(tmp_path)) == RULES


def test_both_files_count_and_none_is_none(tmp_path: Path) -> None:
    """A rule that somebody relies on is not lost because another file has some, too."""
    assert read_rules(str(tmp_path)) == NO_RULES
    (tmp_path / "assay.toml").write_text('[redact]\nheaders = ["A"]\n[targets.s]\nurl = "http://s.example"\n')
    (tmp_path / "pyproject.toml").write_text('[tool.assay.redact]\nheaders = ["B"]\n[tool.other]\nx = 1\n')
    assert read_rules(str(tmp_path)).headers == {"a", "b"}
    assert read_targets(str(tmp_path))["s"].redact == NO_RULES


def test_a_target_has_rules_of_its_own(tmp_path: Path) -> None:
    """On top of those for all."""
    (tmp_path / "assay.toml").write_text(
        '[targets.s]\nurl = "http://s.example"\nredact = {pointers = ["/a"]}\n'
    )
    assert read_targets(str(tmp_path))["s"].redact.pointers == (("a",),)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('pointer = ["/a"]', "`pointer` is no rule for redaction. Did you mean 'pointers'?"),
        ('pointers = "/a"', "`pointers` is not a list of texts"),
        ("pointers = [1]", "`pointers` is not a list of texts"),
        ('pointers = [""]', "`pointers` is not a list of texts"),
        (
            'pointers = ["player"]',
            "'player' in `pointers` is no place in a body: a JSON Pointer begins with /",
        ),
        (
            'personal = ["/a/~x"]',
            "'/a/~x' in `personal` is no place in a body: after ~ a JSON Pointer has 0 or 1",
        ),
        ('headers = ["Not: one"]', "'Not: one' in `headers` is no name of a header field"),
        ('patterns = ["(a"]', "'(a' in `patterns` is no regular expression"),
        ('patterns = ["a*"]', "'a*' in `patterns` matches nothing at all, and so everywhere"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(tmp_path: Path, text: str, why: str) -> None:
    """For all targets, and for one."""
    (tmp_path / "assay.toml").write_text(f"[redact]\n{text}\n")
    with pytest.raises(ConfigError) as caught:
        read_rules(str(tmp_path))
    assert why in str(caught.value)
    assert "assay.toml, redact" in str(caught.value)
    (tmp_path / "assay.toml").write_text(f'[targets.s]\nurl = "http://s"\n[targets.s.redact]\n{text}\n')
    with pytest.raises(ConfigError) as caught:
        read_targets(str(tmp_path))
    assert "target 's'" in str(caught.value)
    assert why in str(caught.value)


def test_a_table_it_has_to_be(tmp_path: Path) -> None:
    """Not a list."""
    (tmp_path / "assay.toml").write_text('redact = ["/a"]\n')
    with pytest.raises(ConfigError, match="`redact` is not a table"):
        read_rules(str(tmp_path))
