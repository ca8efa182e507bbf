"""Where records go that were given up: a queue or topic is told of them, a bucket gets the records too."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from ..clients import ClientSet
from ..protocol import Json, new_id
from .batches import Batch
from .invocation import Source, event

#: Seconds between two attempts while the destination can't be reached.
_RETRY_SECONDS = 1.0


class FailureDestination:
    """Sends invocation records in the form that Lambda documents."""

    def __init__(self, arn: str, mapping: str, stopped: threading.Event) -> None:
        self._arn = arn
        self._mapping = mapping
        self._stopped = stopped

    @property
    def rights(self) -> list[tuple[str, str]]:
        """Actions and resources that the execution role needs, as the documentation lists them."""
        kind = self._arn.split(":")[2]
        if kind == "s3":
            return [
                ("s3:PutObject", f"{self._arn}/aws/lambda/{self._mapping}/object"),
                ("s3:ListBucket", self._arn),
            ]
        return [({"sqs": "sqs:SendMessage", "sns": "sns:Publish"}[kind], self._arn)]

    def send(
        self, role: Callable[[], ClientSet], root: ClientSet, source: Source, batch: Batch, condition: str
    ) -> str:
        """Sends until it is accepted or refused.

        :return: an empty text, or why the destination refused; the records are lost then, as on AWS
        :raises InterruptedError: when the mapping was stopped before
        """
        while True:
            try:
                self._send(role(), root, source, batch, condition)
                return ""
            except ClientError as error:
                if error.response["ResponseMetadata"].get("HTTPStatusCode", 500) < 500:
                    return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
            except BotoCoreError:
                pass
            if self._stopped.wait(_RETRY_SECONDS):
                # Not accepted, and so not done: the next process has the records again.
                raise InterruptedError

    def _send(self, role: ClientSet, root: ClientSet, source: Source, batch: Batch, condition: str) -> None:
        told = invocation_record(source, batch, condition)
        kind, name = self._arn.split(":")[2], self._arn.rpartition(":")[2]
        if kind == "sqs":
            # The URL follows from the ARN on AWS; here it is asked for.
            queue = root.get("sqs").get_queue_url(QueueName=name)["QueueUrl"]
            role.get("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(told))
        elif kind == "sns":
            role.get("sns").publish(TopicArn=self._arn, Message=json.dumps(told))
        else:
            now = datetime.now(UTC)
            role.get("s3").put_object(
                Bucket=name,
                Key=f"aws/lambda/{self._mapping}/{source.shard}/{now:%Y/%m/%d}/{now:%Y-%m-%dT%H.%M.%S}-{new_id()}",
                Body=json.dumps({**told, "payload": json.dumps(event(source, batch.records))}).encode(),
            )


def invocation_record(source: Source, batch: Batch, condition: str) -> Json:
    """The invocation record of a batch that is given up."""
    first, last = batch.records[0], batch.records[-1]
    context = batch.last.context if batch.last is not None else None
    return {
        "requestContext": {
            "requestId": batch.last.request_id if batch.last is not None else new_id(),
            "functionArn": source.function_arn,
            "condition": condition,
            "approximateInvokeCount": batch.invocations,
        },
        **({"responseContext": context} if context is not None else {}),
        "version": "1.0",
        "timestamp": _moment(datetime.now(UTC)),
        "KinesisBatchInfo": {
            "shardId": source.shard,
            "startSequenceNumber": first.sequence,
            "endSequenceNumber": last.sequence,
            "approximateArrivalOfFirstRecord": _moment(first.arrival),
            "approximateArrivalOfLastRecord": _moment(last.arrival),
            "batchSize": len(batch.records),
            "streamArn": source.stream_arn,
        },
    }


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
