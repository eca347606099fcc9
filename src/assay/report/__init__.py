"""The log and what is folded out of it: reports know nothing but events."""
