"""Contract files: text becomes contracts, or every problem of every file with its place.

The door is `parse.parse`; the other modules are its steps, in this order: `tree` (which file is what), `read`
(YAML 1.2 over `compose`, bounded), `conform` (the published JSON Schemas), `references` and `schema_objects`
(what no JSON Schema can say), `operation`, `lifecycle` and `api` (documents become the model).
"""
