"""Schemas as sets of values: a normal form, whether one set lies within another, and values that prove it does not."""
