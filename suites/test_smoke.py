"""Does every operation answer at all, with what it documents, and only to whom it should?"""

from assay.pytest_plugin import suite

test_smoke = suite(kinds={"answers", "no-server-error", "documented-statuses", "authorization", "status"})
