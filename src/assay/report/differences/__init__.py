"""A diff of contracts as text: for people, pull requests and programs. Each renderer is pure."""
