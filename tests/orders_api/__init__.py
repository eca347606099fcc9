"""The orders API as its tests see it: a plain client, and its promises as checks."""
