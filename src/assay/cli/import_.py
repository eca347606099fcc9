"""`assay import`: contracts from an OpenAPI document, or from an SDK's documentation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from assay.cli.output import count, faint, say, strong

if TYPE_CHECKING:
    from assay.app.ingest import Outcome

FORMAT = "assay-import/1"


@click.command("import")
@click.argument("source", type=click.Path(path_type=str, allow_dash=True), nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    default="contracts",
    show_default=True,
    metavar="DIR",
    help="The contracts folder; the API gets a folder in it.",
)
@click.option("--api", metavar="NAME", help="What the API's folder is called. [default: as its title says]")
@click.option(
    "--only",
    multiple=True,
    metavar="PATTERN",
    help="Only operations with this id, path, 'METHOD path' or tag; * stands for anything. Repeatable.",
)
@click.option(
    "--names",
    type=click.Choice(["camelCase", "snake_case", "as-written"]),
    help="How names of several words are spelt on the wire, where pages of an SDK do not tell. [default: asked]",
)
@click.option("--force", is_flag=True, help="Overwrite files that are there and say something else.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
def command(
    source: tuple[str, ...],
    output: str,
    api: str | None,
    only: tuple[str, ...],
    names: str | None,
    force: bool,
    style: str,
) -> int:
    """Make contracts of an OpenAPI document, 3.0 to 3.2 or Swagger 2.0, or of an SDK's documentation.

    SOURCE is a file, a folder of files that refer to each other, or - for standard input: JSON or YAML; or
    pages in Markdown as openapi-generator writes them (FooApi.md, Foo.md), one, several or a folder of them.
    Each operation becomes a file, and what they share goes into api.yaml. What cannot be taken over is listed
    and left out; what had to be guessed is listed and marked in the file by a comment. Nothing is fetched.
    The same source makes the same files again.

    \b
    Examples:
      assay import openapi.yaml
      assay import spec/ --api shop -o contracts
      assay import sdk/docs --names snake_case
      curl -s http://localhost:8000/openapi.json | assay import - --only '/orders*'
    """  # noqa: D301 - click wants the character \b
    from assay.app.ingest import ImportOptions, import_source  # noqa: PLC0415 - help needs no parser
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    options = ImportOptions(source[0], output, api, only, force, source[1:], names)
    outcome = import_source(options, SystemClock().now().date())
    (_say_json if style == "json" else _say_text)(outcome)
    return 0


def _say_text(outcome: Outcome) -> None:
    from assay.app.ingest import told  # noqa: PLC0415

    imported, draft = outcome.imported, outcome.draft
    if imported.doubts:
        say(strong(f"{count(len(imported.doubts), 'doubt')} about the source:"))
        for doubt in imported.doubts:
            where = f"  {faint(doubt.file)}" if doubt.file else ""
            say(f"  {strong(doubt.pointer or '/')}: {told(doubt)}{where}")
        say()
    if imported.questions:
        say(strong(f"{count(len(imported.questions), 'question')} that the source leaves open:"))
        for question in imported.questions:
            say(f"  {question}")
        say()
    if outcome.problems:
        say(
            strong(
                f"{count(len(outcome.problems), 'warning')} of lint; `assay lint {draft.folder}` shows them:"
            )
        )
        rules: dict[str, int] = {}
        for problem in outcome.problems:
            rules[problem.rule] = rules.get(problem.rule, 0) + 1
        say("  " + ", ".join(f"{number} {rule}" for rule, number in rules.items()))
        say()
    changes = [
        count(len(files), f"{word} file")
        for word, files in (("new", draft.new), ("changed", draft.different), ("unchanged", draft.same))
        if files
    ]
    what = f"{count(outcome.operations, 'operation')}, {count(outcome.lifecycles, 'lifecycle')}"
    say(f"{strong(str(draft.folder / imported.api))}: {what}; {', '.join(changes)}")


def _say_json(outcome: Outcome) -> None:
    imported, draft = outcome.imported, outcome.draft
    document = {
        "format": FORMAT,
        "api": imported.api,
        "folder": str(draft.folder),
        "operations": outcome.operations,
        "lifecycles": outcome.lifecycles,
        "files": {"new": list(draft.new), "changed": list(draft.different), "unchanged": list(draft.same)},
        "doubts": [
            {"pointer": d.pointer, "message": d.message, "guess": d.guess, "file": d.file}
            for d in imported.doubts
        ],
        "questions": list(imported.questions),
        "warnings": [
            {"file": p.place.file, "line": p.place.line, "rule": p.rule, "message": p.message}
            for p in outcome.problems
        ],
    }
    say(json.dumps(document, indent=2, ensure_ascii=False))
