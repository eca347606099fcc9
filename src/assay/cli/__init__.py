"""The command line: words in, text and an exit code out. One file per command; everything else is in `app`.

Nothing heavy is imported here or at the top of a command's module, so `--help` and completion are instant.
"""
