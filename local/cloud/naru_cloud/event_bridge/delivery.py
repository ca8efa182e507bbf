"""Events of one target: from its queue to executions of a state machine, in the name of the target's role."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from ..clients import Clients
from ..log import log

#: Seconds that an empty queue is waited at (SQS allows 20), and how soon a shutdown is noticed.
_WAIT_SECONDS = 2
#: Seconds before the next attempt; AWS backs off for up to 24 hours.
_RETRY_SECONDS = 1


@dataclass(frozen=True)
class Target:
    """A state machine as a target of a rule."""

    rule_arn: str
    arn: str
    role_arn: str
    #: What the execution gets instead of the event.
    input: str | None
    retries: int
    #: ARN of the queue for events that could not be delivered.
    dead_letters: str | None


@dataclass
class Delivery:
    """Reads a target's queue until it is stopped."""

    clients: Clients
    queue: str
    target: Target
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Delivers until stopped; a queue that can't be read is tried again."""
        sqs = self.clients.root().get("sqs")
        while not self.stopped.is_set():
            try:
                answer = sqs.receive_message(
                    QueueUrl=self.queue,
                    MaxNumberOfMessages=10,
                    WaitTimeSeconds=_WAIT_SECONDS,
                    AttributeNames=["ApproximateReceiveCount"],
                    VisibilityTimeout=30,
                )
                for message in answer.get("Messages", []):
                    self._deliver(message)
            except (BotoCoreError, ClientError):
                self.stopped.wait(_RETRY_SECONDS)

    def _deliver(self, message: dict) -> None:
        sqs = self.clients.root().get("sqs")
        receipt = {"QueueUrl": self.queue, "ReceiptHandle": message["ReceiptHandle"]}
        try:
            self._start(message["Body"])
        except (BotoCoreError, ClientError) as error:
            code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
            if int(message["Attributes"]["ApproximateReceiveCount"]) <= self.target.retries:
                sqs.change_message_visibility(**receipt, VisibilityTimeout=_RETRY_SECONDS)
                return
            self._bury(message["Body"], code)
        sqs.delete_message(**receipt)

    def _start(self, event: str) -> None:
        # The event's id as the name: an event that the queue hands out twice starts one execution.
        name = f"event-{json.loads(event)['id']}"
        states = self.clients.role(self.target.role_arn, "events").get("stepfunctions")
        text = event if self.target.input is None else self.target.input
        try:
            states.start_execution(stateMachineArn=self.target.arn, name=name, input=text)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise

    def _bury(self, event: str, code: str) -> None:
        # The event names an object, which may be a person's: neither it nor the message is logged.
        log("warning", "events", "not-delivered", error=code, target=self.target.arn)
        if self.target.dead_letters is None:
            return
        sqs = self.clients.root().get("sqs")
        queue = sqs.get_queue_url(QueueName=self.target.dead_letters.rpartition(":")[2])["QueueUrl"]
        attributes = {"RULE_ARN": self.target.rule_arn, "TARGET_ARN": self.target.arn, "ERROR_CODE": code}
        sqs.send_message(
            QueueUrl=queue,
            MessageBody=event,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
            },
        )
