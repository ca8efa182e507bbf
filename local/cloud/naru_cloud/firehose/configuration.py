"""The extended S3 destination, and what all have: validated as Firehose validates it, and read into types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..parquet_files import CODECS
from ..protocol import ApiError, Json
from .prefix import PrefixError, check_prefix

MEBIBYTE = 1024 * 1024

#: Quota: "BufferingHints.SizeInMBs must be at least 64" with format conversion or dynamic partitioning.
LEAST_BUFFER_MB = 64


@dataclass(frozen=True)
class TransformSettings:
    """The Lambda processor. Defaults are Firehose's: 1 MB (3 in the console), 60 s, 3 retries."""

    function_arn: str
    retries: int
    buffer_bytes: int
    interval_seconds: float


@dataclass(frozen=True)
class ConversionSettings:
    """Record format conversion by a Glue table."""

    role_arn: str
    database: str
    table: str
    version: str
    codec: str
    key_mappings: Mapping[str, str]


@dataclass(frozen=True)
class HttpSettings:
    """An HTTP endpoint, and how it is spoken to."""

    url: str
    access_key: str | None
    #: Secret with the access key, and the role that reads it.
    secret_arn: str | None
    secret_role: str
    gzip: bool
    attributes: Mapping[str, str]
    retry_seconds: float


@dataclass(frozen=True)
class DestinationSettings:
    """Where and how a stream delivers: into the bucket, or to an endpoint, with failures in the bucket."""

    role_arn: str
    bucket: str
    prefix: str
    error_prefix: str | None
    time_zone: str
    buffer_bytes: int
    interval_seconds: float
    gzip: bool
    extension: str
    kms_key: str | None
    dynamic_partitioning: bool
    delimiter: bool
    log_group: str | None
    log_stream: str | None
    transform: TransformSettings | None
    conversion: ConversionSettings | None
    http: HttpSettings | None = None


def read_destination(given: Json) -> DestinationSettings:
    """Reads an ExtendedS3DestinationConfiguration.

    :raises ApiError: InvalidArgumentException for what Firehose refuses, and for what is not available
    locally.
    """
    get = _Reader(given)
    dynamic = bool(get("DynamicPartitioningConfiguration", "Enabled", default=False))
    conversion = _read_conversion(get)
    buffer_mb = get("BufferingHints", "SizeInMBs", default=128 if conversion else 5)
    if (conversion or dynamic) and buffer_mb < LEAST_BUFFER_MB:
        raise _invalid(
            f"BufferingHints.SizeInMBs must be at least {LEAST_BUFFER_MB} when data format conversion or dynamic "
            f"partitioning is enabled; it is {buffer_mb}"
        )
    compression = get("CompressionFormat", default="UNCOMPRESSED")
    if conversion and compression != "UNCOMPRESSED":
        raise _invalid("CompressionFormat must be UNCOMPRESSED when data format conversion is enabled")
    if compression not in ("UNCOMPRESSED", "GZIP"):
        raise _invalid(f"CompressionFormat {compression} is not available locally; use UNCOMPRESSED or GZIP")
    if get("S3BackupMode", default="Disabled") != "Disabled":
        raise _invalid("S3BackupMode Enabled is not available locally; leave it Disabled")
    prefix, error_prefix = get("Prefix", default=""), get("ErrorOutputPrefix", default=None)
    _check_prefixes(prefix, error_prefix, dynamic)
    transform, delimiter = _read_processors(get)
    logging = get("CloudWatchLoggingOptions", default={})
    extension = get("FileExtension", default=None)
    return DestinationSettings(
        role_arn=get("RoleARN"),
        bucket=get("BucketARN").rpartition(":")[2],
        prefix=prefix,
        error_prefix=error_prefix,
        time_zone=get("CustomTimeZone", default="UTC"),
        buffer_bytes=int(buffer_mb * MEBIBYTE),
        interval_seconds=float(get("BufferingHints", "IntervalInSeconds", default=300)),
        gzip=compression == "GZIP",
        extension=extension if extension is not None else _extension(conversion, compression),
        kms_key=get("EncryptionConfiguration", "KMSEncryptionConfig", "AWSKMSKeyARN", default=None),
        dynamic_partitioning=dynamic,
        delimiter=delimiter,
        log_group=logging.get("LogGroupName") if logging.get("Enabled") else None,
        log_stream=logging.get("LogStreamName") if logging.get("Enabled") else None,
        transform=transform,
        conversion=conversion,
    )


