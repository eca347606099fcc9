"""Room: see the module docstrings."""
