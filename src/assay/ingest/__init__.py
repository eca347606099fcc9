"""What others wrote down about an API, as contract files: OpenAPI and Swagger documents, and what becomes them."""
