"""Faults: known ways of being wrong, as values. A fault stands around the engine and changes what it answers."""
