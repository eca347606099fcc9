"""Documentation of SDKs, the Markdown that openapi-generator writes for seven languages, as an OpenAPI document."""

from assay.ingest.sdk_docs.document import SdkDocs, read_pages
from assay.ingest.sdk_docs.reader import is_page, named_pages
from assay.ingest.sdk_docs.wire import Names

__all__ = ["Names", "SdkDocs", "is_page", "named_pages", "read_pages"]
