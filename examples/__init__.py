"""Examples: an API to try Assay on: its documentation, its contracts, servers that keep or break them."""
