"""What must be shown: the closed list of clauses, and the requests that could show them."""
