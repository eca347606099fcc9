"""Use cases, one a file. The only place where adapters are chosen."""
