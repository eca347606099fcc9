"""The ground on which Hypothesis generates for us: quiet, steady and light.

* *Quiet*: no warnings on the terminal, and nothing written into the folder somebody happens to work in.
* *Steady*: equal seeds give equal values. Hypothesis collects constants from whatever local modules are
  loaded and mixes them into what it draws, so that the same seed would differ between the command line and
  a pytest run, and from one test selection to another. Here it finds none.
* *Light*: to know which characters UTF-8 can encode, Hypothesis tries all 1 114 112 of them once and stores
  the answer (2 s and 180 MB in a fresh checkout, hence in every CI job). The answer is known: Unicode
  scalar values, everything but the surrogates (Unicode 17.0, D76, D92). It is put where Hypothesis looks
  for it.

The second and third lean on how Hypothesis 6 works inside. Should it change, generation still works: tables
that it does not find or cannot read it computes, and constants that we do not keep away it mixes in; a test
notices.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import sys
import unicodedata
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import configuration
from hypothesis.internal.conjecture import providers

#: code points that a codec can encode, as closed intervals
_ENCODABLE = {
    "utf-8": ((0, 0xD7FF), (0xE000, sys.maxunicode)),
    "ascii": ((0, 0x7F),),
    "iso8859-1": ((0, 0xFF),),
}


def cache_folder() -> Path:
    """Where tables are kept between runs: the user's cache folder (XDG Base Directory Specification)."""
    root = os.environ.get("XDG_CACHE_HOME")
    return (
        (Path(root) if root and Path(root).is_absolute() else Path.home() / ".cache") / "assay" / "hypothesis"
    )


@contextlib.contextmanager
def ground(folder: Path | None = None) -> Iterator[None]:
    """Generation inside is quiet, steady and light; afterwards Hypothesis is as it was before."""
    home = folder or cache_folder()
    # a cache that cannot be written costs time and nothing else
    with contextlib.suppress(OSError):
        _write_tables(home)
    before = getattr(configuration, "__hypothesis_home_directory", None)
    with warnings.catch_warnings(), _no_local_constants():
        warnings.simplefilter("ignore")
        configuration.set_hypothesis_home_dir(home)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)


def _write_tables(home: Path) -> None:
    folder = home / "unicode_data" / unicodedata.unidata_version
    for codec, intervals in _ENCODABLE.items():
        path = folder / f"codec-v2-{codec}.json.gz"
        if path.exists():
            continue
        folder.mkdir(parents=True, exist_ok=True)
        # the second list: characters that do not come back as themselves; there are none
        draft = folder / f".{os.getpid()}-{path.name}"
        draft.write_bytes(gzip.compress(json.dumps([intervals, []]).encode(), mtime=1))
        draft.replace(path)


@contextlib.contextmanager
def _no_local_constants() -> Iterator[None]:
    name = "_get_local_constants"
    found: Any = getattr(providers, name, None)
    constants: Any = getattr(providers, "Constants", None)
    if found is None or constants is None:
        yield
        return
    empty = constants()
    setattr(providers, name, lambda: empty)
    _forget_constants()
    try:
        yield
    finally:
        setattr(providers, name, found)
        _forget_constants()


def _forget_constants() -> None:
    with contextlib.suppress(AttributeError):
        providers.CONSTANTS_CACHE.cache.clear()
