"""A delivery stream's one source: validated as Firehose validates it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ..protocol import ApiError, Json

#: Types of delivery streams that are available locally, and the parameter that holds the source of each.
SOURCES = {
    "DirectPut": None,
    "KinesisStreamAsSource": "KinesisStreamSourceConfiguration",
    "MSKAsSource": "MSKSourceConfiguration",
}

_CLUSTER = re.compile(r"arn:aws:kafka:[a-z0-9-]+:\d{12}:cluster/([\w-]+/[\w-]+)")


def read_source(parameters: Json, kafka: str | None) -> tuple[str, Json]:
    """The type of a delivery stream, and its source's configuration as given (empty for DirectPut).

    :param kafka: where the local Kafka is, if one is up
    :raises ApiError: InvalidArgumentException for what Firehose refuses, and for what is not available locally.
    """
    type_ = str(parameters.get("DeliveryStreamType", "DirectPut"))
    given = [name for name in SOURCES.values() if name is not None and parameters.get(name)]
    wanted = SOURCES.get(type_)
    if type_ not in SOURCES or given != ([wanted] if wanted else []):
        uses = ", ".join(f"{name} with {key}" if key else name for name, key in SOURCES.items())
        raise _invalid(f"DeliveryStreamType: a delivery stream has one source; use {uses}")
    source = parameters[wanted] if wanted else {}
    assert isinstance(source, dict)
    if type_ == "MSKAsSource":
        _check_topic(source, kafka)
    return type_, source


def source_role(type_: str, source: Json) -> str | None:
    """The role that reads the source."""
    if type_ == "MSKAsSource":
        return str(source["AuthenticationConfiguration"]["RoleARN"])  # type: ignore[index]
    return str(source["RoleARN"]) if source else None


def describe_source(type_: str, source: Json, created: datetime) -> Json:
    """The Source of a description."""
    if type_ == "DirectPut":
        return {}
    name = "MSKSourceDescription" if type_ == "MSKAsSource" else "KinesisStreamSourceDescription"
    return {"Source": {name: {**source, "DeliveryStartTimestamp": created}}}


def topic_start(source: Json, created: datetime) -> datetime:
    """The moment from which a topic is read; 1970-01-01 reads all of it."""
    given = source.get("ReadFromTimestamp")
    return created if given is None else datetime.fromtimestamp(float(str(given)), UTC)


def topic_rights(source: Json) -> list[tuple[str, str]]:
    """What the source's role must be able to do (AWS, "Grant Firehose access to Amazon MSK")."""
    cluster = str(source["MSKClusterARN"])
    topic = f"{cluster.replace(':cluster/', ':topic/')}/{source['TopicName']}"
    return [
        ("kafka:GetBootstrapBrokers", cluster),
        ("kafka:DescribeClusterV2", cluster),
        ("kafka-cluster:Connect", cluster),
        ("kafka-cluster:DescribeTopic", topic),
        ("kafka-cluster:ReadData", topic),
    ]


def _check_topic(source: Json, kafka: str | None) -> None:
    connectivity = source["AuthenticationConfiguration"]["Connectivity"]  # type: ignore[index]
    wrong = [
        message
        for is_right, message in (
            (
                re.fullmatch(r"[a-zA-Z0-9._-]{1,255}", str(source["TopicName"])),
                "TopicName: 1 to 255 letters, digits, . _ or -",
            ),
            (
                _CLUSTER.fullmatch(str(source["MSKClusterARN"])),
                "MSKClusterARN: is not the ARN of a cluster, arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/ID",
            ),
            (
                connectivity in ("PUBLIC", "PRIVATE"),
                "AuthenticationConfiguration.Connectivity: use PRIVATE or PUBLIC",
            ),
            (kafka is not None, "MSKSourceConfiguration: no Kafka is up locally; start one: naru:kafka"),
        )
        if not is_right
    ]
    if wrong:
        raise _invalid("; ".join(wrong))


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidArgumentException", message)
