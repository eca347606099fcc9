"""What the whole project shares in its tests."""

from __future__ import annotations

#: lets tests run pytest on small projects of their own
pytest_plugins = ["pytester"]
