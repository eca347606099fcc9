"""Does every answer have the documented form, and is every broken request refused?"""

from assay.pytest_plugin import suite

test_properties = suite(kinds={"shape", "content-type", "header", "rejects"})
