"""Explorers: they bring exchanges, the judge alone decides. Each is given a `Stage` and never learns who sends."""
