"""From the shell's words to an exit code: the only place where anything is caught."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from assay.cli import failure
from assay.cli.group import assay
from assay.cli.output import hush

#: what click's completion scripts set
_COMPLETING = "_ASSAY_COMPLETE"
_HELP = {"-h", "--help", "--version"}
#: values made and kept before the search for cyclic garbage: contracts, plans and histories stay, and hardly any of
#: them are in cycles, so that looking through them as often as a server should takes a tenth of a run
_KEPT = 50_000, 20, 100


def run(arguments: Sequence[str]) -> int:
    """Runs a command. Whatever happens ends in a documented exit code, and a failure in one block of text."""
    if _COMPLETING in os.environ:
        assay.main(list(arguments), prog_name="assay")
    _speak_any_script()
    gc.set_threshold(*_KEPT)
    colour = False if os.environ.get("NO_COLOR") else None
    try:
        # not `assay.main`: that makes 1 of a reader that left, and 1 means «violated» here
        with assay.make_context("assay", list(arguments), color=colour) as context:
            result = assay.invoke(context)
    except BrokenPipeError as error:
        return _unheard() if _HELP & set(arguments) else failure.tell(error)
    except BaseException as error:  # noqa: BLE001 - the one place that must not let anything through
        return failure.tell(error)
    return result if isinstance(result, int) else 0


def _speak_any_script() -> None:
    """A terminal that cannot show a character shows `?`: better than no report at all."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _unheard() -> int:
    """`assay --help | head -1`: click writes help itself."""
    hush(sys.stdout)
    return 0