class _Reader:
    """Nested fields by path, with a default where any step is missing."""

    def __init__(self, given: Json) -> None:
        self._given = given

    def __call__(self, *path: str, **default: object):
        value: object = self._given
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        return default.get("default") if value is None else value


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidArgumentException", message)


def _extension(conversion: ConversionSettings | None, compression: str) -> str:
    if conversion:
        return ".parquet"
    return ".gz" if compression == "GZIP" else ""


def _check_prefixes(prefix: str, error_prefix: str | None, dynamic: bool) -> None:
    keys = {"partitionKeyFromLambda"} if dynamic else set()
    try:
        check_prefix(prefix, "Prefix", {"timestamp", "firehose:random-string"} | keys)
        check_prefix(
            error_prefix or "",
            "ErrorOutputPrefix",
            {"timestamp", "firehose:random-string", "firehose:error-output-type"},
        )
    except PrefixError as error:
        raise _invalid(str(error)) from None
    if "!{" in prefix and error_prefix is None:
        raise _invalid("ErrorOutputPrefix is required when Prefix contains expressions")
    if (
        error_prefix is not None
        and "!{" in error_prefix
        and "!{firehose:error-output-type}" not in error_prefix
    ):
        raise _invalid("ErrorOutputPrefix must contain !{firehose:error-output-type} at least once")
    if dynamic and "!{partitionKeyFromLambda:" not in prefix:
        raise _invalid(
            "Prefix must contain !{partitionKeyFromLambda:...} when dynamic partitioning is enabled"
        )


def _read_processors(get: _Reader) -> tuple[TransformSettings | None, bool]:
    transform, delimiter = None, False
    if not get("ProcessingConfiguration", "Enabled", default=False):
        return transform, delimiter
    for processor in get("ProcessingConfiguration", "Processors", default=[]):
        parameters = {
            entry["ParameterName"]: entry["ParameterValue"] for entry in processor.get("Parameters", [])
        }
        if processor["Type"] == "Lambda":
            transform = TransformSettings(
                function_arn=parameters["LambdaArn"],
                retries=int(parameters.get("NumberOfRetries", 3)),
                buffer_bytes=int(float(parameters.get("BufferSizeInMBs", 1)) * MEBIBYTE),
                interval_seconds=float(parameters.get("BufferIntervalInSeconds", 60)),
            )
        elif processor["Type"] == "AppendDelimiterToRecord":
            delimiter = True
        else:
            raise _invalid(f"processor {processor['Type']} is not available locally; use Lambda")
    return transform, delimiter


def _read_conversion(get: _Reader) -> ConversionSettings | None:
    if not get("DataFormatConversionConfiguration", default=None):
        return None
    if get("DataFormatConversionConfiguration", "Enabled", default=True) is False:
        return None
    within = ("DataFormatConversionConfiguration",)
    if get(*within, "OutputFormatConfiguration", "Serializer", "ParquetSerDe", default=None) is None:
        raise _invalid("OutputFormatConfiguration: only ParquetSerDe is available locally")
    codec = get(
        *within, "OutputFormatConfiguration", "Serializer", "ParquetSerDe", "Compression", default="SNAPPY"
    )
    if codec not in CODECS:
        raise _invalid(f"ParquetSerDe.Compression: is {codec}; use SNAPPY, GZIP or UNCOMPRESSED")
    missing = [
        f"SchemaConfiguration.{key}"
        for key in ("DatabaseName", "TableName", "RoleARN")
        if not get(*within, "SchemaConfiguration", key, default=None)
    ]
    if missing:
        raise _invalid(f"{', '.join(missing)}: required for data format conversion")
    openx = get(*within, "InputFormatConfiguration", "Deserializer", "OpenXJsonSerDe", default={})
    return ConversionSettings(
        role_arn=get(*within, "SchemaConfiguration", "RoleARN"),
        database=get(*within, "SchemaConfiguration", "DatabaseName"),
        table=get(*within, "SchemaConfiguration", "TableName"),
        version=get(*within, "SchemaConfiguration", "VersionId", default="LATEST"),
        codec=codec,
        key_mappings=openx.get("ColumnToJsonKeyMappings", {}),
    )
