"""`assay run --shard` and `assay report merge`: one run on machines that know nothing of each other."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from unit.cli.conftest import Assay, write_contracts


@pytest.fixture
def shards(project: Path, assay: Assay) -> dict[int, Path]:
    """Two shards of a run over two APIs of one unit each, as two machines leave them: index -> log."""
    write_contracts(project / "other")
    shutil.move(project / "other" / "tickets", project / "contracts" / "orders")
    for file in (project / "contracts" / "orders").rglob("*.yaml"):
        file.write_text(file.read_text(encoding="utf-8").replace("icket", "ask"), encoding="utf-8")
    logs = {}
    for index in (1, 2):
        said = assay(
            "run", "--shard", f"{index}/2", "--seed", "5", "--reports", f"machine-{index}", "--quiet"
        )
        assert said.code == 0, said.err
        logs[index] = project / f"machine-{index}" / "latest" / "log.jsonl"
    return logs


def _clauses(folder: Path) -> dict[str, str]:
    document = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return {clause["id"]: clause["standing"] for clause in document["clauses"]}


def test_shards_merge_into_the_run_of_one_machine(
    project: Path, assay: Assay, shards: dict[int, Path]
) -> None:
    """The same clauses with the same standings, whatever the order in which the logs are named."""
    assert assay("run", "--seed", "5", "--reports", "whole", "--quiet").code == 0
    written = []
    for number, order in enumerate(itertools.permutations(shards.values())):
        said = assay("report", "merge", *map(str, order), "-o", f"merged-{number}")
        assert said.code == 0, said.err
        written.append({file.name: file.read_bytes() for file in (project / f"merged-{number}").iterdir()})
    assert written[0] == written[1]
    assert written[0].keys() == {"log.jsonl", "report.json", "report.html"}
    assert _clauses(project / "merged-0") == _clauses(project / "whole" / "latest")
    halves = [_clauses(log.parent) for log in shards.values()]
    assert all(halves)
    assert not halves[0].keys() & halves[1].keys()


def test_a_folder_of_downloads_will_do(project: Path, assay: Assay, shards: dict[int, Path]) -> None:
    """CI leaves each machine's artifact in a folder of its own."""
    for index, log in shards.items():
        (project / "down" / f"shard-{index}").mkdir(parents=True)
        shutil.copy(log, project / "down" / f"shard-{index}")
    said = assay("report", "merge", "down")
    assert said.code == 0, said.err
    assert len(_clauses(project / "reports" / "latest")) == sum(
        len(_clauses(log.parent)) for log in shards.values()
    )


def _refused(assay: Assay, logs: Iterable[Path], *parts: str) -> None:
    said = assay("report", "merge", *map(str, logs), "-o", "refused")
    assert said.code == 2
    for part in parts:
        assert part in said.err
    assert "fault: usage" in said.err
    assert not Path("refused").exists()


def test_what_is_not_one_whole_run_is_refused_by_name(
    project: Path, assay: Assay, shards: dict[int, Path]
) -> None:
    """A missing shard, one that is there twice, one without footer, one of another plan; nothing is written."""
    first, second = shards[1], shards[2]
    _refused(assay, [second], "shard 1/2 is missing")
    _refused(assay, [second, first, second], f"shard 2/2 is there twice: {second} and {second}")
    torn = project / "torn.jsonl"
    torn.write_bytes(second.read_bytes()[:-40])
    _refused(assay, [first, torn], f"shard 2/2 ({torn})", "has no footer")
    assert assay("run", "--shard", "2/2", "--seed", "6", "--reports", "seed", "-q").code == 0
    _refused(assay, [first, project / "seed/latest/log.jsonl"], "shard 1/2", "their seed differs (5 and 6)")
    only = ("--only", "*/status/*")
    assert assay("run", "--shard", "2/2", "--seed", "5", *only, "--reports", "only", "-q").code == 0
    _refused(assay, [first, project / "only/latest/log.jsonl"], "their plan digest differs", str(first))
    _refused(assay, [first, project / "contracts/tickets/api.yaml"], "api.yaml", "Cannot read")


def test_a_merge_writes_over_no_run(project: Path, assay: Assay, shards: dict[int, Path]) -> None:
    """A run that stands where the merged one should go stays."""
    said = assay("report", "merge", *map(str, shards.values()), "-o", str(shards[1].parent))
    assert said.code == 2
    assert "something is there already" in said.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--shard", "1/2"), "all shards of a run must make the same choices"),
        (("--shard", "3/2", "--seed", "1"), "it is not of the form i/n"),
    ],
)
def test_shards_that_could_not_be_merged_are_not_run(
    project: Path, assay: Assay, words: tuple[str, ...], why: str
) -> None:
    """Said before anything is sent."""
    said = assay("run", *words)
    assert said.code == 2
    assert why in said.err
    assert not Path("reports").exists()
