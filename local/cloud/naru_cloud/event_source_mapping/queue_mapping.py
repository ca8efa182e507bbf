"""A mapping from a standard SQS queue: messages that fail come back when their visibility timeout is over."""

from __future__ import annotations

import threading
import time

from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError, ClientError

from ..protocol import Json
from .invocation import call
from .mapping import MappingBase
from .queue_configuration import read_queue_settings

#: Batches that are processed at the same time when no limit is set (Lambda starts with five).
_POLLERS = 5

#: Seconds that an empty queue is waited at (SQS allows 20), and how soon the end is noticed.
_WAIT_SECONDS = 2

#: Seconds before the next attempt when the queue or the function can't be reached.
_RETRY_SECONDS = 1.0

#: SQS hands out at most so many at once.
_MOST_MESSAGES = 10


class QueueMapping(MappingBase):
    """A mapping from a queue; SQS itself keeps what was not done, so nothing else is kept."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.settings = read_queue_settings(self.given)
        number = min(_POLLERS, self.settings.concurrency or _POLLERS)
        self._threads = [
            threading.Thread(target=self._run, name=f"mapping-{self.uuid[:8]}-{index}", daemon=True)
            for index in range(number)
        ]

    def start(self) -> None:
        """Starts reading, unless the mapping is disabled."""
        for thread in self._threads if self.settings.enabled else []:
            thread.start()

    def stop(self, deadline: float) -> None:
        """Ends it after the invocations under way, waited for until a moment of the monotonic clock."""
        self.stopped.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self) -> None:
        url = ""
        while not self.stopped.is_set():
            try:
                # The URL follows from the ARN on AWS; here it is asked for.
                name = self.source_arn.rpartition(":")[2]
                url = url or self.clients.root().get("sqs").get_queue_url(QueueName=name)["QueueUrl"]
                role = self.role()
                messages = self._receive(role.get("sqs"), url)
                if messages:
                    self._process(role.get("sqs"), url, messages)
            except (ClientError, BotoCoreError) as error:
                self.reports.refused(error)
                self.stopped.wait(_RETRY_SECONDS)

    def _receive(self, sqs: BaseClient, url: str) -> list[Json]:
        """A first message is waited for; then others until the batch is full or the window is over."""
        messages: list[Json] = []
        end = float("inf")
        while len(messages) < self.settings.batch_size and not self.stopped.is_set():
            left = end - time.monotonic()
            if messages and left <= 0:
                break
            answer = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=min(_MOST_MESSAGES, self.settings.batch_size - len(messages)),
                WaitTimeSeconds=_WAIT_SECONDS if not messages else min(_WAIT_SECONDS, max(0, round(left))),
                AttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            found = answer.get("Messages", [])
            if found and not messages:
                end = time.monotonic() + self.settings.window / self.time_scale
            messages += found
            if not found and not messages:
                break
        return messages

    def _process(self, sqs: BaseClient, url: str, messages: list[Json]) -> None:
        identifiers = [str(message["MessageId"]) for message in messages]
        records = [self._record(message) for message in messages]
        outcome = call(
            self.clients.root().get("lambda"),
            self.function_arn,
            {"Records": records},
            identifiers,
            self.settings.partial_responses,
        )
        if outcome.failed is None:
            self.reports.problem(outcome.problem)
            self.stopped.wait(_RETRY_SECONDS)
            return
        self.reports.problem("PROBLEM: Function call failed" if outcome.failed else "OK")
        for message in messages:
            if message["MessageId"] not in outcome.failed:
                # One by one: for a batch the emulator asks for a right that IAM does not have.
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def _record(self, message: Json) -> Json:
        attributes = message.get("MessageAttributes", {})
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {
                name: {
                    "stringValue": value.get("StringValue"),
                    "dataType": value["DataType"],
                    "stringListValues": [],
                    "binaryListValues": [],
                }
                for name, value in (attributes.items() if isinstance(attributes, dict) else ())
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self.source_arn,
            "awsRegion": self.region,
        }
