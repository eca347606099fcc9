"""Does every operation keep the promises that its documentation makes in words and by example?"""

from assay.pytest_plugin import suite

test_examples = suite(kinds={"promise"})
