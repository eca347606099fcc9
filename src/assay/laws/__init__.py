"""Laws over histories: each a file with its name, its parameters, the drills that test it, and its judge."""
