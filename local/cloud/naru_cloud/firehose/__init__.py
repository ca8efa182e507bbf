"""Amazon Data Firehose: Kinesis or direct records -> Lambda -> Parquet or text in S3."""

from .service import FirehoseService

__all__ = ["FirehoseService"]
