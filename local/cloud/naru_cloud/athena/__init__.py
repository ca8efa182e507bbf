"""Amazon Athena: Trino SQL on the caller's own rights, run by DuckDB over objects in S3."""

from .service import AthenaService

__all__ = ["AthenaService"]
