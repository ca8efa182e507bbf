"""What a mapping was told to do, checked whole before it is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from botocore.utils import parse_to_aware_datetime

from ..protocol import ApiError, Json
from .filters import FilterError, Filters

#: The fields of Create and Update that are understood here; any other is refused rather than passed over.
_FIELDS = {
    *("EventSourceArn", "FunctionName", "Enabled", "BatchSize", "FilterCriteria", "MetricsConfig", "Tags"),
    *("MaximumBatchingWindowInSeconds", "ParallelizationFactor", "StartingPosition", "DestinationConfig"),
    *("StartingPositionTimestamp", "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError"),
    *("MaximumRetryAttempts", "FunctionResponseTypes", "UUID"),
}

#: Lambda's defaults for a Kinesis stream ("Lambda parameters for Amazon Kinesis Data Streams").
DEFAULTS: Json = {
    "BatchSize": 100,
    "MaximumBatchingWindowInSeconds": 0,
    "ParallelizationFactor": 1,
    "MaximumRecordAgeInSeconds": -1,
    "MaximumRetryAttempts": -1,
    "BisectBatchOnFunctionError": False,
    "TumblingWindowInSeconds": 0,
    "FunctionResponseTypes": [],
}

#: The least age that records can be given up at, in seconds; -1 is never.
_LEAST_AGE = 60

_DESTINATIONS = ("sqs", "sns", "s3")


@dataclass(frozen=True)
class MappingSettings:
    """The settings of a mapping. Times are in seconds; -1 for retries and age means without end."""

    batch_size: int
    window: int
    lanes: int
    start: str
    start_at: datetime | None
    age: int
    retries: int
    bisect: bool
    partial_responses: bool
    #: ARN of a queue, topic or bucket.
    destination: str | None
    filters: Filters
    count_events: bool
    enabled: bool


def read_settings(given: Json) -> MappingSettings:
    """Reads the parameters of a mapping, which fit Lambda's model already; defaults are filled in.

    :raises ApiError: InvalidParameterValueException with every error at once.
    """
    wrong: list[str] = []
    unknown = sorted(given.keys() - _FIELDS - DEFAULTS.keys())
    if unknown:
        wrong.append(f"{', '.join(unknown)}: is not available locally for a Kinesis stream")
    values = {**DEFAULTS, **given}
    if values["TumblingWindowInSeconds"] != 0:
        wrong.append("TumblingWindowInSeconds: is not available locally")
    age, batch, window = (
        int(str(values[name]))
        for name in ("MaximumRecordAgeInSeconds", "BatchSize", "MaximumBatchingWindowInSeconds")
    )
    if age != -1 and age < _LEAST_AGE:
        wrong.append(f"MaximumRecordAgeInSeconds: must be -1 or at least {_LEAST_AGE}")
    start, start_at = values.get("StartingPosition"), values.get("StartingPositionTimestamp")
    if start is None:
        wrong.append("StartingPosition: is required: TRIM_HORIZON, LATEST or AT_TIMESTAMP")
    if (start == "AT_TIMESTAMP") != (start_at is not None):
        wrong.append("StartingPositionTimestamp: goes with StartingPosition AT_TIMESTAMP, and only with it")
    destination = _inner(values, "DestinationConfig", "OnFailure", "Destination")
    if destination is not None and str(destination).split(":")[2:3] not in [[x] for x in _DESTINATIONS]:
        wrong.append("DestinationConfig.OnFailure.Destination: must be the ARN of a queue, topic or bucket")
    if _inner(values, "DestinationConfig", "OnSuccess") is not None:
        wrong.append("DestinationConfig.OnSuccess: is not supported for an event source mapping")
    patterns = _inner(values, "FilterCriteria", "Filters")
    filters = Filters([])
    try:
        filters = Filters([str(one["Pattern"]) for one in patterns] if isinstance(patterns, list) else [])
    except FilterError as error:
        wrong.append(f"FilterCriteria.{error}")
    except KeyError:
        wrong.append("FilterCriteria.Filters: each needs a Pattern")
    metrics = _inner(values, "MetricsConfig", "Metrics")
    if isinstance(metrics, list) and set(metrics) - {"EventCount"}:
        wrong.append("MetricsConfig.Metrics: a Kinesis stream has EventCount only")
    if wrong:
        raise ApiError("InvalidParameterValueException", "; ".join(wrong))
    responses = values["FunctionResponseTypes"]
    return MappingSettings(
        batch_size=batch,
        window=window,
        lanes=int(str(values["ParallelizationFactor"])),
        start=str(start),
        start_at=None if start_at is None else parse_to_aware_datetime(start_at),
        age=age,
        retries=int(str(values["MaximumRetryAttempts"])),
        bisect=bool(values["BisectBatchOnFunctionError"]),
        partial_responses=isinstance(responses, list) and "ReportBatchItemFailures" in responses,
        destination=None if destination is None else str(destination),
        filters=filters,
        count_events=isinstance(metrics, list) and "EventCount" in metrics,
        enabled=bool(values.get("Enabled", True)),
    )


def _inner(value: object, *path: str) -> object:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
