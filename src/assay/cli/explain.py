"""`assay explain`: what is this, and what does it rest on?"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from assay.cli import options
from assay.cli.output import count, faint, say, severe, strong

if TYPE_CHECKING:
    from assay.app.explain import ClauseStory, Several, Standing, Word
    from assay.app.lifecycle import LifecycleStory
    from assay.report.graph import Move

_WIDTH = 100
#: ways of trying a clause that are shown
_ATTEMPTS = 5


@click.command("explain")
@click.argument("name", metavar="CLAUSE|LIFECYCLE|LAW|RULE")
@options.contracts
@click.option(
    "--report",
    default="reports/latest/report.json",
    show_default=True,
    metavar="FILE",
    help="The report that says how a clause stands.",
)
@click.option("--svg", metavar="FILE", help="Write the picture of a lifecycle there.")
def command(name: str, path: str, report: str, svg: str | None) -> int:
    """Explain a clause, a lifecycle, a law, a kind of clause, a standing, or a lint rule.

    Of a clause: what it promises and where that is written, how a run tries it, and how it stood in the
    latest report. Of a lifecycle: its table, how each cell stood, and a state diagram as Mermaid text. Of a
    law: what it promises, how that is tried, and its parameters. Of a rule: what it means, an example, and
    how to mend it. `laws`, `rules`, `kinds`, `standings` and `strengths` list them.

    \b
    Examples:
      assay explain iplaygames/endMultiSession/status/404
      assay explain session-pass --svg session-pass.svg
      assay explain put-replaces
      assay explain blank-cell
      assay explain unwitnessed
    """  # noqa: D301 - click wants the character \b
    from assay.app import explain, lifecycle  # noqa: PLC0415 - reads contracts
    from assay.app.errors import UsageError  # noqa: PLC0415
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    found = explain.explain(name, path, SystemClock().now().date(), report)
    if svg is not None and not isinstance(found, lifecycle.LifecycleStory):
        raise UsageError(f"Cannot draw '{name}': because it is no lifecycle. Name one, or leave out --svg.")
    match found:
        case explain.Word() as word:
            say("\n".join(_word(word)))
        case explain.Several() as several:
            say("\n".join(_several(several)))
        case explain.ClauseStory() as story:
            say("\n".join(_clause(story)))
        case lifecycle.LifecycleStory() as story:
            if svg is not None:
                lifecycle.save(story, svg)
            say("\n".join((*_lifecycle(story), *([f"\nPicture: {svg}"] if svg else []))))
    return 0


def _word(word: Word) -> Iterator[str]:
    yield f"{strong(word.word)}  {faint(word.what)}"
    yield ""
    yield "\n\n".join(_filled(paragraph) for paragraph in word.means.split("\n\n"))
    if word.parameters:
        yield ""
        yield strong("Parameters")
        for one in word.parameters:
            needed = ", needed" if one.needed else ""
            yield f"  {one.name}  {faint(one.form + needed)}"
            yield textwrap.fill(one.means, _WIDTH, initial_indent="      ", subsequent_indent="      ",
                                break_long_words=False, break_on_hyphens=False)  # fmt: skip
    if word.example:
        yield ""
        yield textwrap.indent(word.example, "    ")
    if word.mend:
        yield ""
        yield _filled(f"To mend it: {word.mend}")


def _several(several: Several) -> Iterator[str]:
    yield f"{strong(several.name)}  {faint(count(len(several.clauses), 'clause'))}"
    yield ""
    for clause in several.clauses:
        yield f"  {clause.id}"
        yield faint(f"      {clause.title}")


def _lifecycle(story: LifecycleStory) -> Iterator[str]:
    shown, nodes = story.graph, story.graph.nodes
    what = f"{count(len(nodes), 'state')}, {count(story.operations, 'operation')}"
    yield f"{strong(story.name)}  {faint(f'lifecycle, {what}')}"
    yield ""
    yield _row("written", story.place)
    told = f"as run {story.run} against {story.target} found it" if story.run else "no report tells of it"
    yield _row("standing", told)
    if shown.prefix:
        yield _row("…", f"stands for {shown.prefix}")
    for index, node in enumerate(nodes):
        rows = [
            (move, nodes[arrow.end].name)
            for arrow in shown.arrows
            if arrow.start == index
            for move in arrow.moves
        ]
        yield ""
        yield f"{strong(node.name)}{'  ' + faint('final') if node.final else ''}"
        yield from _moves([*rows, *((move, "") for move in node.stays)])
    yield ""
    yield strong("For Mermaid")
    yield textwrap.indent(story.mermaid.rstrip("\n"), "    ")


def _moves(rows: Sequence[tuple[Move, str]]) -> Iterator[str]:
    names = max((len(move.short) for move, _ in rows), default=0)
    answers = [f"{move.answer} → {end}" if end else move.answer for move, end in rows]
    widest = max(map(len, answers), default=0)
    for (move, _), answer in zip(rows, answers, strict=True):
        standing = severe(str(move.standing), str(move.standing)) if move.standing else ""
        more = "".join(
            f", {part}"
            for part in (move.waived and "waived", move.seen, move.when and f"if {move.when}")
            if part
        )
        yield f"  {move.short:<{names}}  {answer:<{widest}}  {standing}{more if standing else more[2:]}".rstrip()


def _clause(story: ClauseStory) -> Iterator[str]:
    clause = story.clause
    yield strong(clause.id)
    yield _filled(clause.title)
    yield ""
    rows = [
        ("endpoint", story.endpoint),
        ("kind", f"{clause.kind}: {story.kind.means}"),
        ("strength", f"{clause.strength}: {story.strength.means}"),
        ("source", " ".join(filter(None, (clause.source, story.source_title and f"({story.source_title})")))),
        ("", story.source_url),
        ("", story.source_note),
        ("written", str(clause.place)),
    ]
    for name, value in rows:
        if value:
            yield _row(name, value)
    yield ""
    yield from _tried(story)
    yield ""
    yield from _stands(story.standing)


def _tried(story: ClauseStory) -> Iterator[str]:
    yield strong("How it is tried")
    for attempt in story.attempts[:_ATTEMPTS]:
        yield _row("", f"{' → '.join(attempt.operations)}: {attempt.title}")
    if len(story.attempts) > _ATTEMPTS:
        yield _row("", f"and {len(story.attempts) - _ATTEMPTS} more on purpose")
    if story.untried:
        yield _row("", f"Nobody can: {story.untried}.")
    elif not story.attempts:
        yield _row("", "By every exchange it speaks of; no request is made for its sake alone.")
    else:
        yield _row("", "Every other exchange that it speaks of counts too.")


def _stands(standing: Standing | None) -> Iterator[str]:
    yield strong("How it stands")
    if standing is None:
        yield _row("", "No report tells of it. `assay run` makes one.")
        return
    entry = standing.entry
    told = severe(str(entry["standing"]), str(entry["standing"]))
    seen = f", {entry['violations']} of {entry['seen']} exchanges broke it" if entry.get("violations") else ""
    seen = seen or (f", {count(int(entry['seen']), 'exchange')}" if entry.get("seen") else "")
    waived = ", waived" if entry.get("waived") else ""
    yield _row("", f"{told}{seen}{waived} in run {standing.run} against {standing.target}")
    if entry.get("reason"):
        yield _row("", str(entry["reason"]))
    for mark in entry.get("fingerprints", ()):
        yield _row("", f"assay replay {mark}")


def _row(name: str, value: str) -> str:
    return textwrap.fill(value, _WIDTH, initial_indent=f"  {name:<9} ", subsequent_indent=" " * 12,
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip


def _filled(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
