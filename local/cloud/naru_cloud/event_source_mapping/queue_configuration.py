"""What a mapping from a queue was told to do, checked whole before it is made."""

from __future__ import annotations

from dataclasses import dataclass

from ..protocol import ApiError, Json

#: The fields of Create and Update that are understood here; any other is refused rather than passed over.
_FIELDS = {
    *("EventSourceArn", "FunctionName", "Enabled", "BatchSize", "Tags", "UUID", "ScalingConfig"),
    *("MaximumBatchingWindowInSeconds", "FunctionResponseTypes"),
}

#: Lambda's defaults for a queue ("Lambda parameters for Amazon SQS event source mappings").
QUEUE_DEFAULTS: Json = {"BatchSize": 10, "MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": []}

#: A larger batch needs a batching window of at least a second.
_LARGEST_WITHOUT_WINDOW = 10


@dataclass(frozen=True)
class QueueSettings:
    """The settings of a mapping from a queue; the window is in seconds."""

    batch_size: int
    window: int
    partial_responses: bool
    #: Invocations at the same time, or None for no limit of the mapping's own.
    concurrency: int | None
    enabled: bool


def read_queue_settings(given: Json) -> QueueSettings:
    """Reads the parameters of a mapping, which fit Lambda's model already; defaults are filled in.

    :raises ApiError: InvalidParameterValueException with every error at once.
    """
    wrong: list[str] = []
    unknown = sorted(given.keys() - _FIELDS)
    if unknown:
        wrong.append(f"{', '.join(unknown)}: is not available locally for a queue")
    if str(given["EventSourceArn"]).endswith(".fifo"):
        wrong.append(
            "EventSourceArn: FIFO queues are not available locally; use a standard queue or a stream"
        )
    values = {**QUEUE_DEFAULTS, **given}
    batch, window = (int(str(values[name])) for name in ("BatchSize", "MaximumBatchingWindowInSeconds"))
    if batch > _LARGEST_WITHOUT_WINDOW and window < 1:
        wrong.append(
            f"MaximumBatchingWindowInSeconds: must be at least 1 for a BatchSize over {_LARGEST_WITHOUT_WINDOW}"
        )
    if wrong:
        raise ApiError("InvalidParameterValueException", "; ".join(wrong))
    responses, scaling = values["FunctionResponseTypes"], values.get("ScalingConfig")
    limit = scaling.get("MaximumConcurrency") if isinstance(scaling, dict) else None
    return QueueSettings(
        batch_size=batch,
        window=window,
        partial_responses=isinstance(responses, list) and "ReportBatchItemFailures" in responses,
        concurrency=None if limit is None else int(limit),
        enabled=bool(values.get("Enabled", True)),
    )
