"""Values only: the words of the project as frozen dataclasses. Nothing here does anything."""
