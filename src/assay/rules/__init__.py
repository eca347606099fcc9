"""Findings about contracts."""
