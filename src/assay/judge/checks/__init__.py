"""The checks, one file each, in the order in which the judge asks them."""
