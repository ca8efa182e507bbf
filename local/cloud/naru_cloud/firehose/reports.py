"""What a delivery stream tells about itself: log lines, CloudWatch Logs and CloudWatch metrics."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError

from ..clients import ClientSet
from ..log import log
from .configuration import DestinationSettings

#: The same complaint is told once in so many seconds.
REPEAT_SECONDS = 5.0


class Reports:
    """Reports of one stream."""

    def __init__(self, stream: str, arn: str, root: ClientSet) -> None:
        self._stream = stream
        self._arn = arn
        self._root = root
        self._told: dict[str, float] = {}

    def failure(
        self, destination: DestinationSettings, role: ClientSet | None, code: str, message: str
    ) -> None:
        """Tells what went wrong: on stderr, and in the stream's log group where logging is enabled."""
        now = time.monotonic()
        if self._told.get(code + message, 0.0) > now:
            return
        self._told[code + message] = now + REPEAT_SECONDS
        log("error", "firehose", "delivery-failed", stream=self._stream, code=code, message=message)
        if role is None or destination.log_group is None:
            return
        line = {
            "deliveryStreamARN": self._arn,
            "destination": destination.http.url if destination.http else f"arn:aws:s3:::{destination.bucket}",
            "deliveryStreamVersionId": 1,
            "message": message,
            "errorCode": code,
        }
        try:
            role.get("logs").put_log_events(
                logGroupName=destination.log_group,
                logStreamName=destination.log_stream or "DestinationDelivery",
                logEvents=[{"timestamp": int(time.time() * 1000), "message": json.dumps(line)}],
            )
        except (ClientError, BotoCoreError) as error:
            log("warning", "firehose", "log-failed", stream=self._stream, error=type(error).__name__)

    def metrics(self, values: Mapping[str, float]) -> None:
        """Publishes metrics of namespace AWS/Firehose, with the stream's name as the dimension."""
        dimensions = [{"Name": "DeliveryStreamName", "Value": self._stream}]
        data = [
            {"MetricName": name, "Value": value, "Dimensions": dimensions} for name, value in values.items()
        ]
        try:
            self._root.get("cloudwatch").put_metric_data(Namespace="AWS/Firehose", MetricData=data)
        except (ClientError, BotoCoreError) as error:
            log("warning", "firehose", "metrics-failed", stream=self._stream, error=type(error).__name__)
