"""Examples against programs that exist."""
