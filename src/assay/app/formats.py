"""Further formats of a report, for those who ask for them: `--report FORMAT[=PATH]`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.errors import AssayError, EnvironmentFailure, OurFault, UsageError
from assay.app.remember import where
from assay.app.report import unasked
from assay.contractfile.suggest import choose
from assay.evidence.sweep import NOTHING, Sweep
from assay.files.reports import WriteError, write_whole
from assay.files.sweep import swept_contents
from assay.report.past import Past
from assay.report.result import Report

if TYPE_CHECKING:
    from assay.report.news import News

#: what is asked for -> the module in `report.render` that makes it
FORMATS = {
    "json": "json_",
    "html": "html",
    "junit": "junit",
    "markdown": "markdown",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "badge": "badge",
    "ctrf": "ctrf",
    "wfc": "wfc",
}
#: those that say what is new since the run before
COMPARING = frozenset({"markdown", "sarif", "github", "junit", "ctrf"})
#: standard output
STANDARD = "-"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A format, and where it goes: empty for the run's folder, `-` for standard output."""

    name: str
    path: str = ""


def wanted(texts: Iterable[str]) -> tuple[Wanted, ...]:
    """What texts like `junit=build/junit.xml` ask for. Raises `UsageError` for a format that there is not."""
    found = []
    for text in texts:
        name, equals, path = text.partition("=")
        if name not in FORMATS:
            raise UsageError(
                f"Cannot report as {name!r}: because there is no such format. {choose(name, FORMATS)}"
            )
        if equals and not path:
            raise UsageError(
                f"Cannot report as {text!r}: because no path follows. Say {name}=PATH, or {name}."
            )
        # annotations are for the job's own output: in a file nobody reads them
        found.append(Wanted(name, path or (STANDARD if name == "github" else "")))
    return tuple(found)


def publish(
    report: Report,
    formats: Sequence[Wanted],
    folder: str,
    sweep: Sweep = NOTHING,
    news: News | None = None,
    past: Callable[[Report], Past] = unasked,
) -> tuple[str, ...]:
    """Writes each format to its place; hands back what is to go to standard output.

    `news` is what the run before did not see, `past` tells the page what was before the run. Raises
    `EnvironmentFailure` where one cannot be written, and
    `OurFault`, before any is, where one holds a known credential.
    """
    made = [(one, *_rendered(one.name, report, news, past)) for one in formats]
    if guilty := swept_contents({f"{one.name} ({name})": content for one, name, content in made}, sweep):
        raise OurFault(
            f"Cannot keep the report: because a credential stands in {', '.join(guilty)}, where Assay has to mask it. "
            "Do report this, please, without the credential."
        )
    said = []
    for one, name, content in made:
        if one.path == STANDARD:
            said.append(content.decode("utf-8", "backslashreplace"))
            continue
        place = Path(one.path) if one.path else Path(folder) / name
        try:
            write_whole(place, content)
        except WriteError as error:
            raise EnvironmentFailure(
                f"Cannot write {place}: because {error.strerror or error}. Do name another."
            ) from error
    return tuple(said)


def _rendered(
    name: str, report: Report, news: News | None, past: Callable[[Report], Past]
) -> tuple[str, bytes]:
    module = import_module(f"assay.report.render.{FORMATS[name]}")
    if name == "html":
        made = module.render(report, past(report))
    else:
        made = module.render(report, news) if name in COMPARING else module.render(report)
    ((file, content),) = made.items()
    return file, content


def since(report: Report, formats: Iterable[Wanted], history: str | None, reports: str) -> News | None:
    """What the run before this one, of the same target and profile, did not see; None where nobody knows or asks.

    The run itself has to be in the history already.
    """
    if not any(one.name in COMPARING for one in formats):
        return None
    from assay.app.history import compared  # noqa: PLC0415 - only for who asks
    from assay.report.news import news  # noqa: PLC0415
    from assay.store.history import Which  # noqa: PLC0415

    try:
        kept = where(history, reports)
        if kept is None:
            return None
        header = report.header
        which = Which(target=header.target, profile=header.profile)
        return news(compared(kept, reports, which, None, header.run).comparison)
    except AssayError:  # there is no run to compare with
        return None
