"""Crawlers of AWS Glue over the emulator's S3 and catalogue."""

from .service import GlueService

__all__ = ["GlueService"]
