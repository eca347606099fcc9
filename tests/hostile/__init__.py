"""Servers whose answers are meant to hurt: raw bytes on loopback, and what a run has to say of each."""
