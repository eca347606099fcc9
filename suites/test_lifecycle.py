"""Does every instance live as its table says, whatever is asked of it and in which order?"""

from assay.pytest_plugin import suite

test_lifecycle = suite(kinds={"cell", "expiry", "field", "law"})
