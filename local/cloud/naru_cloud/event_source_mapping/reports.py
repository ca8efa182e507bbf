"""What a mapping tells about itself: its last result, log lines, and metrics in CloudWatch."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError

from ..clients import ClientSet
from ..log import log

#: The same complaint is told once in so many seconds.
REPEAT_SECONDS = 5.0


class Reports:
    """Reports of one mapping."""

    def __init__(self, mapping: str, function: str, root: ClientSet) -> None:
        self.last_result = "No records processed"
        self._mapping = mapping
        self._function = function
        self._root = root
        self._told: dict[str, float] = {}
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def problem(self, result: str) -> None:
        """Keeps the last result (`OK` or `PROBLEM: ...`), and tells of a problem on stderr."""
        self.last_result = result
        now = time.monotonic()
        if result == "OK" or self._told.get(result, 0.0) > now:
            return
        self._told[result] = now + REPEAT_SECONDS
        log("error", "lambda", "mapping-problem", mapping=self._mapping, message=result)

    def refused(self, error: ClientError | BotoCoreError) -> None:
        """Tells why the source can't be read: a refusal of AWS names the right that is missing."""
        if isinstance(error, ClientError):
            given = error.response["Error"]
            self.problem(f"PROBLEM: {given['Code']}: {given['Message']}")
        else:
            self.problem(f"PROBLEM: the source can't be reached: {type(error).__name__}")

    def destination_failed(self, arn: str, reason: str) -> None:
        """Tells that records are lost, because their destination refused to be told of them."""
        self.problem(f"PROBLEM: {arn} refused the records of a failed batch: {reason}")
        self._put([("DestinationDeliveryFailures", 1.0, {"FunctionName": self._function})])

    def count(self, metric: str, number: int) -> None:
        """Adds to a metric of events."""
        with self._lock:
            self._counts[metric] += number

    def publish(self, ages: Mapping[str, float], count_events: bool) -> None:
        """Publishes iterator ages in milliseconds by shard, and the counts since the last call if asked for.

        On AWS an iterator age is the function's only; here it is told by shard and mapping too.
        """
        with self._lock:
            counts, self._counts = self._counts, Counter()
        own = {"EventSourceMappingUUID": self._mapping}
        values = [("IteratorAge", age, {**own, "ShardId": shard}) for shard, age in ages.items()]
        if ages:
            values.append(("IteratorAge", max(ages.values()), {"FunctionName": self._function}))
        if count_events:
            values += [(name, float(number), own) for name, number in counts.items() if number > 0]
        self._put(values)

    def _put(self, values: list[tuple[str, float, dict[str, str]]]) -> None:
        data = [
            {
                "MetricName": name,
                "Value": value,
                "Unit": "Milliseconds" if name == "IteratorAge" else "Count",
                "Dimensions": [{"Name": key, "Value": text} for key, text in dimensions.items()],
            }
            for name, value, dimensions in values
        ]
        if not data:
            return
        try:
            self._root.get("cloudwatch").put_metric_data(Namespace="AWS/Lambda", MetricData=data)
        except (ClientError, BotoCoreError) as error:
            log("warning", "lambda", "metrics-failed", mapping=self._mapping, error=type(error).__name__)
