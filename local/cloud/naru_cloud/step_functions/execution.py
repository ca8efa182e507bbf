"""State machines, their executions and the history of these."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ..protocol import Json as JsonObject
from .paths import Json

#: Quota: events in the history of one execution.
MOST_EVENTS = 25_000


@dataclass
class StateMachine:
    """A state machine as it was given."""

    name: str
    arn: str
    role_arn: str
    type: str
    text: str
    definition: Mapping[str, Json]
    settings: Mapping[str, Json]
    tags: dict[str, str]
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    revision: str = "INITIAL"


@dataclass
class Execution:
    """One execution; `stopped` is set to end it."""

    name: str
    arn: str
    machine: StateMachine
    definition: Mapping[str, Json]
    role_arn: str
    input_text: str
    input: Json
    status: str = "RUNNING"
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    stopped: threading.Event = field(default_factory=threading.Event)
    events: list[JsonObject] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def record(self, type_: str, **details: object) -> None:
        """Adds an event to the history."""
        with self.lock:
            if len(self.events) >= MOST_EVENTS:
                return
            number = len(self.events) + 1
            self.events.append(
                {
                    "timestamp": datetime.now(UTC),
                    "type": type_,
                    "id": number,
                    "previousEventId": number - 1,
                    **details,
                }
            )

    def finish(
        self, status: str, output: str | None = None, error: str | None = None, cause: str | None = None
    ) -> None:
        """Ends the execution, once."""
        with self.lock:
            if self.ended is not None:
                return
            self.output, self.error, self.cause = output, error, cause
            self.ended = datetime.now(UTC)
            self.status = status
        failure = {key: value for key, value in (("error", error), ("cause", cause)) if value is not None}
        kinds: dict[str, tuple[str, dict[str, object]]] = {
            "SUCCEEDED": ("ExecutionSucceeded", {"executionSucceededEventDetails": {"output": output}}),
            "FAILED": ("ExecutionFailed", {"executionFailedEventDetails": failure}),
            "ABORTED": ("ExecutionAborted", {"executionAbortedEventDetails": failure}),
            "TIMED_OUT": ("ExecutionTimedOut", {"executionTimedOutEventDetails": failure}),
        }
        type_, details = kinds[status]
        self.record(type_, **details)

    def summary(self) -> JsonObject:
        """The form of ListExecutions."""
        return {
            "executionArn": self.arn,
            "stateMachineArn": self.machine.arn,
            "name": self.name,
            "status": self.status,
            "startDate": self.started,
            **({"stopDate": self.ended} if self.ended is not None else {}),
        }

    def describe(self) -> JsonObject:
        """The form of DescribeExecution."""
        optional = {"output": self.output, "error": self.error, "cause": self.cause}
        return {
            **self.summary(),
            "input": self.input_text,
            "inputDetails": {"included": True},
            **{key: value for key, value in optional.items() if value is not None},
        }
