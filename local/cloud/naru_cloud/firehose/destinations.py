"""A delivery stream's one destination: which it is, how it is read, and how it is described."""

from __future__ import annotations

from ..protocol import ApiError, Json
from .configuration import DestinationSettings, read_destination
from .http_configuration import read_http_destination

DESTINATION_ID = "destinationId-000000000001"

_READERS = {"ExtendedS3": read_destination, "HttpEndpoint": read_http_destination}


def given_destination(parameters: Json, suffix: str) -> tuple[str, Json]:
    """The kind of a destination and its configuration.

    :param suffix: `Configuration` of a new one, `Update` of one that is there
    :raises ApiError: InvalidArgumentException for a kind that is not available locally, or several.
    """
    names = {kind: f"{kind}Destination{suffix}" for kind in _READERS}
    found = [
        (kind, parameters[name]) for kind, name in names.items() if isinstance(parameters.get(name), dict)
    ]
    if len(found) != 1:
        raise ApiError(
            "InvalidArgumentException",
            f"a delivery stream has one destination; available locally: {', '.join(names.values())}",
        )
    kind, configuration = found[0]
    assert isinstance(configuration, dict)
    return kind, configuration


def changed_destination(configuration: Json, update: Json) -> Json:
    """A configuration after UpdateDestination: what it names not stays. The S3 beside an endpoint is changed by parts."""
    changes = {key: value for key, value in update.items() if key != "S3Update"}
    if isinstance(update.get("S3Update"), dict):
        changes["S3Configuration"] = {**configuration["S3Configuration"], **update["S3Update"]}  # type: ignore[dict-item]
    return {**configuration, **changes}


def read_settings(kind: str, configuration: Json) -> DestinationSettings:
    """:raises ApiError: for what Firehose refuses, and for what is not available locally."""
    return _READERS[kind](configuration)


def describe_destination(kind: str, configuration: Json) -> Json:
    """An element of the Destinations of a description."""
    if kind == "HttpEndpoint":
        description = {**configuration, "S3DestinationDescription": configuration["S3Configuration"]}
        del description["S3Configuration"]
        endpoint = configuration["EndpointConfiguration"]
        assert isinstance(endpoint, dict)
        description["EndpointConfiguration"] = {k: v for k, v in endpoint.items() if k != "AccessKey"}
        return {"DestinationId": DESTINATION_ID, "HttpEndpointDestinationDescription": description}
    description = {key: value for key, value in configuration.items() if key != "S3BackupConfiguration"}
    description.setdefault("BufferingHints", {"SizeInMBs": 5, "IntervalInSeconds": 300})
    description.setdefault("CompressionFormat", "UNCOMPRESSED")
    description.setdefault("EncryptionConfiguration", {"NoEncryptionConfig": "NoEncryption"})
    return {"DestinationId": DESTINATION_ID, "ExtendedS3DestinationDescription": description}
