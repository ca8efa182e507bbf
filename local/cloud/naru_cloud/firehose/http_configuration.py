"""The HTTP endpoint destination: validated as Firehose validates it, and read into types."""

from __future__ import annotations

import dataclasses
from urllib.parse import urlsplit

from ..protocol import ApiError, Json
from .configuration import DestinationSettings, HttpSettings, read_destination

#: AWS lists failures apart from the copies of everything, which are not made locally.
FAILED_ONLY = "FailedDataOnly"


def read_http_destination(given: Json) -> DestinationSettings:
    """Reads an HttpEndpointDestinationConfiguration: what goes to the endpoint, and the S3 beside it that keeps failures.

    :raises ApiError: InvalidArgumentException for what Firehose refuses, and for what is not available locally.
    """
    endpoint, s3 = _object(given, "EndpointConfiguration"), _object(given, "S3Configuration")
    secret, request = _object(given, "SecretsManagerConfiguration"), _object(given, "RequestConfiguration")
    attributes = request.get("CommonAttributes") or []
    assert isinstance(attributes, list)
    url = str(endpoint.get("Url", ""))
    if not _is_endpoint(url):
        raise ApiError(
            "InvalidArgumentException",
            "EndpointConfiguration.Url: use https on port 443, or http on 127.0.0.1, which stands in for it locally",
        )
    if given.get("S3BackupMode", FAILED_ONLY) != FAILED_ONLY:
        raise ApiError("InvalidArgumentException", f"S3BackupMode: only {FAILED_ONLY} is available locally")
    retry = _object(given, "RetryOptions").get("DurationInSeconds", 300)
    http = HttpSettings(
        url=url,
        access_key=_text(endpoint.get("AccessKey")),
        secret_arn=_text(secret.get("SecretARN")) if secret.get("Enabled") else None,
        secret_role=str(secret.get("RoleARN") or given["RoleARN"]),
        gzip=request.get("ContentEncoding", "NONE") == "GZIP",
        attributes={str(one["AttributeName"]): str(one["AttributeValue"]) for one in attributes},
        retry_seconds=float(str(retry)),
    )
    as_s3 = {
        **s3,
        "RoleARN": given["RoleARN"],
        "BufferingHints": given.get("BufferingHints"),
        "ProcessingConfiguration": given.get("ProcessingConfiguration"),
        "CloudWatchLoggingOptions": given.get("CloudWatchLoggingOptions"),
    }
    return dataclasses.replace(read_destination(as_s3), http=http)


def _object(given: Json, name: str) -> Json:
    value = given.get(name)
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _is_endpoint(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "http":
        return parts.hostname == "127.0.0.1"
    return parts.scheme == "https" and parts.hostname is not None and parts.port in (None, 443)
