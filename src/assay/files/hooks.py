"""Somebody's own Python: found by `module:name` or `file.py:name`, and called if it is to be made with something."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from assay.contractfile.suggest import nearest
from assay.files.errors import ConfigError
from assay.model.terms import Json


def loaded(where: str, given: Mapping[str, Json] | None) -> Callable[[Any], object]:
    """What is to be called with every request.

    A class is called once, with `given` by name, and so is anything else where there is something to be given. Raises
    `ConfigError`, which never quotes what the code says.
    """
    place, _, name = where.rpartition(":")
    try:
        found: Any = _module(place)
    except ConfigError:
        raise
    except BaseException as error:  # a module may do anything while it is loaded
        if isinstance(error, KeyboardInterrupt):
            raise
        raise ConfigError(
            f"Cannot authenticate with {where}: because {place} cannot be loaded ({type(error).__name__}). Mend it."
        ) from None
    for part in name.split("."):
        if not hasattr(found, part):
            close = nearest(part, [one for one in dir(found) if not one.startswith("_")])
            hint = f"Did you mean `{close}`?" if close else "Define it there."
            raise ConfigError(f"Cannot authenticate with {where}: because {place} has no `{part}`. {hint}")
        found = getattr(found, part)
    if inspect.isclass(found) or given is not None:
        try:
            found = found(**(given or {}))
        except Exception as error:  # noqa: BLE001 - it is their code
            raise ConfigError(
                f"Cannot authenticate with {where}: because {name} raised {type(error).__name__} when it was made. "
                "Compare what it wants with what stands under `with`."
            ) from None
    if not callable(found):
        raise ConfigError(
            f"Cannot authenticate with {where}: because it cannot be called. Name a function, or a class with __call__."
        )
    call: Callable[[Any], object] = found
    return call


def _module(place: str) -> ModuleType:
    if not place.endswith(".py"):
        folder = str(Path.cwd())
        added = folder not in sys.path
        if added:
            sys.path.insert(0, folder)
        try:
            return importlib.import_module(place)
        except ModuleNotFoundError as error:
            if error.name is None or not place.startswith(error.name):
                raise
            raise ConfigError(
                f"Cannot authenticate with {place}: because there is no such module. Name a file as signing.py:sign."
            ) from None
        finally:
            if added:
                sys.path.remove(folder)
    path = Path(place).expanduser()
    if not path.is_file():
        raise ConfigError(f"Cannot authenticate with {place}: because there is no such file. Mend the path.")
    spec = importlib.util.spec_from_file_location(f"assay_hook_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ConfigError(f"Cannot authenticate with {place}: because it is no Python file. Name one.")
    module = importlib.util.module_from_spec(spec)
    # dataclasses and pickles look for their module there
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
