"""The disk: contract folders and settings read, reports and logs written."""
