"""`assay`, and `python -m assay`."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its documented exit code (`docs/exit-codes.md`)."""
    try:
        from assay.cli.shell import run  # noqa: PLC0415 - `import assay.__main__` stays free

        return run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:  # before anybody could handle it: nothing was sent
        return 5


if __name__ == "__main__":
    sys.exit(main())
